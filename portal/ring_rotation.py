"""Rotation of the ring: add a key, activate it, rewrap what lies under the others, retire those.

What a rewrap has done is told by the rows, so that one that was killed goes on when it is run again, and two at once do
no harm. The key of the blind digests is not rotated: what it made cannot be made again without the codes themselves.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from portal import ring_rows
from portal.lib import keyring, ring_document
from portal.lib.crypto import DecryptError
from portal.lib.keyring import NotPossible
from portal.lib.ring_document import State

BATCH = 200
WAIT_SECONDS = 0.2  # for rows that another rewrap has in hand


@dataclass
class Rewrapped:
    """What a rewrap did: how many rows, and those that could not be opened."""

    done: int = 0
    unreadable: list[str] = field(default_factory=list)


def with_a_new_key(document: dict) -> dict:
    """Add a key that opens but is not used yet."""
    return ring_document.with_key(document, keyring.new_key())


def active_from_now_on(key_id: int | None) -> Callable[[dict], dict]:
    """Return the change that seals with this key from now on; without a number, with the one that was added last."""
    return lambda document: ring_document.activated(document, ring_document.newest(document) if key_id is None else key_id)


def readable_again(key_id: int) -> Callable[[dict], dict]:
    """Return the change that lets a retired key open again."""
    return lambda document: ring_document.enabled(document, key_id)


def retired(key_id: int) -> Callable[[dict], dict]:
    """Return the change that disables a key, if no row is left under it."""

    def edit(document):
        changed = ring_document.disabled(document, key_id)
        _refuse_if_used(key_id)
        return changed

    return edit


def destroyed(key_id: int) -> Callable[[dict], dict]:
    """Return the change that removes a retired key from the ring, if no row is left under it."""

    def edit(document):
        changed = ring_document.without(document, key_id)
        _refuse_if_used(key_id)
        return changed

    return edit


def retire(key_id: int) -> None:
    """Disable a key under which no row is left, in a ring that is a file."""
    keyring.change(retired(key_id))
    if ring_rows.counts()[key_id]:
        # Sealed by somebody who had asked for the key just before, and committed just after we counted.
        keyring.change(readable_again(key_id))
        _refuse_if_used(key_id)


def to_rewrap() -> int:
    """Count the rows that do not lie under the active key."""
    active = keyring.ring().active_key_id
    return sum(table.not_under(active).count() for table in ring_rows.TABLES)


def rewrap(*, tell: Callable[[int], None] = lambda done: None, batch: int = BATCH) -> Rewrapped:
    """Seal every row under the active key; ``tell`` hears how many are done. Returns when no other row is left but unreadable ones."""
    result = Rewrapped()
    for table in ring_rows.TABLES:
        unreadable = {}
        while True:
            rows, changed = _rewrap_batch(table, unreadable, batch)
            result.done += changed
            if rows:
                tell(result.done)
            elif table.not_under(keyring.ring().active_key_id).exclude(pk__in=unreadable).exists():
                time.sleep(WAIT_SECONDS)  # another rewrap holds them; should it die, they are ours
            else:
                break
        result.unreadable += unreadable.values()
    return result


def unknown_to_the_ring() -> dict[int, int]:
    """Return {key id: rows} of keys that this ring does not have, or that it has disabled."""
    readable = keyring.ring().key_ids
    return {key_id: rows for key_id, rows in ring_rows.counts().items() if key_id not in readable}


def states() -> dict[int, State]:
    """Return the keys of the ring with their states, the oldest first."""
    return ring_document.states(keyring.document())


@transaction.atomic
def _rewrap_batch(table, unreadable, batch):
    ring = keyring.ring()
    stale = table.not_under(ring.active_key_id).exclude(pk__in=unreadable)
    rows = list(stale.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:batch])
    changed = 0
    for row in rows:
        try:
            changed += table.rewrap(row, ring)
        except DecryptError as failure:
            unreadable[row.pk] = str(failure)
    return len(rows), changed


def _refuse_if_used(key_id):
    if left := ring_rows.counts()[key_id]:
        raise NotPossible(f"{left} rows still lie under key {key_id}. Run `keys rewrap` first.")
