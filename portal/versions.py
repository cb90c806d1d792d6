"""Is this version covered? Pure: rows as written in, an answer out.

A row's text is read by a small grammar: alternatives joined by ``||``, terms joined by commas, spaces or "and";
a term is a comparison (``< 1.0``), a line (``1.x``, ``1.2.*``, ``v3``), a span (``2.0 - 2.4``) or one version
(``5.1.2``). A plain number of fewer than three parts names its line. What does not fit is left as written and answers
"cannot tell". Order is the scheme's own (semver, packaging, or whole numbers), with one rule of ours: a pre-release
belongs to the line that it precedes, so that 3.0.0a1 is 3.x and not < 3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

import semver
from django.utils.translation import gettext
from packaging import version as pep440

SEMVER, PEP440, DOTTED, LIST = "semver", "pep440", "dotted", "list"
LONGEST = 160


class Kind(StrEnum):
    SUPPORTED = "supported"
    SECURITY_ONLY = "security_only"
    NOT_SUPPORTED = "not_supported"
    IN_NO_ROW = "in_no_row"
    CANNOT_TELL = "cannot_tell"


KIND_OF_STATUS = {
    "supported": Kind.SUPPORTED,
    "security_only": Kind.SECURITY_ONLY,
    "ended": Kind.NOT_SUPPORTED,
    "unclear": Kind.CANNOT_TELL,
}


class Row(Protocol):
    """A row of the table; ``status`` is a key of KIND_OF_STATUS."""

    text: str
    status: str
    ends_on: date | None


@dataclass(frozen=True)
class Answer:
    """What the table says of a version, the row that decided, and why in a sentence."""

    kind: Kind
    row: Any
    why: str


@dataclass(frozen=True)
class Version:
    """A version under a scheme: ``order`` compares by the scheme's own rules."""

    order: Any
    release: tuple[int, ...]  # without zeros at the end
    pre: bool


@dataclass(frozen=True)
class Term:
    operator: str  # < <= > >= =
    version: Version

    def holds(self, asked: Version) -> bool:
        """Say whether a version satisfies this term, by the scheme's order and the pre-release rule."""
        bound = self.version
        precedes = asked.pre and not bound.pre and asked.release == bound.release
        match self.operator:
            case "<":
                return asked.order < bound.order and not precedes
            case "<=":
                return asked.order <= bound.order
            case ">":
                return asked.order > bound.order
            case ">=":
                return asked.order >= bound.order or precedes
        return asked.order == bound.order or precedes


Range = tuple[tuple[Term, ...], ...]  # any of: all of


def answer(version: str, rows: Sequence[Row], scheme: str, *, on: date | None = None) -> Answer:
    """Say what the rows promise for a version as typed; ``on`` counts rows whose support ended before it as ended."""
    asked = version.strip()
    if scheme == LIST:
        matching, unread = [row for row in rows if _name(row.text) == _name(asked)], []
    else:
        read = read_version(asked, scheme)
        if read is None:
            return Answer(
                Kind.CANNOT_TELL,
                None,
                gettext("This could not be read as a version. Write one version as the release names it, such as 1.4.2."),
            )
        ranges = [(row, read_range(row.text, scheme)) for row in rows]
        matching = [row for row, range_ in ranges if range_ is not None and contains(range_, read)]
        unread = [row for row, range_ in ranges if range_ is None]
    return _decide(matching, unread, on)


def contains(range_: Range, version: Version) -> bool:
    """Say whether a version lies in a range."""
    return any(all(term.holds(version) for term in terms) for terms in range_)


def gaps(rows: Sequence[Row], scheme: str) -> tuple[str, ...]:
    """Name what lies between the rows and in none of them, as ranges. Nothing is named where a row was not understood."""
    ranges = [read_range(row.text, scheme) for row in rows] if scheme != LIST else [None]
    terms = [term for range_ in ranges if range_ for all_of in range_ for term in all_of]
    if None in ranges or any(term.operator not in ("<", ">=") or term.version.pre for term in terms):
        return ()
    bounds = sorted({term.version.release: term.version for term in terms}.values(), key=lambda one: one.order)
    return tuple(
        _between(low.release, high.release)
        for low, high in zip(bounds, bounds[1:], strict=False)
        if not any(contains(range_, low) for range_ in ranges)
    )


def read_version(text: str, scheme: str) -> Version | None:
    """Read one version; None if it is none under the scheme."""
    text = re.sub(r"^(version\s+|v\.?\s?)", "", text.strip(), flags=re.IGNORECASE)
    if not text or len(text) > LONGEST:
        return None
    try:
        return {SEMVER: _semver, PEP440: _pep440, DOTTED: _dotted}[scheme](text)
    except ValueError:
        return None


def read_range(text: str, scheme: str) -> Range | None:
    """Read a row as written; None if the grammar does not cover it."""
    if len(text) > LONGEST:
        return None
    alternatives = [_all_of(part, scheme) for part in re.split(r"\|\||\bor\b", text, flags=re.IGNORECASE)]
    return None if None in alternatives else tuple(alternatives)


