"""Version tables: whatever their columns are called and in which order they stand, rows of versions with their status."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from portal.security_md import dates, marks
from portal.security_md.document import Row, Table
from portal.security_md.facts import VersionRow
from portal.security_md.marks import ENDED, SECURITY_ONLY, SUPPORTED, UNCLEAR
from portal.security_md.version_words import FOREIGN, HAS_NUMBER, PLATFORM, STATUS, VERSION, Role, like_a_version, role

FINE = (SUPPORTED, SECURITY_ONLY)
RATING = re.compile(r"\bcvss\b|\bseverity\b|\brating\b", re.IGNORECASE)
NOTHING = frozenset(("", "-", "–", "—", "n/a", "na", "none", "/", "tbd", "無", "无", "なし", "없음"))


@dataclass(frozen=True)
class Context:
    """What is known around a table: whether its section speaks of versions, its legend, and the day of reading."""

    about_versions: bool = False
    legend: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None


def read(table: Table, context: Context) -> tuple[VersionRow, ...]:
    """Return the rows of a version table; nothing if it is none."""
    for columns in (_ByColumn(table, context), _Columns(_turned(table), context)):
        if columns.are_versions():
            return tuple(columns.rows())
    return ()


def _turned(table):
    """Return a table that lists its versions in the first line with these in the first column."""
    head, *others = table.header.cells
    first = table.rows[0].cells if table.rows else ()
    across = (
        others and all(like_a_version(cell) and HAS_NUMBER.search(cell) for cell in others) and role(head) in (Role.VERSION, Role.OTHER)
    )
    if not across or not first or role(first[0]) not in (Role.STATUS, Role.ENDS):
        return table
    lines = [table.header, *table.rows]
    cells = list(zip(*(row.cells for row in lines), strict=True))
    parts = list(zip(*(row.parts or tuple((cell,) for cell in row.cells) for row in lines), strict=True))
    made = [Row(cells[at], table.header.line, parts[at]) for at in range(len(cells))]
    return replace(table, header=made[0], rows=tuple(made[1:]))


class _Columns:
    """A table whose rows are versions: which column says what."""

    def __init__(self, table: Table, context: Context):
        self.table, self.context = table, context
        self.heads = table.header.cells
        self.body = table.rows
        if self._header_is_a_row():
            self.heads, self.body = ("",) * len(self.heads), (table.header, *table.rows)
        self.roles = [self._role(at, head) for at, head in enumerate(self.heads)]
        self.version = self._version()
        self.statuses = [at for at in self._of(Role.STATUS) if at != self.version]
        if not self.statuses and not self._of(Role.ENDS):
            self.statuses = [at for at in range(len(self.heads)) if at != self.version and self._marked(at)][:1]
        texts = [row.cells[self.version] for row in self.body] if self.version is not None else []
        # The same version in several rows: a tag tells them apart.
        self.tags = self._of(Role.TAG) if len(set(texts)) < len(texts) else []

    def are_versions(self) -> bool:
        if self.version is None or not self.body or self._foreign():
            return False
        named = self.roles[self.version] == Role.VERSION
        if self.statuses:
            headed = any(self.roles[at] == Role.STATUS for at in self.statuses)
            return self.context.about_versions or (headed and (named or self._mostly_versions(self.version)))
        return (named and bool(self._of(Role.ENDS))) or (self.context.about_versions and (named or self._mostly_versions(self.version)))

    def _foreign(self):
        """Say whether a column speaks of something else; severities may stand beside the versions that are fixed for them."""
        foreign = [head for head in self.heads if FOREIGN.search(head)]
        head = self.heads[self.version]
        rated = VERSION.search(head) and STATUS.search(head) and all(RATING.search(one) for one in foreign)
        return bool(foreign) and not rated

    def rows(self) -> Iterator[VersionRow]:
        component = ""
        for row in self.body:
            if self._names_a_component(row):
                component = row.cells[self.version]
                continue
            of_row = [row.cells[at] for at in self._of(Role.COMPONENT) if row.cells[at] and at != self.version]
            component = of_row[0] if of_row else component
            yield from self._read(row, component)

    def _role(self, at, head):
        found = role(head)
        cells = [row.cells[at] for row in self.body if row.cells[at]]
        dated = sum(1 for cell in cells if dates.last_day(cell) and not marks.signs(cell))
        return Role.ENDS if found == Role.STATUS and cells and dated * 2 > len(cells) else found

    def _of(self, wanted):
        return [at for at, found in enumerate(self.roles) if found == wanted]

    def _header_is_a_row(self):
        first, *others = self.heads
        return like_a_version(first) and bool(HAS_NUMBER.search(first)) and any(marks.status(cell, self.context.legend) for cell in others)

    def _version(self):
        named = self._of(Role.VERSION)
        if named:
            return next((at for at in named if self._mostly_versions(at)), named[0])
        others = [at for at in range(len(self.heads)) if self.roles[at] in (Role.OTHER, Role.COMPONENT, Role.TAG)]
        places = [at for at in others if self._mostly_versions(at)]
        unnamed = others[:1] == [0] and self.context.about_versions and self._of(Role.STATUS) and not PLATFORM.search(self.heads[0])
        return places[0] if places else 0 if unnamed else None

    def _mostly_versions(self, at):
        cells = [marks.without_signs(row.cells[at]) for row in self.body if row.cells[at]]
        return bool(cells) and sum(map(like_a_version, cells)) * 2 >= len(cells)

    def _marked(self, at):
        cells = [row.cells[at] for row in self.body if row.cells[at]]
        if self.roles[at] not in (Role.OTHER, Role.NOTES, Role.TAG) or not cells:
            return False
        return sum(marks.status(cell, self.context.legend) is not None for cell in cells) * 2 >= len(cells)

    def _names_a_component(self, row):
        text = row.cells[self.version]
        alone = len(row.cells) > 1 and not any(cell for at, cell in enumerate(row.cells) if at != self.version and cell != text)
        return bool(text) and alone and not like_a_version(text)

    def _read(self, row, component):
        """Yield one fact, or one for each line of a cell that names several versions one below the other."""
        texts = [text for text in row.parts[self.version] if text] if row.parts else [row.cells[self.version]]
        if len(texts) < 2 or not all(like_a_version(marks.without_signs(text)) for text in texts):
            texts = [" ".join(texts)]
        for at, text in enumerate(texts):
            name = _name(text)
            if name.casefold() not in NOTHING:
                tags = [row.cells[tag] for tag in self.tags if row.cells[tag].casefold() not in NOTHING]
                yield self._judged(row, at, len(texts), text, component, " ".join([name, *tags]))

    def _judged(self, row, at, count, text, component, name):
        cells = [
            parts[at] if count > 1 and len(parts) == count else cell for cell, parts in zip_longest(row.cells, row.parts, fillvalue=())
        ]
        said = [cells[place] for place in self.statuses]
        status = self._status(said)
        if status in (None, UNCLEAR):
            status = self._of_notes(cells, said) or status
        if status is None and not said:
            status = marks.of_signs(text, self.context.legend) or self._of_head()
        ends = [cells[place] for place in self._of(Role.ENDS)]
        days = [day for day in map(_day, ends) if day]
        ends_on = max(days) if days else next((day for cell in said if (day := dates.last_day(cell))), None)
        status = _settled(status, said, ends, ends_on, self.context.on)
        return VersionRow(name, status, ends_on, self._note(cells, days), component, line=row.line)

    def _status(self, said):
        found = [marks.status(cell, self.context.legend) for cell in said]
        heads = [self.heads[place] for place in self.statuses]
        security = next((at for at, head in enumerate(heads) if marks.SECURITY.search(head)), None)
        if security is not None and len(found) > 1:
            general = next(status for at, status in enumerate(found) if at != security)
            if found[security] in FINE and general == ENDED:
                return SECURITY_ONLY
            return general if general in FINE or found[security] is None else found[security]
        return next((status for status in found if status not in (None, UNCLEAR)), UNCLEAR if UNCLEAR in found else None)

    def _of_notes(self, cells, said):
        """Return what the notes say: anything where nothing else speaks of it, only what is explicit beside an unclear mark."""
        found = [marks.status(cells[place], self.context.legend) for place in self._of(Role.NOTES)]
        wanted = (SECURITY_ONLY, ENDED) if any(said) else (SUPPORTED, SECURITY_ONLY, ENDED, UNCLEAR)
        return next((status for status in found if status in wanted), None)

    def _of_head(self):
        """Return what "Supported versions" over the column says of all of them."""
        head = self.heads[self.version]
        return marks.of_words(head) if STATUS.search(head) and not self._of(Role.ENDS) else None

    def _note(self, cells, days):
        told = [marks.without_signs(cells[at]) for at in self.statuses]
        notes = [text for text in told if text and not _says_only_a_status(text)]
        notes += [cells[at] for at in self._of(Role.NOTES) if cells[at]]
        undated = [
            at
            for at in self._of(Role.ENDS)
            if not dates.last_day(cells[at]) and cells[at].casefold() not in NOTHING and not _year(cells[at])
        ]
        notes += [f"{self.heads[at]}: {cells[at]}" for at in undated]
        return "; ".join(dict.fromkeys(notes))


class _ByColumn:
    """A table whose heads are the statuses, with the versions listed under each."""

    def __init__(self, table: Table, context: Context):
        self.table, self.context = table, context
        self.statuses = [marks.of_words(marks.without_signs(head)) or marks.of_signs(head, context.legend) for head in table.header.cells]

    def are_versions(self) -> bool:
        cells = [cell for row in self.table.rows for cell in row.cells if cell]
        listed = cells and all(like_a_version(cell) for cell in cells)
        told = all(status not in (None, UNCLEAR) for status in self.statuses)
        return bool(
            told and listed and (self.context.about_versions or any(role(head) == Role.VERSION for head in self.table.header.cells))
        )

    def rows(self) -> Iterator[VersionRow]:
        for row in self.table.rows:
            for status, cell in zip(self.statuses, row.cells, strict=True):
                if cell.casefold() not in NOTHING:
                    yield VersionRow(_name(cell), status, line=row.line)


def _name(text):
    """Return a version as written, without the sign that marks it and without the number of a footnote."""
    return marks.without_signs(text).partition("[^")[0].strip() or text


def _day(cell):
    return dates.last_day(cell) or (date(_year(cell), 12, 31) if _year(cell) else None)


def _year(cell):
    return dates.year(cell) if len(cell) <= 12 else None


def _settled(status, said, ends, ends_on, on):
    """Return the status that counts: what is said of it; else what its end says."""
    ended_by_words = status == ENDED and not any(marks.of_signs(cell, {}) or marks.NOT_SUPPORTED.search(cell) for cell in said)
    dated = [cell for cell in (*said, *ends) if dates.last_day(cell)]
    if status and not (ended_by_words and dated and said and dates.last_day(said[0])):
        return status
    if dated:
        return ENDED if on and ends_on < on else SUPPORTED
    if status or any(said):
        return status or UNCLEAR
    told = [marks.of_words(marks.without_signs(cell)) for cell in ends if not _year(cell)]
    if any(marks.NO_END.search(cell) for cell, word in zip(ends, told, strict=False) if word != ENDED) and not any(map(_year, ends)):
        return SUPPORTED
    return next((word for word in told if word), UNCLEAR)


def _says_only_a_status(text):
    words = text.casefold().strip(" .!()")
    return words in marks.YES or words in marks.NO or words in PLAIN or bool(dates.last_day(words) and len(words) < 12)


PLAIN = frozenset(
    (
        "supported", "unsupported", "not supported", "no longer supported", "security fixes only", "security only", "security fixes",
        "security updates", "security updates only", "end of life", "eol", "active", "maintained", "not clear", "fully supported",
        "full support",
    )
)  # fmt: skip
