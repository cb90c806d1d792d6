"""Joining a duplicate: the report goes over as it is, the case that it leaves is closed, and both timelines say so."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from intake import closure, conversation, joining, periodic, texts, verification
from intake.models import Case, CaseEvent, Deadline
from tests import builders
from tests.intake import joined
from tests.intake.doing import keyed, said
from tests.intake.test_event_chain import first_break


def in_order():
    return [str(finding) for finding in verification.cases(keyed=True)] == []


def test_the_report_goes_over_and_its_case_is_closed(cast):
    first, second = joined.two(cast)
    sealed = bytes(second.sealed)
    left, at = second.case, now()
    moved = joined.join(second, first, by=cast.bob, at=at)
    assert moved.case == first.case and bytes(moved.sealed) == sealed
    behind = Case.objects.get(pk=left.pk)
    assert (behind.joined_into, behind.closed_at, behind.next_due_at, behind.next_milestone) == (first.case, at, None, "")
    assert moved.keys.open(moved)["title"] == joined.LATER
    assert first_break(behind) is None and first_break(first.case) is None and in_order()


def test_the_events_say_it_on_both_sides(cast):
    first, second = joined.two(cast)
    left = second.case
    joined.join(second, first, by=cast.bob)
    teams = CaseEvent.objects.get(case=left, kind="report_joined")
    assert (teams.report, teams.by.user) == (None, cast.bob)
    assert teams.facts == {"joined_report": str(second.pk), "from": str(left.pk), "into": str(first.case_id)}
    own = CaseEvent.objects.get(case=first.case, kind="report_joined")
    last = CaseEvent.objects.filter(report=second, case=left).order_by("-report_seq").first()
    assert own.report == second and own.report_seq == last.report_seq + 1
    assert set(own.facts) == {"joined_received_at", "joined_commitment"} and own.facts["joined_commitment"] == first.commitment


def test_what_is_said_later_goes_on_in_the_same_chain(cast):
    first, second = joined.two(cast)
    builders.a_reporter_reply(second, by=cast.carol)
    second = joined.join(second, first, by=cast.bob)
    message = builders.a_team_reply(second, by=cast.bob, text="Thank you, we have it.")
    assert joined.anew(second).acknowledged_at == message.at
    builders.a_reporter_reply(second, by=cast.carol)
    numbers = list(CaseEvent.objects.filter(report=second).order_by("report_seq").values_list("report_seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)) and in_order()


def test_only_the_chosen_one_of_several_goes(cast):
    first, second = joined.two(cast)
    third = builders.a_report(cast.mailat, by=cast.charlie)
    left = second.case
    joined.join(third, second, by=cast.bob)
    joined.join(second, first, by=cast.bob)
    behind = Case.objects.get(pk=left.pk)
    assert list(behind.reports.all()) == [third] and behind.closed_at is None and behind.joined_into is None and in_order()


def test_joined_by_mistake_reopened_and_joined_back(cast):
    first, second = joined.two(cast)
    left = second.case
    builders.a_team_reply(second, by=cast.bob)
    joined.join(second, first, by=cast.bob)
    builders.a_team_reply(joined.anew(second), by=cast.bob)
    closure.reopen(keyed(left), by=cast.alice, at=now())
    second = joined.join(second, left, by=cast.bob)
    assert second.case == left and Case.objects.get(pk=left.pk).joined_into is None
    builders.a_team_reply(second, by=cast.bob)
    second = joined.join(second, first, by=cast.bob)
    assert second.case == first.case and in_order()
    assert joining.of(second).commitment == first.commitment


@pytest.mark.parametrize("what", ["itself", "closed", "left closed", "another project", "held"])
def test_what_cannot_be_joined(cast, what):
    first, second = joined.two(cast)
    into, left = first.case, second.case
    if what == "itself":
        into = left
    elif what == "another project":
        into = builders.a_report(cast.mail_auth, by=cast.rita).case
    elif what == "held":
        Case.objects.filter(pk=left.pk).update(held_at=now())
    else:
        Case.objects.filter(pk=into.pk if what == "closed" else left.pk).update(closed_at=now())
    with pytest.raises(joining.NotPossible):
        joined.join(second, into, by=cast.bob)
    assert joined.anew(second).case == left and not CaseEvent.objects.filter(kind="report_joined").exists()


def test_notes_stay_and_can_be_read_where_they_were(cast):
    first, second = joined.two(cast)
    left = second.case
    builders.a_note(left, by=cast.bob, text="What we knew of it.")
    joined.join(second, first, by=cast.bob)
    page = cast.client("alice").get(f"/cases/{left.ref}/").content.decode()
    assert "What we knew of it." in page and f'href="/cases/{first.case.ref}/"' in page and "the team found it itself" not in page
    page = cast.client("alice").get(f"/cases/{first.case.ref}/").content.decode()
    assert joined.EARLIER in page and joined.LATER in page and f'href="/cases/{left.ref}/"' in page and "What we knew of it." not in page


def test_a_reply_from_a_page_that_was_open_before_reaches_the_reporter(cast):
    first, second = joined.two(cast)
    left = second.case
    joined.join(second, first, by=cast.alice)
    sent = cast.client("bob").post(f"/cases/{left.ref}/reports/{second.ref}/reply/", said("Written on the old page."))
    assert sent.status_code == 302 and sent.url.startswith(f"/cases/{first.case.ref}/#m-")
    kept = cast.client("bob").post(f"/cases/{left.ref}/reports/{second.ref}/draft/", said("Begun on the old page."))
    assert kept.status_code == 302
    assert second.messages.count() == 1 and in_order()
    # A report that never was in the case is not found there.
    other = builders.a_report(cast.mailat, by=cast.charlie)
    assert cast.client("bob").post(f"/cases/{left.ref}/reports/{other.ref}/reply/", said()).status_code == 404


def test_a_verb_that_read_the_report_before_finds_it_where_it_is(cast):
    first, second = joined.two(cast)
    stale = joined.anew(second)
    joined.join(second, first, by=cast.bob)
    conversation.team_reply(stale, content=texts.message("Late."), client_id=stale.pk, by=cast.alice, at=now())
    assert CaseEvent.objects.get(kind="acknowledged").case == first.case and in_order()


def test_an_open_page_is_told_to_be_opened_anew(cast):
    first, second = joined.two(cast)
    bob = cast.client("bob")
    page = bob.get(f"/cases/{first.case.ref}/")
    stamp = page.context["stamp"]
    joined.join(second, first, by=cast.alice)
    news = bob.get(f"/cases/{first.case.ref}/news/", {"stamp": str(stamp)}, headers={"HX-Request": "true"})
    assert "Open the page anew" in news.content.decode()


def test_erasing_the_case_that_took_it_erases_it_and_the_one_behind_has_its_own_time(cast):
    cast.mailat.retention_months = 1
    cast.mailat.save()
    first, second = joined.two(cast)
    left, at = second.case, now()
    builders.a_note(left, by=cast.bob)
    joined.join(second, first, by=cast.bob, at=at)
    assert Case.objects.get(pk=left.pk).erase_because == "retained"
    from_now = at + timedelta(days=200)
    for _round in range(2):
        periodic.sweep(at=from_now)
        from_now += timedelta(days=40)
    assert Case.objects.get(pk=left.pk).erased_at and not Case.objects.get(pk=first.case_id).erased_at
    assert joined.anew(second).keys.open(second)["title"] == joined.LATER and in_order()
    assert Deadline.objects.open().filter(report=second).exists()
