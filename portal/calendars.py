"""Business days: which days count, and moments so many business days apart. Pure; moments are aware datetimes.

How days are counted, after Regulation (EEC, Euratom) No 1182/71, articles 2 and 3 (the day of the event is not counted;
working days are those that are neither in the weekend nor public holidays), but to the hour rather than to midnight:

- what happens on a business day is due at the same time of day, so many business days later;
- what happens on a day off counts from the start of the next business day;
- a business day counts as 24 hours, also one on which the clocks change. A time of day that such a day leaves out or has
  twice is read as RFC 5545, section 3.3.5, reads it: by the offset before the change.

So nothing is ever due on a day off, and never later than by the regulation. Public holidays are those that the library
``holidays`` knows; a policy keeps the dates as they were known when it was published.
"""

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from holidays.registry import COUNTRIES

DAY = timedelta(days=1)
YEARS = 10  # for how long the dates of public holidays are worked out ahead


@dataclass(frozen=True)
class Calendar:
    """The business days of a place. ``weekend``: weekdays off, from 1 (Monday) to 7; ``holidays``: dates off."""

    zone: str = "UTC"
    weekend: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()

    def __post_init__(self):
        if self.weekend >= set(range(1, 8)):
            raise ValueError("a calendar needs a business day")

    @classmethod
    def read(cls, *, zone: str, weekend: str, holidays: Iterable[str] = ()):
        """Return the calendar that a policy holds as text: "6,7" for the weekend, ISO dates for the holidays."""
        return cls(zone, _weekdays(weekend), frozenset(map(date.fromisoformat, holidays)))

    def counts(self, day: date) -> bool:
        """Say whether a date is a business day."""
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def add(self, moment: datetime, days: int) -> datetime:
        """Return the moment so many business days later."""
        return self.later(moment, days * DAY)

    def later(self, moment: datetime, length: timedelta) -> datetime:
        """Return the moment at which so much business time (24 hours a business day) has passed."""
        here = self._business(moment)
        days, rest = divmod(_since_midnight(here) + length, DAY)
        landing = here.date()
        for _day in range(days):
            landing = self._next(landing)
        # On the day itself a repeated hour stays the one that it is; elsewhere the first of the two is meant.
        fold = here.fold if not days else 0
        found = datetime.combine(landing, (datetime.min + rest).time(), here.tzinfo).replace(fold=fold)
        # By way of UTC: a time of day that does not exist would stay as it is.
        return found.astimezone(UTC).astimezone(moment.tzinfo)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the business time from one moment to a later one; zero when there is none."""
        if end <= start:
            return timedelta(0)
        first, last = self._business(start), self._business(end)
        days, day = 0, first.date()
        while day < last.date():
            day, days = self._next(day), days + 1
        return max(days * DAY + _since_midnight(last) - _since_midnight(first), timedelta(0))

    def _business(self, moment):
        """Return a moment as it counts, in the zone: on a day off, the start of the next business day."""
        here = moment.astimezone(UTC).astimezone(ZoneInfo(self.zone))
        if self.counts(here.date()):
            return here
        return datetime.combine(self._next(here.date()), time.min, here.tzinfo)

    def _next(self, day):
        day += DAY
        while not self.counts(day):
            day += DAY
        return day


def check(place: str) -> None:
    """Refuse a place of which no public holidays are known, with a sentence that says which are."""
    if place:
        _of(place)


def dates_of(place: str, years: Iterable[int]) -> dict[str, str]:
    """Return the public holidays of a place ("DE", "DE-BY") in these years as {"2026-12-25": "Christmas Day"}, in order.

    Raises ValidationError for a place, or a first year, of which none are known; later years are left out.
    """
    if not place:
        return {}
    wanted, known = sorted(years), _of(place)
    years = [year for year in wanted if known.start_year <= year <= known.end_year]
    found = _of(place, *years) if years and years[0] == wanted[0] else {}
    if not found:
        raise ValidationError(
            gettext("No public holidays of %(place)s are known for %(year)d. Leave the place empty, or take another.")
            % {"place": place_name(place), "year": wanted[0]}
        )
    return {day.isoformat(): found[day] for day in sorted(found)}


@lru_cache(maxsize=256)
def place_name(place: str) -> str:
    """Name a place: "Germany", "Germany (Bayern)"; one that nobody knows is named by its code."""
    country, part = _parts(place)
    if country not in _countries():
        return place
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", _countries()[country])
    name = re.sub(r"\b(And|The|Of)\b", lambda word: word[0].lower(), name)
    if not part:
        return name
    names = [name for name, code in _of(country).subdivisions_aliases.items() if code == part]
    return f"{name} ({names[0] if names else part})"


def sentences(*, zone: str, weekend: str, place: str = "", holidays: Mapping[str, str] | None = None) -> list[str]:
    """Say what business days are; of a published policy also for which years the dates of ``holidays`` are fixed."""
    said = {"days": _days_in_words(_weekdays(weekend)), "zone": zone.replace("_", " ")}
    if not place:
        return [gettext("Business days are %(days)s in %(zone)s.") % said]
    said["place"] = place_name(place)
    sentences = [gettext("Business days are %(days)s in %(zone)s, without the public holidays of %(place)s.") % said]
    if holidays:
        first, last = min(holidays)[:4], max(holidays)[:4]
        sentences.append(
            gettext("The dates of these holidays were fixed when this version was published, from %(first)s to %(last)s.")
            % {"first": first, "last": last}
        )
    return sentences


def weekday_names(days: str) -> str:
    """Name days of the week that are kept as numbers: "6,7" is "Saturday, Sunday"."""
    return ", ".join(str(WEEKDAYS[day - 1]) for day in sorted(_weekdays(days)))


def _days_in_words(weekend):
    days = [day for day in range(1, 8) if day not in weekend]
    if len(days) == 7:
        return gettext("all days of the week")
    names = [str(WEEKDAYS[day - 1]) for day in days]
    # A run that goes on over Sunday begins after the day off: Sunday to Thursday.
    starts = [at for at, day in enumerate(days) if (day - 2) % 7 + 1 in weekend]
    if len(starts) == 1 and len(days) > 2:
        run = names[starts[0] :] + names[: starts[0]]
        return gettext("%(first)s to %(last)s") % {"first": run[0], "last": run[-1]}
    if len(names) == 1:
        return names[0]
    return gettext("%(days)s and %(last)s") % {"days": ", ".join(names[:-1]), "last": names[-1]}


def _weekdays(text):
    return frozenset(map(int, re.findall("[1-7]", text)))


def _since_midnight(here):
    return timedelta(hours=here.hour, minutes=here.minute, seconds=here.second, microseconds=here.microsecond)


def _parts(place):
    country, _dash, part = place.partition("-")
    return country, part


@lru_cache(maxsize=1)
def _countries():
    return {codes[1]: codes[0] for codes in COUNTRIES.values()}


@lru_cache(maxsize=64)
def _of(place, *years):
    """Return what the library knows of a place, with English names where it has them."""
    country, part = _parts(place)
    if country not in _countries():
        raise ValidationError(
            gettext("No public holidays are known for “%(code)s”. Write the two letters of a country, such as DE, or leave it empty.")
            % {"code": place}
        )
    whole = holidays.country_holidays(country)
    if part and part not in whole.subdivisions:
        raise ValidationError(_unknown_part(place, country, whole.subdivisions))
    languages = whole.supported_languages
    language = next((one for one in ("en_US", "en_GB") if one in languages), whole.default_language)
    with warnings.catch_warnings():
        # Some feasts are known for fewer years than others, and the library warns of it: what is known counts.
        warnings.simplefilter("ignore")
        return holidays.country_holidays(country, subdiv=part or None, years=years, language=language, expand=False)


def _unknown_part(place, country, parts):
    codes = [f"{country}-{part}" for part in parts if part == part.upper()]
    said = {"code": place, "country": place_name(country), "parts": ", ".join(codes)}
    if not parts:
        return gettext("“%(code)s” has holidays of the whole country only. Write just the country.") % said
    return gettext("“%(code)s” is not a part of %(country)s whose holidays are known. Known are %(parts)s.") % said
