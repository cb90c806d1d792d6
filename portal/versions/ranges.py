"""What a row of the table means: stretches of versions, and words. Read from the row as written, or from what was kept of it.

A row is one or more alternatives (``||``, "or", ``/``, ``;``). An alternative is comparisons that all hold (``>= 2.4, < 3``), or
a list of lines and versions of which any will do (``7.x, 8.x``), or words (``portal.versions.words``). A plain number of
fewer than three parts names its line, so that ``v3`` is 3.x and ``2.0 - 2.4`` has 2.4.7; after a sign (``<= 2.3``) it is
that version, as the scheme's library orders it. What does not fit is not understood, and neither is what contradicts itself.

All of it is compiled to half-open stretches in the scheme's own order. The one rule of ours, a pre-release belongs to the
line that it precedes, is compiled in as well: 3.x begins at 3.0.0-0, the first of its pre-releases, and < 3 ends there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, reduce, total_ordering
from typing import NamedTuple
from urllib.parse import unquote

from portal.versions import words
from portal.versions.orders import DOTTED, LIST, Version, first_of, read_version

LONGEST, LONGEST_MEANING = 160, 240  # characters


@total_ordering
class Cut:
    """A place between versions: before one, behind one, or at either end of them all."""

    __slots__ = ("key", "version")

    def __init__(self, version: Version | None = None, *, behind=False, last=False):
        self.version = version
        self.key = (2 if last else 0,) if version is None else (1, version.order, behind)

    def __eq__(self, other):
        return self.key == other.key

    def __lt__(self, other):
        return self.key < other.key

    def __le__(self, other):
        # Derived from the other two it would compare twice, and libraries compare slowly.
        return self.key <= other.key

    def __hash__(self):
        return hash(self.key[0])

    @property
    def behind(self) -> bool:
        return len(self.key) == 3 and self.key[2]


FIRST, LAST = Cut(), Cut(last=True)


class Span(NamedTuple):
    """All versions from one cut on and before another."""

    low: Cut
    high: Cut


Spans = tuple[Span, ...]  # sorted and apart
EVERYTHING: Spans = (Span(FIRST, LAST),)


@dataclass(frozen=True)
class Latest:
    """The latest release, or with ``depth`` 1 or 2 the major or minor line that it is on; ``within`` bounds where it is looked for."""

    depth: int = 0
    within: Spans = EVERYTHING


@dataclass(frozen=True)
class Meaning:
    """What a row covers: any of these. ``finals``: no pre-releases. ``rest``: words.OTHER or words.OLDER, what no other row covers."""

    scheme: str
    spans: Spans = ()
    finals: bool = False
    names: tuple[str, ...] = ()
    latest: Latest | None = None
    rest: str = ""

    def __bool__(self):
        return bool(self.spans or self.names or self.latest or self.rest)

    def __str__(self):
        """Write it so that ``parse`` reads it back: ``semver:>=1.0.0-0,<2.0.0-0|latest``."""
        items = [_span_text(span) for span in self.spans] + [f"name={_escaped(name)}" for name in self.names]
        if self.latest:
            items.append(_latest_text(self.latest))
        return f"{self.scheme}:{'|'.join([*items, self.rest] if self.rest else items)}{';final' if self.finals else ''}"


@lru_cache(maxsize=2048)
def read(text: str, scheme: str, *, prereleases_in_line: bool = True) -> Meaning | None:
    """Read a row as written. None: not understood. A meaning that is false: it contradicts itself, no version can be in it."""
    folded = words.fold(text)
    if len(text) > LONGEST or not folded:
        return None
    try:
        meaning = _listed(folded) if scheme == LIST else Grammar(scheme, prereleases_in_line).row(folded)
    except NotUnderstood:
        return None
    return meaning if len(str(meaning)) <= LONGEST_MEANING else None


@lru_cache(maxsize=4096)
def parse(text: str) -> Meaning | None:
    """Read back what ``str`` wrote; None where it is no such text."""
    scheme, _, body = text.partition(":")
    body, _, final = body.partition(";")
    try:
        meaning = reduce(_with_item, body.split("|"), Meaning(scheme, finals=final == "final"))
    except ValueError:
        return None
    return replace(meaning, spans=merge(meaning.spans))


def contains(spans: Spans, version: Version) -> bool:
    """Say whether a version lies in one of these stretches."""
    place = Cut(version)
    return any(low <= place < high for low, high in spans)


def merge(spans: Iterable[Span]) -> Spans:
    """Join stretches that touch or overlap."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.low <= merged[-1].high:
            merged[-1] = Span(merged[-1].low, max(merged[-1].high, span.high))
        else:
            merged.append(span)
    return tuple(merged)


