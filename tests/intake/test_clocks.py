"""The clocks of a report follow what the team does, and the case's next date follows its clocks."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from intake import closure, remediation, seen, triage
from intake.clocks import AFTER_VERDICT
from intake.models import Deadline
from intake.stages import Move
from portal.models.policy import Severity
from tests import builders
from tests.intake.doing import clock, is_open, keyed, worded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def report(cast):
    return cast.report


def test_the_first_team_message_acknowledges_and_later_ones_do_not(cast, report):
    at = report.received_at + 5 * HOUR
    builders.a_team_reply(report, by=cast.bob, at=at)
    builders.a_team_reply(report, by=cast.alice, at=at + HOUR)
    report.refresh_from_db()
    assert report.acknowledged_at == at
    assert clock(report, "acknowledgement").met_at == at
    assert report.deadlines.filter(milestone="acknowledgement").count() == 1


def test_the_reporters_own_words_meet_nothing(cast, report):
    builders.a_reporter_reply(report, by=cast.rita)
    report.refresh_from_db()
    assert report.acknowledged_at is None and is_open(clock(report, "acknowledgement"))


def test_a_note_meets_nothing(cast, report):
    builders.a_note(cast.case, by=cast.bob)
    assert is_open(clock(report, "acknowledgement")) and is_open(clock(report, "status_update"))


def test_each_team_message_starts_the_next_update(cast, report):
    for number in (1, 2, 3):
        at = report.received_at + number * 2 * DAY
        builders.a_team_reply(report, by=cast.bob, at=at)
        newest = clock(report, "status_update")
        assert (newest.ordinal, newest.starts_at, newest.due_at, is_open(newest)) == (number + 1, at, at + 7 * DAY, True)
    rows = report.deadlines.filter(milestone="status_update").order_by("ordinal")
    assert [row.met_at is not None for row in rows] == [True, True, True, False]


def test_an_assessment_is_met_by_a_message_marked_so_or_by_the_verdict(cast):
    marked, judged, plain = (builders.a_report(cast.mail_auth, by=cast.rita) for _number in range(3))
    builders.on_team(cast.bob, cast.mail_auth, "triager")
    at = now() + HOUR
    builders.a_team_reply(plain, by=cast.bob, at=at)
    builders.a_team_reply(marked, by=cast.bob, at=at, assessment=True)
    triage.accept(keyed(judged.case), by=cast.bob, at=at)
    assert [clock(one, "assessment").met_at for one in (plain, marked, judged)] == [None, at, at]
    assert is_open(clock(judged, "acknowledgement")), "a verdict without a message tells the reporter nothing"


def test_a_severity_makes_the_window_and_another_replaces_it(cast, report):
    case, at = keyed(cast.case), report.received_at + HOUR
    triage.set_severity(case, severity=Severity.HIGH, by=cast.bob, at=at)
    high = clock(report, "remediation", severity="high")
    assert (high.earliest_at, high.due_at, high.late) == (report.received_at + 7 * DAY, report.received_at + 14 * DAY, False)
    triage.set_severity(case, severity=Severity.LOW, by=cast.bob, at=at + HOUR)
    high.refresh_from_db()
    low = clock(report, "remediation", severity="low")
    assert high.cancelled_at == at + HOUR and high.next_reminder_at is None
    assert (low.ordinal, low.due_at, is_open(low)) == (2, report.received_at + 90 * DAY, True)


def test_a_severity_set_late_gives_a_day_and_says_so(cast, report):
    at = report.received_at + 30 * DAY
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=at)
    late = clock(report, "remediation", severity="critical")
    assert (late.due_at, late.late, late.earliest_at) == (at + DAY, True, None)


def test_the_same_severity_again_changes_nothing(cast, report):
    for _time in range(2):
        triage.set_severity(keyed(cast.case), severity=Severity.HIGH, by=cast.bob, at=now())
    assert report.deadlines.filter(milestone="remediation").count() == 1
    assert cast.case.events.filter(kind="severity_set").count() == 1


@pytest.mark.parametrize("verdict", [triage.reject, triage.defer])
def test_a_verdict_against_it_ends_updates_and_fix_and_a_severity_starts_none(cast, report, verdict):
    case, at = keyed(cast.case), now() + HOUR
    triage.set_severity(case, severity=Severity.HIGH, by=cast.bob, at=at)
    reason = {"reason": "not_reproducible"} if verdict is triage.reject else {}
    verdict(case, by=cast.bob, at=at, **worded(), **reason)
    triage.set_severity(keyed(case), severity=Severity.LOW, by=cast.bob, at=at + HOUR)
    assert not Deadline.objects.open().filter(report=report).exists()
    case = keyed(case)
    assert case.next_due_at is None
    triage.accept(case, by=cast.bob, at=at + 2 * HOUR)
    assert {(row.milestone, row.severity) for row in report.deadlines.open()} == {("status_update", ""), ("remediation", "low")}


def test_a_fix_meets_its_clock_and_no_severity_starts_it_again(cast, report):
    case, at = keyed(cast.case), now() + HOUR
    triage.accept(case, by=cast.bob, at=at)
    triage.set_severity(case, severity=Severity.HIGH, by=cast.bob, at=at)
    remediation.remediate(case, by=cast.bob, at=at + DAY)
    assert clock(report, "remediation", severity="high").met_at == at + DAY
    triage.set_severity(case, severity=Severity.LOW, by=cast.bob, at=at + 2 * DAY)
    assert clock(report, "remediation", severity="low") is None
    assert is_open(clock(report, "status_update")), "updates go on until the case is closed"


def closed_without_a_word(cast):
    """Accepted, fixed and closed, but nobody ever wrote to the reporter."""
    case, at = keyed(cast.case), now() + HOUR
    triage.accept(case, by=cast.bob, at=at)
    remediation.remediate(case, by=cast.bob, at=at)
    closure.close(case, by=cast.alice, at=at)
    return case, at


def test_closing_ends_all_but_an_answer_that_was_never_given(cast, report):
    case, at = closed_without_a_word(cast)
    assert [row.milestone for row in report.deadlines.open()] == ["acknowledgement"]
    builders.a_team_reply(report, by=cast.alice, at=at + HOUR)
    assert not report.deadlines.open().exists(), "a late answer on a closed case starts no updates"
    assert keyed(case).next_due_at is None


def test_closing_an_answered_case_ends_everything(cast, report):
    builders.a_team_reply(report, by=cast.bob)
    closed_without_a_word(cast)
    assert not report.deadlines.open().exists()


def test_reopening_starts_the_updates_anew(cast, report):
    builders.a_team_reply(report, by=cast.bob)
    case, at = closed_without_a_word(cast)
    closure.reopen(case, by=cast.alice, at=at + DAY)
    update = clock(report, "status_update")
    assert is_open(update) and update.due_at == at + 8 * DAY
    assert keyed(case).next_due_at == update.due_at


def test_reopening_before_the_fix_starts_its_clock_again(cast, report):
    case, at = keyed(cast.case), now() + HOUR
    triage.accept(case, by=cast.bob, at=at, **worded())
    triage.set_severity(case, severity=Severity.HIGH, by=cast.bob, at=at)
    closure.disclose(case, by=cast.alice, at=at, advisory_ref="MAILAT-SA-2026-0001")
    closure.close(case, by=cast.alice, at=at)
    assert not is_open(clock(report, "remediation", severity="high"))
    closure.reopen(case, by=cast.alice, at=at + DAY)
    assert is_open(clock(report, "remediation", severity="high"))


def test_an_edited_policy_rewrites_no_deadline(cast, report):
    before = list(report.deadlines.values_list("milestone", "due_at"))
    builders.a_team_reply(report, by=cast.bob)
    assert set(before) <= set(report.deadlines.values_list("milestone", "due_at"))


@pytest.mark.parametrize("first", ["fixed", "disclosed"])
def test_updates_end_when_it_is_fixed_and_disclosed_whichever_comes_first(cast, report, first):
    case, at = keyed(cast.case), report.received_at + HOUR
    triage.accept(case, by=cast.bob, at=at)
    steps = [
        lambda: remediation.remediate(case, by=cast.bob, at=at),
        lambda: closure.disclose(case, by=cast.alice, at=at, advisory_ref="MAILAT-SA-2026-0001"),
    ]
    for step, still_open in zip(steps if first == "fixed" else reversed(steps), (True, False), strict=True):
        step()
        assert is_open(clock(report, "status_update")) == still_open


def _step(case, cast, at, dice):
    report = case.reports.get()
    report.case = case
    moves = {
        Move.ACCEPT: lambda: triage.accept(case, by=cast.bob, at=at, **(worded() if dice.random() < 0.5 else {})),
        Move.REJECT: lambda: triage.reject(case, reason="spam", by=cast.bob, at=at, **worded()),
        Move.DEFER: lambda: triage.defer(case, by=cast.bob, at=at, **worded()),
        Move.REMEDIATE: lambda: remediation.remediate(case, by=cast.bob, at=at),
        Move.CLOSE: lambda: closure.close(case, by=cast.alice, at=at),
        Move.REOPEN: lambda: closure.reopen(case, by=cast.alice, at=at),
    }
    steps = [moves[move] for move in case.moves] * 2
    if not case.closed_at:
        steps += [lambda: triage.set_severity(case, severity=dice.choice(Severity.values), by=cast.bob, at=at)] * 2
    waits = dice.choice([None, True, False])
    steps += [lambda: builders.a_team_reply(report, by=cast.bob, at=at, waits=waits)] * 2
    steps += [lambda: builders.a_reporter_reply(report, by=cast.rita, at=at), lambda: seen.mark([report], by=cast.bob, at=at, until={})]
    steps += [lambda: closure.disclose(case, by=cast.alice, at=at, advisory_ref="MAILAT-SA-2026-0001")]
    dice.choice(steps)()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_next_date_is_the_earliest_open_one(cast, seed):
    dice, at = random.Random(seed), now()
    for _number in range(14):
        at += timedelta(hours=dice.randint(1, 90))
        _step(keyed(cast.case), cast, at, dice)
        case, rows = keyed(cast.case), list(Deadline.objects.open().filter(report=cast.report))
        assert case.next_due_at == min((row.due_at for row in rows if not row.paused_at), default=None)
        assert not any(row.waiting_at for row in rows) or case.reports.get().waiting_at
        assert (case.next_milestone in {row.milestone for row in rows}) if rows else case.next_milestone == ""
        names = [row.milestone for row in rows]
        assert len(names) == len(set(names)), "one open clock for each milestone"
        if case.closed_at:
            assert set(names) <= {"acknowledgement"}
        elif case.verdict in ("rejected", "deferred") and case.events.order_by("-seq").first().kind in ("rejected", "deferred"):
            assert not set(names) & set(AFTER_VERDICT)


def test_a_second_report_counts_its_own(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie, client_id=uuid4())
    builders.a_team_reply(cast.report, by=cast.bob)
    assert is_open(clock(other, "acknowledgement"))
