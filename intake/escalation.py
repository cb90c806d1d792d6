"""The ladder in action: whoever a step reaches is told, further and further up, until somebody answers. Each step once, whatever crashes.

A step is claimed by moving ``climbed`` and ``next_reminder_at`` of its deadline on, in one transaction with the event and the letters.
After an outage all steps that came due are taken together, and nobody gets two letters.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.dispatch import receiver

from accounts.outbox import undeliverable
from intake import events, ladder, public_waits, reminders
from intake.models import Case, CaseEvent, Deadline, Report
from intake.models.event import Kind
from portal import ladders
from portal.models import Audience, Project

log = logging.getLogger("parley.clocks")

# Whom a step reaches that comes early, because a letter did not arrive: nobody outside is told of a promise that may still be kept.
INSIDE = frozenset({Audience.ASSIGNEE, Audience.TEAM, Audience.OWNERS})


def remind(*, at, limit=500) -> int:
    """Take what steps are due; return how many deadlines that were. A row that fails is logged and left for the next sweep."""
    due = Deadline.objects.to_remind(at).order_by("next_reminder_at")[:limit]
    rows = list(due.select_related("level", "report__case__project"))
    of_project = ladders.of({row.report.case.project_id for row in rows}) if rows else {}
    sent = 0
    for row in rows:
        try:
            sent += _climb(row, rungs=of_project[row.report.case.project_id], at=at)
        except Exception:
            log.exception("The reminder of deadline %s failed; the next sweep tries again.", row.uuid)
    return sent


@transaction.atomic
def _climb(deadline, *, rungs, at) -> bool:
    events.hold_report(deadline.report)
    found = ladder.climb(steps_of(deadline, rungs), deadline.climbed, due_at=deadline.due_at, at=at)
    # Where no step has come the ladder was another one when the row was written: it only waits for the next.
    if not _claim(deadline, climbed=found.reached, next_offset=found.next_offset, at=at, counts=bool(found.offsets)) or not found.offsets:
        return False
    _tell(deadline, found.audience, offsets=found.offsets, at=at)
    return True


def steps_of(deadline, rungs) -> tuple[ladder.Step, ...]:
    """Return the steps of a deadline, read with its level."""
    return ladder.steps(rungs, ladder.whole(deadline.level))


def follow_ladders(*, at) -> None:
    """Let the open clocks of projects whose ladder was changed wait for the next step of the new one."""
    for project_id, changed_at in Project.objects.exclude(ladder_changed_at=None).values_list("pk", "ladder_changed_at"):
        rungs = ladders.of_project(project_id)
        running = Deadline.objects.open().filter(report__case__project=project_id, paused_at=None)
        # Case after case, so that nobody who writes in one waits longer than for that one.
        for case_id in running.order_by().values_list("report__case", flat=True).distinct():
            _follow(case_id, rungs)
        # Only if nobody changed it again meanwhile.
        Project.objects.filter(pk=project_id, ladder_changed_at=changed_at).update(ladder_changed_at=None)


@transaction.atomic
def _follow(case_id, rungs):
    events.hold(case_id)
    for row in Deadline.objects.open().filter(report__case=case_id, paused_at=None).select_related("level"):
        row.next_reminder_at = ladder.next_at(steps_of(row, rungs), row.climbed, due_at=row.due_at)
        row.save(update_fields=["next_reminder_at"])


@receiver(undeliverable)
def letter_failed(sender, delivery, at, **_kwargs):
    """Put on record that a letter did not arrive. If it was one to the team, the next open deadline climbs at once: each once."""
    place = _place(delivery.facts)
    if place is None or place.erased_at:
        return
    with transaction.atomic():
        if "report" in delivery.facts:
            report = Report.objects.select_related("case__project").get(ref=delivery.facts["report"])
            events.hold_report(report)
            case = report.case
        else:
            report, case = None, place
            events.hold(case.pk)
        to_team = report is None or "deadline" in delivery.facts
        deadline = _next_open(case) if to_team else None
        record = deadline.uuid if deadline else None
        events.record(case, Kind.LETTER_FAILED, at=at, report=report, record=record, letter=delivery.letter)
        if deadline:
            _climb_early(deadline, at=at)


def _place(facts):
    """Return the case that a letter is about; None where it is about none that is there."""
    rows = Case.objects.select_related("project")
    if "case" in facts:
        return rows.filter(ref=facts["case"]).first()
    return rows.filter(reports__ref=facts["report"]).first() if "report" in facts else None


def _next_open(case):
    """Return the open deadline that is due first, if it runs and no letter that failed has made it climb yet."""
    running = Deadline.objects.open().filter(report__case=case, paused_at=None).select_related("level", "report__case__project")
    first = running.order_by("due_at", "pk").first()
    if first is None or CaseEvent.objects.filter(case=case, kind=Kind.LETTER_FAILED, record=first.uuid).exists():
        return None
    return first


def _climb_early(deadline, *, at):
    """Take the next step before its time."""
    steps = steps_of(deadline, ladders.of_project(deadline.report.case.project_id))
    step = ladder.next_step(steps, deadline.climbed)
    audience = step.audience if deadline.due_at <= at else step.audience & INSIDE or {Audience.OWNERS}
    reached = step.offset_minutes if audience == step.audience else deadline.climbed
    next_offset = ladder.next_step(steps, reached).offset_minutes
    Deadline.objects.filter(pk=deadline.pk).update(next_reminder_at=at)
    deadline.next_reminder_at = at
    if _claim(deadline, climbed=reached, next_offset=next_offset, at=at):
        _tell(deadline, audience, offsets=(step.offset_minutes,), at=at, reason="letter_failed")


def _claim(deadline, *, climbed, next_offset, at, counts=True):
    as_read = {"next_reminder_at": deadline.next_reminder_at, "due_at": deadline.due_at, "climbed": deadline.climbed}
    return (
        Deadline.objects.to_remind(at)
        .filter(pk=deadline.pk, **as_read)
        .update(
            climbed=climbed,
            next_reminder_at=deadline.due_at + next_offset * timedelta(minutes=1),
            reminders=F("reminders") + int(counts),  # PostgreSQL adds no truth to a number
        )
    )


def _tell(deadline, audience, *, offsets, at, **why):
    report = deadline.report
    kind = Kind.DEADLINE_PASSED if deadline.due_at <= at else Kind.DEADLINE_NEAR
    what = {"milestone": deadline.milestone, "ordinal": deadline.ordinal, "steps": list(offsets), "audience": sorted(map(str, audience))}
    event = events.record(report.case, kind, at=at, report=report, **what, **why)
    reminders.tell(event, deadline, audience, at=at)
    if Audience.BADGE in audience:
        public_waits.show(deadline, at=at)