NUMBER = r"[vV]?\d[0-9A-Za-z.+_-]*"
COMPARISON = rf"(?P<operator><=|>=|<|>|==?|≤|≥)\s*(?P<bound>{NUMBER})"
SPAN = rf"(?P<low>{NUMBER})\s+[-–]\s+(?P<high>{NUMBER})"
TERM = re.compile(rf"\s*(?:{COMPARISON}|{SPAN}|(?P<line>{NUMBER}\*?|[*xX]))(?:\s*,\s*|\s+and\s+|\s+|$)")
LINE = re.compile(r"[vV]?(\d+(?:\.\d+)*)\.[xX*]", re.ASCII)
PLAIN = re.compile(r"[vV]?(\d+(?:\.\d+)?)", re.ASCII)


def _all_of(text, scheme):
    """Read terms that all must hold; None if anything is left over."""
    terms, place = [], 0
    while place < len(text.rstrip()):
        found = TERM.match(text, place)
        read = found and _terms(found, scheme)
        # Terms that stand side by side without an operator ("1.0 2.0") are not a range that anybody meant.
        if not read or (terms and not found["operator"]):
            return None
        terms += read
        place = found.end()
    return tuple(terms) if place and not text.rstrip().endswith(",") else None


def _terms(found, scheme):
    if found["operator"]:
        operator = {"≤": "<=", "≥": ">=", "==": "="}.get(found["operator"], found["operator"])
        return _bounded((operator, found["bound"]), scheme=scheme)
    if found["low"]:
        top = PLAIN.fullmatch(found["high"])
        return _bounded((">=", found["low"]), ("<", _bumped(top[1])) if top else ("<=", found["high"]), scheme=scheme)
    text = found["line"]
    if text in "*xX":
        return _bounded((">=", "0"), scheme=scheme)
    line = LINE.fullmatch(text) or PLAIN.fullmatch(text)
    if line:
        return _bounded((">=", line[1]), ("<", _bumped(line[1])), scheme=scheme)
    return _bounded(("=", text), scheme=scheme)


def _bounded(*bounds, scheme):
    terms = [Term(operator, read_version(text, scheme)) for operator, text in bounds]
    return None if any(term.version is None for term in terms) else terms


def _bumped(line):
    *head, last = line.split(".")
    return ".".join([*head, str(int(last) + 1)])


def _between(low, high):
    line = (*high[: len(high) - 1], high[-1] - 1) if high else ()
    if _trimmed(line) == low and line:
        return ".".join(map(str, line)) + ".x"
    return f">= {_dots(low)}, < {_dots(high)}"


def _dots(release):
    return ".".join(map(str, release if len(release) > 1 else (*release, 0, 0)[:2]))


def _decide(matching, unread, on):
    kinds = {_kind(row, on) for row in matching}
    if len(kinds) > 1:
        texts = {"first": matching[0].text, "second": next(row.text for row in matching if _kind(row, on) != _kind(matching[0], on))}
        return Answer(Kind.CANNOT_TELL, None, gettext("Two rows of the table disagree about it: %(first)s and %(second)s.") % texts)
    if matching:
        return _decided(matching[0], kinds.pop())
    if unread:
        why = gettext("The table has a row that we cannot read by rule, and it may be meant there: %(row)s.") % {"row": unread[0].text}
        return Answer(Kind.CANNOT_TELL, unread[0], why)
    why = gettext("It stands in no row of the table. Nobody promised anything for it; report it and say your version.")
    return Answer(Kind.IN_NO_ROW, None, why)


def _decided(row, kind):
    why = {
        Kind.SUPPORTED: gettext("The row %(row)s covers it."),
        Kind.SECURITY_ONLY: gettext("The row %(row)s covers it, with security fixes only."),
        Kind.NOT_SUPPORTED: gettext("The row %(row)s says that it gets no fixes. A newer version may."),
        Kind.CANNOT_TELL: gettext("The row %(row)s covers it, but does not say whether it is supported."),
    }[kind]
    return Answer(kind, row, why % {"row": row.text})


def _kind(row, on):
    ended = on is not None and getattr(row, "ends_on", None) is not None and row.ends_on < on
    return Kind.NOT_SUPPORTED if ended else KIND_OF_STATUS[row.status]


def _name(text):
    return re.sub(r"^v(?=\d)", "", " ".join(text.split()).casefold())


def _trimmed(numbers):
    numbers = tuple(numbers)
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


SEMVER_TEXT = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+)|([A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)


def _semver(text):
    found = SEMVER_TEXT.fullmatch(text)
    if not found:
        raise ValueError(text)
    major, minor, patch, pre, glued = found.groups()
    read = semver.Version(int(major), int(minor or 0), int(patch or 0), pre or glued)
    return Version(read, _trimmed((read.major, read.minor, read.patch)), read.prerelease is not None)


def _pep440(text):
    read = pep440.Version(text)
    # The local part (+cpu) says who built it, not which release it is.
    release = _trimmed(read.release)
    return Version(pep440.Version(read.public), (("epoch", read.epoch), *release) if read.epoch else release, read.is_prerelease)


def _dotted(text):
    if not re.fullmatch(r"\d+([._-]\d+)*", text, re.ASCII):
        raise ValueError(text)
    release = _trimmed(int(part) for part in re.split(r"[._-]", text))
    return Version(release, release, False)
