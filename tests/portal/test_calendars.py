"""Business days: what counts, what is due when, across daylight saving, leap days and year ends."""

import warnings
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import calendars
from portal.calendars import Calendar

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = Calendar("Europe/Berlin", holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}))
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "Pacific/Chatham",
]

zones = st.sampled_from(ZONES)
weekends = st.frozensets(st.integers(1, 7), max_size=6)
days_off = st.frozensets(st.dates(date(2026, 1, 1), date(2032, 12, 31)), max_size=60)
calendars_of_all_kinds = st.builds(Calendar, zones, weekends, days_off)
# When the clocks of these zones change in 2026, a leap day, and the end of a year.
CHANGES = [
    "03-29T01",
    "10-25T01",
    "03-08T07",
    "11-01T06",
    "04-23T22",
    "10-29T21",
    "04-04T15",
    "10-03T15",
    "04-05T03",
    "09-06T04",
    "12-31T23",
]
turns = [datetime.fromisoformat(f"2026-{change}:00+00:00") for change in CHANGES] + [datetime(2028, 2, 29, 12, tzinfo=UTC)]
near_a_turn = st.builds(lambda turn, minutes: turn + minutes * MINUTE, st.sampled_from(turns), st.integers(-3000, 3000))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)) | near_a_turn
counts = st.integers(0, 60)
lengths = st.timedeltas(timedelta(0), timedelta(days=40))


def berlin(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))


def here(calendar, moment):
    return moment.astimezone(ZoneInfo(calendar.zone))


def clock_change(calendar, *moments):
    """How far the clocks change around these moments at most."""
    around = [here(calendar, moment + hours * HOUR).utcoffset() for moment in moments for hours in (-30, 0, 30)]
    return max(around) - min(around)


def by_counting(calendar, moment, days):
    """Naively: from one day to the next, with a finger on each."""
    local = here(calendar, moment)
    day, clock = local.date(), local.time()
    if not calendar.counts(day):
        clock = clock.min
        while not calendar.counts(day):
            day += DAY
    for _number in range(days):
        day += DAY
        while not calendar.counts(day):
            day += DAY
    return day, clock


@pytest.mark.parametrize(
    "moment, days, due",
    [
        (berlin(2026, 11, 4, 10, 12), 0, berlin(2026, 11, 4, 10, 12)),
        (berlin(2026, 11, 4, 10, 12), 2, berlin(2026, 11, 6, 10, 12)),
        (berlin(2026, 11, 6, 17, 0), 1, berlin(2026, 11, 9, 17, 0)),  # from Friday to Monday
        (berlin(2026, 11, 7, 3, 0), 1, berlin(2026, 11, 10, 0, 0)),  # Saturday counts from Monday's beginning
        (berlin(2026, 11, 8, 23, 59), 5, berlin(2026, 11, 16, 0, 0)),
        (berlin(2026, 10, 23, 9, 0), 1, berlin(2026, 10, 26, 9, 0)),  # the clocks went back on Sunday: 73 hours later
        (berlin(2026, 3, 27, 9, 0), 1, berlin(2026, 3, 30, 9, 0)),  # and forward: 71
        (berlin(2026, 12, 23, 12, 0), 3, berlin(2026, 12, 29, 12, 0)),  # over Christmas
        (berlin(2026, 12, 31, 12, 0), 1, berlin(2027, 1, 4, 12, 0)),  # over the end of the year
        (berlin(2028, 2, 28, 8, 0), 1, berlin(2028, 2, 29, 8, 0)),  # a leap day is a Tuesday like any other
        (berlin(2028, 2, 28, 8, 0), 2, berlin(2028, 3, 1, 8, 0)),
    ],
)
def test_so_many_business_days_later(moment, days, due):
    assert BERLIN.add(moment, days) == due


