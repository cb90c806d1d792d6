"""Versions in lists, and in copies of tables that lost their bars: one version a line, with or without its mark."""

import re
from collections.abc import Iterator

from portal.security_md import dates, marks
from portal.security_md.document import Block
from portal.security_md.facts import VersionRow
from portal.security_md.marks import ENDED, SECURITY_ONLY, SUPPORTED, UNCLEAR
from portal.security_md.supported_tables import Context
from portal.security_md.version_words import A_TIME, HAS_NUMBER, NAMED, NUMBER, STATUS, VERSION, like_a_version, speaks_of_versions

LONGEST = 200
SEPARATOR = re.compile(
    r"\s*(?:[:：→➜|]|(?<![<>=])=(?![=<>])|->|=>|\s[–—-]+\s|\b(?:is|are|was|will|receives?|gets?|ist|sind|est|sont|es|son|é|são|è|sono)\b|[(（]|,\s(?=supported|"
    r"not|security|critical|eol|end|until|active|maintained|unsupported))\s*",
    re.IGNORECASE,
)
AMONG = re.compile(r"\s*(?:,|;|、|，|・|\s/\s|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bи\b|和)\s*")
MARKED = re.compile(rf"(?<![\w.])({NUMBER})\s?[(（]([^()（）]{{2,40}})[)）]")
ONE_NAMED = re.compile(rf"(?:the )?(?:{NAMED})(?: (?:{NAMED}|else))?", re.IGNORECASE)
# "1.0.2 - 2010-04-08 - A crash" tells of a release, not of its support.
HISTORY = re.compile(r"\W*(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\W+\w")
ONLY_SECURITY = re.compile(r"(?:security|critical)[\w -]{0,24} only\b|\bonly (?:[\w ]{0,20} )?(?:critical|security)\b", re.IGNORECASE)


def head_of_copy(line: str) -> bool:
    """Say whether a line is the head of a table that lost its bars: "Version Supported"."""
    words = line.split()
    return (
        2 <= len(words) <= 6
        and bool(VERSION.search(line) and STATUS.search(line))
        and not re.search(r"\d|[.!?:]$|\b(?:the|we|our|are|is|for)\b", line.casefold())
    )


def introduced(lead: str, section: tuple[str, ...]) -> str | None:
    """Return what the text before a list, or its heading, says of all that it lists; None where neither speaks of versions."""
    for text in (lead, *reversed(section)):
        if text and VERSION.search(text) and (STATUS.search(text) or marks.NOT_SUPPORTED.search(text)):
            status = marks.of_words(text[-LONGEST:])
            return status if status != SECURITY_ONLY or ONLY_SECURITY.search(text) else SUPPORTED
        if text and text == (section or ("",))[-1] and any(map(speaks_of_versions, section)):
            status = marks.of_words(text)
            if status:
                return status
    return None


def listed(words: str) -> list[tuple[str, str]]:
    """Return (version, status) of each in "Supported versions: 1.x, 2.x" or "2.x (active), 1.x (EOL)"; nothing for any other text."""
    marked = [(found[1], marks.of_words(found[2])) for found in MARKED.finditer(words[:LONGEST])]
    if len(marked) > 1 and all(said for _name, said in marked):
        return marked
    head, colon, values = words[:LONGEST].replace("：", ":").partition(":")
    tells = colon and not HAS_NUMBER.search(head) and (STATUS.search(head) or marks.NOT_SUPPORTED.search(head))
    said = marks.of_words(head) if tells else None
    values = values.strip(" .")
    names = [name for name in AMONG.split(values) if name]
    if said in (None, UNCLEAR) or len(head.split()) > 8 or not all(like_a_version(name) and len(name.split()) <= 3 for name in names):
        return []
    return [(name, said) for name in names]


def of_item(item: Block, status: str | None, context: Context) -> Iterator[VersionRow]:
    """Yield the versions that an item names, with its own mark or the one of its list."""
    if len(item.text) <= LONGEST:
        yield from _entry(item.text, item.line, status, context)


def of_heading(heading: Block, below: Block, context: Context) -> Iterator[VersionRow]:
    """Yield the version that a heading names, with what is said below it."""
    if len(heading.text) <= 60 and HAS_NUMBER.search(heading.text) and like_a_version(heading.text):
        yield from _entry(f"{heading.text}: {below.text[:LONGEST]}", heading.line, None, context)


def of_copy(block: Block, context: Context) -> Iterator[VersionRow]:
    """Yield the rows of a table that lost its bars, below its head; marks may be lost too."""
    open_ = False
    for number, line in block.lines:
        if head_of_copy(line):
            open_ = True
        elif open_ and len(line) <= 80 and like_a_version(marks.without_signs(line)):
            yield from _entry(line, number, None, context)
        else:
            open_ = False


def of_lines(block: Block, context: Context) -> Iterator[VersionRow]:
    """Yield versions that stand one a line with a mark of their own."""
    for number, line in block.lines:
        words = marks.without_signs(line)
        if len(line) <= 80 and not line.endswith(".") and HAS_NUMBER.search(line) and (like_a_version(words) or listed(words)):
            yield from (row for row in _entry(line, number, None, context) if row.status != UNCLEAR or marks.signs(line))


def _entry(text, line, status, context):
    words = marks.without_signs(text)
    if A_TIME.match(words):
        return
    signs = " ".join(marks.signs(text))
    by_status = listed(words)
    if by_status:
        yield from (VersionRow(name, said, line=line) for name, said in by_status)
        return
    name, rest = _parted(words)
    if VERSION.search(name) and not HAS_NUMBER.search(name) and HAS_NUMBER.match(rest):
        status = marks.of_words(name) or status  # "Current version: 7.3"
        name, rest = _parted(rest)
    if not _is_name(name) and not (VERSION.search(name) and len(name.split()) <= 5 and marks.of_words(rest)):
        return
    if HISTORY.match(rest) and not signs and not marks.of_words(rest):
        return
    said = marks.status(f"{signs} {rest}", context.legend)
    day = dates.last_day(rest)
    if said == ENDED and day and not signs and not marks.NOT_SUPPORTED.search(rest):
        said = ENDED if context.on and day < context.on else SUPPORTED
    yield VersionRow(name, said or status or UNCLEAR, day, _note(rest), line=line)


def _parted(words):
    """Return (version, what is said of it)."""
    found = SEPARATOR.search(words)
    if found and found.start():
        return words[: found.start()].strip(), words[found.end() :].strip(" ()（）.")
    number = HAS_NUMBER.match(words.lstrip("<>=≤≥~^ "))
    place = words.index(number[0]) + len(number[0]) if number else 0
    rest = words[place:].strip()
    if number and rest and (marks.of_words(rest) and not VERSION.match(rest)):
        return words[:place], rest
    return words.strip(" ."), ""


def _is_name(name):
    if not like_a_version(name) or len(name.split()) > 7 or len(name) > 80:
        return False
    return bool(HAS_NUMBER.search(name) or VERSION.search(name) or ONE_NAMED.fullmatch(name))


def _note(rest):
    return "" if marks.of_words(rest) and len(rest.split()) <= 3 else rest
