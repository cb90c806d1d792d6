"""What a message or note said before it was edited, and what each edit changed."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from intake import reading

PAGE = 10
# What two texts do not share at their ends is compared word by word up to so many words; finding out more would cost too much.
MOST_WORDS = 400
# Of a long stretch that stayed, so much is shown at either end.
AROUND = 160
WORDS = re.compile(r"(?:\w+|[^\w\s]|\n)[^\S\n]*|[^\S\n]+")


@dataclass
class Said:
    """One revision as shown; ``pieces`` say what changed since the one before, which the first does not have."""

    number: int
    at: object
    html: str = ""
    broken: bool = False
    latest: bool = False
    pieces: tuple = ()


def revisions(row, *, before: int | None = None) -> tuple[list[Said], int]:
    """Return the newest ``PAGE`` revisions before number ``before``, newest first, and where the page after begins (0: nowhere).

    ``row`` comes from a door, with its keys; two queries at most.
    """
    rows = row.revisions.order_by("-n")
    rows = list((rows.filter(n__lt=before) if before else rows)[: PAGE + 1])
    shown = [(one.n, one.at, one.renderer, one) for one in rows]
    if not before:
        shown.insert(0, (row.revision, row.edited_at or row.at, row.renderer, row))
    for *_facts, one in shown:
        one.keys = row.keys
    contents = [reading.opened(one) for *_facts, one in shown]
    said = []
    for place, ((number, at, renderer, one), content) in enumerate(zip(shown[:PAGE], contents, strict=False)):
        earlier = contents[place + 1] if place + 1 < len(contents) else {}
        pieces = difference(earlier["text"], content["text"]) if earlier and content else ()
        html = reading.html_of(content, renderer=renderer) if content else ""
        said.append(Said(number, at, html, not content, one is row, pieces))
    return said, said[-1].number if len(shown) > PAGE else 0


def difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return two texts as one sequence of pieces, ("same" | "removed" | "added" | "skipped", text); white space is part of it."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [("same", old[:start]), *_compared(middle_old, middle_new), ("same", old[len(old) - end :])]
    return tuple(_shortened([(kind, "".join(words)) for kind, words in pieces if words]))


def _compared(old, new):
    if max(len(old), len(new)) > MOST_WORDS:
        return [("removed", old), ("added", new)]
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pieces += [("same", old[a:b])] if kind == "equal" else [("removed", old[a:b]), ("added", new[c:d])]
    return pieces


def _shared(old, new):
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _shortened(pieces):
    last = len(pieces) - 1
    for place, (kind, text) in enumerate(pieces):
        if kind != "same" or len(text) <= 3 * AROUND:
            yield kind, text
            continue
        if place:
            yield "same", text[:AROUND]
        yield "skipped", "…"
        if place != last:
            yield "same", text[-AROUND:]