def both(some: Spans, others: Spans) -> Spans:
    """Return what lies in both."""
    shared = (Span(max(one.low, other.low), min(one.high, other.high)) for one in some for other in others)
    return merge(span for span in shared if span.low < span.high)


NUMBER = r"(?<![\w.])(?>\d[0-9a-z.*_-]*)(?:\+[0-9a-z][0-9a-z.-]*)?"
LATER = r"(?:later|newer|above|higher|greater|up|upwards?|onwards?|after|beyond|forward|more recent)"
EARLIER = r"(?:earlier|older|below|lower|prior|before|down|less|previous|under)"
# Words, said in signs. Three signs are ours: "upto" is <= for a whole line, and "from" and "till" stand in lists beside lines.
IN_SIGNS = [
    (re.compile(pattern), signs)
    for pattern, signs in (
        (r"(?<![\w.-])v\.? ?(?=\d)|\b(?:anything|everything) (?!else)", ""),
        (r"=>", ">="),
        (r"=<", "<="),
        (rf"\bbetween ({NUMBER}) and ({NUMBER})", r"\1 - \2"),
        (rf"(?:\bfrom )?({NUMBER}) (?:to|through|thru|up to) ({NUMBER})", r"\1 - \2"),
        (rf"({NUMBER}) (?:to|-|through) {words.LATEST_PHRASE.pattern}$", r"from \1"),
        (rf"(?:\bfrom )?(?<![<>=!~^] )(?<![\w.<>=!~^-])({NUMBER}) (?:to|-|through|but) (?=<)", r">=\1, "),
        (r" (?:to|-|through|but) (?=[<>])", ", "),
        (rf"({NUMBER}) ?\+(?![\w.])", r"from \1"),
        (rf"(?:\b(?:from|since) )?({NUMBER}),? (?:(?:and|or|&) )?{LATER}(?![\w-])", r"from \1"),
        (rf"({NUMBER}),? (?:and|or|&) {EARLIER}(?![\w-])", r"till \1"),
        (r"\b(?:older|earlier|lower|less|smaller) than or equal to ", "<="),
        (r"\b(?:newer|later|higher|greater|more) than or equal to ", ">="),
        (r"\b(?:older|earlier|lower|less|smaller) than |\b(?:prior|previous) to |\b(?:before|below|under) |\bpre[- ]?(?=\d)", "<"),
        (r"\b(?:newer|later|higher|greater|more) than |\b(?:above|after|over) ", ">"),
        (r"\b(?:since|starting (?:with|from|at|in)|at least|minimum) ", ">="),
        (r"\b(?:up to(?: and including)?|through|at most|maximum) ", "upto "),
    )
]
EITHER = re.compile(r" ?(?:\|\|?|;|/|\bor\b) ?")
AND = re.compile(r" ?(?:, ?and\b|,|&|\band\b) ?")
COMPARISON = re.compile(rf"(<=|>=|===?|!=|<>|~=|~>|<|>|=|~|\^|(?:upto|from|till)(?= )) ?({NUMBER})(?: |$)")
SPAN = re.compile(rf"({NUMBER}) - ({NUMBER})")
GLUED_SPAN = re.compile(r"(\d+(?:\.\d+)*(?:\.[x*])?)-v?(\d+(?:\.\d+)*(?:\.[x*])?)")
LINE = re.compile(r"(\d+(?:\.\d+)*)(?:\.[x*])+")
PLAIN = re.compile(r"\d+(?:\.\d+)?")
BOUNDED = re.compile(rf"{LINE.pattern}|from .+")  # what comparisons may narrow: "2.x, < 2.4"


class NotUnderstood(ValueError):
    """A row that the grammar does not cover."""


