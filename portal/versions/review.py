"""What an editor of the table should look at: rows that are not understood, contradict or cover each other, and gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext

from portal.versions import words
from portal.versions.answers import Kind, kind_on
from portal.versions.ranges import EVERYTHING, Span, merge
from portal.versions.table import Row, gaps_of, read_table, written


class Doubt(StrEnum):
    NOT_UNDERSTOOD = "not_understood"
    EMPTY = "empty"
    CONTRADICTION = "contradiction"
    OVERLAP = "overlap"
    UNREACHABLE = "unreachable"
    NO_LATEST = "no_latest"
    ENDED = "ended"
    UNCLEAR = "unclear"
    GAP = "gap"


@dataclass(frozen=True)
class VersionWarning:
    """A sentence for the editor, and the row that it stands at (None: the table as a whole)."""

    kind: Doubt
    row: Any
    text: str


def warnings(
    rows: Sequence[Row], scheme: str, *, on: date | None = None, latest: str = "", prereleases_in_line: bool = True
) -> tuple[VersionWarning, ...]:
    """Say what an editor should look at, in the order of the rows. ``on``: the day on which ends of support are judged."""
    table = read_table(rows, scheme, latest=latest, prereleases_in_line=prereleases_in_line)
    found = [*_of_rows(table, on), *_of_names(table, on), *_of_overlaps(table, on), *_of_rests(table, on)]
    place = {id(row): number for number, row in enumerate(rows)}
    found.sort(key=lambda one: place[id(one.row)])
    return (*found, *_of_gaps(table))


def _of_rows(table, on) -> Iterator[VersionWarning]:
    for row, meaning in table.rows:
        if meaning is None:
            yield _warning(
                Doubt.NOT_UNDERSTOOD,
                row,
                gettext(
                    "The row “%(row)s” cannot be read by rule, so that versions which may be meant there are answered with “cannot tell”. "
                    "Forms that are read: 1.x, < 1.0, >= 2.4, < 3, 2.0 - 2.4, latest, All other versions."
                ),
            )
        elif not meaning:
            yield _warning(Doubt.EMPTY, row, gettext("No version can be in the row “%(row)s”: its bounds contradict each other."))
        elif meaning.latest and table.of_latest(meaning.latest) is None and not (table.scheme == "list" and table.latest):
            yield _warning(Doubt.NO_LATEST, row, _about_latest(table), latest=table.latest)
        if row.status == "unclear":
            sentence = gettext("The row “%(row)s” does not say whether it is supported: the answer there is “cannot tell”.")
            yield _warning(Doubt.UNCLEAR, row, sentence)
        elif row.status != "ended" and kind_on(row, on) == Kind.NOT_SUPPORTED:
            sentence = gettext(
                "Support of the row “%(row)s” ended on %(date)s, so that it is answered as not supported. Change its status, or the date."
            )
            yield _warning(Doubt.ENDED, row, sentence, date=dateformat.format(row.ends_on, "j M Y"))


def _about_latest(table):
    if not table.latest:
        return gettext(
            "The row “%(row)s” means the latest release, and nothing says which that is: enter it at the project's component, or "
            "numbered versions are answered with “cannot tell”."
        )
    return gettext("The row “%(row)s” means the latest release, and %(latest)s, which is entered for it, does not tell which that is.")


def _of_overlaps(table, on) -> Iterator[VersionWarning]:
    """Compare each stretch with the farthest one before it, of each kind of answer: enough to find every row that overlaps another."""
    stretches = sorted(
        ((span, number) for number, (_row, meaning) in enumerate(table.rows) if meaning for span in table.covered(meaning)),
        key=lambda one: one[0].low,
    )
    farthest, said = {}, set()
    for span, number in stretches:
        for other, earlier in farthest.values():
            pair = tuple(sorted((number, earlier)))
            if number != earlier and pair not in said and span.low < other.high:
                said.add(pair)
                yield _overlapping(table, pair, Span(span.low, min(span.high, other.high)), on)
        kind = kind_on(table.rows[number][0], on)
        if kind not in farthest or farthest[kind][0].high < span.high:
            farthest[kind] = span, number


def _overlapping(table, pair, shared, on):
    (first, first_meaning), (second, second_meaning) = (table.rows[number] for number in pair)
    texts = {"first": first.text, "shared": written(shared)}
    if kind_on(first, on) != kind_on(second, on):
        sentence = gettext("The rows “%(first)s” and “%(row)s” both cover %(shared)s and disagree: the answer there is “cannot tell”.")
        return _warning(Doubt.CONTRADICTION, second, sentence, **texts)
    whole = merge((*table.covered(first_meaning), *table.covered(second_meaning)))
    if whole == table.covered(first_meaning):
        return _warning(Doubt.UNREACHABLE, second, gettext("The row “%(row)s” adds nothing: “%(first)s” covers all of it."), **texts)
    if whole == table.covered(second_meaning):
        sentence = gettext("The row “%(row)s” adds nothing: “%(first)s” covers all of it.")
        return _warning(Doubt.UNREACHABLE, first, sentence, first=second.text)
    return _warning(Doubt.OVERLAP, second, gettext("The rows “%(first)s” and “%(row)s” both cover %(shared)s, and agree."), **texts)


def _of_names(table, on) -> Iterator[VersionWarning]:
    said: dict[str, Row] = {}
    for row, meaning in table.understood:
        for name in (*meaning.names, *([meaning.rest] if meaning.rest else [])):
            first = said.setdefault(name, row)
            if first is row:
                continue
            if kind_on(first, on) == kind_on(row, on):
                yield _warning(
                    Doubt.UNREACHABLE, row, gettext("The row “%(row)s” adds nothing: “%(first)s” covers all of it."), first=first.text
                )
            else:
                sentence = gettext("The rows “%(first)s” and “%(row)s” mean the same and disagree: the answer there is “cannot tell”.")
                yield _warning(Doubt.CONTRADICTION, row, sentence, first=first.text)


def _of_rests(table, on) -> Iterator[VersionWarning]:
    covered = merge(span for _row, meaning in table.understood for span in table.covered(meaning))
    for row, meaning in table.understood:
        if meaning.rest and covered == EVERYTHING:
            yield _warning(Doubt.UNREACHABLE, row, gettext("Nothing is left for the row “%(row)s”: the other rows cover every version."))
        elif meaning.rest == words.OLDER and covered and covered[0].low.version is None:
            sentence = gettext("Nothing is left for the row “%(row)s”: another row covers even the oldest version.")
            yield _warning(Doubt.UNREACHABLE, row, sentence)
        elif meaning.rest == words.OLDER and not covered and not any(other.latest for _row, other in table.understood):
            sentence = gettext("The row “%(row)s” does not say what it counts from: no other row names a version.")
            yield _warning(Doubt.UNREACHABLE, row, sentence)


def _of_gaps(table) -> Iterator[VersionWarning]:
    for gap in gaps_of(table):
        yield VersionWarning(Doubt.GAP, None, gettext("No row covers %(gap)s: nothing is promised for it.") % {"gap": gap})


def _warning(kind, row, sentence, **facts):
    return VersionWarning(kind, row, sentence % {"row": row.text, **facts})
