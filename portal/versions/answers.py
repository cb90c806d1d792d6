"""Is this version covered: a version as typed in, an answer out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext

from portal.versions import words
from portal.versions.orders import LIST, LONGEST, Version, read_version
from portal.versions.ranges import EVERYTHING, Cut, contains
from portal.versions.table import Row, read_table


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


@dataclass(frozen=True)
class Answer:
    """What the table says of a version, the row that decided, and why in a sentence."""

    kind: Kind
    row: Any
    why: str


@dataclass(frozen=True)
class Asked:
    """What was asked for: a name, and the version that it is, if it is one."""

    name: str
    version: Version | None
    latest: bool  # asked for by that word


def answer(
    version: str, rows: Sequence[Row], scheme: str, *, on: date | None = None, latest: str = "", prereleases_in_line: bool = True
) -> Answer:
    """Say what the rows promise for a version as typed.

    ``on`` counts rows whose support ended before it as ended; ``latest`` is the latest release, as the project has named it.
    Rows that name the version go first, then rows for what is older than all of them, then rows for all others: only
    where no row is left that may be meant, because it was not understood.
    """
    table = read_table(rows, scheme, latest=latest, prereleases_in_line=prereleases_in_line)
    asked = _asked(version, table)
    matching = [row for row, meaning in table.rows if _names_it(table, row, meaning, asked)]
    if matching:
        return _agreed(matching, on)
    if asked.version is None and (table.scheme != LIST or not asked.name):
        return _unreadable(asked)
    return _in_doubt(table, asked) or _left_over(table, asked, on) or _in_no_row()


def kind_on(row: Row, on: date | None) -> Kind:
    """Say what a row's status comes to on a day."""
    return Kind.NOT_SUPPORTED if _has_ended(row, on) else KIND_OF_STATUS[row.status]


def _asked(text, table):
    if len(text) > LONGEST:
        return Asked("", None, latest=False)
    word = words.word(words.fold(text))
    by_word = word is not None and word.kind == words.LATEST and not word.depth
    if by_word and table.latest:
        text = table.latest
    return Asked(words.name(text), read_version(words.number(text), table.scheme), by_word)


def _names_it(table, row, meaning, asked):
    if not meaning:
        return bool(asked.name) and words.name(row.text) == asked.name
    if asked.name in meaning.names or (asked.latest and meaning.latest and meaning.latest.within == EVERYTHING):
        return True
    if table.scheme == LIST:
        return bool(asked.name) and (meaning.spans == EVERYTHING or bool(meaning.latest and words.name(table.latest) == asked.name))
    if asked.version is None or (meaning.finals and asked.version.pre):
        return False
    return contains(table.covered(meaning), asked.version)


def _in_doubt(table, asked):
    """Cannot tell, where the version may be meant by a row that does not say so."""
    for row, meaning in table.understood:
        if meaning.latest:
            why = _why_not_latest(table, meaning.latest, asked)
            if why:
                return Answer(Kind.CANNOT_TELL, row, why % {"row": row.text, "latest": table.latest})
    if not table.not_understood:
        return None
    row = table.not_understood[0]
    why = gettext("The table has a row that we cannot read by rule, and it may be meant there: “%(row)s”.")
    return Answer(Kind.CANNOT_TELL, row, why % {"row": row.text})


def _why_not_latest(table, latest, asked):
    if table.scheme == LIST:
        return None if table.latest else _unknown_latest()
    if not contains(latest.within, asked.version):
        return None
    span = table.of_latest(latest)
    if span is None:
        return _unknown_latest()
    if Cut(asked.version) < span.high:
        return None
    return gettext("It is newer than %(latest)s, the latest release that the project has named, so the row “%(row)s” may mean it.")


def _unknown_latest():
    return gettext("The row “%(row)s” may mean it, but the project has not said which release that is. Compare it with the newest release.")


def _left_over(table, asked, on):
    """Answer by the rows for what no other row covers."""
    older = [row for row, meaning in table.understood if meaning.rest == words.OLDER]
    if older and table.oldest is None:
        why = gettext("The row “%(row)s” does not say what it counts from: no other row names a version.") % {"row": older[0].text}
        return Answer(Kind.CANNOT_TELL, older[0], why)
    if older and Cut(asked.version) < table.oldest:
        return _agreed(older, on)
    others = [row for row, meaning in table.understood if meaning.rest == words.OTHER]
    return _agreed(others, on) if others else None


def _agreed(matching, on):
    first = matching[0]
    other = next((row for row in matching if kind_on(row, on) != kind_on(first, on)), None)
    if other is not None:
        texts = {"first": first.text, "second": other.text}
        return Answer(Kind.CANNOT_TELL, None, gettext("Two rows of the table disagree about it: “%(first)s” and “%(second)s”.") % texts)
    return Answer(kind_on(first, on), first, _why(first, on))


def _why(row, on):
    if _has_ended(row, on) and row.status != "ended":
        sentence = gettext("The row “%(row)s” covers it, and its support ended on %(date)s. A newer version may get fixes.")
        return sentence % {"row": row.text, "date": dateformat.format(row.ends_on, "j M Y")}
    sentence = {
        "supported": gettext("The row “%(row)s” covers it."),
        "security_only": gettext("The row “%(row)s” covers it, with security fixes only."),
        "ended": gettext("The row “%(row)s” says that it gets no fixes. A newer version may."),
        "unclear": gettext("The row “%(row)s” covers it, but does not say whether it is supported."),
    }[row.status]
    return sentence % {"row": row.text}


def _has_ended(row, on):
    return on is not None and getattr(row, "ends_on", None) is not None and row.ends_on < on


def _unreadable(asked):
    if asked.latest:
        why = gettext("The project has not said which release is the latest. Write its number, such as 1.4.2.")
    else:
        why = gettext("This could not be read as a version. Write one version as the release names it, such as 1.4.2.")
    return Answer(Kind.CANNOT_TELL, None, why)


def _in_no_row():
    why = gettext("It stands in no row of the table. Nobody promised anything for it; report it and say your version.")
    return Answer(Kind.IN_NO_ROW, None, why)
