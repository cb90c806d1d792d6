"""A SECURITY.md as blocks of plain text that know their lines: headings, paragraphs, items, tables.

Block structure is markdown-it's (CommonMark with tables); what stands inside a line becomes plain text by ``plain``. People
paste more than Markdown, so that tables are also found where they are written in HTML, lack their second line, or lost their
bars to tabs on the way out of a web page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from markdown_it import MarkdownIt

from portal.security_md.html_blocks import HtmlBlocks, HtmlTable
from portal.security_md.plain import Link, label, plain_lines, plain_parts


@dataclass(frozen=True)
class Block:
    """A piece of text: ``lines`` are (number, plain text) pairs, ``section`` the headings above it, outermost first.

    A short line that stands alone as a heading does (in bold, or in a text without any marks) is a paragraph of level
    STANDS_AS_HEADING, and in the section of what follows.
    """

    kind: str  # heading | paragraph | item | quote | code
    lines: tuple[tuple[int, str], ...]
    section: tuple[str, ...] = ()
    level: int = 0  # of a heading; how deep an item lies
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(text for _number, text in self.lines)

    @property
    def line(self) -> int:
        return self.lines[0][0] if self.lines else 0

    def line_at(self, offset: int) -> int:
        """Return the number of the line in which this place of ``text`` lies."""
        for number, text in self.lines:
            if offset <= len(text):
                return number
            offset -= len(text) + 1
        return self.lines[-1][0]


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells as plain text; ``parts`` are the same cells by their line breaks."""

    cells: tuple[str, ...]
    line: int
    parts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Table:
    """``caption`` is the short line right above it, if there is one."""

    header: Row
    rows: tuple[Row, ...]
    section: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    # Cells that span rows or columns were repeated into each place that they cover.
    merged: bool = False
    caption: str = ""

    @property
    def line(self) -> int:
        return self.header.line


@dataclass(frozen=True)
class Document:
    """``source`` is the text as it came, by line; ``blocks`` what it is made of, in order.

    ``hidden`` are lines with text that no reader of the page sees: comments, front matter, definitions of links, and the
    line of dashes under the head of a table.
    """

    source: tuple[str, ...]
    blocks: tuple[Block | Table, ...]
    links: tuple[Link, ...] = field(default=())
    hidden: frozenset[int] = frozenset()


# Lists and quotes lie at most this deep (two levels each); a paragraph inside is read once for each of them.
NESTING = 12
STANDS_AS_HEADING = 7
PARSER = MarkdownIt("commonmark", {"maxNesting": NESTING}).enable("table").disable(["inline", "text_join"])
# Copies of web pages have bullets as characters; indented ones would be code.
BULLET = re.compile(r"^[ \t\u00a0]*[•‣▪●◦·–—][ \t\u00a0]+", re.MULTILINE)
QUOTES = re.compile(r"^(?:[ \t]{0,9}>){4,}", re.MULTILINE)
FRONT = re.compile(r"\A---[ \t]*\n((?:[A-Za-z_][\w-]{0,60}:.*\n|[ \t]+\S.*\n|-[ \t].*\n|#.*\n|\n){0,60}?)---[ \t]*(?:\n|\Z)")
RULE = re.compile(r"[\s|:+=_-]+")
PIPE = re.compile(r"(?<!\\)\|")
BAR = re.compile(r"(?<!\\)\||\t+|[ ]{3,}")
# Tables drawn with lines: in code, where bars may also be pipes, one is read only if dashes rule it and each line is barred.
DRAWN = str.maketrans("│┃║┆┊", "|||||") | dict.fromkeys(map(ord, "─━═┄┈┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪"), "-")
WIDEST = 40  # columns of a table that anybody reads
BOLD = re.compile(r"\s*(\*\*|__)(?=\S)[^*_]{2,60}(?<![\s.!?:;,。：])\1\s*")
ALONE = re.compile(r"[^\s#>|*`@\[\]{}<>/-][^|@`<>]{1,60}[^\s.!?:;,。！？：；，、|@]")
ADDRESS = re.compile(r"@|://|www\.|\.(?:com|org|net|io|dev)\b")


