"""Who looks after a case: by hand, and in turn where nobody did anything in it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import closing
from accounts.models import Delivery
from intake import assignment, closure, joining, periodic, restriction, triage, verification
from intake.models import Case
from portal import absences, ladders, teams
from portal.models import Membership
from tests import builders
from tests.cast import assemble
from tests.intake.doing import keyed, letters, worded
from tests.intake.test_at_the_same_time import together

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def anew(case):
    return Case.objects.select_related("assignee", "project").get(pk=case.pk)


def assigned(case):
    found = anew(case).assignee
    return found and found.display_name


def in_turn(cast, after=24 * HOUR):
    """Whom the rotation chose for Rita's report, so long after it came."""
    periodic.sweep(at=cast.report.received_at + after)
    return assigned(cast.case)


def told(letter):
    return [row.recipient.display_name for row in Delivery.objects.filter(letter=letter).order_by("recipient__display_name")]


# --- in turn ----------------------------------------------------------------------------------------------------------


def test_a_case_that_nobody_touched_for_a_day_is_assigned(cast):
    assert cast.case.assign_at == cast.report.received_at + 24 * HOUR
    assert in_turn(cast, 24 * HOUR - timedelta(seconds=1)) is None
    assert in_turn(cast) == "Alice", "never had one, and came first"
    event = cast.case.events.get(kind="assigned")
    assert event.by is None and event.facts == {} and event.report is None
    assert told("case_assigned") == ["Alice"]
    assert (
        anew(cast.case).assign_at is None
        and Membership.objects.get(user=cast.alice).last_assigned_at == cast.report.received_at + 24 * HOUR
    )


def test_turns_are_fair(cast):
    reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(7)]
    for number, report in enumerate(reports):
        periodic.sweep(at=report.received_at + 24 * HOUR + number * HOUR)
    names = [assigned(report.case) for report in reports]
    assert sorted(names[:3]) == sorted(names[3:6]) == ["Alice", "Bob", "Olivia"]


def test_who_has_fewest_comes_first_among_those_who_never_had_one(cast):
    builders.on_team(cast.alice, cast.mail_auth, "triager")
    other = builders.a_report(cast.mail_auth, by=cast.rita)
    Case.objects.filter(pk=other.case_id).update(assignee=cast.alice, assigned_at=other.received_at, assign_at=None)
    assert in_turn(cast) == "Bob"


def test_whatever_the_team_does_makes_it_a_case_that_is_worked_on(cast):
    builders.a_note(cast.case, by=cast.bob)
    assert in_turn(cast) is None
    assert anew(cast.case).assign_at is None, "the rotation is done with it"


def test_to_look_is_not_to_do_something(cast):
    cast.client("bob").get(cast.case.get_absolute_url())
    assert in_turn(cast) == "Alice"


def test_who_is_away_or_takes_none_is_left_out(cast):
    at = cast.report.received_at + 24 * HOUR
    day = absences.today_of(cast.alice, at=at)
    absences.add(cast.alice, starts_on=day, ends_on=day, at=cast.report.received_at)
    teams.take_turns(cast.mailat.memberships.get(user=cast.bob), takes=False, by=cast.bob, at=at)
    assert in_turn(cast) == "Olivia"


def test_where_nobody_can_take_it_maintainers_and_owners_are_told_once_and_it_is_tried_again(cast):
    Membership.objects.update(takes_cases=False)
    assert in_turn(cast) is None and in_turn(cast, 50 * HOUR) is None
    assert told("case_not_assigned") == ["Alice", "Olivia"]
    Membership.objects.filter(user=cast.bob).update(takes_cases=True)
    assert in_turn(cast, 80 * HOUR) == "Bob"


def test_a_project_without_a_rotation_assigns_nobody(cast):
    ladders.assign_after(cast.mailat, hours=None, by=cast.olivia, at=cast.report.received_at)
    assert builders.a_report(cast.mailat, by=cast.rita).case.assign_at is None


def test_of_a_restricted_case_only_those_whom_it_names(cast):
    restriction.restrict(keyed(cast.case), readers=[cast.bob], by=cast.olivia, at=cast.report.received_at)
    Case.objects.filter(pk=cast.case.pk).update(assign_at=cast.report.received_at)
    cast.case.events.filter(kind="restricted").exists()
    Membership.objects.filter(user=cast.olivia).update(takes_cases=False)
    builders_report = cast.report
    assignment.give_back(cast.case, by=cast.olivia, at=builders_report.received_at)
    assert list(assignment.people(cast.case)) == [cast.bob, cast.olivia]


# --- by hand ----------------------------------------------------------------------------------------------------------


def press(cast, who, to):
    return cast.client(who).post(reverse("case_assign", args=[cast.case.ref]), {"to": str(to.uuid) if to else ""})


def test_take_assign_and_give_back(cast):
    assert press(cast, "bob", cast.bob).status_code == 302
    assert assigned(cast.case) == "Bob" and told("case_assigned") == [], "who takes it knows"
    press(cast, "bob", cast.alice)
    assert assigned(cast.case) == "Alice" and told("case_assigned") == ["Alice"]
    assert "/cases/" in letters()[-1].body
    press(cast, "alice", None)
    assert assigned(cast.case) is None and anew(cast.case).assign_at, "it waits for somebody again"
    assert [event.kind for event in cast.case.events.filter(kind__in=["assigned", "unassigned"])] == ["assigned", "assigned", "unassigned"]
    page = cast.client("alice").get(cast.case.get_absolute_url()).content.decode()
    assert "Take it" in page and "Give it back" not in page and "assigned in turn" in page


