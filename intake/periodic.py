"""The sweep: pauses of projects stop and resume clocks; what steps of ladders have come are taken; cases that nobody took are assigned.

A clock is stopped, a step taken and a case assigned only as it was read, in one transaction with the event and the letters. So
whatever crashes, or runs twice, the next sweep finds what is left to do.
"""

import logging

from django.db import transaction

from intake import assignment, clocks, erasure, escalation, events, guests, public_waits, restriction, retention, stops, unsent
from intake.models import Report
from intake.models.event import Kind

log = logging.getLogger("parley.clocks")


def sweep(*, at) -> int:
    """Let pauses act on clocks, take what steps have come, assign what nobody took, erase what is due; return how many reminders."""
    let_pauses_act(at=at)
    guests.forget_expired(at=at)
    escalation.follow_ladders(at=at)
    assignment.sweep(at=at)
    sent = escalation.remind(at=at)
    public_waits.sweep(at=at)
    retention.follow(at=at)
    retention.give_notice(at=at)
    erasure.sweep(at=at)
    unsent.sweep(at=at)
    return sent


def follow_teams(*, at) -> None:
    """See to what those who left a team, or may open a case no more, leave behind. It costs what there is, so it comes less often."""
    restriction.sweep(at=at)
    assignment.take_back(at=at)


def let_pauses_act(*, at, limit=500) -> int:
    """Stop and resume clocks as the pauses of their projects say; return of how many reports. What fails waits for the next sweep."""
    changed = 0
    for report_id in stops.out_of_step(at=at, limit=limit):
        try:
            changed += _let_pauses_act(report_id, at=at)
        except Exception:
            log.exception("The clocks of report %s could not be stopped or resumed; the next sweep tries again.", report_id)
    return changed


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
