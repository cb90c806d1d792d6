"""Reads a SECURITY.md that ``writing`` wrote, exactly: a line counts if writing what it says gives that line again.

Such a file names its format and its language in its last line. What somebody changed in it by hand, and no longer fits,
is handed on as ``rest``: the text with nothing but those lines and what stands above them, for the general rules.
"""

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

from django.utils.translation import get_supported_language_variant, gettext, override

from portal.security_md import phrases, plain_words, writing
from portal.security_md.facts import Address, Clause, Facts, Promise, Requested, VersionRow

LARGEST = 32767  # what a column of small numbers holds
# Bold words, over escapes and over addresses between angle brackets.
BOLD_ITEM = re.compile(r"- \*\*((?:\\.|<https?://[^\s<>]+>|<(?!https?://)|[^\\*<])*+)\*\*(.*)")
COMMENT = re.compile(r"(.*) <!-- ([A-Za-z0-9_-]{1,40}), ([a-z]+) -->")
BAR = re.compile(r"(?<!\\)\|")
# What the columns take (portal.models.policy).
ADDRESS = re.compile(r"(mailto|https|tel):\S+")
KEY = re.compile(r"https://\S+|openpgp4fpr:[0-9A-Fa-f]{40}|dns:\S+")
TAGS = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(\s*,\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*")
CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,10})?")
KINDS = ("line", "text", "version")
ROWS = ("supported_versions", "service_levels", "contacts", "requested_fields", "clauses")
SINGLE = [one.name for one in fields(Facts) if one.compare and one.name not in ROWS]


@dataclass(frozen=True)
class OwnWords:
    """What a file of ours says, and the text of what is not ours in it ("" if every line is)."""

    facts: Facts
    rest: str


