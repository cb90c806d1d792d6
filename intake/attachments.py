"""Files of reports, messages and notes: from the upload to a draft, with the message, to the page; and their end.

What is known of a file ({name, type, size, digest, key, salt}) is sealed in its row. The record that it came with names it
with a commitment, so that the commitment of a message covers its files, and a row that was moved elsewhere shows as broken.
"""

import logging
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from intake import drafts
from intake.models import Attachment, Preview
from intake.texts import TextRefused
from portal import uploads
from portal.lib import chain, streams
from portal.lib.crypto import DecryptError
from portal.uploads import MB, Room

log = logging.getLogger("parley.files")
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LARGEST_PICTURE = 20 * MB
LONGEST_TEXT = 256 * 1024


class NoRoom(TextRefused):
    """More was attached than there is room for; the message is a sentence for the person."""


class NotText(Exception):
    """The file is no text, or a long one."""


@dataclass(frozen=True)
class Shown:
    """A file as a page shows it; ``broken`` when it cannot be opened, ``gone`` when it was erased."""

    uuid: object
    name: str = ""
    size: int = 0
    digest: str = ""
    picture: dict | None = None  # {width, height} of the preview
    is_text: bool = False
    broken: bool = False
    gone: bool = False


# --- how they come ------------------------------------------------------------------------------------------------------


def room(user, *, at, scope=None, draft=None) -> Room:
    """Return what this person may still attach there. A conversation's files count apart from the team's notes'."""
    of_draft = _unsent(draft).count() if draft else 0
    lately = Attachment.objects.filter(uploaded_by=user, at__gt=at - timedelta(hours=1)).count()
    used = Attachment.objects.filter(scope=scope, shredded_at=None).aggregate(all=Sum("stored_bytes"))["all"] if scope else 0
    of_message, an_hour = settings.ATTACHMENTS_OF_A_MESSAGE - of_draft, settings.ATTACHMENTS_AN_HOUR - lately
    if of_message <= an_hour:
        no_more = _("A message takes %(number)d files at most. Send these first, then attach the rest to another one.")
        no_more %= {"number": settings.ATTACHMENTS_OF_A_MESSAGE}
    else:
        no_more = _("You attached %(number)d files within an hour, which is the limit. Try again in a while.")
        no_more %= {"number": settings.ATTACHMENTS_AN_HOUR}
    return Room(
        files=min(of_message, an_hour),
        bytes=settings.ATTACHMENTS_MB_OF_A_CASE * MB - (used or 0),
        largest=settings.ATTACHMENT_MB * MB,
        no_more=no_more,
        full=_("All files here may have %(mb)d MB together, and this one does not fit any more. Say where the team can fetch it.")
        % {"mb": settings.ATTACHMENTS_MB_OF_A_CASE},
    )


def add(files, *, by, at, **place):
    """Hang files that arrived (``uploads.Staged``) on this person's draft for a place; return the draft."""
    with transaction.atomic():
        draft = drafts.start(by, at=at, **place)
        left = room(by, at=at, scope=draft.scope_uuid, draft=draft)
        if len(files) > left.files:
            raise NoRoom(left.no_more)
        if sum(file.stored_bytes for file in files) > left.bytes + len(files) * MB:
            raise NoRoom(left.full)
        rows = [_row(file, draft, by, at) for file in files]
        Attachment.objects.bulk_create(rows)
    for file in files:
        file.keep()
    return draft


def _uuid(text):
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(file, draft, by, at):
    row = Attachment(
        uuid=file.uuid,
        scope=draft.scope_uuid,
        kind=draft.purpose,
        draft=draft,
        blob=file.blob,
        stored_bytes=file.stored_bytes,
        uploaded_by=by,
        at=at,
        preview_wanted=file.type in PICTURES and file.size <= LARGEST_PICTURE,
    )
    known = {"name": file.name, "type": file.type, "size": file.size, "digest": file.digest}
    draft.keys.seal(row, {**known, "key": b64encode(file.key).decode(), "salt": chain.new_salt()})
    return row


def leave_out(ids, *, by, at) -> None:
    """Take files off this person's drafts; what is not an identity, or not theirs, is nothing to them."""
    known = {one for one in map(_uuid, ids) if one}
    if known:
        shred(Attachment.objects.filter(pk__in=known, draft__user=by, shredded_at=None), at=at)


def unsent(draft) -> list[Shown]:
    """Return what hangs on a draft (or on None)."""
    rows = [row for row in draft.attachments.all() if not row.shredded_at] if draft else []  # they may be there already
    return [_shown(row, draft.keys) for row in sorted(rows, key=lambda row: (row.at, row.pk))]


# --- with what they go ----------------------------------------------------------------------------------------------------


def named_in(content: dict, draft) -> dict:
    """Return the content of a message, note or report with the files of its draft named in it."""
    files = [{"uuid": str(row.pk), "commitment": commitment(draft.keys.open(row))} for row in _unsent(draft)] if draft else []
    return {**content, "files": files} if files else content


