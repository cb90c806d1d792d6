"""Clocks that stand still: while the team waits for the reporter, and while a pause of the project holds them.

Every function but ``out_of_step`` runs inside a transaction that holds the case.
"""

from datetime import timedelta

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q

from intake import deadlines, ladder
from intake.deadlines import BUSINESS_DAYS
from intake.models import Deadline
from intake.models.deadline import COURSE
from portal import ladders, policies
from portal.models import ProjectPause
from portal.models.policy import Severity

OUTAGE = timedelta(days=90)  # for so long no sweep may have run, and a pause that came and went meanwhile still counts


def wait(report, *, at) -> bool:
    """Stop the clocks that wait for the reporter; say whether any does."""
    rows = [row for row in _open(report) if row.level.waits_for_reporter]
    for row in rows:
        _store(report, row, deadlines.wait(row.course, at=at))
    return any(row.waiting_at for row in rows)


def answered(report, *, at):
    """Let the clocks that waited for the reporter go on, with the time that they had left."""
    for row in _open(report):
        _store(report, row, deadlines.answered(row.course, at=at, calendar=calendar_of(row, report.policy)))


def out_of_step(*, at, limit: int) -> list:
    """Return the ids of reports with open clocks that a pause of their project should stop, or let go on, by now."""
    severity = ExpressionWrapper(OuterRef("report__case__severity"), output_field=CharField())
    begun = ProjectPause.objects.filter(starts_at__lte=at, project=OuterRef("report__case__project")).alias(severity=severity)
    begun = begun.exclude(critical_ok=True, severity=Severity.CRITICAL)
    holding = begun.filter(starts_at__lte=OuterRef("held_at"), ends_at__gt=at)
    uncounted = begun.filter(ends_at__gt=OuterRef("counted_until"))
    in_time = Q(Exists(uncounted.filter(starts_at__lt=OuterRef("due_at")))) | Q(Exists(uncounted), paused_at__isnull=False)
    # From the few projects that have paused lately to their clocks: this runs every few seconds.
    lately = ProjectPause.objects.filter(starts_at__lte=at, ends_at__gt=at - OUTAGE)
    projects = list(lately.order_by().values_list("project", flat=True).distinct())
    clocks = Deadline.objects.open().values_list("report", flat=True).order_by().distinct()
    to_resume = clocks.filter(~Exists(holding), held_at__isnull=False)[:limit]
    to_stop = clocks.filter(in_time, held_at=None, report__case__project__in=projects)[:limit] if projects else ()
    return list(dict.fromkeys([*to_resume, *to_stop]))


def let_pauses_act(report, *, at) -> tuple[bool, bool]:
    """Stop and resume the clocks of a report as the pauses of its project say; return whether any stopped, any went on."""
    rows = list(_open(report))
    since = min((row.counted_until for row in rows), default=at)
    pauses = pauses_of(report.case.project_id, severity=report.case.severity, since=since, at=at)
    stopped = resumed = False
    for row in rows:
        before = row.course
        course = deadlines.through(before, pauses, at=at, calendar=calendar_of(row, report.policy))
        if _store(report, row, course):
            stopped |= course.held_at is not None and course.held_at != before.held_at
            resumed |= course.counted_until != before.counted_until
    return stopped, resumed


def pauses_of(project_id, *, severity: str, since, at) -> list:
    """Return the pauses that hold the clocks of a report of this severity: those that ran between two moments."""
    found = ProjectPause.objects.filter(project=project_id, starts_at__lte=at, ends_at__gt=since)
    return list(found.exclude(critical_ok=True) if severity == Severity.CRITICAL else found)


def calendar_of(row, policy):
    """Return the business days that a deadline is counted in, or None where it counts time as it passes."""
    return policies.calendar_of(policy) if row.level.unit == BUSINESS_DAYS else None


def _open(report):
    return Deadline.objects.open().filter(report=report).select_related("level")


def _store(report, row, course) -> bool:
    """Write the course of a clock that is still as it was read; say whether it changed."""
    before = row.course
    if course == before:
        return False
    reminder = None
    if course.paused_at is None:
        steps = ladder.steps(ladders.of_project(report.policy.project_id), ladder.whole(row.level))
        reminder = ladder.next_at(steps, row.climbed, due_at=course.due_at)
    as_read = Deadline.objects.open().filter(pk=row.pk, **{name: getattr(before, name) for name in COURSE})
    changed = as_read.update(**vars(course), next_reminder_at=reminder)
    for name, value in vars(course).items():
        setattr(row, name, value)
    return bool(changed)
