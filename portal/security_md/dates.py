"""The day that a text names, as policies write it: ISO 8601, day and month in words, a month, a quarter, half a year.

A period ends with its last day. A date of three numbers whose order cannot be known (03/04/2026) is none.
"""

import calendar
import re
from datetime import date

# Months by the letters that they begin with, in the languages that share the form "5 May 2026".
MONTHS = {
    1: "jan|ene|gennai|stycz|янв|січ|ledna|leden|ocak",
    2: "feb|fév|fev|luty|luteg|фев|лют|únor|şubat",
    3: "mar|mär|maa|már|март|берез|březn",
    4: "apr|avr|abr|kwie|апр|квіт|dubn|nisan",
    5: "may|mai|maggi|maj|mei|мая|май|трав|květ|mayıs",
    6: "jun|juin|giugn|czerw|июн|черв|červn|hazir",
    7: "jul|juil|lugli|lipca|lipie|июл|лип|červenc|temmuz",
    8: "aug|aoû|aout|ago|sierp|авг|серп|srpn|ağustos|agustus",
    9: "sep|setem|settem|wrze|сен|верес|září|eylül",
    10: "oct|okt|outub|ottob|paźd|окт|жовт|říjn|ekim",
    11: "nov|listop|ноя|kasım",
    12: "dec|déc|dez|desem|dic|grud|дек|prosin|aralık",
}
BY_PREFIX = sorted(((prefix, number) for number, names in MONTHS.items() for prefix in names.split("|")), key=lambda one: -len(one[0]))
NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
YEAR = r"(?P<year>(?:19|20)\d{2})"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°)?\.?"
FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\dv.]){YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{YEAR}(?!\d)",
        rf"(?<!\d){YEAR}\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월](?:\s?(?P<day>\d{{1,2}})\s?[日일])?",
        rf"(?<!\d){DAY}[\s-](?:de |of )?{NAME},?[\s-](?:de |del )?{YEAR}(?!\d)",
        rf"(?<![^\W\d_]){NAME}\s{DAY},?\s{YEAR}(?!\d)",
        rf"(?<![^\W\d_]){NAME},?[\s-](?:de |del )?{YEAR}(?!\d)",
        rf"(?<!\d)(?P<one>\d{{1,2}})[-/](?P<two>\d{{1,2}})[-/]{YEAR}(?!\d)",
        rf"(?<!\d){YEAR}\s?[-/]?\s?(?P<part>[QHS])(?P<count>[1-4])\b",
        rf"\b(?P<part>[QHS])(?P<count>[1-4])[\s/-]{{0,2}}{YEAR}(?!\d)",
        rf"(?<!\d){YEAR}[-/.](?P<month>0[1-9]|1[0-2])(?![\d.])",
        rf"(?<![\d/.-])(?P<month>0?[1-9]|1[0-2])[/-]{YEAR}(?!\d)",
    )
]
A_YEAR = re.compile(rf"(?<![\d.]){YEAR}(?![\d.]|\s?年)")


def last_day(text: str) -> date | None:
    """Return the day named first by the surest form, or the last day of the period named."""
    for form in FORMS:
        for found in form.finditer(text[:400]):
            day = _day(found.groupdict())
            if day:
                return day
    return None


def year(text: str) -> int | None:
    """Return the year that stands alone in a text."""
    found = A_YEAR.search(text[:400])
    return int(found["year"]) if found else None


def _day(said):
    year_, month, day = int(said["year"]), said.get("month"), said.get("day")
    if said.get("name"):
        month = _month(said["name"])
    elif said.get("part"):
        months = 3 if said["part"] in "Qq" else 6
        month = int(said["count"]) * months
    elif said.get("one"):
        day, month = _ordered(int(said["one"]), int(said["two"]))
    try:
        month = int(month or 0)
        return date(year_, month, int(day) if day else calendar.monthrange(year_, month)[1])
    except ValueError:  # IllegalMonthError is one
        return None


def _ordered(one, two):
    """Return (day, month) where the numbers show which is which."""
    if one > 12 or one == two:
        return one, two
    return (two, one) if two > 12 else (0, 0)


def _month(name):
    name = name.casefold()
    return next((number for prefix, number in BY_PREFIX if name.startswith(prefix)), 0)
