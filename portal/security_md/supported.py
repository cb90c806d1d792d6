"""Which versions get fixes: rows read from tables, from lists, and from sentences where there is neither.

What is marked in a way that no rule explains is "unclear", with a warning: never a guess.
"""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.security_md import marks, sentences, supported_lists, supported_prose, supported_tables
from portal.security_md.document import Block, Document, Table
from portal.security_md.facts import Reading, VersionRow
from portal.security_md.marks import ENDED, SUPPORTED, UNCLEAR
from portal.security_md.supported_prose import Statement
from portal.security_md.supported_tables import Context
from portal.security_md.version_words import STATUS, VERSION, like_a_version, speaks_of_versions

SCOPE = re.compile(r"\bscope\b|\bexclusions?\b|\bexcluded\b|\beligib", re.IGNORECASE)
OUT = re.compile(r"\bout\b|\bnot\b|\bnon\b|exclu|ineligible", re.IGNORECASE)
MOST = 4000  # sentences or lines of versions: more is no policy, and what is beyond them counts as not understood
INTRODUCES = re.compile(r"\b(?:following|below|table|these|current(?:ly)?|use this section)\b|[:：]$", re.IGNORECASE)


def read(document: Document, on: date | None = None) -> Reading:
    """Read the supported versions; ``on`` is the day against which a row that only names its end is held."""
    return _Reader(document, on).reading()


class _Reader:
    def __init__(self, document, on):
        self.document = document
        self.context = Context(legend=legend(document), on=on)
        self.rows: list[VersionRow] = []
        self.known: set[str] = set()
        self.lines: set[int] = set()
        self.warnings: list[str] = []

    def reading(self):
        self._tables()
        if not self.rows:
            self._lines_and_items()
        if not self.rows:
            self._sentences()
        self._introductions()
        unclear = [row.text for row in self.rows if row.status == UNCLEAR]
        if unclear:
            self.warnings.append(_unclear(unclear))
        return Reading(tuple(self.rows), frozenset(self.lines), tuple(self.warnings))

    def _tables(self):
        found = []
        for table in self.document.blocks:
            if isinstance(table, Table):
                rows = supported_tables.read(table, replace(self.context, about_versions=_about(table)))
                if rows:
                    found.append((table, rows))
        names = [_component(table) for table, _rows in found]
        for (table, rows), name in zip(found, names, strict=True):
            named = name if len(found) > 1 else ""
            self.rows += [row if row.component else replace(row, component=named) for row in rows]
            self.lines |= {table.line, *(row.line for row in rows)}
            if table.merged:
                self.warnings.append(
                    _("The table in line %(line)s has merged cells. Each was read into every place that it covers: check these rows.")
                    % {"line": table.line}
                )

    def _lines_and_items(self):
        lead = ""
        for block, below in pairwise((*self.document.blocks, None)):
            if isinstance(block, Table):
                continue
            about = _about(block)
            if about and block.kind == "heading" and isinstance(below, Block) and below.kind in ("paragraph", "item"):
                self._keep(supported_lists.of_heading(block, below, self.context))
            if block.kind == "item":
                status = supported_lists.introduced(lead, block.section)
                rows = supported_lists.of_item(block, status, self.context) if about or status else ()
            else:
                rows = [*supported_lists.of_copy(block, self.context)] or (supported_lists.of_lines(block, self.context) if about else ())
                lead = block.text[-300:] if block.kind == "paragraph" else ""
            self._keep(rows)
            if len(self.rows) > MOST:
                return

    def _sentences(self):
        """Read sentences; where some speak of support itself, the others are left alone."""
        found = []
        for sentence in sentences.of(self.document)[:MOST]:
            if sentence.kind not in ("heading", "row", "code"):
                about = any(map(speaks_of_versions, sentence.section))
                said = [Statement(name, status, True) for name, status in supported_lists.listed(sentence.text)]
                said = said or [*supported_prose.statements(sentence.text, about_versions=about)]
                found += [(sentence, one) for one in said or _scoped(sentence) or _lone(sentence, about)]
        strong = any(one.strong and one.status != ENDED for _sentence, one in found)
        for sentence, one in found:
            if one.strong or not strong:
                self._keep([VersionRow(one.text, one.status, line=sentence.first)])
                self.lines |= set(sentence.lines)

    def _keep(self, rows):
        for row in rows:
            if row.text.casefold() not in self.known:
                self.known.add(row.text.casefold())
                self.rows.append(row)
            self.lines.add(row.line)

    def _introductions(self):
        """Count the sentences that only lead to the rows."""
        if not self.rows:
            return
        for sentence in sentences.of(self.document):
            about = any(map(speaks_of_versions, sentence.section)) or (VERSION.search(sentence.text) and STATUS.search(sentence.text))
            if about and sentence.kind == "paragraph" and len(sentence.text) < 300 and INTRODUCES.search(sentence.text):
                self.lines |= set(sentence.lines)
        for block in self.document.blocks:
            if isinstance(block, Block) and block.kind != "heading":
                self.lines |= {number for number, line in block.lines if supported_lists.head_of_copy(line)}


