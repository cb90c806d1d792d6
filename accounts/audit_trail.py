"""Reading the audit trail: what somebody looks for, page by page, in words; and as a file to take away.

Pages go by the number of the last event that was shown, so that the last page of a long trail costs what the first does.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from accounts import audit, audit_words
from accounts.models import AuditEvent, User

SIZE = 50
ROWS = 500
LARGEST = 2**63 - 1
# Events are numbered in the order of their commits; their moments may differ from it by what a request takes.
SLACK = 1000
COLUMNS = ("number", "time (UTC)", "kind", "what", "who", "who (UUID)", "project", "facts", "hash")
# With these a spreadsheet takes a cell for a formula (ASVS 5.0, 1.2.10).
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. ``person``: who acted, or whom it was done to. From the moment ``since`` to before ``until``."""

    group: str = ""
    person: UUID | None = None
    project: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Some events, each with ``who`` and ``what`` in words, and the number before which the next page begins ("" at the end)."""

    rows: list
    after: str


def page(wanted: Wanted, *, before: str = "", size: int = SIZE) -> Page:
    """Return the newest events, or those before a number. One that was tampered with begins at the newest."""
    rows = _rows(wanted)
    if before.isdecimal() and before.isascii() and len(before) < 20:
        rows = rows.filter(seq__lt=min(int(before), LARGEST))
    found = list(rows.order_by("-seq")[: size + 1])
    shown = found[:size]
    put_into_words(shown)
    return Page(shown, str(shown[-1].seq) if len(found) > size else "")


def put_into_words(events) -> None:
    """Set ``who`` and ``what`` on each event, with one query for all names."""
    people = _names(set().union(*(audit_words.named(event) for event in events)))
    for event in events:
        event.who = audit_words.actor(event, people)
        event.what = audit_words.sentence(event.kind, event.facts, people)


def as_csv(wanted: Wanted, *, upto: int) -> Iterator[bytes]:
    """Yield the events up to a number as CSV (RFC 4180, UTF-8), the oldest first; no cell is a formula to a spreadsheet."""
    yield _csv_rows([COLUMNS])
    for events in _batches(wanted, upto):
        put_into_words(events)
        yield _csv_rows([_cells(event) for event in events])


def as_lines(wanted: Wanted, *, upto: int) -> Iterator[bytes]:
    """Yield the events up to a number as lines of JSON, the oldest first: what ``verify_audit --against`` takes."""
    for events in _batches(wanted, upto):
        yield "".join(f"{audit.line(event)}\n" for event in events).encode()


def plain_cell(value) -> str:
    """Return the text of a cell which a spreadsheet shows as it is."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def _rows(wanted):
    rows = AuditEvent.objects.all()
    if wanted.project:
        rows = rows.filter(project_uuid=wanted.project)
    if wanted.group:
        rows = rows.filter(kind__in=audit_words.kinds_of(wanted.group))
    if wanted.person:
        # As text, which is what the index holds.
        rows = rows.filter(Q(actor_uuid=wanted.person) | Q(Exact(KT("facts__person"), str(wanted.person))))
    # By number as well as by moment, so that the index which gives the order also gives the span.
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since, seq__gte=_seq_at(LARGEST, at__gte=wanted.since, order="at") - SLACK)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until, seq__lte=_seq_at(0, at__lt=wanted.until, order="-at") + SLACK)
    return rows


def _seq_at(otherwise, *, order, **where):
    return Coalesce(Subquery(AuditEvent.objects.filter(**where).order_by(order).values("seq")[:1]), otherwise)


def _names(uuids):
    rows = User.objects.filter(uuid__in=uuids).only("uuid", "display_name", "email") if uuids else ()
    return {row.uuid: row.shown_name for row in rows}


def _batches(wanted, upto):
    rows, last = _rows(wanted).filter(seq__lte=upto).order_by("seq"), 0
    while events := list(rows.filter(seq__gt=last)[:ROWS]):
        yield events
        last = events[-1].seq


def _cells(event):
    moment = event.at.astimezone(UTC).isoformat(timespec="seconds")
    facts = json.dumps(event.facts, ensure_ascii=False)
    return (event.seq, moment, event.kind, event.what, event.who, event.actor_uuid or "", event.project_uuid or "", facts, event.hash)


def _csv_rows(rows):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([[plain_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode()
