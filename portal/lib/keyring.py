"""The ring: the key-encryption keys of this installation, outside the database. The only reader of KEY_RING.

A ring is a JSON document with two Tink keysets in clear: ``wrap`` (AES-256-GCM, seals data keysets and account
secrets) and ``digest`` (HKDF-SHA-256 PRF, blind digests of codes). ``file:PATH`` is made on the first start with mode
0600; ``env:NAME`` reads the document from a variable; ``none:`` is a process that may not decrypt.
"""

import json
import logging
import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import tink
from django.conf import settings
from tink import aead, json_proto_keyset_format, prf, secret_key_access

aead.register()
prf.register()

log = logging.getLogger("parley.keys")
_lock = threading.Lock()
_rings = {}


class KeylessProcess(RuntimeError):
    """This process runs without the ring and may not decrypt."""


class RingUnusable(RuntimeError):
    """The ring cannot be read, or others may read it."""


@dataclass(frozen=True)
class Ring:
    """An opened ring: ``wrap`` seals keysets, ``digest`` makes blind digests, ``active_key_id`` names the wrapping key."""

    wrap: aead.Aead
    active_key_id: int
    _prf: prf.PrfSet

    def digest(self, purpose: str, value: str) -> str:
        """Return 64 hex digits that stand for ``value`` in lookups of one purpose."""
        return self._prf.primary().compute(f"{purpose}\0{value}".encode(), 32).hex()


def ring() -> Ring:
    """Return the ring of this process; raise KeylessProcess or RingUnusable."""
    source = settings.KEY_RING
    with _lock:
        if source not in _rings:
            _rings[source] = _open(source)
        return _rings[source]


def new_document() -> str:
    """Return a fresh ring document."""
    keysets = {
        "wrap": tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM),
        "digest": tink.new_keyset_handle(prf.prf_key_templates.HKDF_SHA256),
    }
    return json.dumps(
        {name: json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)) for name, handle in keysets.items()}
    )


def _open(source):
    kind, _, rest = source.partition(":")
    if kind == "none":
        raise KeylessProcess("This process runs without the key ring (PARLEY_RING=none:), so it cannot open sealed records.")
    if kind == "env":
        document = os.environ.get(rest, "")
        log.warning("The key ring comes from the environment variable %s: keep it out of process listings and backups.", rest)
    elif kind == "file":
        document = _read_file(Path(rest))
    else:
        raise RingUnusable("PARLEY_RING must begin with file:, env: or none:.")
    try:
        return _parse(document)
    except (ValueError, KeyError, TypeError, tink.TinkError) as broken:
        raise RingUnusable(f"The key ring at {kind}: cannot be read. Restore it from its backup.") from broken


def _read_file(path):
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return _make_file(path)
    if stat.S_IMODE(mode) & 0o077:
        raise RingUnusable(f"The key ring {path} may be read by others. Run: chmod 600 {path}")
    return path.read_text()


def _make_file(path):
    """Write a new ring; of several processes that start together, one wins and the others read its file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(new_document())
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, path)
        log.warning("Made a new key ring at %s. Back it up now, apart from the database: without it nothing can be opened.", path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text()


def _parse(document):
    keysets = json.loads(document)
    wrap, digest = (json_proto_keyset_format.parse(json.dumps(keysets[name]), secret_key_access.TOKEN) for name in ("wrap", "digest"))
    return Ring(wrap.primitive(aead.Aead), wrap.keyset_info().primary_key_id, digest.primitive(prf.PrfSet))
