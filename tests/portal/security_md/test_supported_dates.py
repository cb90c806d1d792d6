"""The day that a text names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.security_md import dates


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-05-01", date(2026, 5, 1)), ("until 2026/5/1", date(2026, 5, 1)), ("Jan 15, 2024", date(2024, 1, 15)),
        ("15th of March 2026", date(2026, 3, 15)), ("15 de mayo de 2026", date(2026, 5, 15)), ("1. März 2027", date(2027, 3, 1)),
        ("30 ноября 2025", date(2025, 11, 30)), ("30 czerwca 2026", date(2026, 6, 30)), ("2026年5月1日", date(2026, 5, 1)),
        ("2026년 5월", date(2026, 5, 31)), ("12.05.2026", date(2026, 5, 12)), ("25/04/2026", date(2026, 4, 25)),
        ("04/25/2026", date(2026, 4, 25)), ("February 2024", date(2024, 2, 29)), ("2026-09", date(2026, 9, 30)),
        ("Q2 2026", date(2026, 6, 30)), ("2025H2 (planned)", date(2025, 12, 31)), ("31-Dec-2025", date(2025, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_is_read_and_a_period_ends_with_its_last_day(text, day):
    assert dates.last_day(text) == day


@pytest.mark.parametrize(
    "text", ["03/04/2026", "31/31/2026", "2026", "v2024.1.2", "soon", "", "Pro 2025", "2026-13-01", "Smarch 2026 or 99 May"]
)
def test_what_names_no_day_for_sure_is_none(text):
    assert dates.last_day(text) is None


def test_a_year_that_stands_alone_is_one():
    assert [dates.year(text) for text in ("2026", "in 2026", "2026.1", "20260", "2026年")] == [2026, 2026, None, None, None]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_by_the_standard_is_itself(day):
    assert dates.last_day(f"until {day.isoformat()}.") == day


@given(st.text())
def test_no_text_makes_it_raise(text):
    dates.last_day(text)
    dates.year(text)
