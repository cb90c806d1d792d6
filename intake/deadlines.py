"""Deadlines: arithmetic only. Moments are aware datetimes, windows are timedeltas, ``now`` is always passed in.

A level (``portal.service_levels.Level``) says: milestone, severity or "" for any, earliest or None, latest, unit
("hours" or "days"), recurring. The rules are the table "Milestones" of the product's data model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(hours=24)  # what a deadline that would be born overdue still gets
NEAR = timedelta(hours=24)  # the reminder before a deadline, or half-way for a shorter one


class Clock(StrEnum):
    """How a deadline stands."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "late"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True)
class Due:
    """A deadline as it will be stored."""

    milestone: str
    starts_at: datetime
    due_at: datetime
    earliest_at: datetime | None = None
    severity: str = ""
    late: bool = False


def due(level, *, starts_at: datetime, now: datetime) -> Due:
    """Return the deadline that a level makes of a start; one that would be born overdue is due ``GRACE`` from now."""
    promised = starts_at + timedelta(**{level.unit: level.latest})
    late = promised < now
    return Due(
        milestone=level.milestone,
        starts_at=starts_at,
        due_at=now + GRACE if late else promised,
        earliest_at=starts_at + timedelta(**{level.unit: level.earliest}) if level.earliest and not late else None,
        severity=level.severity,
        late=late,
    )


def on_arrival(levels: Sequence, *, received_at: datetime, now: datetime) -> list[Due]:
    """Return the deadlines of a report whose severity nobody has set: those promised for any severity."""
    return [due(level, starts_at=received_at, now=now) for level in levels if not level.severity]


def on_severity(levels: Sequence, *, severity: str, received_at: datetime, now: datetime) -> list[Due]:
    """Return the deadlines that a severity adds."""
    return [due(level, starts_at=received_at, now=now) for level in levels if level.severity == severity]


def on_team_message(levels: Sequence, *, at: datetime) -> list[Due]:
    """Return the next of each recurring deadline, one interval after a message from the team."""
    return [due(level, starts_at=at, now=at) for level in levels if level.recurring and not level.severity]


def clock(*, starts_at, due_at, met_at, cancelled_at, now: datetime) -> Clock:
    """Return how a deadline stands at ``now``."""
    if met_at:
        return Clock.MET if met_at <= due_at else Clock.MISSED
    if cancelled_at:
        return Clock.ENDED
    if now >= due_at:
        return Clock.OVERDUE
    return Clock.SOON if now >= near_at(starts_at=starts_at, due_at=due_at) else Clock.OPEN


def near_at(*, starts_at: datetime, due_at: datetime) -> datetime:
    """Return when the reminder before a deadline goes out: 24 hours before, or half-way where the whole is shorter."""
    return due_at - min(NEAR, max(due_at - starts_at, timedelta(0)) / 2)
