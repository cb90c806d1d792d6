"""What the editor of a version table is told: one plain sentence for each row that needs a second look."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import versions
from portal.versions import LIST, SEMVER, Doubt, Kind
from tests.portal.version_rows import Row


def found(*rows, scheme=SEMVER, **facts):
    return [(one.kind, one.row and one.row.text) for one in versions.warnings(rows, scheme, **facts)]


@pytest.mark.parametrize(
    "rows",
    [
        [Row("1.x"), Row("< 1.0", "ended")],
        [Row("3.x"), Row("2.x", "security_only"), Row("All other versions", "ended")],
        [Row("3.x"), Row("older", "ended"), Row("main", "ended")],
        [Row(">= 2.4, < 3"), Row("< 2.4", "ended")],
    ],
)
def test_a_clear_table_needs_no_second_look(rows):
    assert found(*rows) == []


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([Row("1.x"), Row("the usual ones")], [(Doubt.NOT_UNDERSTOOD, "the usual ones")]),
        ([Row(">= 3, < 2")], [(Doubt.EMPTY, ">= 3, < 2")]),
        ([Row("1.x", "unclear")], [(Doubt.UNCLEAR, "1.x")]),
        ([Row("1.x"), Row("< 1.4", "ended")], [(Doubt.CONTRADICTION, "< 1.4")]),
        ([Row("1.0 - 1.5"), Row("1.4 - 1.9")], [(Doubt.OVERLAP, "1.4 - 1.9")]),
        ([Row("1.x"), Row("1.4.x")], [(Doubt.UNREACHABLE, "1.4.x")]),
        ([Row("1.4.x"), Row("1.x")], [(Doubt.UNREACHABLE, "1.4.x")]),
        ([Row("1.x"), Row("v1")], [(Doubt.UNREACHABLE, "v1")]),
        ([Row("*"), Row("All other versions", "ended")], [(Doubt.UNREACHABLE, "All other versions")]),
        ([Row("< 2"), Row("older", "ended")], [(Doubt.UNREACHABLE, "older")]),
        ([Row("main"), Row("older", "ended")], [(Doubt.UNREACHABLE, "older")]),
        ([Row("2.x"), Row("others"), Row("everything else", "ended")], [(Doubt.CONTRADICTION, "everything else")]),
        ([Row("main"), Row("main branch")], [(Doubt.UNREACHABLE, "main branch")]),
        ([Row("3.x"), Row("1.x", "ended")], [(Doubt.GAP, None)]),
        ([Row("latest"), Row("others", "ended")], [(Doubt.NO_LATEST, "latest")]),
    ],
)
def test_what_an_editor_is_told(rows, expected):
    assert found(*rows) == expected


def test_the_sentences_name_the_rows_and_what_they_share():
    (one,) = versions.warnings([Row("1.x"), Row("< 1.4", "ended")], SEMVER)
    assert one.text == "The rows “1.x” and “< 1.4” both cover >= 1.0, < 1.4 and disagree: the answer there is “cannot tell”."
    (one,) = versions.warnings([Row("3.x"), Row("1.x", "ended")], SEMVER)
    assert one.text == "No row covers 2.x: nothing is promised for it."


def test_a_row_is_compared_with_all_before_it_not_only_with_its_neighbour():
    wide = [Row("1 - 9"), Row("2.x"), Row("3.x", "ended"), Row("4.x", "ended"), Row("5.x", "security_only")]
    assert [row for kind, row in found(*wide) if kind == Doubt.CONTRADICTION] == ["3.x", "4.x", "5.x"]


def test_a_latest_release_makes_that_row_comparable():
    rows = [Row("latest"), Row("2.x", "ended")]
    assert found(*rows, latest="3.0.1") == [(Doubt.GAP, None)]
    assert found(*rows, latest="2.3.1") == [(Doubt.CONTRADICTION, "latest")] or found(*rows, latest="2.3.1") == [
        (Doubt.CONTRADICTION, "2.x")
    ]
    (one,) = versions.warnings([Row("latest")], SEMVER, latest="soon")
    assert one.kind == Doubt.NO_LATEST and "soon" in one.text


def test_support_that_ended_but_is_not_said_to_have():
    rows = [Row("1.x", ends_on=date(2026, 6, 30)), Row("< 1", "ended", ends_on=date(2020, 1, 1))]
    assert found(*rows, on=date(2026, 6, 30)) == found(*rows) == []
    (one,) = versions.warnings(rows, SEMVER, on=date(2026, 7, 1))
    assert (one.kind, one.row) == (Doubt.ENDED, rows[0]) and "30 Jun 2026" in one.text


def test_names_without_an_order():
    assert found(Row("Bookworm"), Row("Bullseye", "ended"), scheme=LIST) == []
    assert found(Row("Bookworm"), Row("bookworm", "ended"), scheme=LIST) == [(Doubt.CONTRADICTION, "bookworm")]
    assert found(Row("latest"), Row("others", "ended"), scheme=LIST, latest="trixie") == []
    assert found(Row("latest"), scheme=LIST) == [(Doubt.NO_LATEST, "latest")]


def test_warnings_come_in_the_order_of_the_rows():
    rows = [Row("LTS"), Row("1.x", "unclear"), Row("1.4.x"), Row("stable-ish")]
    assert [row for _kind, row in found(*rows)] == ["LTS", "1.x", "1.4.x", "stable-ish"]


lines = st.tuples(
    st.sampled_from(["1.x", "1.2.x", "2.x", "< 2", ">= 1.5", "1.0 - 1.3", "<= 1.2", "2.1.0", "1.x || 3.x", "> 2.1, < 3"]),
    st.sampled_from(["supported", "security_only", "ended"]),
).map(lambda pair: Row(*pair))


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, max_size=6))
def test_no_contradiction_is_left_unsaid(rows):
    told = any(kind == Doubt.CONTRADICTION for kind, _row in found(*rows))
    asked = [f"{major}.{minor}.{patch}" for major, minor, patch in product(range(4), range(6), (0, 1))]
    met = any(versions.answer(version, rows, SEMVER).kind == Kind.CANNOT_TELL for version in asked)
    assert told == met
