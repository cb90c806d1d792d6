"""The hash chain behind both logs (case events, audit events), and the commitment to a record.

A link is SHA-256 over the previous link and the canonical JSON of the entry. It shows that an entry was changed,
removed or reordered to whoever kept a later link; it proves nothing against an operator without such a copy.
"""

import hashlib
import secrets
from enum import StrEnum

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


def digest(document: dict) -> str:
    """Return SHA-256(canonical document): the commitment to what is public, which needs no salt."""
    return hashlib.sha256(canonical(document)).hexdigest()


class Fault(StrEnum):
    """What can be wrong with an entry of a chain."""

    GAP = "gap"  # the entries just before it are missing
    ORDER = "order"  # its number was there already, or comes too late
    LINK = "link"  # its hash does not follow: it was changed, or what stood before it was


class Walk:
    """Follows a chain entry by entry. After a fault it goes on from the stored hash, so that each fault is named by itself."""

    def __init__(self):
        self.seq, self.hash = 0, GENESIS

    def step(self, seq: int, entry: dict, stored: str) -> list[Fault]:
        """Take the next entry; return what is wrong with it."""
        faults = [] if seq == self.seq + 1 else [Fault.GAP if seq > self.seq else Fault.ORDER]
        if link(self.hash, entry) != stored:
            faults.append(Fault.LINK)
        self.seq, self.hash = seq, stored
        return faults


def first_break(entries) -> int | None:
    """Return the index of the first ``(entry, hash)`` that does not follow from those before it, or None."""
    previous = GENESIS
    for index, (entry, stored) in enumerate(entries):
        previous = link(previous, entry)
        if previous != stored:
            return index
    return None
