"""Lengths of time in figures and words, in several languages."""

import pytest
from hypothesis import given, strategies

from portal.security_md.durations import HOURS, LONGEST, find

UNITS = {"h": "hours", "d": "days", "b": "business_days"}


def read(text):
    """Return what is found as "earliest-latest unit": "1-7d", "48h", "5b"."""
    short = {name: letter for letter, name in UNITS.items()}
    return " ".join(f"{f'{one.earliest}-' if one.earliest else ''}{one.latest}{short[one.unit]}" for one in find(text))


@pytest.mark.parametrize(
    "text, found",
    [
        ("within 48 hours", "48h"),
        ("48h", "48h"),
        ("at most 72hrs.", "72h"),
        ("in under 24 hours", "24h"),
        ("two business days", "2b"),
        ("a week", "7d"),
        ("a fortnight", "14d"),
        ("one month", "30d"),
        ("fourteen (14) days", "14d"),
        ("14 (fourteen) days", "14d"),
        ("twenty-four hours", "24h"),
        ("a 90-day embargo", "90d"),
        ("5–7 working days", "5-7b"),
        ("between 2 and 8 weeks", "14-56d"),
        ("30 days to 90 days", "30-90d"),
        ("24 hours to 7 days", "24-168h"),
        ("a day or two", "1-2d"),
        ("24 hours or 1 business day", "1b"),
        ("72 hours (3 business days)", "72h"),
        ("48 business hours", "2b"),
        ("6 business hours", "6h"),
        ("a business week", "5b"),
        ("every other week", "14d"),
        ("once a week", "7d"),
        ("within 3 business days, the assessment within 10, then more", "3b 10b"),
        ("Day 1-3", "1-3d"),
        ("48 Stunden", "48h"),
        ("innerhalb von fünf Werktagen", "5b"),
        ("sous 5 jours ouvrés", "5b"),
        ("en 3 días hábiles", "3b"),
        ("em até 7 dias úteis", "7b"),
        ("entro due settimane", "14d"),
        ("2 iş günü içinde", "2b"),
        ("dalam 3 hari kerja", "3b"),
        ("w ciągu 5 dni roboczych", "5b"),
        ("в течение трёх рабочих дней", "3b"),
        ("7 个工作日内", "7b"),
        ("七天内", "7d"),
        ("十四个工作日", "14b"),
        ("2週間以内", "14d"),
        ("3営業日以内", "3b"),
        ("48시간 이내", "48h"),
        ("영업일 기준 3일 이내", "3b"),
        ("１４日以内", "14d"),
    ],
)
def test_a_length_of_time_is_read(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2 days", "2024-03-15 days", "2024年3月15日", "3D models", "a 0-day", "a 1-day exploit", "24 hours a day, 7 days a week",
        "14 days ago", "7 days old", "in the last 30 days", "² days", "a few days", "24/7", "30 years", "CVE-2024-1234 hours",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_not_read(text):
    assert read(text) == ""


@pytest.mark.parametrize(
    "text, mark",
    [
        ("every 7 days", "every"), ("weekly", "every"), ("at least every five days", "every"), ("co 7 dni", "every"), ("毎週", "every"),
        ("at least 60 days", "least"), ("for 90 days", "lasting"), ("pendant 6 mois", "lasting"), ("within 7 days", "within"),
        ("7 天内", "within"), ("entro 7 giorni", "within"),
    ],
)  # fmt: skip
def test_the_words_around_say_what_kind_of_time_it_is(text, mark):
    (found,) = find(text)
    assert [name for name in ("every", "least", "lasting", "within") if getattr(found, name)] == [mark]


PIECES = strategies.sampled_from(
    [
        "1",
        "7",
        "14",
        "999",
        "0",
        "9999",
        "one",
        "a",
        "every",
        "once",
        "weekly",
        "hours",
        "days",
        "h",
        "d",
        "business",
        "working",
        "-",
        "–",
        "to",
        "or",
        "and",
        "between",
        "(",
        ")",
        " ",
        "\n",
        ".",
        ",",
        "within",
        "for",
        "七",
        "十",
        "个",
        "天",
        "工作日",
        "每周",
        "영업일",
        "일",
        "週間",
        "Day",
        "%",
        "é",
    ]
)


@given(
    strategies.lists(PIECES, max_size=30).map("".join) | strategies.lists(PIECES, max_size=30).map(" ".join) | strategies.text(max_size=60)
)
def test_whatever_is_found_is_a_possible_time_at_its_own_place(text):
    reached = 0
    for one in find(text):
        assert reached <= one.start < one.end <= len(text)
        assert one.unit in HOURS and 0 < one.hours <= LONGEST
        assert one.earliest is None or 0 < one.earliest < one.latest
        reached = one.end
