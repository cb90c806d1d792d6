"""Blocks written in HTML, as READMEs and web pages have them: headings, items, paragraphs and tables, by their tags alone.

Tags are found one after another and never nested by a parser, so that no input takes more than one pass.
"""

import re
from dataclasses import dataclass, field

STRUCTURE = re.compile(
    r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th|ul|ol|li|dl|dt|dd|h[1-6]|p|div|section|details|summary|blockquote|pre|hr)(?![A-Za-z0-9-])([^<>]*)>",
    re.IGNORECASE,
)
SPAN = re.compile(r"(rowspan|colspan)\s{0,9}=\s{0,9}[\"']?(\d{1,3})", re.IGNORECASE)
KINDS = {"li": "item", "dt": "item", "dd": "item", "blockquote": "quote", "pre": "code"}
WIDEST = 40  # columns that a span may fill
REPEATED = 400  # characters of a merged cell that are worth repeating


@dataclass
class Cell:
    rows: int = 1
    columns: int = 1
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


@dataclass
class HtmlTable:
    """Rows as they stand in the text, each with its line."""

    rows: list[list[Cell]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def merged(self) -> bool:
        return any(cell.rows > 1 or cell.columns > 1 for row in self.rows for cell in row)

    def grid(self) -> list[tuple[int, list[str]]]:
        """Return (line, raw cells) of each row, a merged cell repeated into each place that it covers."""
        grid, hanging = [], {}
        for line, row in zip(self.lines, self.rows, strict=True):
            texts = []
            for cell in row:
                _let_hang(texts, hanging)
                text = cell.text
                for column in range(min(cell.columns, max(1, WIDEST - len(texts)))):
                    hanging[len(texts)] = (cell.rows - 1, text[:REPEATED])
                    texts.append(text if not column else text[:REPEATED])
            _let_hang(texts, hanging)
            if texts:
                grid.append((line, texts))
        return grid


def _let_hang(texts, hanging):
    """Continue cells of rows above that reach down to this place; ``hanging`` is column → (rows still to fill, text)."""
    while hanging.get(len(texts), (0,))[0]:
        left, text = hanging[len(texts)]
        hanging[len(texts)] = (left - 1, text)
        texts.append(text)


@dataclass(frozen=True)
class Text:
    """Raw text between two tags: what it is by the tag before it, "" where that says nothing."""

    kind: str  # h1 … h6 | item | quote | code | ""
    line: int
    raw: str


class HtmlBlocks:
    """Takes pieces of HTML in order and gives texts and whole tables; a table may go on over several pieces."""

    def __init__(self):
        self.table: HtmlTable | None = None
        self.cell: Cell | None = None
        self.kind = ""

    def feed(self, raw: str, line: int):
        """Yield Text and HtmlTable as they end."""
        place = 0
        for tag in STRUCTURE.finditer(raw):
            yield from self._text(raw[place : tag.start()], line)
            line += raw.count("\n", place, tag.end())
            place = tag.end()
            yield from (self._closed if tag[1] else self._opened)(tag[2].lower(), tag[3], line)
        yield from self._text(raw[place:], line)

    def close(self):
        """Yield the table that the text forgot to close."""
        if self.table is not None:
            yield self.table
        self.table = self.cell = None

    def _opened(self, name, attributes, line):
        if name == "table":
            yield from self.close()
            self.table = HtmlTable()
        elif self.table is None or name == "caption":
            self.kind = name if name[0] == "h" and name != "hr" else KINDS.get(name, "")
        elif name == "tr":
            self.table.rows.append([])
            self.table.lines.append(line)
            self.cell = None
        elif name in ("td", "th") and self.table.rows:
            spans = {found[1].lower(): int(found[2]) for found in SPAN.finditer(attributes)}
            self.cell = Cell(max(1, spans.get("rowspan", 1)), max(1, spans.get("colspan", 1)))
            self.table.rows[-1].append(self.cell)

    def _closed(self, name, _attributes, _line):
        if name == "table":
            yield from self.close()
        elif name in ("td", "th", "tr"):
            self.cell = None
        self.kind = ""

    def _text(self, raw, line):
        if self.cell is not None:
            self.cell.pieces.append(raw)
        elif raw.strip():
            yield Text(self.kind, line, raw)
