"""Legal holds: what must be kept is erased neither by time nor by wish, until the hold is lifted."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from intake import conversation, erasure, events, notifications, retention
from intake.erasure import NotPossible
from intake.models import Case, Note
from intake.models.case import Because
from intake.models.event import Kind


@transaction.atomic
def place(case, *, note: dict, client_id: UUID, by, at) -> None:
    """Place a hold; why stands in a team note. The reporters are told that something changed, and see that it is kept."""
    events.hold(case.pk)
    if not Case.objects.filter(pk=case.pk, held_at=None, erased_at=None).update(held_at=at):
        if _pressed_twice(case, client_id, by):
            return
        raise NotPossible(_("This case is under a legal hold already, or its content was erased. Look at it again."))
    conversation.note(case, content=note, client_id=client_id, by=by, at=at)
    _record(case, Kind.HOLD_PLACED, by=by, at=at)
    audit.record("case.hold_placed", by=by, at=at, project=case.project.uuid, case=case.ref)


@transaction.atomic
def lift(case, *, note: dict, client_id: UUID, by, at) -> None:
    """Lift a hold; why stands in a team note. What was to be erased meanwhile is announced anew, with time to object."""
    events.hold(case.pk)
    found = Case.objects.select_related("project").filter(pk=case.pk, erased_at=None).exclude(held_at=None).first()
    if found is None:
        if _pressed_twice(case, client_id, by):
            return
        raise NotPossible(_("This case is under no legal hold any more. Look at it again."))
    columns = {}
    if found.erase_because in (Because.ASKED, Because.DECIDED):
        columns = {"erase_at": max(found.erase_at, at + erasure.WAIT), "erase_notice_at": None}
    elif found.closed_at:
        columns = retention.planned(found.project, closed_at=found.closed_at, earliest=at + retention.NOTICE)
    Case.objects.filter(pk=case.pk).update(held_at=None, **columns)
    conversation.note(case, content=note, client_id=client_id, by=by, at=at)
    _record(case, Kind.HOLD_LIFTED, by=by, at=at)
    if found.erase_because in (Because.ASKED, Because.DECIDED):
        found.erase_at = columns["erase_at"]
        retention.announce(found, at=at)
    audit.record("case.hold_lifted", by=by, at=at, project=found.project.uuid, case=case.ref)


def _pressed_twice(case, client_id, by) -> bool:
    return Note.objects.filter(case=case, author__user=by, client_id=client_id).exists()


def _record(case, kind, *, by, at):
    actor = conversation.participant_of_case(case, by=by, at=at)
    for event in retention.record_on_all(case, kind, by=actor, at=at):
        if event.report is not None:
            notifications.tell_reporters(event, "case_moved", report=event.report, at=at, besides=by)
