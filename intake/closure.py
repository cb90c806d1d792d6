"""The end of a case: disclosed by its advisory, closed, opened again."""

from django.db import transaction

from intake import clocks, conversation, events, notifications
from intake.models import Case
from intake.models.event import Kind
from intake.stages import Move, moves_from
from intake.triage import NotNow
from portal.models.policy import Milestone


@transaction.atomic
def close(case, *, by, at):
    """Close the case. What was promised and is still open ends here, but for an answer that a reporter never got."""
    _move(case, Move.CLOSE, Kind.CLOSED, by=by, at=at, closed_at=at)
    report_ids = list(case.reports.values_list("pk", flat=True))
    clocks.cancel(report_ids, milestones=[one for one in Milestone if one != Milestone.ACKNOWLEDGEMENT], at=at)
    clocks.refresh(case.pk)


@transaction.atomic
def reopen(case, *, by, at):
    """Take a closed case up again; the status updates start anew, and the fix window of one that is not fixed."""
    _move(case, Move.REOPEN, Kind.REOPENED, by=by, at=at, closed_at=None)
    for report in case.reports.select_related("policy"):
        clocks.take_up(report, at=at)
    clocks.refresh(case.pk)


@transaction.atomic
def disclose(case, *, by, at, advisory_ref):
    """Record that the advisory of this case was published; the reporters are told."""
    events.hold(case.pk)
    Case.objects.filter(pk=case.pk, disclosed_at=None).update(disclosed_at=at)
    case.disclosed_at = case.disclosed_at or at
    reports = list(case.reports.all())
    report_ids = [report.pk for report in reports]
    clocks.meet(report_ids, [Milestone.DISCLOSURE], at=at)
    clocks.end_updates(case, report_ids, at=at)
    clocks.refresh(case.pk)
    actor = conversation.participant_of_case(case, by=by, at=at)
    event = events.record(case, Kind.ADVISORY_PUBLISHED, by=actor, at=at, advisory=advisory_ref)
    for report in reports:
        notifications.tell_reporters(event, "advisory_published", report=report, at=at, besides=by)


def _move(case, move, kind, *, by, at, closed_at):
    if move not in moves_from(case.facts):
        raise NotNow(case, move)
    as_seen = {"verdict": case.verdict, "remediated_at": case.remediated_at, "disclosed_at": case.disclosed_at}
    if not Case.objects.filter(pk=case.pk, closed_at__isnull=closed_at is not None, **as_seen).update(closed_at=closed_at):
        raise NotNow(Case.objects.get(pk=case.pk), move)
    case.closed_at = closed_at
    event = events.record(case, kind, by=conversation.participant_of_case(case, by=by, at=at), at=at)
    for report in case.reports.all():
        notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)
