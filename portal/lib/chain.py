"""The hash chain behind both logs (case events, audit events), and the commitment to a record.

A link is SHA-256 over the previous link and the canonical JSON of the entry. It shows that an entry was changed,
removed or reordered to whoever kept a later link; it proves nothing against an operator without such a copy.
"""

import hashlib
import secrets

from portal.lib.crypto import canonical

GENESIS = "0" * 64


def link(previous: str, entry: dict) -> str:
    """Return the hash of ``entry`` behind ``previous`` (both hashes are 64 hex digits)."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def new_salt() -> str:
    """Return the salt of one record (128 bits, hex); it is kept inside the sealed record."""
    return secrets.token_hex(16)


def commitment(content: dict) -> str:
    """Return SHA-256(salt ‖ canonical content), where ``content['salt']`` is the salt of the record."""
    return hashlib.sha256(content["salt"].encode() + canonical(content)).hexdigest()


def first_break(entries) -> int | None:
    """Return the index of the first ``(entry, hash)`` that does not follow from those before it, or None."""
    previous = GENESIS
    for index, (entry, stored) in enumerate(entries):
        previous = link(previous, entry)
        if previous != stored:
            return index
    return None
