"""The ring: the key-encryption keys of this installation, outside the database. The only reader of KEY_RING.

A ring is a JSON document with two Tink keysets in clear: ``wrap`` (AES-256-GCM, seals data keysets and account
secrets) and ``digest`` (HKDF-SHA-256 PRF, blind digests of codes). ``file:PATH`` is made on the first start with mode
0600, and read again whenever it changes; ``env:NAME`` reads the document from a variable; ``none:`` is a process that may
not decrypt.
"""

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import tink
from django.conf import settings
from tink import aead, json_proto_keyset_format, prf, secret_key_access

from portal.lib import ring_document, ring_file
from portal.lib.ring_document import NotPossible
from portal.lib.ring_file import RingUnusable

__all__ = ["KeylessProcess", "NotPossible", "Ring", "RingUnusable", "ring"]

aead.register()
prf.register()

log = logging.getLogger("parley.keys")
_lock = threading.Lock()
_rings = {}
_reasons_not_to_make = []


class KeylessProcess(RuntimeError):
    """This process runs without the ring and may not decrypt."""


@dataclass(frozen=True)
class Ring:
    """An opened ring: ``wrap`` seals keysets, ``digest`` makes blind digests, ``active_key_id`` names the wrapping key.

    ``key_ids`` are those of all keys that open.
    """

    wrap: aead.Aead
    active_key_id: int
    key_ids: frozenset[int]
    _prf: prf.PrfSet

    def digest(self, purpose: str, value: str) -> str:
        """Return 64 hex digits that stand for ``value`` in lookups of one purpose."""
        return self._prf.primary().compute(f"{purpose}\0{value}".encode(), 32).hex()


@dataclass(frozen=True)
class _Known:
    ring: Ring
    mark: tuple | None


@dataclass(frozen=True)
class Place:
    """Where the ring lies: ``kind`` is file, env or none; ``name`` the path or the variable."""

    kind: str
    name: str

    def __str__(self):
        return f"{self.kind}:{self.name}"


def ring() -> Ring:
    """Return the ring of this process as it is now; raise KeylessProcess or RingUnusable.

    A file that changed is read again, so that no process goes on with keys of yesterday. One that broke or went away
    meanwhile changes nothing for a process that has read it: it says so in the log and goes on.
    """
    source = settings.KEY_RING
    place = where()
    known = _rings.get(source)
    if known and known.mark == _mark(place):
        return known.ring
    with _lock:
        known, mark = _rings.get(source), _mark(place)
        if known is None:
            _rings[source] = _open(place)
        elif known.mark != mark:
            _rings[source] = _opened_again(place, known, mark)
        return _rings[source].ring


def where() -> Place:
    """Return the place that PARLEY_RING names; raise RingUnusable."""
    kind, separator, name = settings.KEY_RING.partition(":")
    if not separator or kind not in ("file", "env", "none"):
        raise RingUnusable("PARLEY_RING must begin with file:, env: or none:.")
    return Place(kind, name)


def check() -> None:
    """Raise RingUnusable when this process should have a ring and has none that works. A keyless one is as it should be."""
    if where().kind != "none":
        ring()


def ask_before_making(reason: Callable[[], str]) -> None:
    """Have ``reason`` asked before a new ring is made: what it answers, if anything, is why that would be wrong."""
    _reasons_not_to_make.append(reason)


def document() -> dict:
    """Return the document of the ring, secrets and all; raise KeylessProcess or RingUnusable."""
    ring()
    return _read(where())[0]


def changed(edit: Callable[[dict], dict]) -> dict:
    """Return the document as ``edit`` would leave it; nothing is written."""
    return _edited(edit, document())


def change(edit: Callable[[dict], dict]) -> None:
    """Replace the document of a ring that is a file; raise NotPossible for another, or what ``edit`` raises."""
    ring()
    place = where()
    if place.kind != "file":
        raise NotPossible(
            f"The ring lies in the variable {place.name}, where no command can write. --print writes the new document to standard output."
        )
    ring_file.change(Path(place.name), lambda text: ring_document.dump(_edited(edit, _loaded(place, text))))


def new_document() -> str:
    """Return a fresh ring document."""
    return ring_document.dump({"wrap": _as_json(aead.aead_key_templates.AES256_GCM), "digest": _as_json(prf.prf_key_templates.HKDF_SHA256)})


def new_key() -> dict:
    """Return a fresh wrapping key for a document."""
    return _as_json(aead.aead_key_templates.AES256_GCM)["key"][0]


def _mark(place):
    return ring_file.mark(Path(place.name)) if place.kind == "file" else None


def _open(place):
    if place.kind == "none":
        log.warning("Something asked for the key ring, which this process does not have (PARLEY_RING=none:).")
        raise KeylessProcess("This process runs without the key ring (PARLEY_RING=none:), so it cannot open sealed records.")
    if place.kind == "env":
        log.warning("The key ring comes from the environment variable %s: keep it out of process listings and backups.", place.name)
    else:
        path = Path(place.name)
        ring_file.check_place(path, getattr(settings, "KEY_RING_NEVER_IN", ()))
        if not ring_file.is_there(path):
            _make(path)
    document, mark = _read(place)
    return _Known(_parse(ring_document.dump(document)), mark)


def _opened_again(place, known, mark):
    try:
        if mark is None:
            raise RingUnusable(f"The key ring {place.name} is gone. Restore it from its backup.")
        again = _open(place)
    except RingUnusable as broken:
        log.error("%s This process goes on with the ring that it has read before.", broken)
        return replace(known, mark=mark)
    log.info("Read the key ring again: the active key is %d, %d keys open.", again.ring.active_key_id, len(again.ring.key_ids))
    return again


def _make(path):
    reasons = [said for reason in _reasons_not_to_make if (said := reason())]
    if reasons:
        raise RingUnusable(f"The key ring {path} is missing, and {reasons[0]}. Restore it from its backup: no other ring opens them.")
    ring_file.make(path, new_document())


def _read(place):
    try:
        text, mark = (os.environ.get(place.name, ""), None) if place.kind == "env" else ring_file.read(Path(place.name))
    except FileNotFoundError as gone:
        raise RingUnusable(f"The key ring {place.name} is gone. Restore it from its backup.") from gone
    return _loaded(place, text), mark


def _loaded(place, text):
    try:
        document = ring_document.load(text)
        _parse(text)
        return document
    except (ValueError, KeyError, TypeError, tink.TinkError) as broken:
        named = place.name if place.kind == "file" else f"at {place.kind}:"
        raise RingUnusable(f"The key ring {named} cannot be read. Restore it from its backup.") from broken


def _edited(edit, document):
    edited = edit(document)
    try:
        _parse(ring_document.dump(edited))
    except (ValueError, KeyError, TypeError, tink.TinkError) as broken:
        raise NotPossible("The changed ring would not open, so it was not written.") from broken
    return edited


def _parse(text):
    keysets = json.loads(text)
    wrap, digest = (json_proto_keyset_format.parse(json.dumps(keysets[name]), secret_key_access.TOKEN) for name in ("wrap", "digest"))
    known = ring_document.states(keysets)
    readable = frozenset(key_id for key_id, state in known.items() if state is not ring_document.State.DISABLED)
    return Ring(wrap.primitive(aead.Aead), wrap.keyset_info().primary_key_id, readable, digest.primitive(prf.PrfSet))


def _as_json(template):
    return json.loads(json_proto_keyset_format.serialize(tink.new_keyset_handle(template), secret_key_access.TOKEN))
