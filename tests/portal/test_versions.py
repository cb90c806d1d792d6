"""Is this version covered: the rows as written, the answer."""

from dataclasses import dataclass
from datetime import date

import pytest
import semver
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from portal import versions
from portal.versions import DOTTED, LIST, PEP440, SEMVER, Kind


@dataclass(frozen=True)
class Row:
    text: str
    status: str = "supported"
    ends_on: date | None = None


MAIL_AUTH = [Row("0.3.x"), Row("< 0.2", "ended")]
MAILAT = [Row("1.x"), Row("< 1.0", "ended")]


@pytest.mark.parametrize(
    "version, rows, kind",
    [
        ("0.3.7", MAIL_AUTH, Kind.SUPPORTED),
        ("v0.3.0", MAIL_AUTH, Kind.SUPPORTED),
        ("0.2.4", MAIL_AUTH, Kind.IN_NO_ROW),
        ("0.2", MAIL_AUTH, Kind.IN_NO_ROW),
        ("0.1.9", MAIL_AUTH, Kind.NOT_SUPPORTED),
        ("0.4.0", MAIL_AUTH, Kind.IN_NO_ROW),
        ("1.4.2", MAILAT, Kind.SUPPORTED),
        ("0.9.9", MAILAT, Kind.NOT_SUPPORTED),
        ("2.0.0", MAILAT, Kind.IN_NO_ROW),
        ("next Tuesday", MAILAT, Kind.CANNOT_TELL),
        ("", MAILAT, Kind.CANNOT_TELL),
        ("9" * 5000, MAILAT, Kind.CANNOT_TELL),
        ("1.x", MAILAT, Kind.CANNOT_TELL),
        ("5.0.1", [Row("5.0.x", "security_only")], Kind.SECURITY_ONLY),
    ],
)
def test_the_row_decides(version, rows, kind):
    assert versions.answer(version, rows, SEMVER).kind == kind


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        ("1.x", ["1.0.0", "1.99.3"], ["0.9.9", "2.0.0"]),
        ("0.3.x", ["0.3.0", "0.3.9"], ["0.2.9", "0.4.0"]),
        ("1.2.*", ["1.2.0"], ["1.3.0"]),
        ("5.1.2", ["5.1.2"], ["5.1.3", "5.1.1"]),
        ("v3", ["3.0.0", "3.7.1"], ["2.9.9", "4.0.0"]),
        ("< 1.0", ["0.9.9"], ["1.0.0"]),
        ("<= 2.3", ["2.3.0"], ["2.3.1"]),
        ("> 1", ["1.0.1"], ["1.0.0"]),
        (">= 2.4, < 3", ["2.4.0", "2.9.9"], ["2.3.9", "3.0.0"]),
        (">=2.4 <3", ["2.4.0"], ["3.0.0"]),
        ("2.0 - 2.4", ["2.0.0", "2.4.7"], ["1.9.9", "2.5.0"]),
        ("2.0.1 - 2.4.5", ["2.4.5"], ["2.0.0", "2.4.6"]),
        ("1.x || 3.x", ["1.5.0", "3.5.0"], ["2.5.0"]),
        ("*", ["0.0.1", "99.0.0"], []),
    ],
)
def test_the_forms_that_are_read(text, inside, outside):
    for version in inside:
        assert versions.answer(version, [Row(text)], SEMVER).kind == Kind.SUPPORTED, version
    for version in outside:
        assert versions.answer(version, [Row(text)], SEMVER).kind == Kind.IN_NO_ROW, version


NOT_READ = ["4.2 LTS", "latest", "main", "All other versions", "older", "1.0 2.0", ">= 1,", "< banana", "", "~1.2", "1.x, 2.x"]


@pytest.mark.parametrize("text", NOT_READ)
def test_a_row_that_is_not_understood_answers_cannot_tell_and_is_named(text):
    answer = versions.answer("1.0.0", [Row("7.x"), Row(text)], SEMVER)
    assert answer.kind == Kind.CANNOT_TELL
    assert answer.row.text == text


@pytest.mark.parametrize("scheme, version", [(PEP440, "3.0.0a1"), (PEP440, "3.0.0.dev4"), (SEMVER, "3.0.0-rc.1"), (SEMVER, "3.0.0a1")])
def test_a_pre_release_belongs_to_the_line_it_precedes(scheme, version):
    answer = versions.answer(version, [Row("< 3", "ended"), Row("3.x")], scheme)
    assert (answer.kind, answer.row.text) == (Kind.SUPPORTED, "3.x")


