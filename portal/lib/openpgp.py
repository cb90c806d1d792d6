"""OpenPGP (RFC 9580): the only module that knows pysequoia, whose interface still moves.

Clear signatures are made with the portal's own key: a file with a secret key and no password, for its owner's eyes only
(mode 0600), such as GnuPG exports it. Without one nothing is signed. Letters are encrypted to certificates that people
give; Sequoia's standard policy says which algorithms are strong enough, when they are given and at each letter.
"""

import hashlib
import logging
import stat
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path

import pysequoia
from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _
from pysequoia import packet

log = logging.getLogger("parley.openpgp")
KEPT_SECONDS = 24 * 60 * 60
SECRET = (packet.Tag.SecretKey, packet.Tag.SecretSubkey)
LARGEST_CERTIFICATE = 100_000  # bytes: with many signatures of others, export-minimal makes it small
_lock = threading.Lock()
_keys = {}


class KeyUnusable(RuntimeError):
    """The key cannot be read, cannot sign or encrypt, or others may read it."""


class Refused(ValueError):
    """What somebody gave as their certificate is not one that can be used; the message says what to do."""


class SecretGiven(Refused):
    """It was a secret key: it is to be forgotten at once."""


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


@dataclass(frozen=True)
class Certificate:
    """A person's certificate: ``fingerprint`` in lower case, ``addresses`` of its user ids in lower case, ``expires_at`` or None."""

    fingerprint: str
    armored: str
    addresses: frozenset
    expires_at: datetime | None


def certificate(document: bytes) -> Certificate:
    """Read the one certificate in a document, armored or not, to which letters can be encrypted now; raise Refused."""
    if b"PRIVATE KEY BLOCK" in document.upper():
        raise SecretGiven(
            _("This is a secret key. It was not kept, but it has left your computer: think of replacing it. Give the public key only.")
        )
    if len(document) > LARGEST_CERTIFICATE:
        raise Refused(_("This key is too large. Export it without the signatures of others: gpg --export-options export-minimal"))
    try:
        if any(part.tag in SECRET for part in packet.PacketPile.from_bytes(document)):
            raise SecretGiven(_("There is a secret key in this. It was not kept. Give the public key only."))
        found = pysequoia.Cert.split_bytes(document)
    except RuntimeError:
        found = []
    if not found:
        raise Refused(_("This is no OpenPGP public key. It begins with “-----BEGIN PGP PUBLIC KEY BLOCK-----”: copy the whole of it."))
    if len(found) > 1:
        raise Refused(_("There is more than one key in this. Give the one to which your letters shall be encrypted."))
    return _checked(found[0])


def encrypted(content: bytes, *, to: str) -> bytes:
    """Return an armored message that the certificate ``to`` (armored) opens; raise KeyUnusable if it can do so no more."""
    try:
        cert = pysequoia.Cert.from_bytes(to.encode())
        # Sequoia itself looks at the part for encryption only.
        if cert.is_revoked or _has_expired(cert):
            raise KeyUnusable("The certificate is revoked or has expired.")
        return pysequoia.encrypt(content, recipients=[cert])
    except RuntimeError as refused:
        raise KeyUnusable(str(refused).partition("\n")[0]) from None


def _checked(cert):
    try:
        if cert.is_revoked:
            raise Refused(_("This key is revoked. Give the one that took its place."))
        if _has_expired(cert):
            raise Refused(_("This key has expired. Extend it, then export and give it again."))
        pysequoia.encrypt(b"", recipients=[cert])
        armored, user_ids = str(cert), [str(user_id) for user_id in cert.user_ids]
    except RuntimeError as refused:
        raise Refused(_weakness(str(refused))) from None
    return Certificate(cert.fingerprint, armored, frozenset(filter(None, map(_address, user_ids))), cert.expiration)


def _has_expired(cert):
    return cert.expiration is not None and cert.expiration <= datetime.now(UTC)


def _weakness(trouble):
    if "No suitable encryption subkey" in trouble:
        return _("This key cannot encrypt: it has no part for encryption that is valid now. Add one, or extend it, and give it again.")
    return _("This key uses algorithms that are no longer safe, such as RSA with 1024 bits or SHA-1. Make a new one.")


def _address(user_id):
    return parseaddr(user_id)[1].lower()


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