def legend(document: Document) -> dict[str, str]:
    """Return what signs mean by the text's own explanation."""
    found: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Block) and block.kind != "heading" and (_about(block) or LEGEND.search(" ".join(block.section[-1:]))):
            for _number, line in block.lines:
                found |= _explained(line)
    return found


LEGEND = re.compile(r"\b(?:legend|key|symbols?|meaning)\b|凡例|图例|圖例|범례|legende|légende|leyenda|legenda|обозначени", re.IGNORECASE)


def _explained(line) -> dict[str, str]:
    """Return the signs that a line explains: "🕐 security fixes only", or several of these divided by commas."""
    meanings = {}
    for part in re.split(r"[,;|·•]\s*(?=[^\w\s])", line[:400]):
        signs, words = marks.signs(part), marks.without_signs(part).strip(" =:")
        if len(signs) == 1 and len(words) <= 80 and part.lstrip()[:1] == _first_of(signs[0], part) and not like_a_version(words):
            meaning = marks.of_words(words)
            if meaning:
                meanings[signs[0]] = meaning
    return meanings


def _first_of(sign, part):
    return ":" if part.lstrip().startswith(":") else sign[:1]


def _about(block) -> bool:
    return any(map(speaks_of_versions, block.section)) or (isinstance(block, Table) and speaks_of_versions(block.caption))


def _scoped(sentence) -> list[Statement]:
    """Return what a section on the scope says of versions, without naming support."""
    heading = f"{sentence.heading} {sentence.lead}"
    if not SCOPE.search(heading):
        return []
    inside = not OUT.search(heading)
    return [Statement(text, SUPPORTED if inside else ENDED, True) for text in supported_prose.scoped(sentence.text, inside=inside)]


def _lone(sentence, about) -> list[Statement]:
    """Return the version that stands alone under a heading of supported versions."""
    name = supported_prose.lone(sentence.text) if about and STATUS.search(sentence.heading) else ""
    return [Statement(name, SUPPORTED, False)] if name else []


GENERIC = re.compile(
    r"\b(?:supported|unsupported|currently|support|versions?|releases?|release|status|table|matrix|security|policy|updates?|latest|current|"
    r"the|for|of|and|our|all|following|old|older|new|legacy|stable|lts|overview|"
    r"information|maintained|active|lifecycle|end|life|eol)\b|[:()#–—-]",
    re.IGNORECASE,
)


def _component(table) -> str:
    """Return what a table is about, by its caption or heading, without the words that all of them have."""
    for text in (table.caption, *reversed(table.section[1:])):
        name = " ".join(GENERIC.sub(" ", text).split()) if len(text) <= 60 and not text.endswith(".") else ""
        if name:
            return name
    return ""


def _unclear(texts):
    shown = ", ".join(texts[:5]) + (", …" if len(texts) > 5 else "")
    return ngettext(
        "It is not clear whether this version is supported: %(versions)s. Choose it by hand.",
        "It is not clear whether these versions are supported: %(versions)s. Choose it by hand.",
        len(texts),
    ) % {"versions": shown}