def test_the_answer_stands_in_the_zone_of_the_question():
    assert BERLIN.add(datetime(2026, 11, 6, 23, 30, tzinfo=UTC), 1).tzinfo is UTC
    # Friday evening by UTC is Saturday in Berlin.
    assert BERLIN.add(datetime(2026, 11, 6, 23, 30, tzinfo=UTC), 1) == berlin(2026, 11, 10, 0, 0)


def test_an_hour_that_is_left_out_or_comes_twice_is_read_by_the_offset_before_the_change():
    every_day = Calendar("Europe/Berlin", frozenset())
    assert every_day.add(berlin(2026, 3, 28, 2, 30), 1) == berlin(2026, 3, 29, 3, 30)
    assert every_day.add(berlin(2026, 10, 24, 2, 30), 1) == berlin(2026, 10, 25, 2, 30, 0).replace(fold=0)
    second = berlin(2026, 10, 25, 2, 30).replace(fold=1).astimezone(UTC)
    assert every_day.later(second, timedelta(minutes=10)) == second + timedelta(minutes=10)


def test_a_day_without_midnight_begins_when_it_begins():
    cairo = Calendar("Africa/Cairo", frozenset({4}))  # on Friday 24 April 2026 the day begins at 01:00
    assert cairo.add(datetime(2026, 4, 22, 22, 30, tzinfo=UTC), 0) == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(calendars_of_all_kinds, moments, counts)
def test_it_equals_counting_with_a_finger(calendar, moment, days):
    due = calendar.add(moment, days)
    day, clock = by_counting(calendar, moment, days)
    naive = datetime.combine(day, clock, ZoneInfo(calendar.zone))
    assert abs(due - naive) <= clock_change(calendar, due)
    if not clock_change(calendar, due):
        assert due == naive


@settings(max_examples=200, deadline=None)
@given(calendars_of_all_kinds, moments, counts)
def test_nothing_is_due_on_a_day_off_or_before_it_began(calendar, moment, days):
    due = calendar.add(moment, days)
    assert calendar.counts(here(calendar, due).date())
    assert due >= moment
    assert due - moment >= days * DAY - clock_change(calendar, moment, due)


@settings(max_examples=200, deadline=None)
@given(calendars_of_all_kinds, moments, moments, counts, counts)
def test_who_comes_later_and_who_has_longer_is_due_later(calendar, one, other, few, more):
    first, last = sorted([one, other])
    days, longer = sorted([few, more])
    # A repeated hour is counted once, and an hour that is left out is skipped: by so much two may change places.
    slack = clock_change(calendar, first, last, calendar.add(first, days), calendar.add(last, days))
    assert calendar.add(first, days) <= calendar.add(last, days) + slack
    assert calendar.add(first, days) <= calendar.add(first, longer)


@settings(max_examples=200, deadline=None)
@given(calendars_of_all_kinds, moments, counts, counts)
def test_some_days_and_some_more_are_their_sum(calendar, moment, some, more):
    there = calendar.add(moment, some)
    slack = clock_change(calendar, moment, there, calendar.add(moment, some + more))
    assert abs(calendar.add(there, more) - calendar.add(moment, some + more)) <= slack


@settings(max_examples=200, deadline=None)
@given(calendars_of_all_kinds, moments, lengths)
def test_the_time_between_two_moments_leads_from_one_to_the_other(calendar, moment, length):
    there = calendar.later(moment, length)
    slack = clock_change(calendar, moment, there)
    assert abs(calendar.between(moment, there) - length) <= slack
    assert abs(calendar.later(moment, calendar.between(moment, there)) - there) <= slack


@settings(max_examples=100, deadline=None)
@given(calendars_of_all_kinds, moments, moments)
def test_no_more_business_time_passes_than_time(calendar, one, other):
    first, last = sorted([one, other])
    passed = calendar.between(first, last)
    assert timedelta(0) <= passed <= last - first + clock_change(calendar, first, last)
    assert calendar.between(last, first) == timedelta(0)


