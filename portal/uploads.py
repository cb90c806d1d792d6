"""Files are encrypted while they arrive, straight into the storage: no byte of them lies anywhere in clear, however large.

A view that says ``@takes_files(door)`` takes them; ``door(request, **what the address names)`` returns the ``Room`` that this
person has there, and raises what doors raise. All of that happens before the view runs, for the token of a form is read
from the same body. What no verb has ``kept`` by the end of the request is deleted; what a killed process leaves, by a sweep.
"""

import hashlib
import logging
import uuid
import weakref
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import Http404
from django.utils.translation import gettext as _

from portal.lib import filenames, streams
from portal.lib.crypto import Binding

log = logging.getLogger("parley.files")
LABEL = "attachment.bytes"
HEAD = 4096  # so many first bytes tell what a file is
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif"}
MB = 1024 * 1024


@dataclass
class Room:
    """What somebody may still attach; ``no_more`` and ``full`` are sentences for who wants to attach more than that."""

    files: int
    bytes: int
    largest: int
    no_more: str
    full: str


def takes_files(door):
    """Mark a view that takes files; put it outside of every decorator but ``keeps_text``."""

    def mark(view):
        view.takes_files = door
        return view

    return mark


def refusal(request) -> str:
    """Return why a file of this request was not taken, or ""."""
    # Asked for first: the body may not have been read yet.
    return getattr(request, "refused_file", "") if request.FILES is not None else ""


def binding(file_id) -> Binding:
    """Return what the bytes of a file are bound to."""
    return Binding(scope=file_id, row=file_id, label=LABEL)


class Staged:
    """A file that arrived, encrypted; ``uuid`` is that of its row to be. ``close`` deletes it, unless it was ``kept``."""

    def __init__(self, name):
        self.uuid, self.key = uuid.uuid4(), streams.new_key()
        self.name, self.size, self.stored_bytes = filenames.harmless(name), 0, 0
        self.blob = new_blob()
        self.kept = False
        self._head, self._sum = b"", hashlib.sha256()
        self._place = storages["attachments"].begin(self.blob)
        self._cipher = streams.Encrypting(self._place, key=self.key, binding=binding(self.uuid))
        self._drop = weakref.finalize(self, _discard, self._place, self._cipher, self.blob)

    def write(self, data):
        self.size += len(data)
        self._head += data[: HEAD - len(self._head)]
        self._sum.update(data)
        self._cipher.write(data)

    def finish(self):
        """Return when the storage has it for good."""
        self.stored_bytes = self._cipher.finish()
        self._place.keep()
        self._drop.detach()
        self._drop = weakref.finalize(self, delete, [self.blob])

    def keep(self):
        """A row points to it now."""
        self.kept = True
        self._drop.detach()

    def close(self):
        self._drop()

    @property
    def digest(self):
        return self._sum.hexdigest()

    @property
    def type(self):
        """What its first bytes say that it is; what the sender called it says nothing."""
        found = next((kind for mark, kind in KINDS.items() if self._head.startswith(mark)), None)
        if found is None and self._head[:4] == b"RIFF" and self._head[8:12] == b"WEBP":
            found = "image/webp"
        return found or ("text/plain" if _is_text(self._head) else "application/octet-stream")


class LeaveNothing:
    """Middleware: deletes, at the end of a request, what of its files was not kept, however the request ended."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        finally:
            for file in getattr(request, "staged_files", ()):
                file.close()


class EncryptWhileReading(FileUploadHandler):
    """Django's way in for uploads. Leaves every view alone that takes no files."""

    def __init__(self, request=None):
        super().__init__(request)
        self._door, self._room, self._staged = None, None, None

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        view = self.request.resolver_match and self.request.resolver_match.func
        self._door = getattr(view, "takes_files", None)
        self.request.refused_file, self.request.staged_files = "", []

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._staged = None
        if self._door is None:
            return
        if self._room is None and not self._may_attach():
            raise SkipFile
        if self._room.files < 1:
            self._refuse(self._room.no_more)
        self._room.files -= 1
        try:
            self._staged = Staged(self.file_name)
            self.request.staged_files.append(self._staged)
        except Exception:
            self._fail()

    def receive_data_chunk(self, raw_data, start):
        if self._staged is None:
            return raw_data
        if self._staged.size + len(raw_data) > self._room.largest:
            self._refuse(_("A file may have %(mb)d MB at most. Send a larger one in parts, or say where the team can fetch it.")
                         % {"mb": self._room.largest // MB})  # fmt: skip
        if len(raw_data) > self._room.bytes:
            self._refuse(self._room.full)
        self._room.bytes -= len(raw_data)
        try:
            self._staged.write(raw_data)
        except Exception:
            self._fail()
        return None

    def file_complete(self, file_size):
        staged, self._staged = self._staged, None
        if staged is None:
            return None
        try:
            staged.finish()
            return staged
        except Exception:
            self._staged = staged
            self._give_up(_unstored())
            return None

    def upload_interrupted(self):
        if self._staged is not None:  # else the last file was read past
            self._give_up(_("The connection broke while a file was on its way. Attach it again."))

    def _may_attach(self):
        """Ask the door, as far as things are known before the token of the form is."""
        request = self.request
        user = request.user
        if not user.is_authenticated or (user.needs_second_factor and not user.is_verified()):
            return False
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        try:
            self._room = self._door(request, *request.resolver_match.args, **request.resolver_match.kwargs)
        except (Http404, PermissionDenied):
            return False
        return True

    def _refuse(self, sentence):
        """Read the rest of this file past, so that the browser gets to see an answer."""
        self._give_up(sentence)
        raise SkipFile

    def _fail(self):
        log.exception("A file could not be stored.")
        self._refuse(_unstored())

    def _give_up(self, sentence):
        if self._staged is not None:
            self._room.bytes += self._staged.size
            self._staged.close()
            self._staged = None
        self.request.refused_file = self.request.refused_file or sentence


def new_blob() -> str:
    """Return a name in the storage that says nothing."""
    random = uuid.uuid4().hex
    return f"{random[:2]}/{random}"


def delete(blobs) -> None:
    """Delete files from the storage; what fails is logged, and found by the sweep."""
    for blob in blobs:
        try:
            storages["attachments"].delete(blob)
        except Exception:
            log.exception("The file %s could not be deleted; the sweep tries again.", blob)


def _discard(place, cipher, blob):
    cipher.abandon()
    try:
        place.discard()
    except Exception:
        log.exception("The unfinished file %s could not be deleted; the sweep tries again.", blob)


def _is_text(head):
    try:
        head.decode()
    except UnicodeDecodeError as failure:
        if failure.reason != "unexpected end of data" or len(head) < HEAD:
            return False
    return bool(head) and not any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head)


def _unstored():
    return _("The file could not be stored just now, and nothing of it is kept. Attach it again in a while.")
