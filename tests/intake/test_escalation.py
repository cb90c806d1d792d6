"""Who a step of the ladder reaches: further and further up, in every direction in which somebody could be missing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import digests, outbox
from accounts.models import Delivery, How, Kind, NoticeChoice
from intake import assignment, escalation, periodic, restriction
from intake.models import Deadline
from portal import absences, ladders
from portal.models import Audience, Project, When
from tests import builders
from tests.intake.doing import CANARY, clock, keyed, letters, promising, words_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDERS = ("deadline_near", "deadline_passed", "deadline_owners", "deadline_administrators", "deadline_fallback")


@pytest.fixture(autouse=True)
def _no_rotation(cast):
    Project.objects.update(assign_after_hours=None)


def told(since=None):
    """Who was sent which letter of the ladder, since a moment."""
    rows = Delivery.objects.filter(letter__in=REMINDERS, **({"made_at__gte": since} if since else {})).select_related("recipient")
    return sorted((row.letter, row.recipient.display_name if row.recipient else row.address) for row in rows)


def swept(cast, after):
    at = cast.report.received_at + after
    periodic.sweep(at=at)
    return told(at)


def fallback(project, *uris):
    contacts = [{"purpose": "fallback", "uri": uri} for uri in uris]
    return builders.a_new_version(project, contacts=contacts)


def test_an_owner_who_wants_a_letter_a_day_is_told_in_it_of_a_restricted_case(cast):
    """A line of it leads to where owners see that there is one: without a place to lead to, the whole letter would never leave."""
    restriction.restrict(cast.case, readers=[], by=cast.alice, at=cast.report.received_at)
    ladders.add(cast.mailat, ladders.Step(When.BEFORE, 40, Audience.OWNERS), by=cast.olivia, at=cast.report.received_at)
    NoticeChoice.objects.create(user=cast.olivia, kind=Kind.DEADLINES, how=How.DIGEST)
    periodic.sweep(at=cast.report.received_at)
    periodic.sweep(at=cast.report.received_at + 9 * HOUR)
    (row,) = Delivery.objects.filter(letter="deadline_owners", gather=True)
    letters().clear()
    digests.gather(at=row.due_at)
    (letter,) = [one for one in letters(row.due_at) if one.to == ["olivia@example.org"]]
    assert cast.case.ref in letter.body and "/p/mailat/restricted/" in letter.body and f"/cases/{cast.case.ref}/" not in letter.body


# --- up the ladder ----------------------------------------------------------------------------------------------------


def test_it_climbs_from_the_assignee_to_the_administrators(cast):
    fallback(cast.mailat, "mailto:cert@example.net?subject=Parley", "tel:+4930123", "mailto:one@example.net,two@example.net")
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=cast.report.received_at)
    steps = {after: swept(cast, after * HOUR) for after in (24, 48, 72, 96, 120, 144)}
    assert steps[24] == [("deadline_near", "Bob")]
    assert steps[48] == [("deadline_passed", name) for name in ("Alice", "Bob", "Olivia")]
    assert steps[72] == [("deadline_passed", "Olivia")]
    assert {("deadline_fallback", f"{name}@example.net") for name in ("cert", "one", "two")} <= set(steps[96])
    assert steps[120] == [("deadline_administrators", "Ada")]
    passed = [one for one in steps[144] if one[0] == "deadline_passed"]
    assert passed == [("deadline_passed", name) for name in ("Alice", "Bob", "Olivia")], "from then on daily"


def test_where_the_policy_names_no_address_the_owners_are_told(cast):
    promising(cast.mailat)
    assert not cast.mailat.policies.order_by("-number").first().contacts.filter(purpose="fallback", uri__startswith="mailto:").exists()
    swept(cast, 72 * HOUR)
    assert swept(cast, 96 * HOUR) == [("deadline_passed", "Olivia")]


def test_an_assignee_who_is_away_in_their_own_zone_is_not_the_only_one_who_hears(cast):
    at = cast.report.received_at + 24 * HOUR
    cast.bob.timezone = "Pacific/Auckland"
    cast.bob.save()
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=cast.report.received_at)
    there = absences.today_of(cast.bob, at=at)
    away = absences.add(cast.bob, starts_on=there, ends_on=there, at=at)
    assert swept(cast, 24 * HOUR) == [("deadline_near", name) for name in ("Alice", "Bob", "Olivia")]
    away.delete()


def test_of_a_restricted_case_those_are_told_whom_it_names_and_owners_learn_the_reference(cast):
    restriction.restrict(keyed(cast.case), readers=[cast.bob], by=cast.alice, at=cast.report.received_at)
    assert swept(cast, 48 * HOUR) == [("deadline_passed", "Alice"), ("deadline_passed", "Bob")]
    assert swept(cast, 72 * HOUR) == [("deadline_owners", "Olivia")]
    letters(cast.report.received_at + 72 * HOUR)
    [letter] = [one for one in mail.outbox if one.to == ["olivia@example.org"] and "restricted" in one.body]
    assert cast.case.ref in letter.body and "/cases/" not in words_of(letter)


def test_letters_to_outsiders_say_that_it_waits_and_nothing_of_it(cast):
    fallback(cast.mailat, "mailto:cert@example.net")
    report = builders.a_report(cast.mailat, by=cast.rita, title=CANARY, answers={"description": CANARY, "steps": CANARY})
    at = report.received_at + 120 * HOUR
    periodic.sweep(at=at)
    letters(at)
    [cert] = [one for one in mail.outbox if one.to == ["cert@example.net"]]
    assert report.ref in cert.body and report.case.ref not in words_of(cert) and "5 days" in cert.body
    [ada] = [one for one in mail.outbox if one.to == ["ada@example.org"]]
    assert report.case.ref in ada.body and "Olivia <olivia@example.org>" in ada.body and report.ref not in words_of(ada)
    for letter in (cert, ada):
        assert CANARY not in words_of(letter) and "/cases/" not in words_of(letter) and "/reports/" not in words_of(letter)


def test_letters_that_were_answered_before_they_left_are_dropped(cast):
    fallback(cast.mailat, "mailto:cert@example.net")
    at = cast.report.received_at + 120 * HOUR
    periodic.sweep(at=at)
    builders.a_team_reply(cast.report, by=cast.bob, at=at)
    assert not [one for one in letters(at) if one.to in (["cert@example.net"], ["ada@example.org"])]


def test_nobody_who_reads_once_a_day_reads_it_too_late(cast):
    for user in (cast.alice, cast.bob, cast.olivia):
        NoticeChoice.objects.create(user=user, kind=Kind.DEADLINES, how=How.DIGEST)
    at = cast.report.received_at
    for after, left in ((24, 24 * HOUR), (48, timedelta(0))):
        moment = at + after * HOUR
        periodic.sweep(at=moment)
        for row in Delivery.objects.filter(letter__startswith="deadline_", made_at=moment):
            assert row.due_at <= moment + left and (left or not row.gather), row.recipient


# --- a ladder of one's own --------------------------------------------------------------------------------------------


def test_open_clocks_follow_a_ladder_that_was_changed(cast):
    at = cast.report.received_at
    ladders.add(cast.mailat, ladders.Step(When.BEFORE, 40, Audience.OWNERS), by=cast.olivia, at=at)
    assert swept(cast, 8 * HOUR) == [("deadline_near", "Olivia")]
    ladders.reset(cast.mailat, by=cast.olivia, at=at + 9 * HOUR)
    periodic.sweep(at=at + 9 * HOUR)
    row = clock(cast.report, "acknowledgement")
    assert (row.climbed, row.next_reminder_at) == (-40 * 60, at + 24 * HOUR)
    cast.mailat.refresh_from_db()
    assert cast.mailat.ladder_changed_at is None


def test_a_step_that_is_gone_is_not_taken_by_a_row_that_waits_for_it(cast):
    row, at = clock(cast.report, "acknowledgement"), cast.report.received_at
    ladders.add(cast.mailat, ladders.Step(When.AFTER, 1, Audience.OWNERS), by=cast.olivia, at=at)
    Project.objects.update(ladder_changed_at=None)  # nobody has looked yet
    Deadline.objects.filter(pk=row.pk).update(next_reminder_at=at + HOUR)
    assert swept(cast, HOUR) == []
    row.refresh_from_db()
    assert (row.climbed, row.reminders, row.next_reminder_at) == (None, 0, at + 24 * HOUR)


def test_a_stopped_clock_stays_without_a_reminder_when_the_ladder_changes(cast):
    builders.a_pause(cast.mailat, at=cast.report.received_at + HOUR)
    swept(cast, 2 * HOUR)
    ladders.add(cast.mailat, ladders.Step(When.BEFORE, 40, Audience.OWNERS), by=cast.olivia, at=cast.report.received_at + 3 * HOUR)
    swept(cast, 3 * HOUR)
    assert set(Deadline.objects.open().values_list("next_reminder_at", flat=True)) == {None}


# --- letters that do not arrive ---------------------------------------------------------------------------------------


def refused(letter, at):
    outbox.settle_undelivered(letter, Delivery.Outcome.REFUSED, trouble="550", at=at, seen={"outcome": letter.outcome})


def test_a_letter_to_the_team_that_was_refused_makes_the_next_deadline_climb_once(cast):
    at = cast.report.received_at + HOUR
    arrived = list(Delivery.objects.filter(letter="report_arrived", facts__case=cast.case.ref))
    refused(arrived[0], at)
    assert told(at) == [("deadline_near", name) for name in ("Alice", "Bob", "Olivia")]
    failed = cast.case.events.get(kind="letter_failed")
    assert failed.facts == {"letter": "report_arrived"} and failed.report is None
    assert cast.case.events.get(kind="deadline_near").facts["reason"] == "letter_failed"
    refused(arrived[1], at)
    assert len(told(at)) == 3 and cast.case.events.filter(kind="letter_failed").count() == 2, "put on record, and no step more"
    assert swept(cast, 24 * HOUR) == [], "this step was taken early"
    assert len(swept(cast, 48 * HOUR)) == 3


def test_outsiders_hear_nothing_early(cast):
    ladders.add(cast.mailat, ladders.Step(When.AT, 0, Audience.ADMINISTRATORS), by=cast.olivia, at=cast.report.received_at)
    at = cast.report.received_at + 25 * HOUR
    periodic.sweep(at=at)
    refused(Delivery.objects.filter(letter="deadline_near").first(), at + HOUR)
    assert {who for _letter, who in told(at + HOUR)} == {"Alice", "Bob", "Olivia"}
    assert clock(cast.report, "acknowledgement").climbed == -24 * 60, "the step itself comes in its time"
    assert ("deadline_administrators", "Ada") in swept(cast, 48 * HOUR)


def test_a_letter_to_the_reporter_that_was_refused_is_put_on_record_and_climbs_nothing(cast):
    at = cast.report.received_at
    refused(Delivery.objects.get(letter="report_received", recipient=cast.rita), at)
    assert cast.report.events.get(kind="letter_failed").facts == {"letter": "report_received"}
    assert told() == []


def test_where_nothing_is_open_nothing_climbs(cast):
    Deadline.objects.update(met_at=cast.report.received_at, next_reminder_at=None)
    refused(Delivery.objects.filter(letter="report_arrived").first(), cast.report.received_at)
    assert cast.case.events.filter(kind="letter_failed").exists() and told() == []


# --- cost -------------------------------------------------------------------------------------------------------------


def test_each_reminder_costs_the_same_however_many_there_are(cast):
    counts = []
    for more in (2, 6):
        reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(more)]
        at = reports[-1].received_at + 24 * HOUR
        with CaptureQueriesContext(connection) as asked:
            assert escalation.remind(at=at) >= more
        counts.append((len(asked.captured_queries) - 2) / more)
    assert counts[0] == counts[1]
