"""Deadlines: arithmetic only."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import deadlines
from intake.deadlines import GRACE, Clock
from portal.service_levels import Level

T = datetime(2026, 11, 4, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

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
ALL = [ACKNOWLEDGE, UPDATE, CRITICAL]


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
    assert [due.due_at for due in deadlines.on_severity(ALL, severity="critical", received_at=T, now=T + DAY)] == [T + 7 * DAY]
    assert deadlines.on_severity(ALL, severity="low", received_at=T, now=T) == []


def test_a_team_message_starts_the_next_of_what_recurs():
    made = deadlines.on_team_message(ALL, at=T + 3 * DAY)
    assert [(due.milestone, due.starts_at, due.due_at) for due in made] == [("status_update", T + 3 * DAY, T + 10 * DAY)]
