"""No report is silent: whatever people do, and however clocks jump, an overdue promise has a reminder on record after a sweep.

And what is stored of the clocks is what the timeline makes of them.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from accounts.models import User
from intake import assignment, closure, escalation, extensions, joining, ladder, periodic, remediation, texts, triage, verification
from intake.models import Case, CaseEvent, Deadline, Extension, Report
from portal import ladders, pauses, teams
from portal.models import Audience, Project, When
from portal.models.policy import Severity
from tests import builders
from tests.intake import joined
from tests.intake.doing import keyed, promising, worded
from tests.intake.replayed import replayed, running

pytestmark = [pytest.mark.django_db, pytest.mark.hypothesis]

# A week before clocks go forward in Europe, where the project is.
T = datetime(2027, 3, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
REFUSED = (
    triage.NotNow, triage.Closed, texts.TextRefused, extensions.NotPossible, assignment.NotPossible, joining.NotPossible,
    pauses.CannotPause, ladders.CannotClimb, teams.NotNow,
)  # fmt: skip
REMINDERS = ("deadline_near", "deadline_passed")
HOURS = st.integers(1, 20 * 24)


class Portal(RuleBasedStateMachine):
    """A project, its team and its reporters, and a clock that goes on by jumps. Each story is taken back when it is over."""

    cast = None

    def __init__(self):
        super().__init__()
        self.at, self.reports = T, []
        self.story = transaction.atomic()
        self.story.__enter__()

    def teardown(self):
        try:
            assert [str(finding) for finding in verification.cases(keyed=False)] == []
            for report in self.reports:
                assert running(report) == replayed(report), "worked out anew from the timeline"
        finally:
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)

    def some(self, which) -> Report:
        return joined.anew(self.reports[which % len(self.reports)])

    def act(self, verb):
        """Do it; what is refused is not done, and that is fine."""
        with suppress(*REFUSED), transaction.atomic():
            verb()

    @rule(recorded=st.none() | HOURS)
    def a_report_comes(self, recorded):
        if recorded:
            came = max(T, self.at - recorded * HOUR)
            report = builders.a_recorded_report(self.cast.mailat, by=self.cast.bob, received_at=came, at=self.at)
        else:
            with suppress(Exception):  # in a pause none is taken
                report = None
                with transaction.atomic():
                    report = builders.a_report(self.cast.mailat, by=self.cast.rita, at=self.at)
        if report:
            self.reports.append(report)

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9), waits=st.sampled_from([None, True, False]), assessment=st.booleans())
    def the_team_writes(self, which, waits, assessment):
        report = self.some(which)
        self.act(lambda: builders.a_team_reply(report, by=self.cast.bob, at=self.at, waits=waits, assessment=assessment))

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9))
    def the_reporter_writes(self, which):
        report = self.some(which)
        self.act(lambda: builders.a_reporter_reply(report, by=self.cast.rita, at=self.at))

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9), severity=st.sampled_from(Severity.values))
    def a_severity(self, which, severity):
        case = keyed(self.some(which).case)
        self.act(lambda: triage.set_severity(case, severity=severity, by=self.cast.bob, at=self.at))

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9), move=st.sampled_from(["accept", "reject", "defer", "fix", "close", "reopen"]))
    def a_move(self, which, move):
        case, facts = keyed(self.some(which).case), {"by": self.cast.alice, "at": self.at}
        verbs = {
            "accept": lambda: triage.accept(case, **facts),
            "reject": lambda: triage.reject(case, reason="not_reproducible", **facts, **worded()),
            "defer": lambda: triage.defer(case, **facts, **worded()),
            "fix": lambda: remediation.remediate(case, **facts),
            "close": lambda: closure.close(case, **facts),
            "reopen": lambda: closure.reopen(case, **facts),
        }
        self.act(verbs[move])

    @precondition(lambda self: len(self.reports) > 1)
    @rule(which=st.integers(0, 9), other=st.integers(0, 9))
    def a_join(self, which, other):
        report, into = self.some(which), self.some(other).case
        self.act(lambda: joining.join(report, into=into, by=self.cast.bob, at=self.at))

    @rule(begins=HOURS, days=st.integers(1, 10), critical_ok=st.booleans())
    def a_pause(self, begins, days, critical_ok):
        span = {"begins": begins * HOUR, "days": days, "critical_ok": critical_ok}
        self.act(lambda: builders.a_pause(self.cast.mailat, at=self.at, **span))

    @rule(latest=st.integers(1, 12), unit=st.sampled_from(["hours", "days", "business_days"]))
    def another_policy(self, latest, unit):
        self._promise(latest, unit)

    @initialize(latest=st.integers(1, 12))
    def a_policy_with_all_milestones(self, latest):
        self._promise(latest, "days")

    def _promise(self, latest, unit):
        levels = [
            {"milestone": "acknowledgement", "latest": 48, "unit": "hours"},
            {"milestone": "assessment", "latest": latest, "unit": unit, "waits_for_reporter": True},
            {"milestone": "status_update", "latest": 7, "unit": "days", "recurring": True, "anchor": "last_update"},
            {"milestone": "remediation", "severity": "high", "latest": 2 * latest, "unit": unit, "waits_for_reporter": True},
            {"milestone": "remediation", "severity": "low", "latest": 90, "unit": "days", "anchor": "accepted"},
            {"milestone": "disclosure", "latest": 30, "unit": "days", "anchor": "fixed"},
        ]
        promising(self.cast.mailat, *levels, calendar_zone="Europe/Berlin", at=self.at)

    @rule(
        when=st.sampled_from(When.values),
        hours=st.integers(1, 100),
        audience=st.sampled_from(Audience.values),
        what=st.sampled_from(["add", "remove", "reset"]),
    )
    def another_ladder(self, when, hours, audience, what):
        facts, step = {"by": self.cast.olivia, "at": self.at}, ladders.Step(when, hours if when in ("before", "after") else 0, audience)
        mailat = self.cast.mailat
        verbs = {
            "add": lambda: ladders.add(mailat, step, **facts),
            "remove": lambda: ladders.remove(mailat, ladders.of_project(mailat.pk)[0], **facts),
            "reset": lambda: ladders.reset(mailat, **facts),
        }
        self.act(verbs[what])

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9), hours=HOURS, agrees=st.sampled_from([None, True, False]))
    def a_later_date(self, which, hours, agrees):
        report = self.some(which)
        for row in extensions.movable(report, at=self.at)[:1]:
            facts = {"until": row.due_at + hours * HOUR, "content": texts.message("It takes longer."), "client_id": uuid4()}
            self.act(lambda row=row, facts=facts: extensions.ask(report, deadline=row.uuid, **facts, by=self.cast.bob, at=self.at))
        open_ones = Extension.objects.filter(deadline__report=report, answered_at=None).select_related("deadline__report__case__project")
        for question in open_ones[:1] if agrees is not None else ():
            self.act(lambda question=question: extensions.answer(question, agrees=agrees, by=self.cast.rita, at=self.at))

    @precondition(lambda self: self.reports)
    @rule(which=st.integers(0, 9), who=st.sampled_from(["alice", "bob", "olivia", None]))
    def somebody_looks_after_it(self, which, who):
        case = self.some(which).case
        if who is None:
            self.act(lambda: assignment.give_back(case, by=self.cast.bob, at=self.at))
        else:
            self.act(lambda: assignment.assign(case, to=getattr(self.cast, who), by=self.cast.bob, at=self.at))

    @rule(active=st.booleans())
    def somebody_cannot_sign_in_for_a_while(self, active):
        User.objects.filter(pk=self.cast.bob.pk).update(is_active=active)

    @rule(hours=HOURS)
    def time_goes_on_and_nothing_sweeps(self, hours):
        self.at += hours * HOUR

    @rule(hours=st.integers(0, 60))
    def a_sweep(self, hours):
        self.at += hours * HOUR
        periodic.sweep(at=self.at)
        self.nothing_is_silent()

    @rule(hours=st.integers(1, 48))
    def a_sweep_by_a_clock_that_is_behind(self, hours):
        periodic.sweep(at=self.at - hours * HOUR)
        periodic.sweep(at=self.at)
        self.nothing_is_silent()

    def nothing_is_silent(self):
        assert not Project.objects.exclude(ladder_changed_at=None).exists()
        rungs = ladders.of_project(self.cast.mailat.pk)
        events = list(CaseEvent.objects.filter(kind__in=(*REMINDERS, "extension_agreed")).order_by("report_seq"))
        for row in Deadline.objects.select_related("level"):
            of_it = [one for one in events if _is_of(one, row)]
            ended = row.met_at or row.cancelled_at
            assert not [one for one in of_it if ended and one.kind in REMINDERS and one.at > ended], "reminded of what was over"
            _assert_each_step_once(of_it)
            if ended or row.paused_at:
                assert row.next_reminder_at is None
                continue
            if row.due_at <= self.at:
                assert [one for one in of_it if one.kind == "deadline_passed" and one.at >= row.due_at], f"{row} is silent"
            assert row.next_reminder_at > self.at
            assert row.next_reminder_at == ladder.next_at(escalation.steps_of(row, rungs), row.climbed, due_at=row.due_at)
        for case in Case.objects.filter(closed_at=None, assignee=None, assign_at__isnull=False):
            assert case.assign_at > self.at, "it was somebody's turn"


def _is_of(event, row):
    said = event.facts
    return event.report_id == row.report_id and (said["milestone"], said["ordinal"]) == (row.milestone, row.ordinal)


def _assert_each_step_once(events):
    """Within one date that was agreed, steps only go up."""
    since = max((number for number, one in enumerate(events) if one.kind == "extension_agreed"), default=-1)
    taken = [offset for one in events[since + 1 :] for offset in one.facts["steps"]]
    assert all(first < second for first, second in pairwise(taken)), taken


def test_no_report_is_silent(cast):
    Portal.cast = cast
    few = settings.get_profile("suite") if settings.default.derandomize else settings.default
    few = settings(few, max_examples=10, stateful_step_count=15) if few.derandomize else settings(few, max_examples=300)
    run_state_machine_as_test(Portal, settings=settings(few, suppress_health_check=list(HealthCheck)))
