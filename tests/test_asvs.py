"""The page about ASVS names tests that exist, each requirement once, and none without a test or a reason."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/asvs.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]
REQUIREMENTS = [row for row in ROWS if re.fullmatch(r"\d+\.\d+\.\d+ \([123]\)", row[0])]
WAYS_AROUND = [row for row in ROWS if re.fullmatch(r"B\d+", row[0])]
NAMED = re.compile(r"`tests/([^`]+?\.py)::([^`]+)`")


@cache
def named_in(path):
    """Return the names of the tests of a file, those of a class as ``Class::name``."""
    found = set()
    for node in ast.parse((ROOT / "tests" / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return {name for name in found if name.split("::")[-1].startswith("test_")}


def test_every_test_that_is_named_exists():
    named = NAMED.findall(PAGE)
    assert len(named) == PAGE.count("::") - PAGE.count("::Test") > 100, "each is written so that it is found"
    missing = [f"{path}::{name}" for path, name in named if not (ROOT / "tests" / path).is_file() or name not in named_in(path)]
    assert missing == []


def test_each_requirement_stands_once_with_a_test_or_a_reason():
    assert len(REQUIREMENTS) + len(WAYS_AROUND) == len(ROWS) - 2, "but for the two heads, every row is one of these"
    ids = [row[0].split(" ")[0] for row in REQUIREMENTS]
    assert len(ids) == len(set(ids))
    for number, _asked, shown, result in REQUIREMENTS:
        verdict, _colon, reason = result.partition(": ")
        assert verdict in ("holds", "not yet", "deviates"), number
        assert NAMED.search(shown) if verdict == "holds" else reason, number


def test_the_sum_is_that_of_the_rows():
    results = [row[3].partition(": ")[0] for row in REQUIREMENTS]
    counts = [len(results), *(results.count(verdict) for verdict in ("holds", "not yet", "deviates"))]
    assert "Of {} requirements {} hold, {} do not yet, {} deviate.".format(*counts) in PAGE


def test_every_way_around_the_second_factor_has_a_test():
    assert [row[0] for row in WAYS_AROUND] == [f"B{number}" for number in range(1, 18)]
    assert all(NAMED.search(row[2]) for row in WAYS_AROUND)
