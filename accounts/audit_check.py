"""Does the audit trail hold together? Follows its chain, notes how far, and compares it with a copy that was kept elsewhere.

A long trail is followed in steps: each walk begins at the first event, and a later step goes on where the one before
ended. Once a walk is at the end it follows what is appended; after a day another one begins. The note lies in the same
database, so it tells an accident from none, and proves nothing against somebody who writes there: for that there is the copy.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice

from accounts.models import AuditCheck, AuditEvent
from portal.lib import chain

log = logging.getLogger("parley.trail")

STEP = 20_000  # events; some two seconds
ROWS = 2000
LINES = 500
ANEW_EVERY = timedelta(days=1)


def latest() -> AuditCheck:
    """Return the note of how far the trail was followed."""
    return AuditCheck.objects.first() or AuditCheck()


def follow(*, at, most: int | None = STEP, anew: bool = False, tell: Callable[[int], None] = lambda done: None) -> AuditCheck:
    """Follow the chain for ``most`` events more (None: to its end), or ``anew`` from the first one; return the note.

    Two at once do no harm: what the second found is not noted if the first has moved on.
    """
    before, _made = AuditCheck.objects.get_or_create()
    note = AuditCheck(**{field.attname: getattr(before, field.attname) for field in AuditCheck._meta.concrete_fields})
    if anew or _is_over(note, at):
        note.begun_at, note.upto_at, note.seq, note.hash = at, None, 0, chain.GENESIS
    broken = _cut_off(note)
    if broken is None:
        broken, seen = _walk(note, most, tell)
        if broken is None and (most is None or seen < most):
            note.upto_at = at
            note.whole_at, note.broken_seq, note.broken_at = note.begun_at, None, None
    if broken is not None:
        _note_break(note, broken, at)
    if note.seq > note.head_seq:
        note.head_seq, note.head_hash = note.seq, note.hash
    _keep(note, before)
    return note


def first_break() -> int | None:
    """Return the number of the first event that does not follow from those before it, or None. Asks every event."""
    return _walk(AuditCheck(), None, lambda done: None)[0]


def against(lines: Iterable[str]) -> Iterator[str]:
    """Yield what lines that were shipped or exported say otherwise than the table: one sentence each, by the number of the line.

    What stands in front of the JSON (a date of syslog) is left out. Lines may be missing, twice, or in another order.
    """
    numbered = enumerate(lines, 1)
    while batch := [(number, text) for number, text in islice(numbered, LINES) if text.strip()]:
        read = [(number, _read(text)) for number, text in batch]
        yield from (f"Line {number} is no event of a trail." for number, entry in read if entry is None)
        wanted = [(number, entry) for number, entry in read if entry is not None]
        there = AuditEvent.objects.in_bulk([entry["seq"] for _number, entry in wanted])
        for number, entry in wanted:
            event = there.get(entry["seq"])
            if event is None:
                yield f"Line {number}: event {entry['seq']} ({entry.get('kind')}) is no longer in the database."
            elif event.entry() | {"hash": event.hash} != entry:
                yield f"Line {number}: event {entry['seq']} ({entry.get('kind')}) is another one in the database now."


def _is_over(note, at):
    if note.begun_at is None:
        return True
    return note.upto_at is not None and at - note.begun_at >= ANEW_EVERY


def _cut_off(note):
    """Return the number of the furthest event that was ever seen, if it is gone or another one now."""
    if note.head_seq and not AuditEvent.objects.filter(seq=note.head_seq, hash=note.head_hash).exists():
        return note.head_seq
    return None


def _walk(note, most, tell):
    """Move the note along the chain; return the first event that does not follow, or None, and how many were seen."""
    walk, seen = chain.Walk(), 0
    walk.seq, walk.hash = note.seq, note.hash
    rows = AuditEvent.objects.filter(seq__gt=note.seq).order_by("seq")
    for event in (rows if most is None else rows[:most]).iterator(chunk_size=ROWS):
        if walk.step(event.seq, event.entry(), event.hash):
            return event.seq, seen
        note.seq, note.hash, seen = walk.seq, walk.hash, seen + 1
        if seen % ROWS == 0:
            tell(seen)
    return None, seen


def _note_break(note, seq, at):
    if note.broken_seq != seq:
        log.error("The audit trail does not hold together: event %d was changed, or what stood before it. See docs/audit.md.", seq)
        note.broken_seq, note.broken_at = seq, at
    note.begun_at = None  # the next walk begins at the first event: what was put right is found to be so


def _keep(note, before):
    facts = {field.attname: getattr(note, field.attname) for field in AuditCheck._meta.concrete_fields if not field.primary_key}
    AuditCheck.objects.filter(pk=1, seq=before.seq, hash=before.hash, begun_at=before.begun_at).update(**facts)


def _read(text):
    try:
        entry = json.loads(text[text.index("{") :])
        return entry if type(entry["seq"]) is int and 0 < entry["seq"] < 2**63 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
