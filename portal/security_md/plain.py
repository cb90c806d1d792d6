"""What stands in a line of Markdown, as plain text: marks go, words stay, links are kept beside.

Rules of our own instead of a parser's, for two reasons: each runs in linear time on any input (every repetition is bounded
or stops at the next mark of its kind), and lines stay lines, so that a fact can say where it stood.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    line: int


Lines = tuple[tuple[int, str], ...]

# Characters that stand for themselves (escaped, or in code) wait in the private use area until the marks are gone.
SHELTER = 0xE000
RESTORED = {SHELTER + code: chr(code) for code in range(0x21, 0x7F)}
MARKS = {code: chr(SHELTER + code) for code in map(ord, "*_[]<>~!&\\")}
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]{1,500})\1(?!`)")

LINK = re.compile(
    r"(!?)\[([^\[\]]{0,500})\]\(\s{0,9}<?([^\s()<>]{0,500}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?"
    r"(?:\s{1,9}(?:\"[^\"]{0,200}\"|'[^']{0,200}'))?\s{0,9}\)"
)
REFERENCE = re.compile(r"(!?)\[([^\[\]]{1,500})\](?:\[([^\[\]]{0,200})\])?")
AUTOLINK = re.compile(r"<((?:https?://|mailto:|tel:)[^\s<>]{1,500}|[^\s<>@]{1,200}@[^\s<>@]{1,200})>", re.IGNORECASE)
ANCHOR = re.compile(
    r"<a\s[^<>]{0,300}?href\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,500})[\"'][^<>]{0,300}>(.{0,300}?)</a>", re.IGNORECASE | re.DOTALL
)
IMAGE = re.compile(r"<(?:img|g-emoji)\s[^<>]{0,500}?alt\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,200})[\"'][^<>]{0,500}>", re.IGNORECASE)
BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
# Only names that HTML has: <your-domain> and <v2> are words that somebody wrote.
TAG = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|figure|font|footer|g-emoji|h[1-6]|header|hr|i|"
    r"img|ins|kbd|li|main|mark|nav|ol|p|picture|pre|q|s|samp|section|small|source|span|strike|strong|sub|summary|sup|"
    r"table|caption|colgroup|col|tbody|td|tfoot|th|thead|tr|tt|u|ul|var)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
# "1.*" names a line of versions, and a star between blanks multiplies.
STAR = re.compile(r"(?<=\d\.)\*(?!\*(?!\*))|(?<!\S)\*(?!\S)")
EMPHASIS = re.compile(r"\*{1,3}|~~|`+")
UNDERSCORES = re.compile(r"(?<![A-Za-z0-9_])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![A-Za-z0-9_])")
ENDLESS = re.compile(r"&#(?=[xX]?[0-9a-fA-F]{9})")


def plain_text(raw: str, line: int, links: list[Link]) -> str:
    """Return a piece of Markdown as one line of plain text; the links in it are added to ``links``."""
    return " ".join(_plain(raw, line, links, {}).split())


def plain_parts(raw: str, line: int, links: list[Link], references: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lines into which <br> breaks a cell."""
    return tuple(" ".join(part.split()) for part in _plain(raw, line, links, references).split("\v"))


def plain_lines(raw: str, first: int, links: list[Link], references: Mapping[str, str]) -> Lines:
    """Return the lines of a piece of Markdown that have words, with their numbers."""
    lines = ((first + at, " ".join(text.split())) for at, text in enumerate(_plain(raw, first, links, references).split("\n")))
    return tuple((number, text) for number, text in lines if text)


def label(text: str) -> str:
    """Return the name under which a link definition is found."""
    return " ".join(text.split()).lower().upper()


def _plain(raw, first, links, references):
    """Return plain text with as many line feeds as came in; <br> becomes a vertical tab."""
    text = ESCAPE.sub(lambda found: chr(SHELTER + ord(found[1])), raw)
    text = CODE.sub(lambda found: found[2].translate(MARKS), text)
    text = _Linking(first, links).over(_Linking(first, links).over(text, LINK), LINK)
    text = IMAGE.sub(r"\1", text)
    text = _Linking(first, links).over(text, ANCHOR)
    text = _Linking(first, links).over(text, AUTOLINK)
    if references:
        text = _Linking(first, links, references).over(text, REFERENCE)
    return _unmarked(text)


def _unmarked(text):
    text = TAG.sub("", BREAK.sub("\v", text))
    return _characters(UNDERSCORES.sub("", EMPHASIS.sub("", STAR.sub(MARKS[ord("*")], text))))


def _characters(text):
    return html.unescape(ENDLESS.sub("&amp;#", text)).translate(RESTORED)


class _Linking:
    """Replaces links of one kind by their text, and keeps them with the line in which they begin."""

    def __init__(self, first, links, references=None):
        self.line, self.place, self.links, self.references = first, 0, links, references

    def over(self, text, pattern):
        return pattern.sub(lambda found: self._replaced(pattern, found), text)

    def _replaced(self, pattern, found):
        self.line += found.string.count("\n", self.place, found.start())
        self.place = found.start()
        shown, url = self._read(pattern, found)
        if url is not None:
            self.links.append(Link(" ".join(_unmarked(shown).split()), _characters(url), self.line))
        return shown + "\n" * (found[0].count("\n") - shown.count("\n"))

    def _read(self, pattern, found):
        """Return what stays in the text, and where it points to; None where nothing is to be kept."""
        if pattern is AUTOLINK:
            return found[1].removeprefix("mailto:"), found[1]
        if pattern is ANCHOR:
            return found[2], found[1]
        if pattern is LINK:
            return found[2], None if found[1] else found[3]
        url = self.references.get(label(found[3] or found[2]))
        return (found[0] if url is None else found[2]), None if found[1] else url
