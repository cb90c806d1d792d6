"""Answers agree with the order of the schemes' own libraries, whatever the text."""

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest
import semver
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from portal import versions
from portal.versions import DOTTED, LIST, PEP440, SEMVER, Kind
from tests.portal.version_rows import Row, covers, kept

SCHEMES = [SEMVER, PEP440, DOTTED, LIST]
numbers = st.integers(0, 4)
releases = st.tuples(numbers, numbers, numbers).map(lambda parts: ".".join(map(str, parts)))
bounds = st.lists(numbers, min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
operators = st.sampled_from(["<", "<=", ">", ">="])
comparisons = st.tuples(operators, bounds).map(" ".join)
# What both we and packaging read, and how packaging writes it.
both_read = st.one_of(
    comparisons.map(lambda text: (text, text)),
    st.tuples(comparisons, comparisons).map(lambda pair: (", ".join(pair),) * 2),
    bounds.map(lambda bound: (f"{bound}.x", f"=={bound}.*")),
    bounds.map(lambda bound: (f"== {bound}", f"=={bound}")),
    bounds.map(lambda bound: (f"!= {bound}", f"!={bound}")),
    bounds.map(lambda bound: (f"!= {bound}.*",) * 2),
    releases.map(lambda bound: (f"~= {bound}",) * 2),
)
settled = settings(max_examples=200, deadline=None)


def ours(version, text, scheme, **facts):
    return versions.answer(version, [Row(text)], scheme, **facts).kind == Kind.SUPPORTED


@settled
@given(releases, operators, bounds)
def test_comparisons_agree_with_semver(version, operator, bound):
    compared = semver.Version.parse(version).compare(semver.Version.parse(bound, optional_minor_and_patch=True))
    assert (
        ours(version, f"{operator} {bound}", SEMVER)
        == {"<": compared < 0, "<=": compared <= 0, ">": compared > 0, ">=": compared >= 0}[operator]
    )


@settled
@given(releases, both_read)
def test_rows_agree_with_packaging_for_releases(version, texts):
    written, specifier = texts
    assert ours(version, written, PEP440) == SpecifierSet(specifier).contains(version)


@settled
@given(releases, st.sampled_from(["", "a1", "rc2", ".dev3", "a1.dev2"]), both_read)
def test_what_a_row_means_is_what_packaging_reads_there_pre_releases_included(version, tail, texts):
    meaning = str(versions.read(texts[0], PEP440) or "pep440:<0.dev0").removeprefix("pep440:")
    read_there = any(SpecifierSet(part if part != "*" else "").contains(version + tail, prereleases=True) for part in meaning.split("|"))
    assert ours(version + tail, texts[0], PEP440) == read_there


@settled
@given(releases, st.sampled_from(["", "a1", "rc2", ".dev3", ".post1"]), operators, bounds)
def test_without_the_rule_a_pre_release_stands_where_the_library_puts_it(version, tail, operator, bound):
    order, other = Version(version + tail), Version(bound)
    compared = {"<": order < other, "<=": order <= other, ">": order > other, ">=": order >= other}[operator]
    assert ours(version + tail, f"{operator} {bound}", PEP440, prereleases_in_line=False) == compared


@settled
@given(st.sampled_from([SEMVER, PEP440]), releases, bounds, operators)
def test_with_the_rule_a_pre_release_is_asked_as_the_release_that_it_precedes(scheme, version, bound, operator):
    pre = f"{version}-rc.1" if scheme == SEMVER else f"{version}rc1"
    if Version(version) == Version(bound):
        assert covers(f"{operator} {bound}", pre, scheme) == (operator in (">=", "<="))
    else:
        assert covers(f"{operator} {bound}", pre, scheme) == covers(f"{operator} {bound}", version, scheme)


words = st.sampled_from(["latest", "main", "older", "All others", "*", "LTS", "2.x stable"])
rows = st.lists(
    st.tuples(
        st.one_of(
            bounds.map("{}.x".format),
            comparisons,
            releases,
            st.sampled_from(["latest", "main", "older", "All others", "*", "LTS", "2.x stable"]),
        ),
        st.sampled_from(["supported", "ended", "unclear"]),
    ).map(lambda pair: Row(*pair)),
    max_size=6,
)


@settled
@given(rows, releases, st.sampled_from(["", "2.1.3"]))
def test_a_row_that_says_the_same_twice_or_in_another_order_changes_nothing(table, version, latest):
    def kind(of_rows):
        return versions.answer(version, of_rows, SEMVER, latest=latest).kind

    assert kind(table) == kind(table[::-1]) == kind(table + table)


@settled
@given(rows, releases, st.sampled_from(["", "2.1.3"]))
def test_what_was_kept_of_rows_answers_as_the_rows_do(table, version, latest):
    for in_line, asked in product([True, False], [version, f"{version}-rc.1", "latest", "main"]):
        reading = {"latest": latest, "prereleases_in_line": in_line}
        written = versions.answer(asked, table, SEMVER, **reading)
        later = versions.answer(asked, [kept(row, SEMVER, prereleases_in_line=in_line) for row in table], PEP440, **reading)
        assert (written.kind, written.why) == (later.kind, later.why)


@settings(max_examples=60, deadline=None)
@given(st.lists((bounds.map("{}.x".format) | comparisons).map(Row), min_size=1, max_size=5))
def test_what_is_named_as_a_gap_is_in_no_row_and_nothing_between_is_forgotten(table):
    gaps = versions.gaps(table, SEMVER)
    asked = [f"{major}.{minor}.{patch}" for major, minor, patch in product(range(6), range(6), (0, 5))]
    inside = [versions.answer(version, table, SEMVER).kind == Kind.SUPPORTED for version in asked]
    for place, version in enumerate(asked):
        between = not inside[place] and any(inside[:place]) and any(inside[place:])
        named = any(covers(gap, version) for gap in gaps)
        assert not (named and inside[place]) and (named or not between), (version, gaps)


PIECES = "1 2.3 1.2.3 x * . .x v < >= != ~ ^ - || , and or later older than latest main all other lts ( ) to between + -rc.1 a1 up from of"
pieces = st.lists(st.sampled_from([*PIECES.split(), *(f" {piece} " for piece in PIECES.split()), " "]), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(pieces | st.text(max_size=100), pieces | st.text(max_size=60), st.sampled_from(SCHEMES))
def test_no_text_is_too_strange(text, version, scheme):
    table = [Row(text), Row("1.x", "ended")]
    for latest, in_line in (("", True), ("1.2.3", False), (text, True)):
        reading = {"latest": latest, "prereleases_in_line": in_line}
        answer = versions.answer(version, table, scheme, **reading)
        again = versions.answer(version, [kept(row, scheme, prereleases_in_line=in_line) for row in table], scheme, **reading)
        assert answer.kind in Kind and (answer.kind, answer.why) == (again.kind, again.why)
        versions.gaps(table, scheme, **reading)
        versions.warnings(table, scheme, **reading)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "text",
    [
        "9" * 160, "1." * 80, "1.x," * 40, "1 and " * 26, "latest " * 22, "(" * 160, "(lts) " * 26, " (" + "mar" * 50 + ")",
        "!=1," * 40, ">" * 160, "1-" * 80, "1 - " * 40, "lts/" * 40, "١.٢", "１.x", "²", "1" + "+" * 150, "older than " * 14,
        "||" * 80, "\x00", "\u202e1.x", "≥" * 160, "ß" * 160, "1 or later " * 14, "<1.x " * 32,
    ],
)  # fmt: skip
def test_hostile_rows_and_versions_are_answered(text, scheme):
    for version, row in ((text, "1.x"), ("1.0.0", text), (text, text)):
        assert versions.answer(version, [Row(row)], scheme, latest=text).kind in Kind
        versions.warnings([Row(row), Row("older")], scheme, latest=text)


def npm_semver():
    """Where npm keeps the semver that it runs on; None where there is no npm."""
    npm = shutil.which("npm")
    found = Path(npm).resolve().parents[1] / "node_modules" / "semver" if npm and shutil.which("node") else None
    return found if found and found.is_dir() else None


COMPARE = """
const semver = require(process.argv[1]);
const {ranges, versions} = JSON.parse(require("fs").readFileSync(0));
const options = {includePrerelease: true};
process.stdout.write(JSON.stringify(ranges.map((range) => versions.map((one) => semver.satisfies(one, range, options)))));
"""


@pytest.mark.skipif(npm_semver() is None, reason="no npm here to compare with")
def test_rows_and_what_they_mean_agree_with_npm():
    parts = [".".join(map(str, one)) for length in (1, 2, 3) for one in product((0, 1, 2), repeat=length)]
    written = [text for part in parts for text in (f"{part}.x", f"~{part}", f"^{part}") if text.count(".") < 3]
    written += [f"{sign}{part}" for sign, part in product(("<", ">="), parts)]
    written += [f"{sign}{part}" for sign, part in product(("<=", ">", "="), parts) if part.count(".") == 2]
    written += [f"{low} - {high}" for low, high in product(parts[3:12], parts[:12]) if Version(low) <= Version(high)]
    written += [f">={low} <{high}" for low, high in product(parts[:12], parts[12:20]) if Version(low) < Version(high)]
    written += ["1.x || 2.x", "<1.0.0 || >=2.1.0", "*"]
    meanings = [str(versions.read(text, SEMVER)).removeprefix("semver:").replace(",", " ").replace("|", " || ") for text in written]
    finals = [".".join(map(str, one)) for one in product((0, 1, 2, 3), (0, 1, 3), (0, 1, 2))]
    asked = finals + [f"{version}-rc.1" for version in finals]
    sent = json.dumps({"ranges": written + meanings, "versions": asked})
    command = ["node", "-e", COMPARE, str(npm_semver())]
    theirs = json.loads(subprocess.run(command, input=sent, capture_output=True, text=True, check=True, timeout=60).stdout)
    for place, text in enumerate(written):
        for version, as_written, as_meant in zip(asked, theirs[place], theirs[len(written) + place], strict=True):
            covered = covers(text, version)
            assert covered == as_meant, (text, version)
            # As written, npm puts a pre-release before the line of its release at some bounds: our one rule.
            assert covered == as_written or "-" in version, (text, version)
