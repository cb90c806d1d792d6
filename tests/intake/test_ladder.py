"""The ladder as arithmetic: steps in order, each once, whatever stops the clock or moves its date."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import ladder
from portal import ladders
from portal.models import Audience, When

T = datetime(2026, 3, 27, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = 60


def usual(whole=14 * DAY):
    return ladder.steps(ladders.DEFAULT, whole)


def said(steps):
    return [(step.offset_minutes / HOURS, sorted(step.audience)) for step in steps]


def test_the_usual_ladder_of_a_fortnight():
    assert said(usual()) == [
        (-7 * 24, ["assignee"]),
        (-24, ["assignee"]),
        (0, ["team"]),
        (24, ["owners"]),
        (48, ["fallback"]),
        (72, ["administrators"]),
    ]


def test_same_moments_are_one_step_and_a_day_before_makes_no_sense_within_a_day():
    assert said(usual(48 * HOUR))[0] == (-24, ["assignee"]), "half-way is a day before"
    assert said(usual(24 * HOUR))[0] == (-12, ["assignee"])
    assert [offset for offset, _who in said(usual(3 * HOUR))][:2] == [-1.5, 0]


def test_no_ladder_leaves_out_the_team_and_the_days_after():
    only = ladder.steps([ladders.Step(When.BEFORE, 2, Audience.OWNERS)], DAY)
    assert said(only) == [(-2, ["owners"]), (0, ["team"])]
    assert said([ladder.next_step(only, 0)]) == [(24, ["owners", "team"])]


def test_daily_for_ever_after_the_last_step():
    steps, climbed, came = usual(), 72 * HOURS, []
    for _day in range(3):
        step = ladder.next_step(steps, climbed)
        climbed = step.offset_minutes
        came.append(climbed / HOURS)
        assert step.audience == {"team", "owners"}
    assert came == [96, 120, 144]
    assert ladder.next_step(steps, 100 * HOURS).offset_minutes == 120 * HOURS, "a ladder that was longer once"


def test_after_an_outage_everything_that_came_is_taken_at_once_and_of_the_daily_steps_the_last():
    found = ladder.climb(usual(), -24 * HOURS, due_at=T, at=T + 30 * DAY + HOUR)
    assert [offset / HOURS for offset in found.offsets] == [0, 24, 48, 72, 30 * 24]
    assert found.audience == {"team", "owners", "fallback", "administrators"}
    assert (found.reached, found.next_offset) == (30 * 24 * HOURS, 31 * 24 * HOURS)


def test_before_anything_came_nothing_is_taken():
    found = ladder.climb(usual(), None, due_at=T, at=T - 8 * DAY)
    assert (found.offsets, found.reached, found.next_offset) == ((), None, -7 * 24 * HOURS)


@pytest.mark.parametrize("amount, unit, whole", [(48, "hours", 2 * DAY), (7, "days", 7 * DAY), (5, "business_days", 5 * DAY)])
def test_the_length_of_a_promise(amount, unit, whole):
    assert ladder.whole(SimpleNamespace(latest=amount, unit=unit)) == whole


def test_a_moment_counts_in_real_time_when_clocks_are_put_forward():
    due = datetime(2026, 3, 29, 10, tzinfo=UTC)  # the night before, clocks went forward in Europe
    assert ladder.next_at(usual(), -7 * 24 * HOURS, due_at=due) == due - DAY


RUNGS = st.lists(
    st.one_of(
        st.builds(ladders.Step, st.sampled_from(["halfway", "at"]), st.just(0), st.sampled_from(Audience.values)),
        st.builds(ladders.Step, st.sampled_from(["before", "after"]), st.integers(1, 200), st.sampled_from(Audience.values)),
    ),
    max_size=8,
)
WHOLES = st.integers(1, 90 * 24).map(lambda hours: hours * HOUR)


@given(RUNGS, WHOLES)
def test_steps_are_in_order_each_moment_once_and_nobody_is_lost(rungs, whole):
    steps = ladder.steps(rungs, whole)
    offsets = [step.offset_minutes for step in steps]
    assert offsets == sorted(set(offsets)) and all(offset * ladder.MINUTE > -whole for offset in offsets)
    told = frozenset().union(*(step.audience for step in steps))
    before_it_began = {rung for rung in rungs if rung.when == "before" and rung.hours * HOUR >= whole}
    assert told == {rung.audience for rung in rungs if rung not in before_it_began} | {"team"}


@given(
    RUNGS,
    WHOLES,
    st.lists(st.tuples(st.integers(1, 20 * 24), st.sampled_from(["goes", "stops", "later"])), min_size=1, max_size=20),
)
def test_stops_later_dates_and_outages_neither_skip_nor_repeat_a_step(rungs, whole, story):
    steps, now, due, climbed, came = ladder.steps(rungs, whole), T, T + whole, None, []
    for hours, what in story:
        length = hours * HOUR
        if what == "stops" and now < due:
            now, due = now + length, due + length  # it stood still, with as much time left
        elif what == "later" and due + length > now:
            due, came = due + length, []  # agreed with the reporter: a new start
            climbed = ladder.behind(steps, due_at=due, at=now)
        elif what == "goes":
            now += length
        found = ladder.climb(steps, climbed, due_at=due, at=now)
        before, climbed = climbed, found.reached
        came += found.offsets
        assert all(first < second for first, second in pairwise(came)), "none twice, none out of order"
        wanted = [step.offset_minutes for step in steps if step.offset_minutes * ladder.MINUTE <= now - due]
        assert set(wanted) <= {offset for offset in wanted if before is not None and offset <= before} | set(found.offsets), "none skipped"
        assert due + found.next_offset * ladder.MINUTE > now
        assert ladder.next_at(steps, climbed, due_at=due) == due + found.next_offset * ladder.MINUTE
        assert ladder.climb(steps, climbed, due_at=due, at=now).offsets == (), "a second look finds nothing"
