"""A later date: the team asks in a message, the reporter agrees or declines; nobody else does."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Delivery
from intake import closure, extensions, leaving, periodic, texts, triage, verification
from intake.models import Extension, Message
from portal.models import Project
from portal.models.policy import Severity
from tests import builders
from tests.intake import joined
from tests.intake.doing import clock, keyed, letters, worded, words_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def report(cast):
    """Rita's report, answered and of high severity: a fix is promised within 14 days."""
    Project.objects.update(assign_after_hours=None)
    at = cast.report.received_at
    builders.a_team_reply(cast.report, by=cast.bob, at=at)
    triage.set_severity(keyed(cast.case), severity=Severity.HIGH, by=cast.bob, at=at)
    return joined.anew(cast.report)


def fix(report):
    return clock(report, "remediation", severity="high")


def ask(cast, report, *, until=20 * DAY, at=DAY, client_id=None, deadline=None, text="It needs a new parser."):
    return extensions.ask(
        joined.anew(report),
        deadline=deadline or fix(report).uuid,
        until=report.received_at + until,
        content=texts.message(text),
        client_id=client_id or uuid4(),
        by=cast.bob,
        at=report.received_at + at,
    )


def answer(cast, report, *, agrees, at=2 * DAY, by=None):
    question = Extension.objects.select_related("deadline__report__case__project").get(answered_at=None)
    extensions.answer(question, agrees=agrees, by=by or cast.rita, at=report.received_at + at)


def kinds(report):
    return list(report.events.filter(kind__startswith="extension_").values_list("kind", flat=True))


def test_the_reason_is_a_message_and_does_what_messages_do(cast, report):
    question = ask(cast, report)
    assert Message.objects.order_by("-at").first().pk == question.message_id
    assert clock(report, "status_update").starts_at == report.received_at + DAY, "the next update counts from it"
    row = fix(report)
    assert (row.due_at, row.first_due_at) == (report.received_at + 14 * DAY, None), "nothing moves yet"
    event = report.events.get(kind="extension_asked")
    assert event.facts == {"milestone": "remediation", "ordinal": 1, "until": (report.received_at + 20 * DAY).isoformat()}
    assert (event.by.user, event.record) == (cast.bob, question.pk)
    [letter] = [one for one in letters(report.received_at + DAY) if "later date" in one.body]
    assert letter.to == ["rita@example.org"] and report.get_absolute_url() in letter.body and "parser" not in words_of(letter)


def test_agreed_it_is_due_then_and_the_ladder_goes_on_towards_the_new_date(cast, report):
    periodic.sweep(at=report.received_at + 13 * DAY)
    assert fix(report).climbed == -24 * 60
    ask(cast, report, at=13 * DAY, until=30 * DAY)
    answer(cast, report, agrees=True, at=13.5 * DAY)
    row = fix(report)
    assert (row.due_at, row.first_due_at) == (report.received_at + 30 * DAY, report.received_at + 14 * DAY)
    assert (row.climbed, row.next_reminder_at) == (None, row.due_at - 7 * DAY)
    assert kinds(report) == ["extension_asked", "extension_agreed"]
    told = Delivery.objects.filter(letter="extension_answered").values_list("recipient__display_name", flat=True)
    assert sorted(told) == ["Alice", "Bob", "Olivia"]
    assert verification_is_silent()


def verification_is_silent():
    return [str(finding) for finding in verification.cases(keyed=True)] == []


def test_steps_that_would_have_come_already_are_not_made_up_for(cast, report):
    ask(cast, report, at=13 * DAY, until=15 * DAY)
    answer(cast, report, agrees=True, at=13.5 * DAY)
    row = fix(report)
    assert (row.climbed, row.next_reminder_at) == (-7 * 24 * 60, row.due_at - DAY)


def test_declined_nothing_changes(cast, report):
    before = fix(report)
    ask(cast, report)
    answer(cast, report, agrees=False)
    after = fix(report)
    assert (after.due_at, after.first_due_at, after.next_reminder_at) == (before.due_at, None, before.next_reminder_at)
    assert kinds(report) == ["extension_asked", "extension_declined"]
    ask(cast, report, at=3 * DAY)  # once more


def test_a_question_runs_out_with_its_date_and_can_be_asked_again(cast, report):
    ask(cast, report, at=13 * DAY, until=15 * DAY)
    with pytest.raises(extensions.NotPossible, match="its date has passed"):
        answer(cast, report, agrees=True, at=15 * DAY)
    again = ask(cast, report, at=15 * DAY, until=20 * DAY)
    answer(cast, report, agrees=True, at=16 * DAY)
    assert fix(report).due_at == again.until


@pytest.mark.parametrize(
    "facts", [{"until": 14 * DAY}, {"until": 400 * DAY}, {"until": 3 * DAY, "at": 20 * DAY}, {"deadline": UUID(int=0)}], ids=str
)
def test_what_cannot_be_asked(cast, report, facts):
    with pytest.raises(extensions.NotPossible):
        ask(cast, report, **facts)
    assert not Extension.objects.exists() and Message.objects.count() == 1, "and nothing was sent"


def test_updates_answers_and_stopped_clocks_cannot_be_put_off(cast, report):
    other = builders.a_report(cast.mailat, by=cast.rita)
    assert extensions.movable(other, at=other.received_at) == []
    assert [row.milestone for row in extensions.movable(report, at=report.received_at + DAY)] == ["remediation"]
    builders.a_team_reply(report, by=cast.bob, waits=True)
    assert extensions.movable(report, at=report.received_at + DAY) == []


