"""Keyset paging of what is due; the rest of it is ``portal.lib.paging``."""

from django.db.models import F, Q

from portal.lib.paging import Page, cursor, newest_first, page_of, read_cursor

__all__ = ["Page", "by_due", "cursor", "newest_first", "read_cursor"]


def by_due(rows, *, after: str, size: int) -> Page:
    """Sort by ``next_due_at`` (rows without one last), then ``uuid``."""
    rows = rows.order_by(F("next_due_at").asc(nulls_last=True), "uuid")
    due, last = read_cursor(after)
    if last and due:
        rows = rows.filter(Q(next_due_at__gt=due) | Q(next_due_at=due, uuid__gt=last) | Q(next_due_at=None))
    elif last:
        rows = rows.filter(next_due_at=None, uuid__gt=last)
    return page_of(rows, "next_due_at", size)
