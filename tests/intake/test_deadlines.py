"""Deadlines: arithmetic only."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import deadlines
from intake.deadlines import GRACE, Clock, Course, Terms
from portal.calendars import Calendar
from portal.service_levels import Level

T = datetime(2026, 11, 4, 10, 12, tzinfo=UTC)
MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)

spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
levels = st.builds(
    lambda latest, unit, earliest: Level("remediation", "low", "received", min(earliest, latest) if earliest else None, latest, unit),
    st.integers(1, 200),
    st.sampled_from(["hours", "days"]),
    st.none() | st.integers(1, 200),
)
ACKNOWLEDGE = Level("acknowledgement", "", "received", None, 48, "hours")
UPDATE = Level("status_update", "", "last_update", None, 7, "days", recurring=True)
CRITICAL = Level("remediation", "critical", "received", 1, 7, "days")
ALL = Terms([ACKNOWLEDGE, UPDATE, CRITICAL])
ARRIVED = {"received": T, "last_update": T}


@dataclass
class Pause:
    """As ``portal.models.ProjectPause``."""

    starts_at: datetime
    ends_at: datetime


@settings(max_examples=150, deadline=None)
@given(levels, spans)
def test_a_promise_is_kept_as_made_or_due_a_day_from_now_and_marked_late(level, waited):
    now = T + waited
    due = deadlines.due(level, starts_at=T, now=now)
    promised = T + timedelta(**{level.unit: level.latest})
    assert (due.due_at, due.late) == ((promised, False) if promised >= now else (now + GRACE, True))
    assert due.due_at >= now and due.starts_at == T
    if due.earliest_at:
        assert T < due.earliest_at <= due.due_at


def test_at_the_very_moment_it_is_not_late():
    assert not deadlines.due(ACKNOWLEDGE, starts_at=T, now=T + 48 * HOUR).late
    assert deadlines.due(ACKNOWLEDGE, starts_at=T, now=T + 48 * HOUR + timedelta(microseconds=1)).late


def test_the_earliest_is_shown_but_not_of_what_is_late():
    assert deadlines.due(CRITICAL, starts_at=T, now=T).earliest_at == T + DAY
    assert deadlines.due(CRITICAL, starts_at=T, now=T + 8 * DAY).earliest_at is None


@settings(max_examples=100, deadline=None)
@given(spans)
def test_the_reminder_before_is_a_day_ahead_or_half_way(length):
    near = deadlines.near_at(starts_at=T, due_at=T + length)
    assert T <= near <= T + length
    assert T + length - near == min(DAY, length / 2)


def test_a_start_after_the_end_reminds_at_the_end():
    assert deadlines.near_at(starts_at=T + HOUR, due_at=T) == T


@pytest.mark.parametrize(
    "facts, state",
    [
        ({"now": T}, Clock.OPEN),
        ({"now": T + DAY - timedelta(microseconds=1)}, Clock.OPEN),
        ({"now": T + DAY}, Clock.SOON),
        ({"now": T + 2 * DAY - timedelta(microseconds=1)}, Clock.SOON),
        ({"now": T + 2 * DAY}, Clock.OVERDUE),
        ({"met_at": T + DAY, "now": T + 9 * DAY}, Clock.MET),
        ({"met_at": T + 2 * DAY, "now": T + 9 * DAY}, Clock.MET),
        ({"met_at": T + 2 * DAY + HOUR, "now": T + 9 * DAY}, Clock.MISSED),
        ({"cancelled_at": T + 3 * DAY, "now": T + 9 * DAY}, Clock.ENDED),
    ],
)
def test_how_a_clock_stands(facts, state):
    assert deadlines.clock(**{"starts_at": T, "due_at": T + 2 * DAY, "met_at": None, "cancelled_at": None, **facts}) is state


def test_arrival_starts_what_is_promised_for_any_severity():
    made = deadlines.on_arrival(ALL, received_at=T, now=T)
    assert [(due.milestone, due.due_at) for due in made] == [("acknowledgement", T + 48 * HOUR), ("status_update", T + 7 * DAY)]


def test_a_severity_adds_its_own_window_only():
    critical = deadlines.starting(ALL, ARRIVED, severities=["critical"], now=T + DAY)
    assert [due.due_at for due in critical] == [T + 7 * DAY]
    assert deadlines.starting(ALL, ARRIVED, severities=["low"], now=T) == []


def test_a_team_message_starts_the_next_of_what_recurs():
    made = deadlines.again(ALL, severities=[""], at=T + 3 * DAY)
    assert [(due.milestone, due.starts_at, due.due_at) for due in made] == [("status_update", T + 3 * DAY, T + 10 * DAY)]


@pytest.mark.parametrize("anchor", ["acknowledged", "accepted", "fixed"])
def test_a_promise_that_counts_from_later_starts_when_that_comes(anchor):
    level = Level("disclosure", "", anchor, None, 5, "days")
    terms = Terms([ACKNOWLEDGE, level])
    assert [due.milestone for due in deadlines.on_arrival(terms, received_at=T, now=T)] == ["acknowledgement"]
    made = deadlines.starting(terms, {anchor: T + 2 * DAY}, severities=[""], now=T + 2 * DAY)
    assert [(due.milestone, due.starts_at, due.due_at) for due in made] == [("disclosure", T + 2 * DAY, T + 7 * DAY)]


def test_what_recurs_is_not_counted_from_its_beginning_again():
    daily = Level("status_update", "critical", "received", None, 1, "days", recurring=True)
    made = deadlines.starting(Terms([daily]), ARRIVED, severities=["critical"], now=T + 9 * DAY, recurring_from=T + 9 * DAY)
    assert [(due.starts_at, due.due_at, due.late) for due in made] == [(T + 9 * DAY, T + 10 * DAY, False)]


def test_business_days_leave_out_the_days_off():
    level = Level("acknowledgement", "", "received", 1, 3, "business_days")
    due = deadlines.due(level, starts_at=T, now=T, calendar=Calendar("UTC"))  # a Wednesday
    assert (due.earliest_at, due.due_at) == (T + DAY, T + 5 * DAY)


def running(due_at, **facts):
    return Course(due_at=due_at, counted_until=T, **facts)


def test_a_clock_that_waited_has_the_time_left_that_it_had():
    waiting = deadlines.wait(running(T + 5 * DAY, earliest_at=T + 2 * DAY), at=T + DAY)
    assert (waiting.paused_at, waiting.waiting_at, waiting.due_at) == (T + DAY, T + DAY, T + 5 * DAY)
    assert deadlines.left(waiting) == 4 * DAY
    gone_on = deadlines.answered(waiting, at=T + 11 * DAY)
    assert (gone_on.due_at, gone_on.earliest_at) == (T + 15 * DAY, T + 12 * DAY)
    assert (gone_on.paused_at, gone_on.waiting_at, gone_on.counted_until) == (None, None, T + 11 * DAY)


def test_what_had_its_earliest_day_behind_it_keeps_that_day():
    waiting = deadlines.wait(running(T + 5 * DAY, earliest_at=T + DAY), at=T + 2 * DAY)
    assert deadlines.answered(waiting, at=T + 9 * DAY).earliest_at == T + DAY


def test_business_time_that_is_left_is_business_time_again():
    friday = datetime(2026, 11, 6, 12, tzinfo=UTC)
    waiting = deadlines.wait(running(friday + 4 * DAY), at=friday)  # due on Tuesday at noon: two business days
    assert deadlines.left(waiting, calendar=Calendar("UTC")) == 2 * DAY
    gone_on = deadlines.answered(waiting, at=datetime(2026, 11, 14, 9, tzinfo=UTC), calendar=Calendar("UTC"))  # a Saturday
    assert gone_on.due_at == datetime(2026, 11, 18, 0, tzinfo=UTC)


def test_an_overdue_clock_does_not_stop():
    late = running(T + DAY)
    assert deadlines.wait(late, at=T + DAY) == late
    assert deadlines.through(late, [Pause(T + DAY, T + 9 * DAY)], at=T + 2 * DAY) == late


def test_to_wait_twice_or_to_be_answered_unasked_changes_nothing():
    course = running(T + 5 * DAY)
    assert deadlines.answered(course, at=T + DAY) == course
    waiting = deadlines.wait(course, at=T + DAY)
    assert deadlines.wait(waiting, at=T + 2 * DAY) == waiting


def test_a_pause_stops_and_resumes_at_its_own_instants_whenever_it_is_looked_at():
    pause, course = Pause(T + DAY, T + 8 * DAY), running(T + 5 * DAY)
    assert deadlines.through(course, [pause], at=T + DAY - MOMENT) == course
    held = deadlines.through(course, [pause], at=T + 3 * DAY)
    assert (held.paused_at, held.held_at, held.due_at) == (T + DAY, T + DAY, T + 5 * DAY)
    assert deadlines.through(held, [pause], at=T + 8 * DAY - MOMENT) == held
    over = deadlines.through(held, [pause], at=T + 9 * DAY)
    assert (over.paused_at, over.held_at, over.due_at, over.counted_until) == (None, None, T + 12 * DAY, T + 8 * DAY)
    assert deadlines.through(course, [pause], at=T + 9 * DAY) == over, "also when nobody looked while it ran"


def test_a_pause_that_was_taken_back_lets_go_at_once_and_what_stood_still_stays_counted():
    held = deadlines.through(running(T + 5 * DAY), [Pause(T + DAY, T + 8 * DAY)], at=T + 2 * DAY)
    free = deadlines.through(held, [], at=T + 3 * DAY)
    assert (free.held_at, free.due_at, free.counted_until) == (None, T + 7 * DAY, T + 3 * DAY)


def test_a_pause_that_was_made_shorter_or_longer_counts_as_it_is():
    pause = Pause(T + DAY, T + 8 * DAY)
    held = deadlines.through(running(T + 5 * DAY), [pause], at=T + 2 * DAY)
    pause.ends_at = T + 3 * DAY
    short = deadlines.through(held, [pause], at=T + 4 * DAY)
    assert short.due_at == T + 7 * DAY
    pause.ends_at = T + 6 * DAY  # made longer after its end had been counted
    long = deadlines.through(short, [pause], at=T + 5 * DAY)
    assert long.held_at == T + 3 * DAY
    assert deadlines.through(long, [pause], at=T + 7 * DAY).due_at == T + 10 * DAY


def test_a_pause_that_was_made_to_begin_later_but_runs_holds_on():
    pause = Pause(T + DAY, T + 8 * DAY)
    held = deadlines.through(running(T + 5 * DAY), [pause], at=T + 2 * DAY)
    pause.starts_at = T + 2 * DAY
    assert deadlines.through(held, [pause], at=T + 3 * DAY) == held


def test_pauses_that_touch_or_overlap_are_one():
    pauses = [Pause(T + DAY, T + 3 * DAY), Pause(T + 2 * DAY, T + 4 * DAY), Pause(T + 4 * DAY, T + 5 * DAY)]
    held = deadlines.through(running(T + 2 * DAY), pauses, at=T + 4 * DAY + HOUR)
    assert held.held_at == T + DAY
    assert deadlines.through(held, pauses, at=T + 6 * DAY).due_at == T + 6 * DAY


def test_both_reasons_may_overlap_and_no_time_counts_twice():
    pause = Pause(T + 3 * DAY, T + 8 * DAY)
    course = deadlines.wait(running(T + 5 * DAY), at=T + DAY)
    both = deadlines.through(course, [pause], at=T + 4 * DAY)
    assert (both.paused_at, both.waiting_at, both.held_at) == (T + DAY, T + DAY, T + 3 * DAY)
    held = deadlines.answered(both, at=T + 6 * DAY)
    assert (held.paused_at, held.waiting_at, held.held_at) == (T + DAY, None, T + 3 * DAY)
    assert deadlines.through(held, [pause], at=T + 9 * DAY).due_at == T + 12 * DAY
    waiting = deadlines.through(both, [pause], at=T + 9 * DAY)
    assert (waiting.paused_at, waiting.waiting_at, waiting.held_at) == (T + DAY, T + DAY, None)
    assert deadlines.answered(waiting, at=T + 10 * DAY).due_at == T + 14 * DAY


def test_what_starts_in_a_pause_or_before_one_that_is_over_counts_it():
    pause = Pause(T + 12 * HOUR, T + 12 * HOUR + 30 * DAY)
    due = deadlines.due(CRITICAL, starts_at=T, now=T + 35 * DAY, pauses=[pause])
    assert (due.due_at, due.earliest_at, due.late) == (T + 37 * DAY, T + 31 * DAY, False), "not late: nobody was there"
    held = deadlines.due(CRITICAL, starts_at=T + 2 * DAY, now=T + 3 * DAY, pauses=[pause])
    assert (held.paused_at, held.held_at) == (T + 2 * DAY, T + 2 * DAY)
    late = deadlines.due(CRITICAL, starts_at=T, now=T + 60 * DAY, pauses=[pause])
    assert (late.due_at, late.late, late.counted_until) == (T + 61 * DAY, True, T + 60 * DAY)


hours = st.integers(0, 400).map(lambda count: T + count * HOUR)
some_pauses = st.lists(st.tuples(hours, st.integers(1, 90)).map(lambda one: Pause(one[0], one[0] + one[1] * HOUR)), max_size=5)


@settings(max_examples=200, deadline=None)
@given(some_pauses, st.integers(1, 300), st.sets(hours, max_size=6))
def test_however_often_the_sweep_runs_the_clock_ends_up_alike(pauses, length, sweeps):
    at, course = T + 900 * HOUR, running(T + length * HOUR)
    swept = course
    for moment in sorted(sweeps):
        swept = deadlines.through(swept, pauses, at=moment)
    once = deadlines.through(course, pauses, at=at)
    assert replace(deadlines.through(swept, pauses, at=at), counted_until=T) == replace(once, counted_until=T)
    # By counting: each hour in which no pause runs takes one off.
    hour, left = T, length
    while left:
        left -= not any(pause.starts_at <= hour < pause.ends_at for pause in pauses)
        hour += HOUR
    assert once.due_at == hour


@pytest.mark.parametrize(
    "facts, state",
    [
        ({"now": T + 9 * DAY}, Clock.STOPPED),
        ({"met_at": T + 9 * DAY, "now": T + 9 * DAY}, Clock.MET),
        ({"cancelled_at": T + 9 * DAY, "now": T + 9 * DAY}, Clock.ENDED),
    ],
)
def test_how_a_clock_stands_that_stands_still(facts, state):
    course = {"starts_at": T, "due_at": T + 2 * DAY, "paused_at": T + DAY, "met_at": None, "cancelled_at": None}
    assert deadlines.clock(**course | facts) is state