def read(text: str) -> OwnWords | None:
    """Read a file that the portal wrote; None for any other."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    language = _language(lines[-1])
    if language is None:
        return None
    file = _File(lines[:-1])
    with override(language):
        own = file.read()
    return replace(own, facts=replace(own.facts, warnings=tuple(file.warnings())))


def merged(own: Facts, rest: Facts) -> Facts:
    """Return what a file of ours says together with what the general rules found in its rest; our own reading comes first."""
    rows = {name: getattr(own, name) + getattr(rest, name) for name in ROWS}
    unsaid = [name for name in SINGLE if getattr(own, name) == getattr(Facts, name)]
    return replace(own, **rows, **{name: getattr(rest, name) for name in unsaid}, lines={**rest.lines, **own.lines})


@cache
def _zones():
    return available_timezones()


def _language(line):
    mark = phrases.MARK.hear(line)
    if mark is None or mark["format"] != str(phrases.FORMAT):
        return None
    try:
        return get_supported_language_variant(mark["language"], strict=True)
    except LookupError:
        return None


class _File:
    """The lines of a file, what has been read of them, and which may help to read the others."""

    def __init__(self, lines: list[str]):
        self.lines = dict(enumerate(lines, start=1))
        self.accounted: set[int] = set()
        self.context: set[int] = set()
        self.rows: dict[str, list] = {name: [] for name in ROWS}
        self.fields: dict = {}
        self.at: dict[str, int] = {}
        self.forms: list[int] = []

    def warnings(self):
        """Say what was left out of the draft on purpose."""
        for number in self.forms:
            yield gettext("Line %(line)s names a report form. The portal names its own by itself, so this one is left out.") % {
                "line": number
            }

    def read(self) -> OwnWords:
        names = {f"## {title}": name for name, title in phrases.SECTIONS.items()}
        headings = [number for number, line in self.lines.items() if line.startswith("## ")]
        ends = [*headings, len(self.lines) + 1]
        self._top(range(1, ends[0]))
        readers = {"versions": self._versions, "reporting": self._reporting, "times": self._times}
        for start, end in pairwise(ends):
            name = names.get(self.lines[start])
            if name is not None:
                self.context.add(start)
                body = range(start + 1, end)
                readers[name](body) if name in readers else self._clauses(name, body)
        rows = {name: tuple(found) for name, found in self.rows.items()}
        facts = Facts(**self.fields, **rows, lines=self.at)
        return OwnWords(writing.normal(facts), self._rest(ends))

    def _rest(self, ends):
        """Return the lines that were not read where they stand, below their headings; all others empty."""
        kept = set()
        for start, end in pairwise([1, *ends]):
            left = {number for number in range(start, end) if self.lines[number].strip()} - self.accounted - self.context
            kept |= left | ({number for number in self.context if start <= number < end} if left else set())
        return "\n".join(line if number in kept else "" for number, line in self.lines.items()) if kept else ""

    def _said(self, body):
        return ((number, self.lines[number]) for number in body if self.lines[number].strip() and number not in self.accounted)

    def _field(self, name, value, number):
        """Take a field of the policy from a line, unless an earlier line said it."""
        if name not in self.at:
            self.fields[name], self.at[name] = value, number
            self.accounted.add(number)

    def _row(self, name, fact, number):
        self.rows[name].append(replace(fact, line=number))
        self.accounted.add(number)

    def _top(self, body):
        for number, line in self._said(body):
            title, product = plain_words.words(line[2:]), _told(phrases.PRODUCT, line)
            if line == f"# {plain_words.heading(title)}":
                self._field("title", title, number)
            elif phrases.PLACE.hear(line):
                self.accounted.add(number)
            elif product:
                self._field("product", product, number)
            else:
                break
        text = self._paragraphs(body)
        if text is not None:
            self.fields["introduction"], self.at["introduction"] = text

    def _paragraphs(self, body):
        """Take what is left of a section as one text; return it with its first line, or None."""
        left = [number for number, _line in self._said(body)]
        if not left:
            return None
        lines = [self.lines[number] for number in range(left[0], left[-1] + 1)]
        text = plain_words.words_of(lines)
        if writing.paragraph_lines(text) != lines:
            return None
        self.accounted.update(left)
        return text, left[0]

    def _versions(self, body):
        """Take the table if each of its rows fits: with gaps in it, the general rules would see no table."""
        table = [(number, line) for number, line in self._said(body) if line.startswith("|")]
        columns = [phrases.named(phrases.COLUMNS, cell) for cell in _cells(table[0][1])] if table else []
        if not {*writing.ALWAYS_SHOWN} <= {*columns} <= {*phrases.COLUMNS}:
            return
        rows = [(number, line, _version(columns, line)) for number, line in table[2:]]
        fits = [line for _number, line in table[:2]] == writing.head(columns)
        if fits and all(row is not None and writing.version_line(row, columns) == line for _number, line, row in rows):
            self.accounted.update(number for number, _line in table[:2])
            for number, _line, row in rows:
                self._row("supported_versions", row, number)

    def _reporting(self, body):
        below = None
        for number, line in self._said(body):
            languages, purpose = _told(phrases.LANGUAGES, line), phrases.named(phrases.PURPOSES, line)
            if purpose or line == str(phrases.REQUESTED):
                below = purpose or "requested"
                self.context.add(number)
            elif line == str(phrases.NO_PUBLIC_ISSUES):
                self._field("public_issues_forbidden", True, number)
            elif phrases.FORM.hear(line):
                self.accounted.add(number)
                self.forms.append(number)
            elif languages and TAGS.fullmatch(languages):
                self._field("languages", languages, number)
            elif below == "requested":
                keys = {one.key for one in self.rows["requested_fields"]}
                self._take("requested_fields", _requested(line, keys), writing.requested_line, number)
            elif below:
                self._take("contacts", _contact(line, below), writing.contact_line, number)

    def _times(self, body):
        for number, line in self._said(body):
            zone, place, weekend = _told(phrases.ZONE, line), _told(phrases.HOLIDAYS, line), phrases.heard_days_off(line)
            if zone in _zones():
                self._field("calendar_zone", zone, number)
            elif place and CALENDAR.fullmatch(place):
                self._field("holiday_calendar", place, number)
            elif weekend is not None:
                self._field("weekend", weekend, number)
            else:
                self._take("service_levels", _level(line), writing.level_line, number)

    def _take(self, name, fact, write, number):
        if fact is not None and write(fact) == self.lines[number]:
            self._row(name, fact, number)

    def _clauses(self, name, body):
        number, line = next(self._said(body), (0, ""))
        stance = phrases.named(phrases.STANCES.get(name, {}), line)
        days = phrases.DISCLOSURE_DAYS.hear(line) if name == "disclosure" else None
        earliest, amount, unit = (phrases.heard_amount(days["amount"]) if days else None) or (None, None, "")
        if stance:
            self._field(name, stance, number)
        elif unit == "days" and earliest is None and amount <= LARGEST:
            self._field("disclosure_days", amount, number)
        _number, first = next(self._said(body), (0, ""))
        if f"{first} ".startswith("- "):
            self._items(name, body)
        elif (text := self._paragraphs(body)) is not None:
            self.rows["clauses"].append(Clause(name, text[0], text[1]))

    def _items(self, kind, body):
        starts = [number for number, line in self._said(body) if f"{line} ".startswith("- ")]
        for start, end in pairwise([*starts, body.stop]):
            lines = [self.lines[start]]
            for number in range(start + 1, end):
                if self.lines[number] and not self.lines[number].startswith("  "):
                    break
                lines.append(self.lines[number])
            lines = "\n".join(lines).rstrip("\n").split("\n")
            text = plain_words.words_of([line[2:] for line in lines])
            if writing.item_lines(text) == lines:
                self._row("clauses", Clause(kind, text), start)
                self.accounted.update(range(start, start + len(lines)))


# --- one line each; whether it fits is for the caller to see, by writing it again -------------------------------------
def _told(phrase, line):
    """Return the project's words in a sentence that has one place for them, if they are written as we write them."""
    heard = phrase.hear(line)
    written = next(iter(heard.values())) if heard else ""
    words = plain_words.words(written)
    return words if words and plain_words.escaped(words) == written else None


