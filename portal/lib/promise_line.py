"""The geometry of the promise line: the milestones of a report on one line, from arrival to advisory.

Standard library only. Places are schematic (in order, evenly spaced), not to scale. Across the line they are
percentages of its width, so that the words keep their size when the line is stretched; down they are pixels.
``Line.fits`` says from which width on no two labels touch; below it the template shows an upright list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import east_asian_width

STATES = ("promised", "met", "open", "soon", "late", "pause", "ended")
KINDS = ("point", "span", "repeat", "now", "end")
WIDTHS = (360, 440, 520, 600, 680, 760, 840, 920, 1000)  # the container queries in components.css know these

GAP = 16  # free pixels between the words of two neighbours
ROW = 16  # pixels from one row of words to the next
LABEL_PX = 12.5 * 1.09  # semi-bold runs wider
TEXT_PX = 12.0


@dataclass(frozen=True)
class Mark:
    """One milestone, in words that are already translated."""

    label: str
    text: str
    state: str
    kind: str = "point"

    def __post_init__(self):
        if self.state not in STATES or self.kind not in KINDS:
            raise ValueError(f"no such mark: {self.state}, {self.kind}")


@dataclass(frozen=True)
class Row:
    """One row of words: where its baseline stands, relative to the line, and what it says."""

    y: int
    words: str


@dataclass(frozen=True)
class Placed:
    """A mark with its place on the line; its words begin where the mark begins and own the room up to the next."""

    mark: Mark
    x: str  # left edge, in percent of the width
    above: tuple[Row, ...]  # the label
    below: tuple[Row, ...]  # the text
    widest: float  # estimated width of its widest row, in pixels


@dataclass(frozen=True)
class Line:
    """Everything the template needs; percentages are ready to print."""

    marks: tuple[Placed, ...]
    fits: int  # smallest container width, one of WIDTHS, that holds all words; 0: none does
    height: int
    y: int  # of the line itself
    end: str  # where the line ends, in percent
    passed: str  # how much of it lies in the past, in percent
    reach: str  # how far a span or a repetition reaches, in percent
    half: str  # and how far a bit more than half of it


def lay_out(marks: Sequence[Mark], width: int = 1000) -> Line:
    """Place the marks on a line for a container of about ``width`` pixels."""
    if not marks:
        raise ValueError("a promise line needs at least one mark")
    step = 100 / len(marks)
    reach = min(step * 0.45, 10)
    placed = tuple(_place(mark, at * step, width / len(marks)) for at, mark in enumerate(marks))
    y = max(len(one.above) for one in placed) * ROW + 17
    return Line(
        marks=placed,
        fits=_fits(placed),
        height=y + 17 + max(len(one.below) for one in placed) * ROW,
        y=y,
        end=f"{100 - step:.2f}%",
        passed=_passed(marks, step),
        reach=f"{reach:.2f}%",
        half=f"{reach * 0.6:.2f}%",
    )


def words_width(words: str, size: float) -> float:
    """Estimate how wide a row of words is, in pixels; wide fonts are meant, so it errs to the safe side."""
    return sum(_glyph(letter) for letter in words) * size


def _place(mark, x, slot):
    label, text = _fold(mark.label, slot - GAP, LABEL_PX), _fold(mark.text, (slot - GAP) * 0.9, TEXT_PX)
    return Placed(
        mark=mark,
        x=f"{x:.2f}%",
        above=tuple(Row(-17 - ROW * (len(label) - 1 - n), row) for n, row in enumerate(label)),
        below=tuple(Row(29 + ROW * n, row) for n, row in enumerate(text)),
        widest=max([words_width(row, LABEL_PX) for row in label] + [words_width(row, TEXT_PX) for row in text]),
    )


# The same few promises are drawn on every page.
@lru_cache(maxsize=4096)
def _fold(words, room, size):
    """Break the words into as few rows as fit the room, as even as they can be."""
    rows = _break(words, room, size)
    if len(rows) == 1:
        return rows
    # Evened out: a row of one short word under a full one looks like an accident.
    widths = sorted({words_width(rows_of, size) for rows_of in _runs(words)})
    return next(found for width in widths if len(found := _break(words, width, size)) <= len(rows))


def _runs(words):
    """Every run of neighbouring words: the candidates for the widest row."""
    parts = words.split()
    return [" ".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)] or [""]


def _break(words, room, size):
    rows = []
    for word in words.split():
        if rows and words_width(f"{rows[-1]} {word}", size) <= room:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    return rows or [""]


def _fits(placed):
    """Find the narrowest known width at which every mark's words end before the next mark's begin."""
    needed = (max(one.widest for one in placed) + GAP) * len(placed)
    return next((width for width in WIDTHS if width >= needed), 0)


def _passed(marks, step):
    """How far time has come: to "now", or else to the last mark that is met."""
    here = [at for at, mark in enumerate(marks) if mark.kind == "now"]
    done = [at for at, mark in enumerate(marks) if mark.state == "met"]
    return f"{(here or done or [0])[-1] * step:.2f}%"


@cache
def _glyph(letter):
    if east_asian_width(letter) in "WF":
        return 1.05
    if letter in " .,:;'|!()[]ijlIftr-":
        return 0.42
    if letter in "mwMW%@—&":
        return 0.98
    return 0.74 if letter.isupper() else 0.63