def test_without_days_off_business_days_are_days():
    every_day = Calendar("UTC", frozenset())
    moment = datetime(2027, 12, 30, 7, 7, tzinfo=UTC)
    assert every_day.add(moment, 365) == moment + 365 * DAY


def test_a_calendar_without_a_business_day_is_refused():
    with pytest.raises(ValueError, match="business day"):
        Calendar("UTC", frozenset(range(1, 8)))


def test_a_policy_holds_it_as_text():
    read = Calendar.read(zone="Asia/Riyadh", weekend="5,6", holidays={"2026-09-23": "National Day"})
    assert read == Calendar("Asia/Riyadh", frozenset({5, 6}), frozenset({date(2026, 9, 23)}))
    assert Calendar.read(zone="UTC", weekend="").weekend == frozenset()


def test_the_holidays_of_a_place_by_year():
    found = calendars.dates_of("DE-BY", range(2026, 2036))
    assert found["2026-12-25"] == "Christmas Day" and "2026-01-06" in found and "2035-10-03" in found
    assert list(found) == sorted(found) and {day[:4] for day in found} == {str(year) for year in range(2026, 2036)}
    assert "2026-01-06" not in calendars.dates_of("DE", [2026]), "Epiphany is a holiday in some parts only"
    assert calendars.dates_of("", range(2026, 2036)) == {}


def test_years_of_which_the_library_knows_nothing_are_left_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = calendars.dates_of("IN", range(2030, 2040))
    holi = [day[:4] for day, name in found.items() if name == "Holi"]
    assert holi == [str(year) for year in range(2030, 2036)] and "2039-01-26" in found


@pytest.mark.parametrize(
    "place, said",
    [
        ("XX", "No public holidays are known for “XX”. Write the two letters of a country"),
        ("DE-XX", "“DE-XX” is not a part of Germany whose holidays are known. Known are DE-BB, DE-BE, DE-BW, DE-BY"),
        ("AW-XX", "“AW-XX” has holidays of the whole country only. Write just the country."),
    ],
)
def test_a_place_that_nobody_knows_is_refused_with_a_sentence(place, said):
    with pytest.raises(ValidationError) as refused:
        calendars.check(place)
    assert refused.value.messages[0].startswith(said)
    assert calendars.check("") is None and calendars.check("DE-BY") is None


def test_a_place_without_dates_in_the_first_year_is_refused():
    with pytest.raises(ValidationError, match="No public holidays of Bouvet Island are known for 2026"):
        calendars.dates_of("BV", range(2026, 2036))


@pytest.mark.parametrize(
    "place, name",
    [
        ("DE", "Germany"),
        ("DE-BY", "Germany (Bayern)"),
        ("US-CA", "United States (California)"),
        ("BA", "Bosnia and Herzegovina"),
        ("XX", "XX"),
        ("DE-XX", "Germany (XX)"),
    ],
)
def test_places_have_names(place, name):
    assert calendars.place_name(place) == name


@pytest.mark.parametrize(
    "weekend, said",
    [
        ("6,7", "Monday to Friday"),
        ("5,6", "Sunday to Thursday"),
        ("7", "Monday to Saturday"),
        ("", "all days of the week"),
        ("3,6,7", "Monday, Tuesday, Thursday and Friday"),
        ("1,2,3,6,7", "Thursday and Friday"),
        ("1,2,3,4,5,6", "Sunday"),
    ],
)
def test_business_days_in_words(weekend, said):
    assert calendars.sentences(zone="America/New_York", weekend=weekend) == [f"Business days are {said} in America/New York."]


def test_a_published_calendar_says_for_how_long_its_holidays_are_fixed():
    said = calendars.sentences(zone="Europe/Berlin", weekend="6,7", place="DE-BY", holidays=calendars.dates_of("DE-BY", range(2026, 2036)))
    assert said == [
        "Business days are Monday to Friday in Europe/Berlin, without the public holidays of Germany (Bayern).",
        "The dates of these holidays were fixed when this version was published, from 2026 to 2035.",
    ]