@dataclass(frozen=True)
class Grammar:
    """Reads rows, and what belongs to a line of releases, under one scheme. Raises NotUnderstood."""

    scheme: str
    prereleases_in_line: bool = True

    def row(self, text: str) -> Meaning:
        """Read a folded row."""
        if not re.search(r"\d", text):
            return self.any_of(self.word(part) for part in re.split(f"{EITHER.pattern}|{AND.pattern}", text))
        text = words.without_remarks(text)
        in_brackets = re.fullmatch(rf"{words.LATEST_PHRASE.pattern} ?(?:\((.+)\)|: (.+))", words.without_fillers(text))
        if in_brackets:
            return self.row(in_brackets[2] or in_brackets[3])
        finals = bool(words.STABLE.search(text))
        text = words.without_fillers(words.without_labels(text))
        for pattern, signs in IN_SIGNS:
            text = pattern.sub(signs, text)
        alternatives = EITHER.split(" ".join(text.split()))
        return replace(self.any_of(self._alternative(part) for part in alternatives), finals=finals)

    def line(self, numbers: str) -> Span:
        """Return a line of releases: all versions that begin with these numbers."""
        *head, last = numbers.split(".")
        return Span(self._before(numbers), self._before(".".join([*head, str(int(last) + 1)])))

    def word(self, text: str) -> Meaning:
        """Read a phrase without numbers."""
        found = words.word(text)
        if found is None:
            raise NotUnderstood(text)
        return {
            words.ALL: Meaning(self.scheme, EVERYTHING),
            words.NAME: Meaning(self.scheme, names=(found.name,)),
            words.LATEST: Meaning(self.scheme, latest=Latest(found.depth)),
        }.get(found.kind) or Meaning(self.scheme, rest=found.kind)

    def any_of(self, meanings: Iterable[Meaning]) -> Meaning:
        """Join rows into one that covers what any of them does; one that contradicts itself spoils the whole."""
        whole = Meaning(self.scheme)
        for one in meanings:
            if not one:
                return one
            whole = Meaning(
                self.scheme,
                spans=(*whole.spans, *one.spans),
                names=tuple(dict.fromkeys((*whole.names, *one.names))),
                latest=one.latest or whole.latest,
                rest=max(one.rest, whole.rest),  # "other" says more than "older"
            )
        return replace(whole, spans=merge(whole.spans))

    def _alternative(self, text):
        """Read parts joined by "and": bounds that all hold, or else a list."""
        parts = AND.split(text)
        bounds, meanings = zip(*(self._part(part) for part in parts), strict=True)
        if not any(bounds):
            whole = self.any_of(meanings)
            if len(meanings) > 1 and whole.spans == EVERYTHING:
                raise NotUnderstood(text)
            return whole
        if not all(bounds[1:]) or not (bounds[0] or BOUNDED.fullmatch(parts[0])):
            raise NotUnderstood(text)
        return Meaning(self.scheme, reduce(both, (one.spans for one in meanings)))

    def _part(self, text):
        """Return whether a part bounds its neighbours, and what it means."""
        if not re.search(r"\d", text):
            return False, self.word(text)
        newest = words.LATEST_OF.match(text)
        if newest:
            number = text[newest.end() :]
            stretch = (self._one(number),)
            if not (LINE.fullmatch(number) or PLAIN.fullmatch(number)):
                return False, Meaning(self.scheme, stretch)
            return False, Meaning(self.scheme, latest=Latest(words.DEPTH.get(newest[1], 0), stretch))
        span = SPAN.fullmatch(text) or self._glued_span(text)
        if span:
            return False, Meaning(self.scheme, _apart(self._one(span[1]).low, self._one(span[2]).high))
        compared = list(COMPARISON.finditer(text))
        if "".join(one[0] for one in compared) == text:
            spans = reduce(both, (self._compared(one[1], one[2]) for one in compared))
            return compared[0][1] not in ("from", "till"), Meaning(self.scheme, spans)
        first, _blank, others = text.partition(" ")
        if not others:
            return False, Meaning(self.scheme, (self._one(first),))
        bounding, bounds = self._part(others)
        if not bounding or not BOUNDED.fullmatch(first):
            raise NotUnderstood(text)
        return True, Meaning(self.scheme, both((self._one(first),), bounds.spans))

    def _glued_span(self, text):
        span = GLUED_SPAN.fullmatch(text)
        if not span or span[1].count(".") != span[2].count("."):
            return None
        return span if self.scheme != DOTTED or "." in span[1] else None  # 2024-10 is a date

    def _one(self, number):
        """Return the line that a number names, or that version alone."""
        line = LINE.fullmatch(number)
        if line or PLAIN.fullmatch(number):
            return self.line(line[1] if line else number)
        return Span(self._before(number), Cut(self._version(number), behind=True))

    def _compared(self, sign, number):
        line = LINE.fullmatch(number)
        plain = sign in ("upto", "from", "till")
        low, high = self._one(number) if line or plain else Span(self._before(number), Cut(self._version(number), behind=True))
        match sign:
            case "<":
                return _apart(FIRST, low)
            case "<=" | "upto" | "till":
                return _apart(FIRST, high)
            case ">":
                return _apart(high, LAST)
            case ">=" | "from":
                return _apart(low, LAST)
            case "!=" | "<>":
                return _apart(FIRST, low) + _apart(high, LAST)
            case "~" | "^" | "~=" | "~>":
                return both((Span(low, LAST),), (self.line(_compatible(sign, line[1] if line else number)),))
        return _apart(low, high)

    def _before(self, number):
        version = self._version(number)
        return Cut(first_of(version) if self.prereleases_in_line else version)

    def _version(self, number):
        version = read_version(number, self.scheme)
        if version is None:
            raise NotUnderstood(number)
        return version


