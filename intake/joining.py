"""A duplicate is joined: a report goes over to another case of its project, with its clocks, its conversation and its people.

Nothing is sealed anew, because a conversation lies under the key of its report: those who reported the same never read each
other. Its reporter learns of the report that it was joined to the commitment and the time of receipt, and nothing else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from intake import clocks, conversation, events, notifications, retention
from intake.models import Case, CaseEvent, Participant, Report
from intake.models.event import Kind


class NotPossible(Exception):
    """It cannot be joined; the message is a sentence for the person."""


@dataclass(frozen=True)
class Joined:
    """What a reporter may know of a join: when it was, and commitment and time of the report that the team held (None: it had none)."""

    at: datetime
    received_at: datetime | None = None
    commitment: str = ""
    earlier: bool = False


@transaction.atomic
def join(report, *, into, by, at, opens=False) -> Case:
    """Join a report to another open case of its project; return that case. Its clocks follow there, and its reporter is told.

    The case that it leaves is closed if no report stays in it, and leads there; its title and its notes stay as they are. Who
    may open the report says the other case from then on; ``opens``: also where that one is open to the whole team.
    """
    left, taking = _held(report.case_id, into.pk)
    report = Report.objects.select_related("policy__project").get(pk=report.pk)
    if why := refusal(report, left, taking):
        raise NotPossible(why)
    if not (left.standing_of(by) and taking.standing_of(by)):
        raise NotPossible(_("You may not open one of the two cases any more, so nothing was joined."))
    if opens_up(left, taking) and not opens:
        raise NotPossible(_("Confirm that the whole team may read the report from then on, or choose another case."))
    facts = _said_of(taking.reports.order_by("received_at", "uuid").first())
    Report.objects.filter(pk=report.pk).update(case=taking)
    report.case = taking
    _say_it_left(report, left, taking, by=by, at=at)
    person = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)
    event = events.record(taking, Kind.REPORT_JOINED, by=person, at=at, report=report, **facts)
    clocks.joined(report, at=at)
    for case in (left, taking):
        clocks.refresh(case.pk)
    notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)
    return taking


def refusal(report, left, taking) -> str:
    """Return why a report cannot be joined from one case to another, or an empty string."""
    names = {"ref": report.ref, "left": left.ref, "taking": taking.ref}
    if report.case_id != left.pk:
        return _("Somebody joined %(ref)s to another case meanwhile. Look at it again.") % names
    if left.pk == taking.pk:
        return _("%(ref)s is in %(taking)s already. Choose another case.") % names
    if left.project_id != taking.project_id:
        return _("%(taking)s is a case of another project. A report stays with the project that it was sent to.") % names
    if taking.closed_at:
        return _("%(taking)s is closed, so no report can be joined to it. Reopen it first, or choose another case.") % names
    if left.closed_at:
        return _("%(left)s is closed, so its reports stay. Reopen it first.") % names
    if left.held_at and not taking.held_at:
        return _("%(left)s is under a legal hold and %(taking)s is not. An owner has to place or lift a hold first.") % names
    return ""


def opens_up(left, taking) -> bool:
    """Say whether a report of a case that is restricted would be open to the whole team."""
    return left.restricted_at is not None and taking.restricted_at is None


def of(report) -> Joined | None:
    """Return what the reporter may know of the newest join of a report; None for one that is, or is again, in its own case."""
    if report.recorded_at == report.case.opened_at:
        return None
    rows = CaseEvent.objects.filter(report=report, kind=Kind.REPORT_JOINED).order_by("-report_seq")
    found = rows.values_list("at", "facts").first()
    if found is None:
        return None
    at, facts = found
    if "joined_commitment" not in facts:
        return Joined(at)
    received_at = datetime.fromisoformat(facts["joined_received_at"])
    return Joined(at, received_at, facts["joined_commitment"], earlier=received_at <= report.received_at)


def _held(*case_ids):
    """Hold cases, always in the same order, and return them as they are now, in the order that was asked for."""
    for case_id in sorted(set(case_ids)):
        events.hold(case_id)
    found = Case.objects.select_related("project").in_bulk(case_ids)
    return [found[case_id] for case_id in case_ids]


def _said_of(first):
    """Return what the event says of the report that was there first: enough to recognise it by, and nothing that it says."""
    if first is None:
        return {}
    return {"joined_commitment": first.commitment, "joined_received_at": first.received_at.astimezone(UTC).isoformat()}


def _say_it_left(report, left, taking, *, by, at):
    """Record on the case behind that the report is gone, and where to; close it if it has no other."""
    person = conversation.participant_of_case(left, by=by, at=at)
    facts = {"joined_report": str(report.pk), "from": str(left.pk), "into": str(taking.pk)}
    events.record(left, Kind.REPORT_JOINED, by=person, at=at, **facts)
    if left.reports.exists():
        return
    planned = retention.planned(left.project, closed_at=at, earliest=at)
    Case.objects.filter(pk=left.pk).update(closed_at=at, joined_into=taking, **planned)
    events.record(left, Kind.CLOSED, by=person, at=at, reason="joined", into=str(taking.pk))
