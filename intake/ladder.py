"""The ladder of a deadline: arithmetic only. Moments of steps are minutes after it is due, before it negative.

A rung says when ("halfway", "before", "at", "after"), hours and audience. A project chooses its rungs, but two things stand in every
ladder, so that no report goes unanswered: the team is told when it is due, and team and owners are told daily after the last step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR_MINUTES, DAY_MINUTES = timedelta(minutes=1), 60, 24 * 60
AT_LEAST, DAILY = "team", frozenset({"team", "owners"})
UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1), "business_days": timedelta(days=1)}


@dataclass(frozen=True)
class Step:
    """Whom a moment reaches, in minutes after the deadline is due."""

    offset_minutes: int
    audience: frozenset[str]


@dataclass(frozen=True)
class Climb:
    """What is to be done by now: the steps that came, the last of which was ``reached`` (None: none), and when the next one comes."""

    offsets: tuple[int, ...]
    audience: frozenset[str]
    reached: int | None
    next_offset: int


def whole(level) -> timedelta:
    """Return the length of a promise, of which half is half-way. A business day counts as a day."""
    return level.latest * UNITS[level.unit]


def steps(rungs: Iterable, whole: timedelta) -> tuple[Step, ...]:
    """Return the steps of a ladder for a promise of this length, in order; those of the same moment are one.

    What would come before a promise begins is left out.
    """
    told = {0: {AT_LEAST}}
    for rung in rungs:
        offset = offset_of(rung, whole)
        if offset is not None:
            told.setdefault(offset, set()).add(str(rung.audience))
    return tuple(Step(offset, frozenset(told[offset])) for offset in sorted(told))


def offset_of(rung, whole: timedelta) -> int | None:
    """Return the moment of a rung for a promise of this length; None where it would come before that begins."""
    if rung.when == "halfway":
        return -(whole // 2 // MINUTE)
    if rung.when == "before":
        return -rung.hours * HOUR_MINUTES if rung.hours * timedelta(hours=1) < whole else None
    return rung.hours * HOUR_MINUTES if rung.when == "after" else 0


def next_step(steps: Sequence[Step], climbed: int | None) -> Step:
    """Return the first step behind the last one that was taken (None: none was)."""
    for step in steps:
        if climbed is None or step.offset_minutes > climbed:
            return step
    days = (climbed - steps[-1].offset_minutes) // DAY_MINUTES + 1
    return Step(steps[-1].offset_minutes + days * DAY_MINUTES, DAILY)


def climb(steps: Sequence[Step], climbed: int | None, *, due_at: datetime, at: datetime) -> Climb:
    """Return all that came since the last step that was taken. Of the daily steps only the last is named, however many they are."""
    now = (at - due_at) // MINUTE
    came = [step for step in steps if (climbed is None or step.offset_minutes > climbed) and step.offset_minutes <= now]
    last = steps[-1].offset_minutes
    days = max(now - last, 0) // DAY_MINUTES
    daily = last + days * DAY_MINUTES
    if days and (climbed is None or daily > climbed):
        came.append(Step(daily, DAILY))
    reached = came[-1].offset_minutes if came else climbed
    audience = frozenset().union(*(step.audience for step in came))
    offsets = tuple(step.offset_minutes for step in came)
    return Climb(offsets, audience, reached, next_step(steps, reached).offset_minutes)


def behind(steps: Sequence[Step], *, due_at: datetime, at: datetime) -> int | None:
    """Return the last step whose moment has passed by ``at``: where a clock that was set anew goes on from."""
    return climb(steps, None, due_at=due_at, at=at).reached


def next_at(steps: Sequence[Step], climbed: int | None, *, due_at: datetime) -> datetime:
    """Return when the next step comes."""
    return due_at + next_step(steps, climbed).offset_minutes * MINUTE
