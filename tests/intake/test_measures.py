"""Percentiles, shares and months, by hand and against the standard library."""

from collections import Counter
from datetime import date
from statistics import median, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import measures
from intake.measures import Met, Tally, about, at_least, percentile

NOV = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("lengths", "half", "most"),
    [
        ([10], 10, 10),
        ([10, 20], 15, 19),
        ([1, 2, 3, 4, 5], 3, 5),  # 4.6
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100], 0, 0),
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 55, 91),
    ],
)
def test_percentiles_by_hand(lengths, half, most):
    assert percentile(Counter(lengths), 50) == half
    assert percentile(Counter(lengths), 90) == most


def test_there_is_no_percentile_of_nothing():
    assert percentile({}, 50) is None
    assert (Tally().median, Tally().kept) == (None, None)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=60))
def test_percentiles_are_those_of_the_standard_library(lengths):
    counted = Counter(lengths)
    assert abs(percentile(counted, 50) - median(lengths)) <= 0.5
    assert abs(percentile(counted, 90) - quantiles(lengths, n=10, method="inclusive")[8]) <= 0.5 + 1e-6


def test_a_tally_counts_what_was_met_and_what_is_overdue():
    met = [
        Met("acknowledgement", "", NOV, True, 3600, 3),
        Met("acknowledgement", "", NOV, False, 7200),
        Met("remediation", "high", NOV, True, 60),
    ]
    tallies = measures.tallied(met, by=lambda one: one.milestone)
    answers = tallies["acknowledgement"]
    answers.overdue = 1
    assert (answers.met, answers.all, answers.kept, answers.median) == (4, 5, 60, 3600)
    assert tallies["remediation"].kept == 100


def test_all_but_one_of_many_is_not_all():
    many = Tally(Counter({60: 999}), in_time=999, overdue=1)
    assert many.kept == 99
    assert about(many.kept) == 95


@pytest.mark.parametrize(("percent", "said"), [(0, 0), (1, 5), (52, 50), (53, 55), (97, 95), (99, 95), (100, 100)])
def test_shares_are_rounded_and_all_is_said_only_of_all(percent, said):
    assert about(percent) == said


def test_counts_are_rounded_down():
    assert [at_least(count) for count in (5, 9, 10, 14)] == [5, 5, 10, 10]


def test_months_over_the_turn_of_a_year():
    assert measures.months(date(2026, 11, 17), date(2027, 1, 1)) == [NOV, date(2026, 12, 1), date(2027, 1, 1)]
    assert measures.next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert measures.year_before(NOV) == date(2025, 11, 1)
