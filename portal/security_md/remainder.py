"""What nobody accounted for: every line that a reader of the page sees is either behind a fact or listed."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from portal.security_md import about
from portal.security_md.document import STANDS_AS_HEADING, Block, Document
from portal.security_md.facts import Passage

BEGINS, ENDS = "-----BEGIN PGP", "-----END PGP"


def not_understood(document: Document, accounted: set[int]) -> Iterator[Passage]:
    """Yield the lines that no fact accounts for. A heading counts with what stands under it, "as follows:" with what follows.

    An OpenPGP key that was pasted in is one passage, at its first line.
    """
    known = accounted | document.hidden | _contents(document)
    known |= _introducing(document, known)
    known |= _headings(document, known)
    shown = _shown(document)
    of_keys = dict(_of_keys(shown))
    for number, text in sorted(shown.items()):
        if of_keys.get(number) == number:
            yield Passage(number, _("OpenPGP key block"))
        elif number not in known and number not in of_keys:
            yield Passage(number, text)


def _of_keys(shown: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Yield (line, first line of its block) for the lines of OpenPGP key blocks; one that was cut off ends with its letters."""
    first = None
    for number, text in sorted(shown.items()):
        if BEGINS in text:
            first = number
        if first is None:
            continue
        if " " in text.strip() and ":" not in text and BEGINS not in text and ENDS not in text:
            first = None
            continue
        yield number, first
        if ENDS in text:
            first = None


def _shown(document: Document) -> dict[int, str]:
    """Return the text of each line that a reader of the page sees, by number; a rule or an empty fence is none."""
    shown: dict[int, str] = {}
    for block in document.blocks:
        pairs = block.lines if isinstance(block, Block) else ((row.line, " | ".join(row.cells)) for row in (block.header, *block.rows))
        for number, text in pairs:
            if any(character.isalnum() for character in text):
                shown[number] = f"{shown[number]} {text}" if number in shown else text
    return shown


def _headings(document: Document, accounted) -> set[int]:
    """Return the lines of headings under which something is accounted for."""
    found, open_ = set(), []
    for block in document.blocks:
        if isinstance(block, Block) and (block.kind == "heading" or block.level == STANDS_AS_HEADING):
            open_ = [one for one in open_ if one.level < block.level] + [block]
        elif open_ and accounted & set(_numbers(block)):
            found |= {number for heading in open_ for number, _text in heading.lines}
    return found


def _contents(document: Document) -> set[int]:
    """Return the lines of a table of contents."""
    blocks = (
        block for block in document.blocks if isinstance(block, Block) and block.kind in ("item", "paragraph") and about.only_links(block)
    )
    return {number for block in blocks for number, _text in block.lines}


def _introducing(document: Document, accounted) -> set[int]:
    """Return the lines of blocks that end in a colon, where what follows is accounted for."""
    found = set()
    for block, following in pairwise(document.blocks):
        if isinstance(block, Block) and block.text.endswith((":", "：")) and accounted & set(_numbers(following)):
            found.add(block.lines[-1][0])
    return found


def _numbers(block) -> Iterable[int]:
    return (number for number, _text in block.lines) if isinstance(block, Block) else (row.line for row in (block.header, *block.rows))
