"""The fix: from here on its clocks are met."""

from django.db import transaction

from intake import clocks, conversation, events, notifications
from intake.models import Case
from intake.models.event import Kind
from intake.stages import Move, moves_from
from intake.triage import NotNow, tell
from portal.models.policy import Milestone


@transaction.atomic
def remediate(case, *, by, at, message=None, client_id=None):
    """Record that a fix or mitigation is available; the reporters are notified."""
    if Move.REMEDIATE not in moves_from(case.facts):
        raise NotNow(case, Move.REMEDIATE)
    if not Case.objects.filter(pk=case.pk, verdict=case.verdict, remediated_at=None, closed_at=None).update(remediated_at=at):
        raise NotNow(Case.objects.get(pk=case.pk), Move.REMEDIATE)
    case.remediated_at = at
    reports = list(case.reports.select_related("policy", "case"))
    if message is not None:
        tell(case, reports, message, client_id=client_id, by=by, at=at)
    report_ids = [report.pk for report in reports]
    clocks.meet(report_ids, [Milestone.REMEDIATION], at=at)
    for report in reports:
        clocks.fixed(report, at=at)
    clocks.end_updates(case, report_ids, at=at)
    clocks.refresh(case.pk)
    event = events.record(case, Kind.REMEDIATED, by=conversation.participant_of_case(case, by=by, at=at), at=at)
    for report in reports:
        notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)
