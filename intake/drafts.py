"""What somebody is writing and has not sent: sealed, one draft of a person for each thing that they may write.

A draft stands for one place: ``report=`` (a message), ``case=`` (a note), both as their door gave them, or ``project=`` (a
report to it). A draft of a report has a keyset of its own, which becomes the report's with the draft's UUID.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from intake import events, texts
from intake.models import Draft, Message, Note, Report
from portal import keys
from portal.keys import Keys, Purpose
from portal.lib import chain
from portal.lib.crypto import DecryptError
from portal.models import Project

log = logging.getLogger("parley.keys")
# What stands in a form before anybody writes.
NOT_WRITTEN = frozenset({"client_id", "parent", "markup", "credit"})

# Nobody discards a draft while it is saved or sent. Whoever takes both holds the case or the project first.
LOCKED = Draft.objects.select_for_update()


class NotKept(Exception):
    """A draft that is not kept; the message is a sentence for its writer."""


class SentAlready(NotKept):
    """The form was sent, and a save of it came late."""

    def __init__(self):
        super().__init__(_("This was sent already, so it is not kept as a draft."))


class SavedElsewhere(NotKept):
    """Another window saved another draft meanwhile, which is not overwritten unseen."""

    def __init__(self, revision):
        self.revision = revision
        super().__init__(_("Another window keeps a newer draft, so this one is not kept. To replace that one, keep this as the draft."))


def of(user, *, report=None, case=None, project=None) -> Draft | None:
    """Return somebody's draft for a place, with its ``keys``, or None."""
    return _of(Draft.objects.all(), user, report, case, project)


def of_case(user, case) -> dict:
    """Return somebody's drafts on a case from its door, by the UUID of the report or, of the note, of the case: two queries at most."""
    found = {}
    rows = Draft.objects.filter(Q(report__in=case.opened_reports) | Q(case=case), user=user)
    for draft in rows.prefetch_related("attachments"):
        draft.keys = case.keys
        found[draft.report_id or draft.case_id] = draft
    return found


@transaction.atomic
def start(user, *, at, report=None, case=None, project=None) -> Draft:
    """Return somebody's draft for a place; an empty one if there was none."""
    place = {"report": report, "case": case, "project": project}
    _hold(**place)
    return _of(LOCKED, user, **place) or _begin(user, place, at)


@transaction.atomic
def save(user, *, fields, labels, page, known, at, report=None, case=None, project=None) -> Draft | None:
    """Keep what stands in a form, by the name of its fields; None when nothing was written.

    ``page`` names the page that saves: what it saved itself it replaces, but what another one saved only if it was drawn with
    that revision (``known``). Fields that the form no longer has stay as they are.
    """
    texts.check_size(*fields.values())
    place = {"report": report, "case": case, "project": project}
    _hold(**place)
    if _was_sent(user, fields.get("client_id"), **place):
        raise SentAlready
    draft = _of(LOCKED, user, **place)
    if draft is None and not is_written(fields):
        return None
    draft = draft or _begin(user, place, at)
    kept = content(draft)
    if kept["page"] not in ("", page) and draft.revision != known:
        raise SavedElsewhere(draft.revision)
    old = {name: value for name, value in kept["fields"].items() if name not in fields}
    draft.revision, draft.saved_at = draft.revision + 1, at
    whole = {"fields": old | fields, "labels": kept["labels"] | labels, "page": page, "salt": chain.new_salt()}
    if not is_written(whole["fields"]) and not draft.attachments.filter(shredded_at=None).exists():
        forget(draft)
        return None
    draft.keys.seal(draft, whole)
    draft.save(update_fields=["sealed", "revision", "saved_at"])
    return draft


def sent(user, *, client_id, report=None, case=None) -> None:
    """Forget the draft of a form that was sent just now, in the transaction that sent it and holds the case.

    Another form's draft stays. So does one on which files still hang.
    """
    draft = _of(LOCKED, user, report, case, None)
    if draft and is_of(draft, client_id) and not draft.attachments.filter(shredded_at=None).exists():
        draft.delete()


def to_become(user, *, client_id, project) -> Draft | None:
    """Return the draft whose UUID and keyset the report gets that is being sent, if it is of the same form."""
    draft = _of(LOCKED, user, None, None, project)
    return draft if draft and is_of(draft, client_id) else None


def forget(draft) -> None:
    """Delete a draft, and the keyset of one that would have become a report. Its files are no longer there, or shredded."""
    if draft.project_id:
        keys.destroy([draft.pk])
    draft.delete()


def content(draft) -> dict:
    """Return {fields, labels, page} of a draft; an empty one where it cannot be opened."""
    try:
        return {"labels": {}, **draft.keys.open(draft)}
    except DecryptError as failure:
        log.error("%s", failure)
        return {"fields": {}, "labels": {}, "page": ""}


def is_written(fields: dict) -> bool:
    """Say whether there is anything in a draft that somebody wrote."""
    return any(value.strip() for name, value in fields.items() if name not in NOT_WRITTEN)


def is_of(draft, client_id) -> bool:
    """Say whether a draft is of this form: one with only files is of any."""
    fields = content(draft)["fields"]
    return not is_written(fields) or fields.get("client_id", "") in ("", str(client_id))


def _of(rows, user, report, case, project):
    draft = rows.filter(user=user, report=report, case=case, project=project).first()
    if draft is not None:
        draft.keys = _keys_of(draft, report, case)
    return draft


def _begin(user, place, at):
    draft = Draft(user=user, saved_at=at, **place)
    draft.keys = keys.create((draft.pk, Purpose.SHARED)) if place["project"] else _keys_of(draft, place["report"], place["case"])
    draft.keys.seal(draft, {"fields": {}, "page": "", "salt": chain.new_salt()})
    draft.save(force_insert=True)
    return draft


def _was_sent(user, client_id, report, case, project):
    try:
        client_id = UUID(client_id)
    except (ValueError, TypeError, AttributeError):
        return False
    if project is not None:
        return Report.objects.filter(submitted_by=user, client_id=client_id).exists()
    rows = Message.objects.filter(report=report) if report is not None else Note.objects.filter(case=case)
    return rows.filter(author__user=user, client_id=client_id).exists()


def _keys_of(draft, report, case):
    whose = report or case
    return whose.keys if whose else Keys.to(shared=[draft.pk])


def _hold(report, case, project):
    """Let nobody send from this place until the transaction ends: whoever sends takes the same row first."""
    if project is None:
        events.hold_to_write(case and case.pk, report=report)
    else:
        Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)
