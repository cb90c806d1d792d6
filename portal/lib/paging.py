"""Keyset paging: a page costs the same at the end of a long list as at its beginning. No counts, no offsets."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of the page behind them ("" at the end)."""

    rows: list
    after: str


def newest_first(rows, *, field: str, after: str, size: int) -> Page:
    """Sort by a moment, newest first, then ``uuid``."""
    rows = rows.order_by(f"-{field}", "-uuid")
    at, last = read_cursor(after)
    if last and at:
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "uuid__lt": last}))
    return page_of(rows, field, size)


def page_of(rows, field: str, size: int) -> Page:
    """Take a page of rows that are sorted by a moment or its like, then ``uuid``."""
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(found, cursor(getattr(found[-1], field), found[-1].uuid) if more else "")


def cursor(moment, uuid) -> str:
    """Return the cursor that names a row by its moment and its UUID."""
    return urlsafe_b64encode(json.dumps([moment.isoformat() if moment else None, uuid.hex]).encode()).decode()


def read_cursor(cursor):
    """Return the moment and the UUID of a cursor; one that was tampered with begins at the start."""
    try:
        moment, uuid = json.loads(urlsafe_b64decode(cursor.encode()))
        moment = datetime.fromisoformat(moment) if moment else None
        if moment and moment.tzinfo is None:
            return None, None
        return moment and moment.astimezone(UTC), UUID(uuid)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None, None