def test_nobody_is_given_a_case_that_they_cannot_open(cast):
    press(cast, "bob", cast.charlie)
    assert assigned(cast.case) is None
    with pytest.raises(assignment.NotPossible):
        assignment.assign(cast.case, to=cast.charlie, by=cast.bob, at=cast.report.received_at)


def test_a_closed_case_is_nobodys_any_more_and_a_reopened_one_waits_again(cast):
    case, at = keyed(cast.case), cast.report.received_at
    triage.reject(case, reason="not_reproducible", by=cast.bob, at=at, **worded())
    closure.close(case, by=cast.alice, at=at)
    with pytest.raises(assignment.NotPossible):
        assignment.assign(case, to=cast.bob, by=cast.bob, at=at)
    assert in_turn(cast, 90 * DAY) is None
    closure.reopen(keyed(cast.case), by=cast.alice, at=at + 91 * DAY)
    assert anew(cast.case).assign_at == at + 92 * DAY
    assert in_turn(cast, 92 * DAY) == "Alice"


def test_the_inbox_shows_mine_and_nobodys(cast):
    press(cast, "bob", cast.bob)
    other = builders.a_report(cast.mailat, by=cast.rita)
    for whose, refs in (("mine", [cast.case.ref]), ("nobody", [other.case.ref]), ("", [cast.case.ref, other.case.ref])):
        page = cast.client("bob").get(reverse("inbox"), {"whose": whose}).content.decode()
        assert [ref in page for ref in (cast.case.ref, other.case.ref)] == [ref in refs for ref in (cast.case.ref, other.case.ref)]


# --- who can no longer ------------------------------------------------------------------------------------------------


def test_who_leaves_the_team_looks_after_nothing_and_it_waits_anew(cast):
    at = cast.report.received_at
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=at)
    teams.remove(cast.mailat.memberships.get(user=cast.bob), by=cast.olivia, at=at)
    periodic.follow_teams(at=at + HOUR)
    assert assigned(cast.case) is None and anew(cast.case).assign_at == at + 25 * HOUR
    assert cast.case.events.get(kind="unassigned").facts == {"reason": "not_on_team"}


def test_who_closes_the_account_looks_after_nothing(cast):
    at = cast.report.received_at
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=at)
    closing.close(cast.bob, by=cast.bob, at=at)
    periodic.follow_teams(at=at + HOUR)
    assert assigned(cast.case) is None and anew(cast.case).assign_at == at + 25 * HOUR


def test_who_is_not_named_any_more_looks_after_nothing(cast):
    at = cast.report.received_at
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=at)
    restriction.restrict(keyed(cast.case), readers=[cast.alice], by=cast.olivia, at=at)
    periodic.follow_teams(at=at)
    assert assigned(cast.case) != "Bob"


def test_a_report_that_is_joined_leaves_the_assignee_of_the_case_that_takes_it(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    assignment.assign(cast.case, to=cast.bob, by=cast.bob, at=cast.report.received_at)
    joining.join(other, into=cast.case, by=cast.alice, at=other.received_at)
    assert assigned(cast.case) == "Bob"


# --- at the same time, and what it costs ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_three_sweeps_at_once_assign_each_case_once_and_each_to_another():
    cast = assemble()
    reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(3)]
    at = reports[-1].received_at + 24 * HOUR
    assert not together(*[lambda: assignment.sweep(at=at)] * 3)
    assert sorted(assigned(report.case) for report in reports) == ["Alice", "Bob", "Olivia"]
    assert Delivery.objects.filter(letter="case_assigned").count() == 3


def test_each_costs_the_same_however_many_there_are(cast):
    counts = []
    for more in (2, 6):
        reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(more)]
        assignment.sweep(at=reports[-1].received_at + 24 * HOUR - HOUR)
        with CaptureQueriesContext(connection) as asked:
            assert assignment.sweep(at=reports[-1].received_at + 24 * HOUR) >= more
        counts.append((len(asked.captured_queries) - 1) / more)
    assert counts[1] <= counts[0]


# --- what is on record ------------------------------------------------------------------------------------------------


def found():
    return [str(finding) for finding in verification.cases(keyed=False)]


def test_who_looked_after_it_is_in_the_timeline(cast):
    at = cast.report.received_at
    assignment.assign(cast.case, to=cast.bob, by=cast.alice, at=at)
    assert found() == []
    Case.objects.filter(pk=cast.case.pk).update(assignee=cast.olivia)
    assert len(found()) == 1 and "assignee" in found()[0]
    Case.objects.filter(pk=cast.case.pk).update(assignee=cast.bob)
    closing.close(cast.bob, by=cast.bob, at=at)
    assert found() == []
    periodic.follow_teams(at=at + HOUR)
    assert assigned(cast.case) is None and found() == []


def test_the_timeline_says_to_whom(cast):
    assignment.assign(cast.case, to=cast.bob, by=cast.alice, at=cast.report.received_at)
    page = cast.client("alice").get(f"/cases/{cast.case.ref}/timeline/").content.decode()
    assert "<b>Assigned</b> · Alice" in page and "· to Bob" in page