def _apart(low, high):
    return (Span(low, high),) if low < high else ()


def _compatible(sign, number):
    """Return the line that ``~`` and ``^`` (as npm reads them) or ``~=`` and ``~>`` (as Python and Ruby do) stay on."""
    numbers = re.match(r"\d+(?:\.\d+)*", number)[0].split(".")
    if sign == "~":
        kept = 2
    elif sign == "^":
        kept = next((place for place, one in enumerate(numbers, 1) if int(one)), len(numbers))
    else:
        kept = len(numbers) - 1
    if not kept:
        raise NotUnderstood(number)
    return ".".join(numbers[:kept])


def _listed(folded):
    """Read a row of names without an order."""
    grammar = Grammar(LIST)
    parts = [part.strip() for part in folded.split(",")]
    whole = grammar.any_of(grammar.word(part) if words.word(part) else Meaning(LIST, names=(words.name(part),)) for part in parts)
    if whole.rest == words.OLDER:
        raise NotUnderstood(folded)
    return whole


def _with_item(meaning, item):
    if item in (words.OTHER, words.OLDER):
        return replace(meaning, rest=item)
    if item.startswith("name="):
        return replace(meaning, names=(*meaning.names, unquote(item[5:])))
    newest = re.fullmatch(r"latest(?:\.(major|minor))?(?:\((.+)\))?", item)
    if newest:
        within = (_span(newest[2], meaning.scheme),) if newest[2] else EVERYTHING
        return replace(meaning, latest=Latest(words.DEPTH.get(newest[1], 0), within))
    return replace(meaning, spans=(*meaning.spans, _span(item, meaning.scheme)))


def _span(text, scheme):
    low, high = FIRST, LAST
    for bound in text.split(",") if text != "*" else ():
        sign, number = re.match(r"([<>]=?|)(.*)", bound).groups()
        version = read_version(number, scheme)
        if version is None or not sign:
            raise NotUnderstood(text)
        if sign[0] == ">":
            low = Cut(version, behind=sign == ">")
        else:
            high = Cut(version, behind=sign == "<=")
    return Span(low, high)


def _span_text(span):
    low = f"{'>' if span.low.behind else '>='}{span.low.version.text}" if span.low.version else ""
    high = f"{'<=' if span.high.behind else '<'}{span.high.version.text}" if span.high.version else ""
    return ",".join(filter(None, (low, high))) or "*"


def _latest_text(latest):
    depth = {1: ".major", 2: ".minor"}.get(latest.depth, "")
    return f"latest{depth}" + (f"({_span_text(latest.within[0])})" if latest.within != EVERYTHING else "")


def _escaped(name):
    return re.sub(r"[%|;]", lambda sign: f"%{ord(sign[0]):02X}", name)
