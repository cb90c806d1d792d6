"""Geometry of charts. Pure: numbers in, places out. Across they are percentages of the width, down they are pixels.

So a chart needs no script, and its words keep their size on a phone. What is drawn where is said again in words by the table
behind each chart, which the caller makes of the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# What a line of the scale may stand for, in seconds.
STEPS = (10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY)
STEPS += (7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY)
MOST_LINES = 4  # of the scale, besides zero
ABOVE, PLOT, BELOW = 18, 132, 24  # pixels of a line chart: over the highest line, the plot, the words under it
LEFT = 13  # percent of the width: room for the words of the scale
ROW, BAR, WORDS = 44, 14, 15  # pixels of a bar chart: a row, the bar in it, the baseline of its words


@dataclass(frozen=True)
class Line:
    """A line of the scale, or of a series from one point to the next."""

    y: str
    words: str = ""
    x: str = ""
    to_x: str = ""
    to_y: str = ""


@dataclass(frozen=True)
class Point:
    """A point of a series, or (without ``y``) words under the plot."""

    x: str
    y: str = ""
    words: str = ""
    corner: str = ""  # the upper left corner of a square around it


@dataclass(frozen=True)
class Series:
    """One line of a chart: its points, and what joins those that are neighbours."""

    points: tuple[Point, ...]
    joins: tuple[Line, ...]


@dataclass(frozen=True)
class Lines:
    """A chart of lengths of time by month."""

    height: int
    scale: tuple[Line, ...]
    under: tuple[Point, ...]
    under_y: int
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Part:
    """One part of a bar; ``number`` says of which series it is."""

    x: str
    width: str
    number: int


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its words over the bar."""

    words_y: int
    y: int
    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Bars:
    """A chart of counts, its bars laid across and made of parts."""

    height: int
    thickness: int
    bars: tuple[Bar, ...]


def lines(names: Sequence[str], series: Sequence[Sequence[int | None]], *, say: Callable[[int], str]) -> Lines:
    """Draw lengths in seconds over names; None leaves a gap. ``say`` puts a length of the scale into words."""
    longest = max((value for values in series for value in values if value is not None), default=0)
    step = next((one for one in STEPS if longest <= one * MOST_LINES), STEPS[-1] * ceil(longest / STEPS[-1] / MOST_LINES))
    top = step * max(ceil(longest / step), 1)
    width = (100 - LEFT) / max(len(names), 1)
    xs = [LEFT + (place + 0.5) * width for place in range(len(names))]
    return Lines(
        height=ABOVE + PLOT + BELOW,
        scale=tuple(Line(_pixels(_down(step * n, top)), say(step * n) if n else "") for n in range(top // step + 1)),
        under=tuple(Point(_percent(x), words=name) for x, name in zip(xs, names, strict=True)),
        under_y=ABOVE + PLOT + BELOW - 7,
        series=tuple(_series(xs, values, top) for values in series),
    )


def bars(rows: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """Draw (words, counts of each series): the longest bar takes the whole width."""
    longest = max((sum(counts) for _words, counts in rows), default=0) or 1
    drawn = []
    for place, (words, counts) in enumerate(rows):
        y = place * ROW
        drawn.append(Bar(words_y=y + WORDS, y=y + WORDS + 7, words=words, parts=tuple(_parts(counts, longest))))
    return Bars(height=len(rows) * ROW, thickness=BAR, bars=tuple(drawn))


def _series(xs, values, top):
    placed = [(x, _down(value, top)) for x, value in zip(xs, values, strict=True) if value is not None]
    neighbours = [(place, place + 1) for place in range(len(values) - 1) if values[place] is not None and values[place + 1] is not None]
    return Series(
        points=tuple(Point(_percent(x), _pixels(y), corner=_pixels(y - 4)) for x, y in placed),
        joins=tuple(
            Line(_pixels(_down(values[a], top)), x=_percent(xs[a]), to_x=_percent(xs[b]), to_y=_pixels(_down(values[b], top)))
            for a, b in neighbours
        ),
    )


def _parts(counts, longest):
    start = 0
    for number, count in enumerate(counts, 1):
        if count:
            yield Part(_percent(100 * start / longest), _percent(100 * count / longest), number)
        start += count


def _down(value, top):
    return ABOVE + PLOT * (1 - value / top)


def _percent(value):
    return f"{value:.2f}%"


def _pixels(value):
    return f"{value:.1f}"
