"""The sweep: pauses of projects stop and resume clocks; reminders go out before and after a deadline, each once.

A reminder is claimed by moving the row's ``next_reminder_at`` on, in one transaction with the event and the letters; a
clock is stopped only as it was read. So whatever crashes, or runs twice, the next sweep finds what is left to do.
"""

import logging

from django.db import transaction

from intake import clocks, erasure, events, guests, notifications, retention, stops, unsent
from intake.models import Deadline, Report
from intake.models.event import Kind

log = logging.getLogger("parley.clocks")


def sweep(*, at) -> int:
    """Let pauses act on clocks, send what reminders are due, erase what is; return how many reminders."""
    let_pauses_act(at=at)
    guests.forget_expired(at=at)
    sent = remind(at=at)
    retention.follow(at=at)
    retention.give_notice(at=at)
    erasure.sweep(at=at)
    unsent.sweep(at=at)
    return sent


def let_pauses_act(*, at, limit=500) -> int:
    """Stop and resume clocks as the pauses of their projects say; return of how many reports. What fails waits for the next sweep."""
    changed = 0
    for report_id in stops.out_of_step(at=at, limit=limit):
        try:
            changed += _let_pauses_act(report_id, at=at)
        except Exception:
            log.exception("The clocks of report %s could not be stopped or resumed; the next sweep tries again.", report_id)
    return changed


def remind(*, at, limit=500) -> int:
    """Send what reminders are due; return how many. A row that fails is logged and left for the next sweep."""
    due = Deadline.objects.to_remind(at).order_by("next_reminder_at")[:limit]
    sent = 0
    for deadline in due.select_related("report__case__project"):
        try:
            sent += _remind(deadline, at=at)
        except Exception:
            log.exception("The reminder of deadline %s failed; the next sweep tries again.", deadline.uuid)
    return sent


@transaction.atomic
def _let_pauses_act(report_id, *, at) -> bool:
    case_id = events.hold_report(Report.objects.only("pk", "case").get(pk=report_id)).pk
    report = Report.objects.select_related("case", "policy__project").get(pk=report_id)
    stopped, resumed = stops.let_pauses_act(report, at=at)
    if resumed:
        events.record(report.case, Kind.CLOCKS_RESUMED, at=at, report=report, reason="pause_over")
    if stopped:
        events.record(report.case, Kind.CLOCKS_STOPPED, at=at, report=report, reason="pause")
    clocks.refresh(case_id)
    return stopped or resumed


@transaction.atomic
def _remind(deadline, *, at) -> int:
    events.hold_report(deadline.report)
    passed = deadline.due_at <= at
    claimed = (
        Deadline.objects.to_remind(at)
        .filter(pk=deadline.pk, next_reminder_at=deadline.next_reminder_at)
        .update(next_reminder_at=None if passed else deadline.due_at, reminders=deadline.reminders + 1)
    )
    if not claimed:
        return 0
    report, kind = deadline.report, Kind.DEADLINE_PASSED if passed else Kind.DEADLINE_NEAR
    event = events.record(report.case, kind, at=at, report=report, milestone=deadline.milestone, ordinal=deadline.ordinal)
    notifications.remind_team(event, deadline, at=at)
    return 1
