"""Pictures of attached images, made by a worker, encrypted like the files themselves."""

import logging
from base64 import b64decode, b64encode

from django.core.files.storage import storages
from django.db import transaction

from intake import attachments
from intake.models import Attachment, Preview
from portal import uploads
from portal.keys import Keys, Purpose
from portal.lib import chain, pictures, streams
from portal.lib.crypto import Binding, DecryptError

log = logging.getLogger("parley.files")
TYPE = pictures.TYPE
LABEL = "preview.bytes"


class NoPreview(Exception):
    """There is no picture of this file."""


def sweep(*, limit=20) -> int:
    """Make the pictures that are wanted; return how many were looked at. What fails here waits for the next sweep."""
    rows = Attachment.objects.filter(preview_wanted=True, shredded_at=None).select_related("message").order_by("at")[:limit]
    for row in rows:
        try:
            make(row)
        except Exception:
            log.exception("The preview of file %s could not be made; the next sweep tries again.", row.pk)
    return len(rows)


def make(row) -> Preview | None:
    """Make the picture of a file, or note that there is none of it."""
    keys = keys_of(row)
    try:
        known = attachments.known(row, keys)
        picture = pictures.shrink(b"".join(attachments.content_of(row, known)))
    except (DecryptError, FileNotFoundError) as failure:
        log.error("No preview of file %s: %s", row.pk, failure)
        picture = None
    made = picture and _stored(row, keys, picture)
    with transaction.atomic():
        # Only if nobody else did meanwhile, nor shredded it.
        claimed = Attachment.objects.filter(pk=row.pk, preview_wanted=True, shredded_at=None).update(preview_wanted=False)
        if claimed and made:
            made.save(force_insert=True)
    if made and not claimed:
        uploads.delete([made.blob])
    return made if claimed else None


def keys_of(row) -> Keys:
    """The keys of the one scope that a file lies in, for a worker that makes its picture."""
    return Keys.to(**{"internal" if row.kind == Purpose.INTERNAL else "shared": [row.scope]})


def content_of(row, keys) -> bytes:
    """Return the picture of a file; raise DecryptError, OSError, or NoPreview."""
    preview = getattr(row, "preview", None)
    if preview is None:
        raise NoPreview
    preview.attachment = row
    key = b64decode(keys.open(preview)["key"])
    with storages["attachments"].open(preview.blob) as source:
        return b"".join(streams.decrypting(source, key=key, binding=_binding(preview.pk)))


def _stored(row, keys, picture):
    key, blob = streams.new_key(), uploads.new_blob()
    preview = Preview(attachment=row, blob=blob)
    place = storages["attachments"].begin(blob)
    try:
        cipher = streams.Encrypting(place, key=key, binding=_binding(preview.pk))
        cipher.write(picture.content)
        preview.stored_bytes = cipher.finish()
        place.keep()
    except BaseException:
        place.discard()
        raise
    known = {"key": b64encode(key).decode(), "type": TYPE, "width": picture.width, "height": picture.height, "salt": chain.new_salt()}
    keys.seal(preview, known)
    return preview


def _binding(preview_id):
    return Binding(scope=preview_id, row=preview_id, label=LABEL)
