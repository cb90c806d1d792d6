"""Clear signatures with the portal's own OpenPGP key: the only module that knows pysequoia, whose interface still moves.

The key is a file with a secret key and no password, for its owner's eyes only (mode 0600), such as GnuPG exports it.
Without one nothing is signed.
"""

import hashlib
import logging
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import pysequoia
from django.conf import settings
from django.core.cache import caches

log = logging.getLogger("parley.openpgp")
KEPT_SECONDS = 24 * 60 * 60
_lock = threading.Lock()
_keys = {}


class KeyUnusable(RuntimeError):
    """The key cannot be read, cannot sign, or others may read it."""


@dataclass(frozen=True)
class SigningKey:
    """An opened key: ``fingerprint`` in lower case, ``public`` its armored certificate."""

    fingerprint: str
    public: str
    _secret: pysequoia.Tsk

    def clear_signed(self, text: str) -> str:
        """Return a text with a signature below (RFC 9580, section 7), ended by one line feed; raise KeyUnusable."""
        try:
            signed = pysequoia.sign(self._secret.signer(), text.encode(), mode=pysequoia.SignatureMode.CLEAR)
        except RuntimeError as refused:
            raise KeyUnusable(_why(refused)) from None
        return signed.decode().rstrip("\n") + "\n"


def signing_key() -> SigningKey | None:
    """Return the key of this installation, or None where none is set; raise KeyUnusable."""
    path = settings.OPENPGP_KEY
    if not path:
        return None
    with _lock:
        if path not in _keys:
            _keys[path] = _open(Path(path))
        return _keys[path]


def signed(text: str) -> str:
    """Return a text clear-signed: by each process once a day for the same text. Without a key it stays as it is.

    A key that no longer works, because it has run out for example, is an error in the log; the text goes unsigned then.
    """
    try:
        key = signing_key()
        if key is None:
            return text
        name = f"openpgp:{key.fingerprint}:{hashlib.sha256(text.encode()).hexdigest()}"
        return caches["pages"].get_or_set(name, lambda: key.clear_signed(text), KEPT_SECONDS)
    except KeyUnusable as unusable:
        log.error("Not signed: %s", unusable)
        return text


def _open(path):
    try:
        mode = path.stat().st_mode
        document = path.read_bytes()
    except OSError as missing:
        raise KeyUnusable(f"The OpenPGP key {path} cannot be read: {missing.strerror}. Correct PARLEY_OPENPGP_KEY.") from None
    if stat.S_IMODE(mode) & 0o077:
        raise KeyUnusable(f"The OpenPGP key {path} may be read by others. Run: chmod 600 {path}")
    try:
        secret = pysequoia.Tsk.from_bytes(document)
        certificate = secret.extract_certificate()
        key = SigningKey(certificate.fingerprint, str(certificate), secret)
    except RuntimeError as broken:
        raise KeyUnusable(f"The OpenPGP key {path} cannot be read. {_why(broken)}") from None
    key.clear_signed("")  # refuses a key with a password, or one that may not sign
    return key


def _why(refused):
    # The first line only: a trace of the library follows.
    return f"{str(refused).partition(chr(10))[0]}. Export a secret key that may sign, without a password."
