"""A SECURITY.md as blocks of plain text that know their lines: headings, paragraphs, items, tables.

Block structure is markdown-it's (CommonMark with tables). What stands inside a line is reduced to plain text by rules of
our own that run in linear time: marks of emphasis go, links leave their text and are kept beside it, images leave their
alternative text. Tables written in HTML become tables too.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    line: int


@dataclass(frozen=True)
class Block:
    """A piece of text: ``lines`` are (number, plain text) pairs, ``section`` the headings above it, outermost first."""

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
    """A row of a table: its cells as plain text."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Table:
    header: Row
    rows: tuple[Row, ...]
    section: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    # Cells that span rows or columns were repeated into each place that they cover.
    merged: bool = False

    @property
    def line(self) -> int:
        return self.header.line


@dataclass(frozen=True)
class Document:
    """``source`` is the text as it came, by line; ``blocks`` what it is made of, in order."""

    source: tuple[str, ...]
    blocks: tuple[Block | Table, ...]
    links: tuple[Link, ...] = field(default=())


PARSER = MarkdownIt("commonmark", {"maxNesting": 30}).enable("table").disable(["inline", "text_join"])
BULLET = re.compile(r"^[ \t\u00a0]*[•‣▪●◦·][ \t\u00a0]+", re.MULTILINE)


def read(text: str) -> Document:
    """Read a text into blocks. Never raises: whatever is not Markdown is paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").removeprefix("\ufeff")
    source = tuple(text.split("\n"))
    # Copies of web pages have bullets as characters; indented ones would be code.
    blocks = tuple(_Reader(PARSER.parse(BULLET.sub("- ", text))).blocks())
    return Document(source, blocks, tuple(link for block in blocks for link in block.links))


class _Reader:
    """Walks the tokens of a text and keeps the headings above the place."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.section: list[tuple[int, str]] = []

    def blocks(self) -> Iterator[Block | Table]:
        kinds, table = [], None
        for place, token in enumerate(self.tokens):
            match token.type:
                case "blockquote_open" | "bullet_list_open" | "ordered_list_open":
                    kinds.append("quote" if token.type == "blockquote_open" else "item")
                case "blockquote_close" | "bullet_list_close" | "ordered_list_close":
                    kinds.pop()
                case "table_open":
                    table = []
                case "tr_open":
                    table.append((token.map[0] + 1, []))
                case "table_close":
                    yield self._table(table)
                    table = None
                case "inline" if table is not None:
                    table[-1][1].append(token.content)
                case "inline":
                    opened = self.tokens[place - 1]
                    if opened.type == "heading_open":
                        yield self._heading(token, int(opened.tag[1]))
                    else:
                        yield self._block(kinds[-1] if kinds else "paragraph", token, len(kinds))
                case "fence" | "code_block":
                    lines = tuple((token.map[0] + 1 + at, text) for at, text in enumerate(token.content.rstrip("\n").split("\n")))
                    yield Block("code", lines, self._above())
                case "html_block":
                    yield from self._html(token)

    def _above(self):
        return tuple(text for _level, text in self.section)

    def _heading(self, token, level):
        block = self._block("heading", token, level)
        self.section = [one for one in self.section if one[0] < level]
        heading = Block("heading", block.lines, self._above(), level, block.links)
        self.section.append((level, heading.text))
        return heading

    def _block(self, kind, token, level):
        first, links, lines = token.map[0] + 1, [], []
        for at, raw in enumerate(token.content.split("\n")):
            plain = plain_text(raw, first + at, links)
            if plain:
                lines.append((first + at, plain))
        return Block(kind, tuple(lines) or ((first, ""),), self._above(), level, tuple(links))

    def _table(self, rows):
        links: list[Link] = []
        read_ = [Row(tuple(plain_text(cell, line, links) for cell in cells), line) for line, cells in rows]
        return Table(read_[0], tuple(read_[1:]), self._above(), tuple(links))

    def _html(self, token):
        reader = _HtmlReader(token.map[0] + 1)
        reader.feed(token.content)
        reader.close()
        yield from reader.made(self._above())


