"""Deadlines: arithmetic only. Moments are aware datetimes, windows are timedeltas, ``now`` is always passed in.

A level (``portal.service_levels.Level``) says: milestone, severity or "" for any, anchor, earliest or None, latest, unit
("hours", "days" or "business_days"), recurring, waits_for_reporter. A calendar (``portal.calendars.Calendar``) counts
business days; None where time is counted as it passes. A pause has ``starts_at`` and ``ends_at``. The rules are the
table "Milestones" of the product's data model.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(hours=24)  # what a deadline that would be born overdue still gets
NEAR = timedelta(hours=24)  # from then on a deadline is near, or from half-way for a shorter one
BUSINESS_DAYS = "business_days"


class Clock(StrEnum):
    """How a deadline stands."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "late"
    STOPPED = "pause"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a clock runs. From ``paused_at`` on it stands still, and ``due_at`` is when it would have been due.

    It waits for the reporter since ``waiting_at``, is held by a pause of the project since ``held_at``, or both. Pauses of
    the project up to ``counted_until`` have had their effect. ``stood_still``: for how long it did, up to ``paused_at``.
    """

    due_at: datetime
    earliest_at: datetime | None = None
    paused_at: datetime | None = None
    waiting_at: datetime | None = None
    held_at: datetime | None = None
    counted_until: datetime
    stood_still: timedelta = field(default=timedelta(0), compare=False)  # follows from the rest


@dataclass(frozen=True, kw_only=True)
class Due(Course):
    """A deadline as it will be stored; the fields are named as its columns."""

    milestone: str
    severity: str = ""
    level_id: int | None = None
    starts_at: datetime
    late: bool = False


@dataclass(frozen=True)
class Terms:
    """What a report was promised: the levels of its policy, its business days, and the pauses that hold its clocks."""

    levels: Sequence
    calendar: object = None
    pauses: Sequence = ()


def due(level, *, starts_at: datetime, now: datetime, calendar=None, pauses: Sequence = ()) -> Due:
    """Return the deadline that a level makes of a start; one that would be born overdue is due ``GRACE`` from now."""
    calendar = calendar if level.unit == BUSINESS_DAYS else None
    promised = Due(
        milestone=level.milestone,
        severity=level.severity,
        level_id=level.pk,
        starts_at=starts_at,
        due_at=_after(level.latest, level.unit, starts_at, calendar),
        earliest_at=_after(level.earliest, level.unit, starts_at, calendar) if level.earliest else None,
        counted_until=starts_at,
    )
    promised = through(promised, pauses, at=now, calendar=calendar)
    if promised.paused_at or promised.due_at >= now:
        return promised
    return replace(promised, due_at=now + GRACE, earliest_at=None, counted_until=now, late=True)


def starting(
    terms: Terms, since: Mapping[str, datetime], *, severities: Collection[str], now: datetime, recurring_from: datetime | None = None
) -> list[Due]:
    """Return the deadlines of these severities whose anchor has come: ``since`` is {anchor: when it came}.

    What recurs is counted from ``recurring_from`` where that is given: it was running before.
    """
    begun = [level for level in terms.levels if level.severity in severities and level.anchor in since]
    starts = [(level, recurring_from if recurring_from and level.recurring else since[level.anchor]) for level in begun]
    return [due(level, starts_at=at, now=now, calendar=terms.calendar, pauses=terms.pauses) for level, at in starts]


def on_arrival(terms: Terms, *, received_at: datetime, now: datetime) -> list[Due]:
    """Return the deadlines of a report whose severity nobody has set: those promised for any severity."""
    return starting(terms, {"received": received_at, "last_update": received_at}, severities=("",), now=now)


def again(terms: Terms, *, severities: Collection[str], at: datetime) -> list[Due]:
    """Return the next of each recurring deadline of these severities, one interval after a message from the team."""
    recurring = [level for level in terms.levels if level.recurring and level.severity in severities]
    return [due(level, starts_at=at, now=at, calendar=terms.calendar) for level in recurring]


def wait(course: Course, *, at: datetime) -> Course:
    """Stop a clock until the reporter answers. One that is overdue, or waits already, stays as it is."""
    if course.waiting_at or _is_over(course, at):
        return course
    return replace(course, waiting_at=at, paused_at=course.paused_at or at)


def answered(course: Course, *, at: datetime, calendar=None) -> Course:
    """Let a clock that waited for the reporter go on, unless a pause of the project still holds it."""
    if not course.waiting_at:
        return course
    if course.held_at:
        return replace(course, waiting_at=None)
    return replace(_going_on(course, at, calendar), waiting_at=None, counted_until=at)


def through(course: Course, pauses: Sequence, *, at: datetime, calendar=None) -> Course:
    """Let the pauses of the project act on a clock up to ``at``, each at its own beginning and end.

    A clock that is held by no pause any more, because it was taken back or changed, goes on at ``at``.
    """
    while True:
        if course.held_at:
            end = _held_until(pauses, course.held_at, at)
            if end is None:
                return course
            running = course if course.waiting_at else _going_on(course, end, calendar)
            course = replace(running, held_at=None, counted_until=end)
        ahead = [pause for pause in pauses if pause.starts_at <= at and pause.ends_at > course.counted_until]
        begins = max(min((pause.starts_at for pause in ahead), default=at), course.counted_until)
        if not ahead or _is_over(course, begins):
            return course
        course = replace(course, held_at=begins, paused_at=min(course.paused_at or begins, begins))


def left(course: Course, *, calendar=None) -> timedelta:
    """Return how much time a clock that stands still has left."""
    if calendar is None:
        return course.due_at - course.paused_at
    return calendar.between(course.paused_at, course.due_at)


def _held_until(pauses, held_at, at):
    """Return when a clock that was held goes on, if that has come: at the end of its pause and of those that follow on it."""
    end = held_at
    while following := [pause.ends_at for pause in pauses if pause.starts_at <= end < pause.ends_at]:
        end = max(following)
    if end > held_at:
        return end if end <= at else None
    return None if any(pause.starts_at <= at < pause.ends_at for pause in pauses) else at


def _going_on(course, at, calendar):
    """Return a course that goes on with what time it had left."""
    earliest = course.earliest_at
    if earliest and earliest > course.paused_at:
        earliest = _moved(earliest, course.paused_at, at, calendar)
    due_at, stood_still = _moved(course.due_at, course.paused_at, at, calendar), course.stood_still + (at - course.paused_at)
    return replace(course, due_at=due_at, earliest_at=earliest, paused_at=None, stood_still=stood_still)


def _moved(moment, stopped_at, at, calendar):
    return at + (moment - stopped_at) if calendar is None else calendar.later(at, calendar.between(stopped_at, moment))


def _is_over(course, at):
    return not course.paused_at and course.due_at <= at


def _after(amount, unit, moment, calendar):
    return calendar.add(moment, amount) if unit == BUSINESS_DAYS else moment + timedelta(**{unit: amount})


def clock(*, starts_at, due_at, met_at, cancelled_at, now: datetime, paused_at=None) -> Clock:
    """Return how a deadline stands at ``now``. What is met while it stands still is met in time."""
    if met_at:
        return Clock.MET if paused_at or met_at <= due_at else Clock.MISSED
    if cancelled_at:
        return Clock.ENDED
    if paused_at:
        return Clock.STOPPED
    if now >= due_at:
        return Clock.OVERDUE
    return Clock.SOON if now >= near_at(starts_at=starts_at, due_at=due_at) else Clock.OPEN


def near_at(*, starts_at: datetime, due_at: datetime) -> datetime:
    """Return from when on a deadline is shown as near: 24 hours before, or half-way where the whole is shorter."""
    return due_at - min(NEAR, max(due_at - starts_at, timedelta(0)) / 2)