def read(text: str) -> Document:
    """Read a text into blocks. Never raises: whatever is not Markdown is paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").removeprefix("\ufeff")
    source = tuple(text.split("\n"))
    shown = _without_comments(FRONT.sub(lambda found: "\n" * found[0].count("\n"), text))
    left = shown.split("\n")
    hidden = {number for number, line in enumerate(source, 1) if line.strip() and not left[number - 1].strip()}
    reader = _Reader(QUOTES.sub("> > >", BULLET.sub("- ", shown)))
    blocks = tuple(reader.blocks())
    return Document(source, blocks, tuple(link for block in blocks for link in block.links), frozenset(hidden | reader.hidden))


def _without_comments(text):
    """Blank HTML comments and keep their line feeds. One that never ends, or stands in code, stays."""
    pieces, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        if text[start - 1 : start] == "`":
            pieces.append(text[place : start + 4])
            place = start + 4
            continue
        pieces += text[place:start], "\n" * text.count("\n", start, end)
        place = end + 3
    return "".join([*pieces, text[place:]])


class _Reader:
    """Walks the tokens of a text and keeps the headings above the place."""

    def __init__(self, text):
        environment: dict = {}
        self.tokens = PARSER.parse(text, environment)
        self.lines = text.split("\n")
        found = environment.get("references", {}).values()
        self.references = {label(name): one["href"] for name, one in environment.get("references", {}).items()}
        self.hidden = {line + 1 for one in found for line in range(*one["map"])}
        self.flat = not any(token.type == "heading_open" for token in self.tokens)
        self.section: list[tuple[int, str]] = []
        self.last: Block | None = None
        self.html = HtmlBlocks()

    def blocks(self) -> Iterator[Block | Table]:
        for block in self._walk():
            yield block
            self.last = block if isinstance(block, Block) else None

    def _walk(self):
        kinds, rows = [], None
        for place, token in enumerate(self.tokens):
            match token.type:
                case "blockquote_open" | "bullet_list_open" | "ordered_list_open":
                    kinds.append("quote" if token.type == "blockquote_open" else "item")
                case "blockquote_close" | "bullet_list_close" | "ordered_list_close":
                    kinds.pop()
                case "table_open":
                    rows = []
                    self.hidden.add(token.map[0] + 2)
                case "tr_open":
                    rows.append((token.map[0] + 1, []))
                case "table_close":
                    yield from self._ruled(rows)
                    rows = None
                case "inline" if rows is not None:
                    rows[-1][1].append(token.content)
                case "inline" if self.tokens[place - 1].type == "heading_open":
                    yield self._heading(token.content, token.map[0] + 1, int(self.tokens[place - 1].tag[1]))
                case "inline":
                    yield from self._paragraph(token, kinds)
                case "fence" | "code_block":
                    yield from self._code(token.content.rstrip("\n").split("\n"), token.map[0] + (2 if token.type == "fence" else 1))
                case "html_block":
                    yield from self._html(self.html.feed(token.content, token.map[0] + 1))
        yield from self._html(self.html.close())

    def _above(self):
        return tuple(text for _level, text in self.section)

    def _heading(self, raw, first, level):
        block = self._block("heading", raw, first, level)
        self._enter(block.text, level)
        return Block("heading", block.lines, self._above()[:-1], level, block.links)

    def _enter(self, text, level):
        self.section = [one for one in self.section if one[0] < level]
        self.section.append((level, text))

    def _block(self, kind, raw, first, level=0):
        links: list[Link] = []
        lines = plain_lines(raw, first, links, self.references)
        return Block(kind, lines or ((first, ""),), self._above(), level, tuple(links))

    def _paragraph(self, token, kinds):
        """Yield what a paragraph holds: text, or a table that Markdown did not see."""
        first = token.map[0] + 1
        if self.html.cell is not None:
            self.html.cell.pieces.append(token.content)
            return
        raws = token.content.split("\n")
        kind, level = kinds[-1] if kinds else "paragraph", len(kinds)
        if len(raws) == 1 and kind == "paragraph" and self._stands_as_heading(raws[0]):
            block = self._block(kind, raws[0], first, STANDS_AS_HEADING)
            self._enter(block.text, STANDS_AS_HEADING)
            yield Block(kind, block.lines, self._above()[:-1], STANDS_AS_HEADING, block.links)
            return
        yield from self._tables(raws, first, kind, level)

    def _tables(self, raws, first, kind="paragraph", level=0):
        """Yield the tables among lines, and what stands between them."""
        place = 0
        for start, end in _barred(raws):
            if place < start:
                yield self._block(kind, "\n".join(raws[place:start]), first + place, level)
            rules = {at for at in range(start, end) if _is_rule(raws[at])}
            self.hidden |= {first + at for at in rules}
            yield self._table([(first + at, _cells(raws[at].strip())) for at in range(start, end) if at not in rules])
            place = end
        if place < len(raws):
            yield self._block(kind, "\n".join(raws[place:]), first + place, level)

    def _code(self, raws, first):
        drawn = [raw.translate(DRAWN).strip() for raw in raws]
        if all(raw[:1] in ("|", "-", "+") for raw in drawn) and any(map(_is_rule, drawn)) and any(_barred(drawn)):
            yield from self._tables(drawn, first)
            return
        lines = tuple((first + at, text) for at, text in enumerate(raws) if text.strip())
        if lines:
            yield Block("code", lines, self._above())

    def _stands_as_heading(self, raw):
        if ADDRESS.search(raw):
            return False
        return bool(BOLD.fullmatch(raw) or (self.flat and ALONE.fullmatch(raw) and raw[0] == raw[0].upper() and len(raw.split()) < 9))

    def _ruled(self, rows):
        """Yield a table, and apart from it the lines without bars that Markdown takes for further rows."""
        barred = [at == 0 or len(rows[0][1]) < 2 or "|" in self.lines[line - 1] for at, (line, _cells) in enumerate(rows)]
        end = barred.index(False) if False in barred else len(rows)
        yield self._table(rows[:end])
        if end < len(rows):
            yield self._block("paragraph", "\n".join(cells[0] for _line, cells in rows[end:]), rows[end][0])

    def _table(self, rows, merged=False):
        links: list[Link] = []
        width = min(WIDEST, max(len(cells) for _line, cells in rows))
        read_: dict[str, tuple[str, ...]] = {}
        made = [self._row(line, cells[:width], width, links, read_) for line, cells in rows]
        caption = self.last.text if self.last and self.last.kind == "paragraph" and len(self.last.text) <= 80 else ""
        return Table(made[0], tuple(made[1:]), self._above(), tuple(links), merged, caption)

    def _row(self, line, cells, width, links, read_):
        """Return a row of plain text; ``read_`` keeps the cells that were read, since merged and short ones come again and again."""
        for cell in cells:
            if cell not in read_ or "[" in cell or "<" in cell:
                read_[cell] = plain_parts(cell, line, links, self.references)
        parts = tuple(read_[cell] for cell in cells) + (("",),) * (width - len(cells))
        return Row(tuple(" ".join(filter(None, one)) for one in parts), line, parts)

    def _html(self, found):
        for one in found:
            if isinstance(one, HtmlTable):
                grid = one.grid()
                if grid:
                    yield self._table(grid, one.merged)
            elif one.kind[:1] == "h":
                yield self._heading(one.raw, one.line, int(one.kind[1]))
            else:
                block = self._block(one.kind or "paragraph", one.raw, one.line)
                if block.text or block.links:
                    yield block


def _barred(raws):
    """Yield (start, end) of runs of lines that bars, tabs or wide gaps divide into cells; a line of dashes belongs to its run."""
    for barred, group in groupby(range(len(raws)), key=lambda at: bool(BAR.search(raws[at].strip())) or _is_rule(raws[at])):
        run = list(group)
        if barred and sum(not _is_rule(raws[at]) for at in run) > 1:
            yield run[0], run[-1] + 1


def _cells(raw):
    """Divide a line by its bars; by tabs and wide gaps only if it has none."""
    return (PIPE if PIPE.search(raw) else BAR).split(raw.strip("|"))


def _is_rule(raw):
    return bool(RULE.fullmatch(raw)) and ("-" in raw or "=" in raw)
