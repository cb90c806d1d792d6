"""The end of a case: disclosed by its advisory, closed, opened again."""

from django.db import transaction

from intake import assignment, clocks, conversation, events, notifications, retention
from intake.models import Case
from intake.models.case import Because
from intake.models.event import Kind
from intake.stages import Move, moves_from
from intake.triage import NotNow
from portal.models.policy import Milestone


@transaction.atomic
def close(case, *, by, at):
    """Close the case. What was promised and is still open ends here, but for an answer that a reporter never got.

    From now on count the months for which the project keeps closed cases.
    """
    _move(case, Move.CLOSE, Kind.CLOSED, by=by, at=at, closed_at=at, **retention.planned(case.project, closed_at=at, earliest=at))
    report_ids = list(case.reports.values_list("pk", flat=True))
    clocks.cancel(report_ids, milestones=[one for one in Milestone if one != Milestone.ACKNOWLEDGEMENT], at=at)
    clocks.refresh(case.pk)


@transaction.atomic
def reopen(case, *, by, at):
    """Take a closed case up again; the status updates start anew, and the fix window of one that is not fixed."""
    events.hold(case.pk)
    before = Case.objects.values_list("erase_because", flat=True).get(pk=case.pk)
    _move(case, Move.REOPEN, Kind.REOPENED, by=by, at=at, closed_at=None, **retention.NO_DATE, kept_months=0, joined_into=None)
    if before in (Because.ASKED, Because.DECIDED):
        retention.record_on_all(case, Kind.ERASURE_STOPPED, at=at, reason="reopened")
    for report in case.reports.select_related("policy"):
        clocks.take_up(report, at=at)
    clocks.refresh(case.pk)
    assignment.wait_again(case, at=at)


@transaction.atomic
def disclose(case, *, by, at, advisory_ref, record=None, commitment=""):
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
    said = {"record": record, "commitment": commitment, "advisory": advisory_ref}
    event = events.record(case, Kind.ADVISORY_PUBLISHED, by=actor, at=at, **said)
    for report in reports:
        notifications.tell_reporters(event, "advisory_published", report=report, at=at, besides=by)


def _move(case, move, kind, *, by, at, closed_at, **planned):
    if move not in moves_from(case.facts):
        raise NotNow(case, move)
    as_seen = {"verdict": case.verdict, "remediated_at": case.remediated_at, "disclosed_at": case.disclosed_at}
    standing = Case.objects.filter(pk=case.pk, closed_at__isnull=closed_at is not None, erased_at=None, **as_seen)
    if not standing.update(closed_at=closed_at, **planned):
        raise NotNow(Case.objects.get(pk=case.pk), move)
    case.closed_at = closed_at
    event = events.record(case, kind, by=conversation.participant_of_case(case, by=by, at=at), at=at)
    for report in case.reports.all():
        notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)