LINK = re.compile(
    r"(!?)\[([^\[\]]{0,500})\]\(\s*<?([^\s()<>]{0,500}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?(?:\s+\"[^\"]{0,200}\")?\s*\)"
)
REFERENCE = re.compile(r"(!?)\[([^\[\]]{1,500})\](?:\[([^\[\]]{0,200})\])?")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,500}|[^\s<>@]{1,200}@[^\s<>@]{1,200})>")
HTML_LINK = re.compile(r"<a\s[^<>]{0,300}?href\s*=\s*[\"']([^\"'<>]{0,500})[\"'][^<>]{0,300}>(.{0,300}?)</a>", re.IGNORECASE)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,300})?/?>")
EMPHASIS = re.compile(r"(\*{1,3}|~~|`+)")
UNDERSCORES = re.compile(r"(?<![A-Za-z0-9_])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![A-Za-z0-9_])")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_text(raw: str, line: int, links: list[Link]) -> str:
    """Return one line without its marks; the links in it are added to ``links``."""

    def linked(found):
        image, text, url = found[1], found[2], html.unescape(found[3])
        if not image:
            links.append(Link(plain_text(text, line, []), url, line))
        return text

    def automatic(found):
        links.append(Link(found[1], found[1], line))
        return found[1].removeprefix("mailto:")

    def anchored(found):
        links.append(Link(plain_text(found[2], line, []), html.unescape(found[1]), line))
        return found[2]

    text = COMMENT.sub("", raw)
    text = LINK.sub(linked, LINK.sub(linked, text))
    text = HTML_LINK.sub(anchored, text)
    text = AUTOLINK.sub(automatic, text)
    text = REFERENCE.sub(lambda found: found[2] if found[3] is not None else found[0], text)
    text = TAG.sub("", BREAK.sub(" ", text))
    text = EMPHASIS.sub("", re.sub(r"(?<=\s)\*(?=\s)|^\*$", "\u2217", text))
    text = UNDERSCORES.sub("", ESCAPE.sub(r"\1", text))
    return " ".join(html.unescape(text).replace("\u2217", "*").split())


class _HtmlReader(HTMLParser):
    """Reads a block of HTML: tables become tables, everything else lines of text."""

    def __init__(self, first):
        super().__init__(convert_charrefs=True)
        self.first, self.found, self.texts, self.links, self.href = first, [], [], [], None
        self.rows = self.cell = None
        self.merged = False

    def _line(self):
        return self.first + self.getpos()[0] - 1

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append((self._line(), []))
        elif tag in ("td", "th") and self.rows:
            self.cell = []
            self.merged |= any(attrs.get(name, "1") != "1" for name in ("rowspan", "colspan"))
        elif tag == "img" and attrs.get("alt"):
            self.handle_data(attrs["alt"])
        elif tag == "a" and attrs.get("href"):
            self.href = attrs["href"]
            self.links.append(Link("", self.href, self._line()))

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.rows and self.cell is not None:
            self.rows[-1][1].append(" ".join("".join(self.cell).split()))
            self.cell = None
        elif tag == "table" and self.rows is not None:
            self.found.append([row for row in self.rows if row[1]])
            self.rows = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)
        elif self.rows is None:
            self.texts += [(self._line() + at, " ".join(text.split())) for at, text in enumerate(data.split("\n"))]

    def made(self, section):
        lines = tuple((line, text) for line, text in self.texts if text)
        if lines:
            yield Block("paragraph", lines, section, 0, tuple(self.links))
        for rows in self.found:
            if rows:
                read_ = [Row(tuple(cells), line) for line, cells in rows]
                yield Table(read_[0], tuple(read_[1:]), section, () if lines else tuple(self.links), self.merged)
