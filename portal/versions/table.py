"""The rows of one component, read together: what each covers, the latest release, and what lies between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from portal.versions import words
from portal.versions.orders import LIST, Version, dots, read_version
from portal.versions.ranges import Cut, Grammar, Latest, Meaning, Span, Spans, contains, merge, parse, read


class Row(Protocol):
    """A row of the table; ``status`` is a key of ``answers.KIND_OF_STATUS``, ``meaning`` what was kept when it was published."""

    text: str
    status: str
    ends_on: date | None
    meaning: str | None


@dataclass(frozen=True)
class Table:
    """Rows with their meanings (None or a false one: not understood), and the latest release as the project has named it."""

    scheme: str
    rows: Sequence[tuple[Row, Meaning | None]]
    latest: str = ""
    prereleases_in_line: bool = True

    @cached_property
    def latest_version(self) -> Version | None:
        return read_version(self.latest, self.scheme)

    @property
    def understood(self) -> Sequence[tuple[Row, Meaning]]:
        return [(row, meaning) for row, meaning in self.rows if meaning]

    @property
    def not_understood(self) -> Sequence[Row]:
        return [row for row, meaning in self.rows if not meaning]

    def of_latest(self, latest: Latest) -> Span | None:
        """Return what "latest" stands for, or None where the project has not said which release that is."""
        version = self.latest_version
        if version is None or not contains(latest.within, version):
            return None
        if not latest.depth:
            return Span(Cut(version), Cut(version, behind=True))
        numbers = (*version.release, 0, 0)[: latest.depth]
        return Grammar(self.scheme, self.prereleases_in_line).line(".".join(map(str, numbers)))

    def covered(self, meaning: Meaning) -> Spans:
        """Return all numbered versions that a row covers, as far as that is known."""
        latest = self.of_latest(meaning.latest) if meaning.latest else None
        return merge((*meaning.spans, latest)) if latest else meaning.spans

    @cached_property
    def oldest(self) -> Cut | None:
        """Where the oldest version that any row names begins."""
        return min((spans[0].low for _row, meaning in self.understood if (spans := self.covered(meaning))), default=None)


def read_table(rows: Sequence[Row], scheme: str, *, latest: str = "", prereleases_in_line: bool = True) -> Table:
    """Read rows as written, or as they were kept; the scheme that they were kept under goes before the one given."""
    meanings = [(row, _meaning(row, scheme, prereleases_in_line)) for row in rows]
    kept = (meaning.scheme for row, meaning in meanings if meaning and _kept(row) is not None)
    return Table(next(kept, scheme), meanings, latest.strip(), prereleases_in_line)


def _meaning(row, scheme, prereleases_in_line):
    kept = _kept(row)
    return read(row.text, scheme, prereleases_in_line=prereleases_in_line) if kept is None else parse(kept)


def _kept(row):
    return getattr(row, "meaning", None)


def gaps(rows: Sequence[Row], scheme: str, *, latest: str = "", prereleases_in_line: bool = True) -> tuple[str, ...]:
    """Name what lies between the rows and in none of them, as ranges. Nothing is named where a row was not understood."""
    return gaps_of(read_table(rows, scheme, latest=latest, prereleases_in_line=prereleases_in_line))


def gaps_of(table: Table) -> tuple[str, ...]:
    """As ``gaps``, of a table that is read."""
    meanings = [meaning for _row, meaning in table.understood]
    unknown = any(one.rest == words.OTHER or (one.latest and table.of_latest(one.latest) is None) for one in meanings)
    if unknown or table.not_understood or table.scheme == LIST:
        return ()
    spans = merge(span for meaning in meanings for span in table.covered(meaning))
    between = [Span(one.high, other.low) for one, other in zip(spans, spans[1:], strict=False)]
    return tuple(written(gap) for gap in between if not _next_to_each_other(gap))


def written(span: Span) -> str:
    """Write a stretch of versions for people; the first pre-release of a release is written as the release."""
    low, high = span
    if low.version and high.version and not low.behind and not high.behind:
        release = high.version.release
        line = (*release[:-1], release[-1] - 1) if release else ()
        if line and _number(low.version) == dots(_trimmed(line)) and _number(high.version) == dots(release):
            return ".".join(map(str, line)) + ".x"
    if low.version and low.version == high.version:
        return _number(low.version)
    bounds = []
    if low.version:
        bounds.append(f"{'>' if low.behind else '>='} {_number(low.version)}")
    if high.version:
        bounds.append(f"{'<=' if high.behind else '<'} {_number(high.version)}")
    return ", ".join(bounds) or "*"


def _number(version):
    if "!" not in version.text and (version.final or version.text.endswith(("-0", ".dev0"))):
        return dots(version.release)
    return version.text


def _next_to_each_other(gap):
    """5.1.2 and 5.1.3: nothing that has three numbers lies between."""
    low, high = gap
    if not low.behind or high.behind:
        return False
    numbers = (*low.version.release, 0, 0, 0)[: max(3, len(low.version.release))]
    return _trimmed((*numbers[:-1], numbers[-1] + 1)) == high.version.release


def _trimmed(numbers):
    return numbers if not numbers or numbers[-1] else _trimmed(numbers[:-1])