def _cells(line):
    return [cell.strip() for cell in BAR.split(line, len(phrases.COLUMNS) + 1)[1:-1]]


def _version(columns, line):
    cells = dict(zip(columns, _cells(line), strict=False))
    status = phrases.named(phrases.STATUSES, cells.get("status", ""))
    until = cells.get("ends_on", "")
    if status is None or (until and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", until)):
        return None
    words = {name: plain_words.words(cells.get(name, "")) for name in ("text", "note", "component")}
    if not words["text"]:
        return None
    try:
        return VersionRow(status=status, ends_on=date.fromisoformat(until) if until else None, **words)
    except ValueError:
        return None  # such as 2026-02-30


def _contact(line, purpose):
    head, _colon, note = line.removeprefix("- ").partition(": ")
    address, _blank, following = head.partition(" ")
    said = phrases.heard_parts(f", {following}" if following else "", phrases.KEY, phrases.DELAY)
    delay = phrases.heard_amount(said["amount"]) if said and said["amount"] else (None, None, "hours")
    if said is None or delay is None or (delay[1] or 0) > LARGEST:
        return None
    uri = _uri(address.removesuffix(",") if following else address)
    key = _uri(said["key"]) if said["key"] else ""
    if not ADDRESS.fullmatch(uri) or (key and not KEY.fullmatch(key)):
        return None
    return Address(uri, purpose, plain_words.words(note), delay[1], key)


def _uri(written):
    link = re.fullmatch(r"<(.*)>", written)
    if link is None:
        return plain_words.words(written)
    return link[1] if re.match(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:", link[1]) else f"mailto:{link[1]}"


def _requested(line, taken):
    comment = COMMENT.fullmatch(line)
    item = BOLD_ITEM.fullmatch(comment[1] if comment else line)
    if item is None:
        return None
    label, tail = plain_words.words(item[1]), item[2]
    required = not tail.startswith(str(phrases.OPTIONAL))
    help_ = tail.removeprefix("" if required else str(phrases.OPTIONAL)).removeprefix(": ")
    key, kind = (comment[2], comment[3]) if comment else (writing.key_of(label), "text")
    if not key or key in taken or not label or kind not in KINDS:
        return None
    return Requested(key, label, plain_words.words(help_), kind, required)


def _level(line):
    item = BOLD_ITEM.fullmatch(line)
    if item is None:
        return None
    what, when = phrases.heard_milestone(item[1]), phrases.heard_promise(item[2].removeprefix(" "))
    return Promise(**what, **when) if what and when and when["latest"] <= LARGEST else None
