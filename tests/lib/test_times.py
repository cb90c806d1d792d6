"""Spans of time in plain words, never more generous than the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.lib.times import relative, span_words, until_due

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "away, words",
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
        (timedelta(minutes=1), "in 1 min"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(minutes=89, seconds=59), "in 89 min"),
        (timedelta(minutes=90), "in 1 h"),
        (timedelta(hours=5, minutes=59), "in 5 h"),
        (timedelta(hours=-47, minutes=-59), "47 h ago"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=9, hours=23), "in 9 days"),
        (timedelta(days=-119), "119 days ago"),
        (timedelta(days=120), "in 4 months"),
        (timedelta(days=-800), "2 years ago"),
    ],
)
def test_relative_rounds_down(away, words):
    assert relative(NOW + away, NOW) == words


@pytest.mark.parametrize(
    "away, words",
    [
        (timedelta(days=2), "in 2 days"),
        (timedelta(0), "now"),
        (timedelta(seconds=-30), "overdue now"),
        (timedelta(hours=-3, minutes=-20), "overdue 3 h"),
        (timedelta(days=-2), "overdue 2 days"),
    ],
)
def test_a_deadline_says_how_it_stands(away, words):
    assert until_due(NOW + away, NOW) == words


@pytest.mark.parametrize(
    "hours, words",
    [(1, "1 hour"), (24, "24 hours"), (48, "48 hours"), (72, "3 days"), (168, "7 days"), (100, "100 hours")],
)
def test_lengths_read_as_they_are_promised(hours, words):
    assert span_words(hours) == words
