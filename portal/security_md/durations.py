"""Lengths of time in a text, in figures and words: "48 hours", "two business days", "fourteen (14) days", "7 个工作日", "weekly".

Weeks, months and years become days (7, 30, 365); a business week is 5 business days, a business month 20, and business hours
that make whole days ("48 business hours") are business days. Every step looks a bounded way ahead, so that time grows with the
length of the text only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.security_md import durations_words as words

HOURS = {"hours": 1, "days": 24, "business_days": 24}
LONGEST = 24 * 365 * 3  # hours: a longer time is no promise
OF_BUSINESS = {7: 5, 14: 10, 30: 20}  # days of a week, a fortnight, a month → those on which people work
NEAR = 34  # characters before a duration in which its preposition stands
SAME_SENTENCE = 120  # characters from one duration to the next that has its unit


@dataclass(frozen=True)
class Duration:
    """From ``earliest`` to ``latest`` of ``unit`` (hours, days, business_days), written from ``start`` to ``end`` of a text.

    ``every``: again and again. ``least``: at least so long. ``lasting``: for so long, a state and not a term.
    ``within``: said with a word for "at the latest".
    """

    earliest: int | None
    latest: int
    unit: str
    start: int
    end: int
    every: bool = False
    least: bool = False
    lasting: bool = False
    within: bool = False

    @property
    def hours(self) -> int:
        return self.latest * HOURS[self.unit]


@dataclass(frozen=True)
class Unit:
    """A unit as written up to ``end``: so many (``times``) hours, days or business days."""

    name: str
    times: int
    end: int
    business: bool = False


def find(text: str) -> Iterator[Duration]:
    """Yield the lengths of time that a text names, in order; none overlap."""
    reached, last = 0, _day_number(text)
    if last:
        reached = last.end
        yield last
    for place in words.PLACES.finditer(text):
        if place.start() < reached:
            continue
        found = _read(text, place) or (last and _same_unit(text, place, last))
        if not found or not 0 < found.hours <= LONGEST:
            continue
        no_term = words.NO_TERM_AFTER.match(text, found.end)
        said_before = reached and words.IN_OTHER_WORDS.fullmatch(text, reached, found.start)
        reached = no_term.end() if no_term else found.end
        if not no_term and not said_before and not words.NO_TERM_BEFORE.search(_before(text, found.start)):
            last = found
            yield _described(text, found)


def _before(text, at):
    return text[max(0, at - NEAR) : at]


def _described(text, found):
    """Add what the words around say of a duration."""
    before, end = _before(text, found.start), found.end
    every = found.every or bool(words.EVERY_BEFORE.search(before) or words.EVERY_AFTER.match(text, end))
    within = bool(words.WITHIN_BEFORE.search(before) or words.WITHIN_AFTER.match(text, end))
    return replace(
        found,
        every=every,
        within=within,
        least=not every and bool(words.LEAST_BEFORE.search(before) or words.LEAST_AFTER.match(text, end)),
        lasting=not within and bool(words.LASTING_BEFORE.search(before) or words.LASTING_AFTER.match(text, end)),
    )


def _day_number(text):
    """Read "Day 7" and "Day 1-3" at the beginning of a text."""
    found = words.DAY_NUMBER.match(text)
    if not found or int(found[2] or found[1]) == 0:
        return None
    return Duration(int(found[1]) or None if found[2] else None, int(found[2] or found[1]), "days", found.start(1), found.end())


def _read(text, place):
    """Return the duration that begins at a run of figures or letters, or None."""
    word = place[0].casefold()
    if word in words.ADVERBS:
        return Duration(None, words.ADVERBS[word], "days", place.start(), place.end(), every=True)
    if word in words.EVERY or (word in ("a", "an") and _before(text, place.start()).casefold().endswith("once ")):
        return _each(text, place)
    adverb = None if word[0].isdecimal() else words.HAN_ADVERB.search(place[0])
    if adverb:
        start = place.start() + adverb.start()
        return Duration(None, words.HAN_ADVERBS.get(adverb[0][-1], 1), "days", start, start + len(adverb[0]), every=True)
    number = _number(text, place)
    return _range(text, *number) if number else None


def _each(text, place):
    """Read "every week" and "every other week"; "every 7 days" is read from its number on."""
    word = words.WORD.match(text, place.end())
    other = bool(word) and word[1].casefold() in words.OTHER
    unit = _unit(text, word.end() if other else place.end())
    if unit is None or unit.name == "hours":
        return None
    return Duration(None, unit.times * (2 if other else 1), unit.name, place.start(), unit.end, every=True)


def _same_unit(text, place, last):
    """Read "within 10" after "within 3 business days" in the same sentence."""
    if not place[0][0].isdecimal() or place.start() - last.end > SAME_SENTENCE or "." in text[last.end : place.start()]:
        return None
    if not words.WITHIN_NUMBER.search(_before(text, place.start())) or not words.NUMBER_ALONE.match(text, place.end()):
        return None
    return Duration(None, int(place[0]), last.unit, place.start(), place.end())


def _number(text, place):
    """Return (number, start, end) of figures or a word for a number, or None."""
    start, end, word = place.start(), place.end(), place[0].casefold()
    if word[0].isdecimal():
        glued = words.GLUED.search(text[max(0, start - 3) : start]) or text[end : end + 1].isdecimal()
        return None if glued else (int(word), start, end)
    known = _known(word)
    return (words.NUMBERS[known], start, start + len(known)) if known else _han_number(place)


def _known(word):
    """Return the word for a number with which a word begins: "one" of "one-week", all of "twenty-four"."""
    return next((known for known in (word, word.partition("-")[0]) if known in words.NUMBERS), "")


def _han_number(place):
    """Read the Chinese and Japanese figures of a run of letters: 七天, 十四个工作日."""
    for found in words.HAN_NUMBER.finditer(place[0]):
        tens, ten, ones = found[0].rpartition("十")
        value = words.HAN.get(tens, 1) * 10 + words.HAN.get(ones, 0) if ten else words.HAN.get(found[0], 0)
        if value:
            return value, place.start() + found.start(), place.start() + found.end()
    return None


def _range(text, first, start, end):
    """Read the unit of a number, or the second number of a range and its unit."""
    first, end = _repeated(text, first, end)
    unit = _unit(text, end)
    after = unit.end if unit else end
    to = words.TO.match(text, after) or (words.BETWEEN.search(_before(text, start)) and words.AND.match(text, after))
    latest = _second(text, to.end(), unit) if to else None
    if latest is None:
        return unit and _whole_days(Duration(None, first * unit.times, unit.name, start, unit.end), unit)
    amount, last = latest
    return _span(
        Unit(unit.name, unit.times * first, start) if unit else Unit(last.name, last.times * first, start), amount * last.times, last
    )


def _span(first, latest, last):
    """Bring both ends of a range to one unit; one that does not grow ("24 hours or 1 business day") has no beginning."""
    earliest, unit = first.times or None, last.name
    if HOURS[first.name] * first.times >= HOURS[unit] * latest or first.name != unit and "business_days" in (first.name, unit):
        earliest = None
    elif first.name != unit:
        earliest, latest, unit = first.times * HOURS[first.name] or None, latest * HOURS[unit], "hours"
    return Duration(earliest, latest, unit, first.end, last.end)


def _whole_days(found, unit):
    """Turn 48 business hours into 2 business days."""
    if not unit.business or unit.name != "hours" or found.latest % 24:
        return found
    return replace(found, latest=found.latest // 24, unit="business_days")


def _second(text, at, unit):
    """Return (amount, Unit) of the number after "to"; "a day or two" takes the unit of the first."""
    place = words.PLACES.match(text, at)
    word = place[0].casefold() if place else ""
    known = word if word[:1].isdecimal() else _known(word)
    if not known:
        return None
    amount = int(known) if known[0].isdecimal() else words.NUMBERS[known]
    amount, end = _repeated(text, amount, at + len(known))
    own = _unit(text, end)
    if own:
        return amount, own
    return (amount, replace(unit, end=end)) if unit and not known[0].isdecimal() and amount > 1 else None


def _repeated(text, number, end):
    """Read "fourteen (14)" and "14 (fourteen)": the figures count."""
    again = words.AGAIN.match(text, end)
    return (int(again[1] or number), again.end()) if again else (number, end)


def _unit(text, at):
    """Return the unit of time that stands here, with a word for "business" before or after it, or None."""
    found, business, end, reached = None, False, at, at
    for _word in range(4):
        word = words.WORD.match(text, reached)
        name = word[1].casefold() if word else ""
        if found is None and (name in words.UNITS or (name and word[1] in words.SMALL_UNITS)):
            found = words.UNITS.get(name) or words.SMALL_UNITS[word[1]]
        elif name in words.BUSINESS:
            business = True
        elif name not in words.CALENDAR:
            break
        reached = word.end(1)
        end = reached if found else end
    if found is None:
        return _han_unit(text, at) if reached == at else None
    name, times = found
    return Unit("business_days", OF_BUSINESS.get(times, times), end) if business and name != "hours" else Unit(name, times, end, business)


def _han_unit(text, at):
    found = words.HAN_UNIT.match(text, at)
    if found is None:
        return None
    name, times = words.HAN_UNITS[found.lastgroup]
    business = name == "days" and words.KOREAN_BUSINESS.search(_before(text, at))
    return Unit("business_days" if business else name, times, found.end())
