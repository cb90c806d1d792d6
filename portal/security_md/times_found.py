"""Where a document names times: in its sentences, items and tables, each with what introduces it.

What a list or a table leaves unsaid is taken from what stands above: the item or the lead, the head of the column, the sentence
before, the headings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from portal.security_md import sentences, times_words
from portal.security_md.document import Block, Document, Table
from portal.security_md.times_said import NO_PROMISE, Said, milestones, said, severity_label, severity_words

BARE = {"item": 60, "heading": 60}  # characters; a longer text says itself what it is about
BARE_SENTENCE = 30
SHORT = 120  # characters of a paragraph that may lean on those before it
OPENS = 12  # characters before a time with which a cell still begins
NEARBY = 30  # blocks that are looked back for what introduces a list


@dataclass(frozen=True)
class Found:
    """What was said of a length of time, the line in which it stands, and all lines that were needed to understand it."""

    said: Said
    line: int
    lines: frozenset[int]


class Above(NamedTuple):
    """A text that introduces another: "before" it in its block, a "parent" item, a "sibling", the "lead" of a list, a "heading"."""

    kind: str
    text: str
    lines: tuple[int, ...] = ()


def everywhere(document: Document) -> Iterator[Found | None]:
    """Yield each length of time that promises something, and None for each other one."""
    for sentence in sentences.of(document):
        if sentence.kind not in ("row", "code") and not _elsewhere(sentence.section):
            yield from _in_sentence(document, sentence)
    for table in document.blocks:
        if isinstance(table, Table) and not _elsewhere(table.section) and not times_words.VERSIONS_SECTION.search(table.header.cells[0]):
            for row in table.rows:
                yield from _in_row(table, row)


@lru_cache(maxsize=64)
def _elsewhere(section):
    """Whether a section is about something else than how reports are handled. The title of the text says nothing of that."""
    return any(times_words.OTHER_SECTIONS.search(heading) and not milestones(heading) for heading in section[1:] or section[:1])


# --- sentences and items ---


def _in_sentence(document, sentence):
    heading = sentence.heading
    of_versions = None
    for one in said(sentence.text, heading):
        if of_versions is None:
            of_versions = bool(times_words.VERSIONS_SECTION.search(heading)) and not milestones(heading)
        whole, used = (None, ()) if of_versions and not _answers(one) else _completed(one, sentence, tuple(_above(document, sentence)))
        yield Found(whole, _line(document, sentence, one.duration), frozenset((*sentence.lines, *used))) if whole else None


def _answers(one):
    return one.milestone in ("acknowledgement", "response", "assessment") or (one.milestone == "remediation" and one.duration.within)


def _line(document, sentence, duration):
    """Return the line of a sentence in which a length of time begins."""
    written = sentence.text[duration.start : duration.end].split()[0]
    return next((line for line in sentence.lines if written in document.source[line - 1]), sentence.first)


def _above(document, sentence) -> Iterator[Above]:
    """Yield what introduces a sentence, the nearest first; what follows a heading says what its time is for."""
    if sentence.kind == "heading" and sentence.block + 1 < len(document.blocks):
        below = document.blocks[sentence.block + 1]
        if isinstance(below, Block) and below.kind != "heading":
            yield Above("before", below.text[:100], _lines(below)[:1])
    if sentence.before:
        yield Above("before", sentence.before[-300:])
    block = document.blocks[sentence.block]
    level, short = block.level, len(block.text) <= SHORT
    for other in document.blocks[max(0, sentence.block - NEARBY) : sentence.block][::-1]:
        if isinstance(other, Table) or other.kind == "heading":
            break
        if other.kind == "item" and block.kind == "item":
            kind, level = ("parent", other.level) if other.level < level else ("sibling", level)
            if kind == "parent" or other.level == block.level == level:
                yield Above(kind, other.text[:300], _lines(other))
        elif other.kind != "code" and (block.kind == "item" or short):
            yield Above("lead" if block.kind == "item" or other.text.endswith((":", "：")) else "sibling", other.text[-300:], _lines(other))
            if block.kind == "item" or other.text.endswith((":", "：")):
                break
    for heading in reversed(sentence.section):
        yield Above("heading", heading)


def _lines(block: Block):
    return tuple(number for number, _text in block.lines)


def _completed(one, sentence, above):
    """Return what was said with what introduces it, and the lines of that; None where it is about something unknown."""
    if one.milestone == NO_PROMISE:
        return None, ()
    severities = one.severities or next(
        (label for each in above if each.kind in ("parent", "heading") and (label := severity_label(each.text))), ()
    )
    if one.milestone:
        return replace(one, milestone="acknowledgement" if one.milestone == "response" else one.milestone, severities=severities), ()
    bare = len(sentence.text) <= BARE.get(sentence.kind, BARE_SENTENCE) or severity_label(sentence.text)
    for each in above:
        if each.kind == "sibling" and not _introduces(each.text, severities):
            continue
        if not bare and (each.kind == "heading" or not times_words.GOES_ON.match(sentence.text)):
            continue
        aside = times_words.ANCHOR_ASIDE.search(each.text)
        names = [name for _start, _end, name in milestones(each.text.replace(aside[0], "") if aside else each.text)]
        if aside and one.anchor == "received":
            one = replace(one, anchor=aside.lastgroup)
        if names:
            return _inherited(one, names[-1], severities), each.lines
    if severities and any(times_words.TIMELINE.search(each.text) for each in above):
        return _inherited(one, "remediation", severities), ()
    return None, ()


def _introduces(text, severities):
    """Whether an item of a flat list introduces those after it: "Fix timeline: depends on severity"."""
    return bool(severities) and not severity_label(text) and not any(True for _one in said(text))


def _inherited(one, milestone, severities):
    if one.duration.every and milestone != "status_update":
        return None
    if milestone == "response" and not severities:
        milestone = "acknowledgement"
    return replace(one, milestone=milestone, severities=severities)


# --- tables ---


def _in_row(table, row):
    for column, cell in enumerate(row.cells):
        head = table.header.cells[column] if column < len(table.header.cells) else ""
        beside = [other for place, other in enumerate(row.cells) if place != column]
        for one in said(cell, head):
            whole = _of_cell(one, head, beside, table) if one.milestone != NO_PROMISE else None
            yield Found(whole, row.line, frozenset((table.line, table.line + 1, row.line))) if whole else None


def _of_cell(one, head, beside, table):
    labels = [label for label in map(severity_label, beside) if label]
    severities = one.severities or (labels or _groups(beside) or _groups([head]) or [()])[0]
    # A row that is named for a severity describes it; what is timed stands above the column.
    places = [head, *reversed(table.section)] if labels else [*beside, head, *reversed(table.section)]
    names = [_kind(place) for place in places]
    # A cell that begins with its time answers the label of its row: "90 days, or with the fix".
    labelled = next(filter(None, map(_kind, beside)), "") if one.duration.start < OPENS else ""
    name = labelled or one.milestone or next((name for name in names if name), "")
    if not name and not (severities and any(times_words.TIMELINE.search(each) for each in (head, *table.section))):
        return None
    if name == "response" and (one.milestone or not severities or not labels):
        name = "acknowledgement"
    return _inherited(one, name or "remediation", severities)


def _groups(texts):
    return [group for text in texts for group in severity_words(text)]


def _kind(text):
    """Return the milestone that a cell names; one for "triage & response" is the answer."""
    names = [name for _start, _end, name in milestones(text)]
    return next((name for name in names if name in ("acknowledgement", "response")), names[0] if names else "")
