"""Rows of a version table for tests of what is pure: as written, or as they were kept."""

from dataclasses import dataclass
from datetime import date

from portal import versions
from portal.versions import SEMVER, Kind


@dataclass(frozen=True)
class Row:
    text: str
    status: str = "supported"
    ends_on: date | None = None
    meaning: str | None = None


def kept(row, scheme, **reading):
    """The same row as publishing keeps it."""
    return Row(row.text, row.status, row.ends_on, str(versions.read(row.text, scheme, **reading) or ""))


def covers(text, version, scheme=SEMVER, **facts):
    """Say whether a row, alone in its table, covers a version."""
    kind = versions.answer(version, [Row(text)], scheme, **facts).kind
    assert kind in (Kind.SUPPORTED, Kind.IN_NO_ROW), (text, version, kind)
    return kind == Kind.SUPPORTED
