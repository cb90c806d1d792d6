"""The sentences of a document, each with its lines, the headings above it and what introduced the list that it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from portal.security_md.document import STANDS_AS_HEADING, Block, Document, Table
from portal.security_md.plain import Link


@dataclass(frozen=True)
class Sentence:
    """``kind`` is that of its block (or "row" of a table); ``lead`` the text that introduced its list, ``before`` the sentence before."""

    text: str
    first: int
    last: int
    kind: str
    block: int  # number of the block in the document
    section: tuple[str, ...] = ()
    lead: str = ""
    lead_lines: tuple[int, ...] = ()
    before: str = ""
    links: tuple[Link, ...] = ()

    @property
    def lines(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def heading(self) -> str:
        """The nearest heading above."""
        return self.section[-1][:NEAR] if self.section else ""

    @property
    def context(self) -> str:
        """What was said just before that this sentence may lean on."""
        return f"{self.lead} {self.before}".strip()

    @property
    def spelled(self) -> str:
        """The text with the addresses behind its links in brackets, so that none is lost where only words are kept."""
        text, place = self.text, 0
        for link in self.links:
            at = text.find(link.text, place) if link.text else -1
            if at >= 0 and link.url.lower().startswith(("https://", "http://")) and link.url not in text:
                place = at + len(link.text)
                text = f"{text[:place]} ({link.url}){text[place:]}"
        return text


# A full stop ends a sentence before a space; not after an abbreviation or an initial.
END = re.compile(
    r"(?<![.\s][A-Za-z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<!\bZ\.B)(?<!\bz\.B)[.!?]+[\"'”’)\]]*\s+|"
    r"[。！？]\s*"
)
SHORT = 60
# How far a sentence leans on what is around it, in letters; and how many links of one block are looked at.
NEAR, MOST_LINKS = 400, 200
# Words that never end what is said.
LEADING = """
a an and as at be by for from if in into is it its of on or our please see that the their this through to using via we with your
der die das den dem ein eine und oder im am an auf für mit von zu über bitte le la les un une de des du et ou à au en sur par pour
el los las y o e con por para il lo di da del della per su na w z i и в на по с для
"""
LEADING_ON = frozenset(LEADING.split())
ADDRESS_AT_END = re.compile(r"(?:[\w.+-]{1,64}@|https?://)[^\s@]{1,300}$")


@lru_cache(maxsize=2)
def of(document: Document) -> tuple[Sentence, ...]:
    """Return all sentences of a document in order, headings included."""
    return tuple(_sentences(document))


def of_block(number: int, block: Block, lead: tuple[str, tuple[int, ...]] = ("", ()), before: str = "") -> Iterator[Sentence]:
    """Yield the sentences of one block of text."""
    kind = "heading" if block.kind == "paragraph" and block.level == STANDS_AS_HEADING else block.kind
    of_block = block.links[:MOST_LINKS]
    for text, first, last in _parts(block):
        links = tuple(link for link in of_block if first <= link.line <= last)
        yield Sentence(text, first, last, kind, number, block.section, *lead, before, links)
        before = text[-NEAR:]


def _sentences(document) -> Iterator[Sentence]:
    leads, said = _Leads(), ""
    for number, block in enumerate(document.blocks):
        told = list(_rows(number, block) if isinstance(block, Table) else of_block(number, block, leads.of(block), said))
        yield from told
        # "Write to:" belongs to the address in the next paragraph.
        said = told[-1].text[-NEAR:] if told and told[-1].kind != "heading" and told[-1].text.endswith((":", "：")) else ""


class _Leads:
    """Keeps what may introduce a list: the block before it, for a list inside an item that item, and a line that ran into an item."""

    def __init__(self):
        self.texts: list[tuple[float, tuple, str, tuple]] = []  # by depth: that of a paragraph is 0

    def of(self, block) -> tuple[str, tuple[int, ...]]:
        depth = block.level if block.kind == "item" else 0
        self.texts = [one for one in self.texts if one[0] < depth]
        found = ("", ())
        if depth:
            found = next((one[2:] for one in reversed(self.texts) if one[1] == block.section), found)
        if block.kind in ("paragraph", "item", "quote") and (depth or block.level != STANDS_AS_HEADING):
            text, lines = _last(block)
            if not depth or text.endswith((":", "：")):
                # Copies lose the empty line after a list, so that the words before the next one stand in its last item.
                ran_into = depth and lines and lines[0] > block.line
                self.texts.append((depth - 0.5 if ran_into else depth, block.section, text, lines))
        return found


def _last(block):
    """Return the last sentence of a block, and its lines."""
    last = ("", 0, 0)
    for last in _parts(block):  # noqa: B007 - only the last one counts
        pass
    return last[0][-NEAR:], tuple(range(last[1], last[2] + 1))


def _rows(number, table):
    for row in (table.header, *table.rows):
        links = tuple(link for link in table.links if link.line == row.line)
        yield Sentence(" | ".join(row.cells), row.line, row.line, "row", number, table.section, links=links)


def _parts(block):
    """Yield (text, first line, last line) of each sentence of a block."""
    if block.kind == "code":
        yield from ((text.strip(), line, line) for line, text in block.lines if text.strip())
        return
    # A link that runs on into the next line keeps both together.
    open_ = {
        link.line for link in block.links[:MOST_LINKS] if " " in link.text and link.text not in dict(block.lines).get(link.line, link.text)
    }
    for group in _paragraphs(block.lines, open_):
        text = " ".join(line for _number, line in group)
        starts = [0, *(found.end() for found in END.finditer(text) if found.end() < len(text))]
        places = _places(group)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            if text[start:end].strip():
                yield text[start:end].strip(), _line(places, start), _line(places, max(start, end - 2))


def _paragraphs(lines, open_):
    """Group lines: one that ends in a colon, and a short one before a capital letter, end a sentence without a full stop."""
    group = []
    for number, text in lines:
        if group and group[-1][0] not in open_ and _closed(group[-1][1], text):
            yield group
            group = []
        group.append((number, text))
    if group:
        yield group


def _closed(line, following):
    """Tell whether a line ends what it says, although no full stop does: before a capital letter, if it is short or ends in an address."""
    if line.endswith((":", "：")):
        return True
    if not following[:1].isupper() or line.endswith((",", "、", "，")) or line.rsplit(" ", 1)[-1].lower() in LEADING_ON:
        return False
    return bool(ADDRESS_AT_END.search(line)) or len(line) + len(following.split(" ", 1)[0]) < SHORT


def _places(group):
    at, places = 0, []
    for number, text in group:
        places.append((at, number))
        at += len(text) + 1
    return places


def _line(places, offset):
    """Return the line in which an offset lies. Places are few in each group; a long one is searched by halves."""
    low, high = 0, len(places)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if places[middle][0] <= offset else (low, middle)
    return places[low][1]
