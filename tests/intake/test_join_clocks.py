"""The clocks of a joined report: its own promises go on, and follow the facts of the case that took it."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from intake import clocks, closure, joining, remediation, triage
from intake.models import Case
from tests import builders
from tests.intake import joined
from tests.intake.doing import clock, is_open, keyed, letters, promising, worded

PROMISED = (
    {"milestone": "assessment", "latest": 5, "unit": "days"},
    {"milestone": "status_update", "latest": 7, "unit": "days", "recurring": True, "anchor": "last_update"},
    {"milestone": "remediation", "latest": 30, "unit": "days", "severity": "high", "anchor": "accepted"},
    {"milestone": "remediation", "latest": 60, "unit": "days", "severity": "low", "anchor": "received"},
    {"milestone": "disclosure", "latest": 14, "unit": "days", "anchor": "fixed"},
)


@pytest.fixture
def pair(cast):
    promising(cast.mailat, *PROMISED)
    return joined.two(cast)


def test_the_answer_that_is_owed_stays_owed(cast, pair):
    first, second = pair
    builders.a_team_reply(first, by=cast.bob)
    before = clock(second, "acknowledgement")
    second = joined.join(second, first, by=cast.bob)
    after = clock(second, "acknowledgement")
    assert is_open(after) and (after.pk, after.due_at) == (before.pk, before.due_at)
    taking = Case.objects.get(pk=first.case_id)
    assert (taking.next_due_at, taking.next_milestone, taking.stage.value) == (before.due_at, "acknowledgement", "received")
    joined_to = joined.anew(first)
    assert joined_to.acknowledged_at and not second.acknowledged_at


def test_the_verdict_of_the_case_counts_and_starts_what_it_promises(cast, pair):
    first, second = pair
    at = now()
    triage.set_severity(keyed(first.case), severity="high", by=cast.bob, at=at)
    triage.accept(keyed(first.case), by=cast.bob, at=at)
    second = joined.join(second, first, by=cast.bob, at=at + timedelta(hours=1))
    assert clock(second, "assessment").met_at == at + timedelta(hours=1)
    assert clock(second, "remediation", severity="high").due_at == at + timedelta(days=30)
    assert is_open(clock(second, "status_update")) and second.deadlines.filter(milestone="status_update").count() == 1


def test_the_severity_of_the_case_behind_does_not_count_any_more(cast, pair):
    first, second = pair
    triage.set_severity(keyed(second.case), severity="low", by=cast.bob, at=now())
    assert is_open(clock(second, "remediation", severity="low"))
    second = joined.join(second, first, by=cast.bob)
    assert not is_open(clock(second, "remediation", severity="low"))
    triage.set_severity(keyed(first.case), severity="low", by=cast.bob, at=now())
    assert is_open(clock(second, "remediation", severity="low"))


@pytest.mark.parametrize("verdict", ["defer", "reject"])
def test_a_verdict_against_it_ends_what_it_ends(cast, pair, verdict):
    first, second = pair
    facts = {"reason": "not_reproducible"} if verdict == "reject" else {}
    getattr(triage, verdict)(keyed(first.case), by=cast.bob, at=now(), **facts, **worded())
    second = joined.join(second, first, by=cast.bob)
    assert clock(second, "assessment").met_at and not is_open(clock(second, "status_update"))
    assert is_open(clock(second, "acknowledgement"))


def test_what_a_verdict_against_the_case_behind_ended_begins_anew(cast, pair):
    first, second = pair
    triage.defer(keyed(second.case), by=cast.bob, at=now(), **worded())
    assert not is_open(clock(second, "status_update"))
    second = joined.join(second, first, by=cast.bob, at=now())
    assert is_open(clock(second, "status_update"))


def test_a_fix_that_is_out_counts_for_it_and_what_follows_from_it_starts(cast, pair):
    first, second = pair
    at = now()
    triage.set_severity(keyed(second.case), severity="low", by=cast.bob, at=at)
    case = keyed(first.case)
    triage.set_severity(case, severity="low", by=cast.bob, at=at)
    triage.accept(case, by=cast.bob, at=at)
    remediation.remediate(case, by=cast.bob, at=at + timedelta(hours=1))
    second = joined.join(second, first, by=cast.bob, at=at + timedelta(hours=2))
    assert clock(second, "remediation", severity="low").met_at == at + timedelta(hours=2)
    assert clock(second, "disclosure").due_at == at + timedelta(hours=1, days=14)


def test_what_happens_to_the_case_later_happens_to_all_its_reports_and_both_are_told(cast, pair):
    first, second = pair
    second = joined.join(second, first, by=cast.bob)
    told = len(letters())
    case = keyed(first.case)
    triage.set_severity(case, severity="high", by=cast.bob, at=now())
    triage.accept(case, by=cast.bob, at=now(), **worded())
    remediation.remediate(case, by=cast.bob, at=now())
    closure.close(case, by=cast.alice, at=now())
    to = [letter.to[0] for letter in letters()[told:]]
    # Not the same number: who had many letters at once gets the further ones together.
    assert min(to.count("rita@example.org"), to.count("carol-canary@example.org")) >= 3
    assert not any(is_open(row) for row in second.deadlines.all())
    assert first.messages.count() == second.messages.count() == 1


def test_two_reports_of_one_person_in_one_case(cast):
    first = builders.a_report(cast.mailat, by=cast.rita)
    second = joined.join(builders.a_report(cast.mailat, by=cast.rita), first, by=cast.bob)
    triage.accept(keyed(first.case), by=cast.bob, at=now(), **worded())
    closing = keyed(first.case)
    remediation.remediate(closing, by=cast.bob, at=now())
    assert second.messages.count() == 1 and letters()


def test_a_clock_that_waits_for_its_reporter_waits_on(cast):
    levels = [{**PROMISED[0], "waits_for_reporter": True}]
    promising(cast.mailat, *levels)
    first, second = joined.two(cast)
    builders.a_team_reply(second, by=cast.bob, waits=True)
    second = joined.join(second, first, by=cast.bob)
    assert second.waiting_at and clock(second, "assessment").paused_at
    builders.a_reporter_reply(second, by=cast.carol)
    assert not joined.anew(second).waiting_at and not clock(second, "assessment").paused_at


def test_the_dates_of_both_cases_are_worked_out_anew(cast, pair):
    first, second = pair
    builders.a_team_reply(first, by=cast.bob)
    left = second.case
    joined.join(second, first, by=cast.bob)
    for case in (left, first.case):
        stored = Case.objects.values_list("next_due_at", "next_milestone").get(pk=case.pk)
        clocks.refresh(case.pk)
        assert Case.objects.values_list("next_due_at", "next_milestone").get(pk=case.pk) == stored
    assert joining.of(joined.anew(first)) is None