def test_a_report_that_nobody_has_claimed_cannot_be_asked_about(cast):
    recorded = builders.a_recorded_report(cast.mailat, by=cast.bob)
    triage.set_severity(keyed(recorded.case), severity=Severity.HIGH, by=cast.bob, at=now())
    with pytest.raises(extensions.NotPossible, match="Nobody has claimed"):
        ask(cast, recorded)


def test_pressed_twice_it_is_asked_once_and_one_question_at_a_time(cast, report):
    form = uuid4()
    assert ask(cast, report, client_id=form).pk == ask(cast, report, client_id=form).pk
    with pytest.raises(extensions.NotPossible):
        ask(cast, report, text="And more.")


@pytest.mark.parametrize("who", ["charlie", "bob"])
def test_only_the_reporter_answers(cast, report, who):
    builders.a_guest(report, cast.charlie, by=cast.rita)
    question = ask(cast, report)
    with pytest.raises(extensions.NotPossible):
        answer(cast, report, agrees=True, by=getattr(cast, who))
    page = cast.client("charlie").get(report.get_absolute_url()).content.decode()
    assert "has not answered yet" in page and "Decline" not in page
    refused = cast.client("charlie").post(reverse("report_extension", args=[report.ref, question.pk]), {"agrees": "yes"})
    assert refused.status_code == 403


def test_who_took_the_report_over_answers(cast, report):
    guest = builders.a_guest(report, cast.charlie, by=cast.rita)
    ask(cast, report)
    leaving.hand_over(report, to=guest, by=cast.rita, at=report.received_at + DAY)
    with pytest.raises(extensions.NotPossible):
        answer(cast, report, agrees=True)
    answer(cast, report, agrees=True, by=cast.charlie)
    assert fix(report).first_due_at


def test_closing_takes_the_question_along(cast, report):
    ask(cast, report)
    case, at = keyed(cast.case), report.received_at + 2 * DAY
    triage.reject(case, reason="not_reproducible", by=cast.bob, at=at, **worded())
    closure.close(case, by=cast.alice, at=at)
    with pytest.raises(extensions.NotPossible, match="over"):
        answer(cast, report, agrees=True, at=3 * DAY)
    assert "Decline" not in cast.client("rita").get(report.get_absolute_url()).content.decode()
    assert not [one for one in letters(at) if "later date" in one.body], "a letter on its way is dropped"


def test_an_answer_counts_once(cast, report):
    ask(cast, report)
    question = Extension.objects.select_related("deadline__report__case__project").get()
    extensions.answer(question, agrees=False, by=cast.rita, at=report.received_at + 2 * DAY)
    with pytest.raises(extensions.NotPossible, match="already"):
        extensions.answer(question, agrees=True, by=cast.rita, at=report.received_at + 2 * DAY)


def test_a_pause_from_before_the_new_date_was_agreed_does_not_move_it_again(cast, report):
    at = report.received_at
    builders.a_pause(cast.mailat, at=at + 15 * DAY, days=2)  # while it was overdue already
    ask(cast, report, at=18 * DAY, until=30 * DAY)
    answer(cast, report, agrees=True, at=19 * DAY)
    periodic.sweep(at=at + 20 * DAY)
    assert fix(report).due_at == at + 30 * DAY


def test_a_pause_after_it_stops_the_clock_as_ever(cast, report):
    at = report.received_at
    ask(cast, report, at=DAY, until=30 * DAY)
    answer(cast, report, agrees=True, at=2 * DAY)
    pause = builders.a_pause(cast.mailat, at=at + 3 * DAY, days=2, critical_ok=False)
    periodic.sweep(at=pause.ends_at)
    assert fix(report).due_at == at + 32 * DAY


# --- the pages --------------------------------------------------------------------------------------------------------


def test_both_sides_do_it_on_their_pages(cast):
    report = cast.report
    builders.a_team_reply(report, by=cast.bob)
    triage.set_severity(keyed(cast.case), severity=Severity.HIGH, by=cast.bob, at=now())
    path = reverse("case_extension", args=[cast.case.ref, report.ref])
    bob, rita = cast.client("bob"), cast.client("rita")
    assert path in bob.get(cast.case.get_absolute_url()).content.decode()
    page = bob.get(path)
    assert "Fix (High), due" in page.content.decode()
    until = now() + 30 * DAY
    form = {"deadline": str(fix(report).uuid), "until": f"{until:%Y-%m-%dT%H:%M}", "text": "It takes longer.", "client_id": str(uuid4())}
    refused = bob.post(path, {**form, "until": "2001-01-01T10:00"})
    assert refused.status_code == 422 and "It takes longer." in refused.content.decode()
    assert bob.post(path, form).status_code == 302
    assert "has not answered yet" in bob.get(cast.case.get_absolute_url()).content.decode()
    said = rita.get(report.get_absolute_url()).content.decode()
    assert "asks for a later date" in said and "It takes longer." in said and "Decline" in said
    assert rita.post(reverse("report_extension", args=[report.ref, Extension.objects.get().pk]), {"agrees": "yes"}).status_code == 302
    said = rita.get(report.get_absolute_url()).content.decode()
    assert "agreed to this date. Before, it was due by" in said and "Decline" not in said


def test_pages_ask_the_database_no_more_for_it(cast, report):
    client, counts = cast.client("rita"), []
    for asks in (False, True):
        if asks:
            ask(cast, report)
        client.get(report.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            client.get(report.get_absolute_url())
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
