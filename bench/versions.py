"""What it costs to ask a very long version table one question, and to read the slowest row that we could think of."""

import time

from bench.figures import Figure
from portal import versions
from portal.models import SupportedVersion
from portal.versions.ranges import LONGEST

ROWS = 10_000
HOSTILE = ("9", "1.", "1.x,", "1 and ", "!=1,", "1 - ", "(lts) ", "latest ", "older than ", "≥", "1 or later ")


def measure() -> list[Figure]:
    """Return the best of three, in ms of this process's CPU."""
    written = [SupportedVersion(text=f"{number // 100}.{number % 100}.x", status="supported") for number in range(ROWS)]
    kept = [SupportedVersion(text=row.text, status=row.status, meaning=str(versions.read(row.text, versions.SEMVER))) for row in written]
    slowest = max((_best(lambda text=text: _read(text * LONGEST)), text) for text in HOSTILE)
    return [
        Figure(f"one version asked of {ROWS:,} rows, published", None, _best(lambda: _ask(kept)), "ms"),
        Figure(f"one version asked of {ROWS:,} rows, draft", None, _best(lambda: _ask(written)), "ms"),
        Figure("the slowest row of 160 characters", None, slowest[0], "ms", None, f"{slowest[1]!r} repeated"),
    ]


def _ask(rows):
    versions.read.cache_clear()
    versions.answer("55.55.1", rows, versions.SEMVER)


def _read(text):
    versions.read.cache_clear()
    versions.read(text[:LONGEST], versions.SEMVER)


def _best(act):
    spent = []
    for _ in range(3):
        begun = time.process_time()
        act()
        spent.append((time.process_time() - begun) * 1000)
    return min(spent)