def send(draft, **to) -> None:
    """Let the files of a draft go with the ``message=``, ``note=`` or ``report=`` that names them."""
    if draft:
        _unsent(draft).update(draft=None, **to)


def forget_again(draft, message_or_note, *, at) -> None:
    """Take off a draft what its writer sent already, by a form that was sent twice."""
    rows = list(_unsent(draft)) if draft else []
    if rows:
        known = draft.keys.open
        were_sent = {known(row)["digest"] for row in message_or_note.attachments.filter(shredded_at=None).select_related("message")}
        shred([row for row in rows if known(row)["digest"] in were_sent], at=at)


def commitment(known: dict) -> str:
    """Return the commitment to what is known of a file, without the key to it: so that it can be shown to anybody."""
    return chain.commitment({name: value for name, value in known.items() if name != "key"})


def _unsent(draft):
    return Attachment.objects.filter(draft=draft, shredded_at=None).order_by("at", "uuid")


# --- reading ------------------------------------------------------------------------------------------------------------


def of(records, keys) -> dict:
    """Return {UUID: [files as shown]} of messages, notes or reports, given as (row, opened content).

    One query if any of them names files, else none. What is not as it was named is broken.
    """
    named = [(row, content["files"]) for row, content in records if content.get("files")]
    wanted = [one["uuid"] for _row, files in named for one in files]
    found = Attachment.objects.select_related("preview").in_bulk(wanted) if wanted else {}
    rows = {str(pk): file for pk, file in found.items()}
    return {row.pk: [_shown(_hanging_on(row, rows.get(one["uuid"])), keys, one) for one in files] for row, files in named}


def known(row, keys) -> dict:
    """Return what is known of a file: {name, type, size, digest, key, salt}; raise DecryptError."""
    return keys.open(row)


def content_of(row, known: dict):
    """Yield the bytes of a file in constant memory; raise DecryptError when it is damaged, OSError when it is not there."""
    with storages["attachments"].open(row.blob) as source:
        yield from streams.decrypting(source, key=b64decode(known["key"]), binding=uploads.binding(row.pk))


def text_of(row, known: dict) -> str:
    """Return a short file as text, whatever it holds; raise DecryptError or OSError, and ``NotText`` for any other."""
    if not is_text(known):
        raise NotText
    return b"".join(content_of(row, known)).decode(errors="replace")


def is_text(known: dict) -> bool:
    """Say whether a file is shown as text."""
    return known["type"] == "text/plain" and known["size"] <= LONGEST_TEXT


def _hanging_on(record, file):
    name = record._meta.model_name
    if file is None or getattr(file, f"{name}_id") != record.pk:
        return None
    setattr(file, name, record)  # its moment decides what a guest may open
    return file


def _shown(row, keys, named=None):
    if row is None:
        return Shown(uuid=named["uuid"], broken=True)
    if row.shredded_at:
        return Shown(uuid=row.pk, gone=True)
    try:
        known = keys.open(row)
        if named and commitment(known) != named["commitment"]:
            raise DecryptError(f"The file {row.pk} is not the one that was sent.")
        return Shown(row.pk, known["name"], known["size"], known["digest"], _picture(row, keys), is_text(known))
    except DecryptError as failure:
        log.error("%s", failure)
        return Shown(uuid=row.pk, broken=True)


def _picture(row, keys):
    preview = getattr(row, "preview", None)
    if preview is None:
        return None
    preview.attachment = row
    try:
        size = keys.open(preview)
    except DecryptError as failure:
        log.error("%s", failure)
        return None
    return {"width": size["width"], "height": size["height"]}


# --- their end ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def shred(rows, *, at) -> None:
    """Destroy keys and bytes of files for good; that there was a file stays."""
    rows = list(rows)
    ids = [row.pk for row in rows]
    # First: a worker that is about to add a preview holds its file's row, and so is waited for.
    Attachment.objects.filter(pk__in=ids).update(sealed=b"", shredded_at=at, preview_wanted=False)
    previews = Preview.objects.filter(attachment__in=ids)
    blobs = [row.blob for row in rows] + list(previews.values_list("blob", flat=True))
    previews.delete()
    transaction.on_commit(lambda: uploads.delete(blobs))


def sweep(*, at, least_hours=24) -> int:
    """Delete from the storage what no row points to, and is older than a day: left by a process that was killed."""
    storage, deleted = storages["attachments"], 0
    for folder in _listed(storage, "")[0]:
        names = [f"{folder}/{name}" for name in _listed(storage, folder)[1]]
        for start in range(0, len(names), 500):
            strays = _without_rows(names[start : start + 500])
            old = [name for name in strays if storage.get_modified_time(name) < at - timedelta(hours=least_hours)]
            uploads.delete(old)
            deleted += len(old)
    return deleted


def _without_rows(names):
    files = Attachment.objects.filter(blob__in=names, shredded_at=None).values_list("blob", flat=True)
    return set(names) - set(files) - set(Preview.objects.filter(blob__in=names).values_list("blob", flat=True))


def _listed(storage, folder):
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []
