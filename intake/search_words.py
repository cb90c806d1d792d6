"""What a search looks for and whether a text has it: pure. Case and width do not count; all words must occur.

Compared is the folded form of a text: NFKC, casefolded, runs of blanks as one. "Words in quotes" are found as they stand.
"""

import re
from dataclasses import dataclass
from unicodedata import normalize

LONGEST = 200  # characters of a search
MOST = 10  # words of one
AROUND = 90  # characters of a snippet on each side of what was found
AT_ONCE = 500  # characters that are normalised at once: the time grows with the square of the marks that follow each other
WORD = re.compile(r'"([^"]*)"?|([^\s"]+)')
PLAIN = re.compile(r"[a-z0-9]+")
PIECE = re.compile(rf".{{1,{AT_ONCE}}}(?=\s|\Z)|.{{1,{AT_ONCE}}}", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """Folded words and phrases, all of which must occur; ``plain`` are runs that each of them has in any spelling in ASCII."""

    all: tuple[str, ...]
    plain: tuple[bytes, ...]
    beyond_ascii: bool

    def may_be_in(self, encoded: bytes) -> bool:
        """Say whether JSON could hold what matches. False is sure; it is cheaper than to read the JSON and fold its text."""
        if not encoded.isascii():
            return True  # "ﬁ" folds to "fi": only the folded text tells
        if self.beyond_ascii:
            return False
        lower = encoded.lower()
        return all(run in lower for run in self.plain)

    def are_in(self, text: str) -> bool:
        """Say whether a text has them all."""
        folded = fold(text)
        return all(word in folded for word in self.all)


@dataclass(frozen=True)
class Piece:
    """A part of a snippet; ``found`` is what the search looked for."""

    text: str
    found: bool = False


def words_of(wanted: str) -> Words:
    """Return the words and phrases of what somebody typed."""
    found = [fold(phrase or word) for phrase, word in WORD.findall(wanted)]
    kept = tuple(dict.fromkeys(word for word in found if word))[:MOST]
    # In JSON a quote, a backslash and a blank may be written otherwise, so only letters and digits are looked for there.
    plain = {run.encode() for word in kept for run in PLAIN.findall(word)}
    return Words(kept, tuple(sorted(plain, key=len, reverse=True)), not all(word.isascii() for word in kept))


def fold(text: str) -> str:
    """Return the form in which texts are compared."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = (normalize("NFKC", normalize("NFKC", piece).casefold()) for piece in cut(text))
    return " ".join("".join(folded).split())


def cut(text: str) -> list[str]:
    """Cut a text at blanks, where nothing of it composes; a run without blanks also within it."""
    return PIECE.findall(text) if len(text) > AT_ONCE else [text]


def snippet(text: str, words: Words) -> list[Piece]:
    """Return the neighbourhood of the first word found, with every word of the search marked in it."""
    text = " ".join("".join(normalize("NFC", piece) for piece in cut(text)).split())
    folded, origin = _folded_with_origin(text)
    spans = sorted((origin[at], origin[at + len(word) - 1] + 1) for word in words.all for at in _places(folded, word))
    middle = spans[0][0] if spans else 0
    begin, end = _blank_near(text, middle - AROUND), _blank_near(text, middle + AROUND, forwards=True)
    pieces, at = [Piece("… ")] if begin else [], begin
    for start, stop in spans:
        if start < at or stop > end:
            continue
        pieces += [Piece(text[at:start]), Piece(text[start:stop], found=True)]
        at = stop
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else "")))
    return [piece for piece in pieces if piece.text]


def _folded_with_origin(text):
    """Return the text folded character by character, and for each character of that the place of its origin."""
    folded, origin = [], []
    for place, character in enumerate(text):
        for one in normalize("NFKC", normalize("NFKC", character).casefold()) if not character.isascii() else character.lower():
            folded.append(one)
            origin.append(place)
    return "".join(folded), origin


def _places(folded, word):
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + len(word))


def _blank_near(text, place, *, forwards=False):
    """Return where a snippet may be cut: at a blank near a place, or at the place itself where there is none."""
    if place <= 0:
        return 0
    if place >= len(text):
        return len(text)
    near = text.find(" ", place, place + 20) if forwards else text.rfind(" ", max(place - 20, 0), place)
    return place if near < 0 else near if forwards else near + 1