def test_rows_that_disagree_are_not_decided_by_order():
    for rows in ([Row("1.x"), Row("< 2", "ended")], [Row("< 2", "ended"), Row("1.x")]):
        answer = versions.answer("1.1.0", rows, SEMVER)
        assert (answer.kind, answer.row) == (Kind.CANNOT_TELL, None)
        assert "1.x" in answer.why and "< 2" in answer.why


def test_support_that_ended_counts_as_ended():
    rows = [Row("1.x", ends_on=date(2026, 6, 30))]
    assert versions.answer("1.1.0", rows, SEMVER, on=date(2026, 6, 30)).kind == Kind.SUPPORTED
    assert versions.answer("1.1.0", rows, SEMVER, on=date(2026, 7, 1)).kind == Kind.NOT_SUPPORTED


def test_names_without_an_order_are_compared_as_names():
    rows = [Row("Bookworm"), Row("Bullseye", "ended")]
    assert versions.answer("bookworm ", rows, LIST).kind == Kind.SUPPORTED
    assert versions.answer("trixie", rows, LIST).kind == Kind.IN_NO_ROW


def test_dates_are_ordered_as_numbers():
    assert versions.answer("2024.10.1", [Row(">= 2024.9")], DOTTED).kind == Kind.SUPPORTED


@pytest.mark.parametrize(
    "rows, gaps",
    [
        (MAIL_AUTH, ("0.2.x",)),
        (MAILAT, ()),
        ([Row("3.x"), Row("1.x", "ended")], ("2.x",)),
        ([Row("4.x"), Row("< 2", "ended")], (">= 2.0, < 4.0",)),
        ([Row("4.x"), Row("older", "ended")], ()),
        ([Row("5.1.2"), Row("< 2")], ()),
    ],
)
def test_what_stands_between_the_rows_is_named(rows, gaps):
    assert versions.gaps(rows, SEMVER) == gaps


numbers = st.integers(0, 6)
releases = st.tuples(numbers, numbers, numbers).map(lambda parts: ".".join(map(str, parts)))
bounds = st.lists(numbers, min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
operators = st.sampled_from(["<", "<=", ">", ">="])


@settings(max_examples=200, deadline=None)
@given(releases, operators, bounds)
def test_comparisons_agree_with_semver(version, operator, bound):
    there = versions.answer(version, [Row(f"{operator} {bound}")], SEMVER).kind == Kind.SUPPORTED
    compared = semver.Version.parse(version).compare(semver.Version.parse(bound, optional_minor_and_patch=True))
    assert there == {"<": compared < 0, "<=": compared <= 0, ">": compared > 0, ">=": compared >= 0}[operator]


@settings(max_examples=200, deadline=None)
@given(releases, operators, bounds, st.sampled_from(["", "a1", "rc2", ".dev3", ".post1"]))
def test_comparisons_agree_with_packaging_except_for_pre_releases(version, operator, bound, tail):
    asked = Version(version + tail)
    there = versions.answer(version + tail, [Row(f"{operator} {bound}")], PEP440).kind == Kind.SUPPORTED
    if asked.is_prerelease and Version(version) == Version(bound):
        assert there == (operator in ("<=", ">="))
    elif asked.is_postrelease and Version(version) == Version(bound):
        # packaging's ">" leaves out post-releases of the bound; by order they come after it.
        assert there == (operator in (">", ">="))
    else:
        assert there == SpecifierSet(f"{operator}{bound}").contains(asked, prereleases=True)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100), st.text(max_size=100), st.sampled_from([SEMVER, PEP440, DOTTED, LIST]))
def test_no_text_is_too_strange(version, text, scheme):
    rows = [Row(text), Row("1.x", "ended")]
    versions.gaps(rows, scheme)
    assert versions.answer(version, rows, scheme).kind in Kind


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789.xXv*<>=|-, abor", max_size=24), releases)
def test_nothing_like_a_range_is_too_strange(text, version):
    versions.gaps([Row(text), Row("1.x", "ended")], PEP440)
    assert versions.answer(version, [Row(text)], PEP440).kind in Kind
