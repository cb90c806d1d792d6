"""What it costs to read a SECURITY.md: the slowest real file of a folder, and the slowest text that wants to be slow."""

import time
from contextlib import suppress
from pathlib import Path

from bench.figures import Figure
from portal.security_md import reading

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "data" / "security_md"
# The goal for a whole paste: a web worker is busy with it meanwhile.
SECONDS = 10
HOSTILE = {
    "prose": "We will credit you if you do not report a public issue to security@example.org within 48 hours, and not before. ",
    "one endless condition": "if you do not ",
    "promises without an end": "we will not ",
    "one letter": "a",
    "half addresses": "a@",
    "half domains": "a.",
    "addresses in words": "x at y dot ",
    "brackets": "[",
    "links": "[report](https://hackerone.com/x) ",
    "web addresses": "https://example.org/a ",
    "headings": "## Out of scope\n\n- x\n",
    "leads": "Please include:\n\n- steps (if you have one)\n\n",
    "items": "- please include the steps\n",
    "rows": "|a|b|\n",
    "quotes": "> > > x\n",
    "entities": "&#64;",
    "tags": "<table><tr><td>",
    "digits": "0123 4567 89AB ",
    "Chinese": "请不要在公开 Issue 中报告漏洞。",
    "time after time": "within 2 days, 3 weeks to 4 months ",
    "ranges": ">= 1.0, < 2.0, ",
}


def measure(folder: Path) -> list[Figure]:
    """Return the slowest file of a folder, the slowest text that is still read, and the slowest refusal of 1 MB, by this process's CPU."""
    files = {path.name: path.read_bytes().decode(errors="replace") for path in sorted(folder.glob("**/*.md"))}
    lines = reading.MOST_LINES - 1
    read = {name: _of_size(piece, reading.MOST_BYTES, lines) for name, piece in HOSTILE.items()}
    pasted = {name: _of_size(piece, 1_000_000, None) for name, piece in HOSTILE.items()}
    return [
        _slowest(f"the slowest of {len(files)} files of {folder.name}", files, "ms", 1000),
        _slowest(f"the slowest hostile text of {reading.MOST_BYTES // 1000} kB", read, "s", 1, SECONDS),
        _slowest("the slowest hostile paste of 1 MB", pasted, "s", 1, SECONDS),
    ]


def _of_size(piece, size, lines):
    text = piece * (size // len(piece.encode()))
    return text if lines is None else "\n".join(text.split("\n")[:lines])


def _slowest(name, texts, unit, factor, goal=None):
    spent = {text: _seconds(texts[text]) for text in texts}
    slowest = max(spent, key=spent.get)
    return Figure(name, None, spent[slowest] * factor, unit, goal, slowest)


def _seconds(text):
    begun = time.process_time()
    with suppress(reading.Unreadable):  # a refusal is a figure too
        reading.read(text)
    return time.process_time() - begun
