"""Words put differently, and words taken back: an edit keeps what was said before, a retraction destroys it and leaves a trace."""

from django.db import transaction
from django.utils.translation import gettext as _

from intake import attachments, events
from intake.events import Kind
from intake.models import Case, Message, Note
from portal.lib import chain
from portal.lib.crypto import DecryptError
from portal.lib.render import RENDERER

KINDS = {Message: (Kind.MESSAGE_EDITED, Kind.MESSAGE_RETRACTED), Note: (Kind.NOTE_EDITED, Kind.NOTE_RETRACTED)}

# Each holds as much text as a message may, so that nobody fills the database with one.
MOST_REVISIONS = 100
# What an edit writes anew; whatever else a content holds (its files) stays with it.
WRITTEN_ANEW = frozenset({"text", "html", "salt", "mentions"})


class NotPossible(Exception):
    """It cannot be edited or retracted; the message says why."""


class ChangedMeanwhile(NotPossible):
    """It was edited since the form was opened; ``text`` is what it says now, as ``revision``."""

    def __init__(self, text, revision):
        self.text, self.revision = text, revision
        super().__init__(_("This was edited meanwhile, in another window. Your text is still below: compare, then save again."))


def edit(row, *, content: dict, revision: int, by, at) -> None:
    """Put a message or note differently. What it said stays readable; no clock moves and no letter leaves.

    ``row`` comes from a door, with its keys; ``revision`` is the one that its author saw. The same text changes nothing.
    """
    with transaction.atomic():
        events.hold_to_write(**_place(row))
        current = _current(row)
        before = _opened(row, current)
        if before["text"] == content["text"]:
            return
        if current.revision != revision:
            raise ChangedMeanwhile(before["text"], current.revision)
        if revision >= MOST_REVISIONS:
            raise NotPossible(_("This was edited too often to be edited again. Write a new one instead."))
        _keep(current, before, row.keys)
        said = {name: value for name, value in before.items() if name not in WRITTEN_ANEW} | content
        current.revision, current.edited_at, current.renderer = revision + 1, at, RENDERER
        row.keys.seal(current, said)
        anew = {name: getattr(current, name) for name in ("sealed", "revision", "edited_at", "renderer")}
        if not _its_authors(row, by).filter(revision=revision).update(**anew):
            raise NotPossible(_("Only the person who wrote this can edit it."))
        _record(row, KINDS[type(row)][0], at=at, commitment=chain.commitment(said), revision=current.revision)


def retract(row, *, by, at) -> None:
    """Destroy what a message or note says and said, with its files. That it was there, by whom and when, stays."""
    with transaction.atomic():
        held = events.hold_report(row.report) if isinstance(row, Message) else events.hold(row.case_id)
        if held.erased_at:
            return  # nothing of it is left
        if Case.objects.filter(pk=held.pk, held_at__isnull=False).exists():
            raise NotPossible(_("This must be kept for legal reasons, so nothing can be retracted for now."))
        if not _its_authors(row, by).update(sealed=b"", retracted_at=at):
            return  # a second press
        row.revisions.all().delete()
        attachments.shred(row.attachments.filter(shredded_at=None), at=at)
        _record(row, KINDS[type(row)][1], at=at)


def what_goes(row) -> dict:
    """Return how many earlier revisions and files a retraction would destroy."""
    return {"revisions": row.revisions.count(), "files": row.attachments.filter(shredded_at=None).count()}


def _place(row):
    return {"report": row.report} if isinstance(row, Message) else {"case_id": row.case_id}


def _current(row):
    return type(row).objects.select_related("author", "report" if isinstance(row, Message) else "case").get(pk=row.pk)


def _opened(row, current):
    if current.retracted_at:
        raise NotPossible(_("This was retracted, so there is nothing left to edit."))
    try:
        return row.keys.open(current)
    except DecryptError:
        raise NotPossible(_("This cannot be opened, so it cannot be edited.")) from None


def _keep(current, before, keys):
    """Seal what it said until now as an earlier revision, with the salt that its commitment needs."""
    facts = {"n": current.revision, "at": current.edited_at or current.at, "renderer": current.renderer}
    earlier = current.revisions.model(**{current._meta.model_name: current}, **facts)
    keys.seal(earlier, before)
    earlier.save(force_insert=True)


def _its_authors(row, by):
    return type(row).objects.filter(pk=row.pk, author__user=by, retracted_at=None)


def _record(row, kind, **facts):
    report = row.report if isinstance(row, Message) else None
    events.record(report.case if report else row.case, kind, by=row.author, report=report, record=row.pk, **facts)
