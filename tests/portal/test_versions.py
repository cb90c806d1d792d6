"""Is this version covered: the rows as written, the answer."""

from datetime import date

import pytest

from portal import versions
from portal.versions import DOTTED, LIST, PEP440, SEMVER, Kind
from tests.portal.version_rows import Row, covers

MAIL_AUTH = [Row("0.3.x"), Row("< 0.2", "ended")]
MAILAT = [Row("1.x"), Row("< 1.0", "ended")]
NEWEST = [Row("latest"), Row("older", "ended")]


def kind(version, rows, scheme=SEMVER, **facts):
    return versions.answer(version, rows, scheme, **facts).kind


@pytest.mark.parametrize(
    "version, rows, expected",
    [
        ("0.3.7", MAIL_AUTH, Kind.SUPPORTED),
        ("v0.3.0", MAIL_AUTH, Kind.SUPPORTED),
        ("0.2.4", MAIL_AUTH, Kind.IN_NO_ROW),
        ("0.2", MAIL_AUTH, Kind.IN_NO_ROW),
        ("0.1.9", MAIL_AUTH, Kind.NOT_SUPPORTED),
        ("0.4.0", MAIL_AUTH, Kind.IN_NO_ROW),
        ("1.4.2", MAILAT, Kind.SUPPORTED),
        ("Version 1.4.2", MAILAT, Kind.SUPPORTED),
        ("1.4.2 LTS", MAILAT, Kind.SUPPORTED),
        ("0.9.9", MAILAT, Kind.NOT_SUPPORTED),
        ("2.0.0", MAILAT, Kind.IN_NO_ROW),
        ("next Tuesday", MAILAT, Kind.CANNOT_TELL),
        ("", MAILAT, Kind.CANNOT_TELL),
        ("9" * 5000, MAILAT, Kind.CANNOT_TELL),
        ("1.x", MAILAT, Kind.CANNOT_TELL),
        ("1.0.2k", MAILAT, Kind.CANNOT_TELL),  # a letter that comes after 1.0.2 here and before it there
        ("5.0.1", [Row("5.0.x", "security_only")], Kind.SECURITY_ONLY),
        ("5.0.1", [Row("5.0.x", "unclear")], Kind.CANNOT_TELL),
    ],
)
def test_the_row_decides(version, rows, expected):
    assert kind(version, rows) == expected


NOT_READ = [
    "LTS",
    "the usual ones",
    "1.0 2.0",
    ">= 1,",
    "< banana",
    "",
    "5.x Beta",
    "last 3 minor versions",
    "2.x (but not 2.3)",
    ">= 3, < 2",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_a_row_that_is_not_understood_answers_cannot_tell_and_is_named(text):
    answer = versions.answer("1.0.0", [Row("7.x"), Row(text)], SEMVER)
    assert answer.kind == Kind.CANNOT_TELL
    assert answer.row.text == text


def test_a_row_that_is_not_understood_leaves_those_alone_that_name_the_version():
    assert kind("7.1.0", [Row("7.x"), Row("LTS", "ended")]) == Kind.SUPPORTED
    assert kind("1.0.0", [Row("LTS"), Row("All other versions", "ended")]) == Kind.CANNOT_TELL


@pytest.mark.parametrize("scheme, version", [(PEP440, "3.0.0a1"), (PEP440, "3.0.0.dev4"), (SEMVER, "3.0.0-rc.1"), (SEMVER, "3.0.0a1")])
def test_a_pre_release_belongs_to_the_line_it_precedes(scheme, version):
    answer = versions.answer(version, [Row("< 3", "ended"), Row("3.x")], scheme)
    assert (answer.kind, answer.row.text) == (Kind.SUPPORTED, "3.x")


@pytest.mark.parametrize("scheme, version", [(PEP440, "3.0.0a1"), (SEMVER, "3.0.0-rc.1")])
def test_a_project_may_count_a_pre_release_as_older(scheme, version):
    answer = versions.answer(version, [Row("< 3", "ended"), Row("3.x")], scheme, prereleases_in_line=False)
    assert (answer.kind, answer.row.text) == (Kind.NOT_SUPPORTED, "< 3")


def test_a_row_of_stable_releases_leaves_pre_releases_out():
    rows = [Row("5.x Stable"), Row("All other versions", "ended")]
    assert kind("5.2.0", rows) == Kind.SUPPORTED
    assert kind("5.2.0-rc.1", rows) == Kind.NOT_SUPPORTED


def test_rows_that_disagree_are_not_decided_by_order():
    for rows in ([Row("1.x"), Row("< 2", "ended")], [Row("< 2", "ended"), Row("1.x")]):
        answer = versions.answer("1.1.0", rows, SEMVER)
        assert (answer.kind, answer.row) == (Kind.CANNOT_TELL, None)
        assert "1.x" in answer.why and "< 2" in answer.why


def test_support_that_ended_counts_as_ended():
    rows = [Row("1.x", ends_on=date(2026, 6, 30))]
    assert kind("1.1.0", rows, on=date(2026, 6, 30)) == Kind.SUPPORTED
    after = versions.answer("1.1.0", rows, SEMVER, on=date(2026, 7, 1))
    assert after.kind == Kind.NOT_SUPPORTED and "30 Jun 2026" in after.why


def test_an_end_that_made_two_rows_disagree_is_not_decided_either():
    rows = [Row("1.x", ends_on=date(2026, 6, 30)), Row("1.4.x", ends_on=date(2027, 6, 30))]
    assert kind("1.4.0", rows, on=date(2026, 6, 30)) == Kind.SUPPORTED
    assert kind("1.4.0", rows, on=date(2026, 7, 1)) == Kind.CANNOT_TELL
    assert kind("1.3.0", rows, on=date(2026, 7, 1)) == Kind.NOT_SUPPORTED


def test_latest_means_the_release_that_the_project_has_named():
    assert kind("2.3.1", NEWEST, latest="2.3.1") == Kind.SUPPORTED
    assert kind("2.3.0", NEWEST, latest="v2.3.1") == Kind.NOT_SUPPORTED
    assert kind("latest", NEWEST, latest="2.3.1") == Kind.SUPPORTED
    assert kind("latest", [Row("2.x", "security_only")], latest="2.3.1") == Kind.SECURITY_ONLY


def test_what_is_newer_than_the_named_release_may_be_the_latest_by_now():
    answer = versions.answer("2.4.0", [Row("latest"), Row("All other versions", "ended")], SEMVER, latest="2.3.1")
    assert answer.kind == Kind.CANNOT_TELL and "2.3.1" in answer.why


@pytest.mark.parametrize("latest", ["", "soon"])
def test_without_a_latest_release_only_the_word_is_answered(latest):
    answer = versions.answer("2.3.1", NEWEST, SEMVER, latest=latest)
    assert (answer.kind, answer.row.text) == (Kind.CANNOT_TELL, "latest")
    assert "newest release" in answer.why
    assert kind("2.3.1", [*NEWEST, Row("2.x", "security_only")]) == Kind.SECURITY_ONLY


def test_the_latest_release_asked_by_its_word():
    assert kind("Latest release", NEWEST) == Kind.SUPPORTED
    answer = versions.answer("latest", MAILAT, SEMVER)
    assert answer.kind == Kind.CANNOT_TELL and "not said which release is the latest" in answer.why


@pytest.mark.parametrize(
    "text, inside, older, newer",
    [
        ("latest minor version", "2.3.0", "2.2.9", "2.4.0"),
        ("latest major", "2.0.0", "1.9.0", "3.0.0"),
        ("latest 2.x", "2.3.1", "2.3.0", "2.4.0"),
    ],
)
def test_latest_may_name_a_line(text, inside, older, newer):
    assert kind(inside, [Row(text)], latest="2.3.1") == Kind.SUPPORTED
    assert kind(older, [Row(text)], latest="2.3.1") == Kind.IN_NO_ROW
    assert kind(newer, [Row(text)], latest="2.3.1") == Kind.CANNOT_TELL


def test_the_latest_of_a_line_that_the_latest_release_is_not_on_is_not_known():
    assert kind("1.9.0", [Row("latest 1.x")], latest="2.3.1") == Kind.CANNOT_TELL
    assert kind("2.3.1", [Row("latest 1.x")], latest="2.3.1") == Kind.IN_NO_ROW


def test_a_branch_is_asked_by_its_name_and_no_release_is_on_it():
    rows = [Row("main branch"), Row("2.x", "security_only")]
    assert kind("main", rows) == Kind.SUPPORTED
    assert kind("the `main` branch", rows) == Kind.SUPPORTED
    assert kind("2.0.0", rows) == Kind.SECURITY_ONLY
    assert kind("1.0.0", rows) == Kind.IN_NO_ROW
    assert kind("master", rows) == Kind.CANNOT_TELL


def test_all_other_versions_are_those_that_no_other_row_covers():
    rows = [Row("3.x"), Row("1.x", "security_only"), Row("All other versions", "ended")]
    assert [kind(version, rows) for version in ("3.1.0", "1.4.0", "2.0.0", "0.9.0", "4.0.0")] == [
        Kind.SUPPORTED, Kind.SECURITY_ONLY, Kind.NOT_SUPPORTED, Kind.NOT_SUPPORTED, Kind.NOT_SUPPORTED,
    ]  # fmt: skip


def test_older_is_what_comes_before_every_other_row():
    rows = [Row("5.x"), Row("3.x", "security_only"), Row("older", "ended"), Row("others", "unclear")]
    assert kind("2.9.9", rows) == Kind.NOT_SUPPORTED
    assert kind("2.9.9", list(reversed(rows))) == Kind.NOT_SUPPORTED
    assert kind("4.0.0", rows[:3]) == kind("6.0.0", rows[:3]) == Kind.IN_NO_ROW
    assert kind("1.0.0", [Row("main"), Row("older", "ended")]) == Kind.CANNOT_TELL


def test_names_without_an_order_are_compared_as_names():
    rows = [Row("Bookworm, Trixie"), Row("Bullseye", "ended")]
    assert kind("bookworm ", rows, LIST) == kind("TRIXIE", rows, LIST) == Kind.SUPPORTED
    assert kind("bullseye", rows, LIST) == Kind.NOT_SUPPORTED
    assert kind("forky", rows, LIST) == Kind.IN_NO_ROW
    assert kind("", rows, LIST) == Kind.CANNOT_TELL
    assert kind("forky", [*rows, Row("All others", "ended")], LIST) == Kind.NOT_SUPPORTED
    assert kind("forky", [*rows, Row("older", "ended")], LIST) == Kind.CANNOT_TELL
    assert kind("forky", [Row("latest"), Row("others", "ended")], LIST, latest="Forky") == Kind.SUPPORTED
    assert kind("sid", [Row("latest"), Row("others", "ended")], LIST) == Kind.CANNOT_TELL


def test_a_name_that_only_one_row_says_is_found_though_nobody_understands_it():
    assert kind("5.x beta", [Row("5.x Beta", "unclear"), Row("5.x")]) == Kind.CANNOT_TELL
    assert kind("LTS", [Row("LTS", "security_only"), Row("5.x")]) == Kind.SECURITY_ONLY


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        (">= 2024.9", "2024.10.1", "2024.8"),
        ("22.04 LTS", "22.04.1", "22.10"),
        ("2024.x", "2024.10", "2025.1"),
        ("2024-10-01 - 2024-12-31", "2024-11-30", "2025-01-01"),
        ("2023.4-2024.1", "2023.12", "2024.2"),
        ("22.04.1", "22.4.1", "22.04.2"),
    ],
)
def test_dates_are_ordered_as_numbers(text, inside, outside):
    assert covers(text, inside, DOTTED) and not covers(text, outside, DOTTED)


@pytest.mark.parametrize(
    "rows, gaps",
    [
        (MAIL_AUTH, ("0.2.x",)),
        (MAILAT, ()),
        ([Row("3.x"), Row("1.x", "ended")], ("2.x",)),
        ([Row("4.x"), Row("< 2", "ended")], (">= 2.0, < 4.0",)),
        ([Row("5.1.2"), Row("< 2")], (">= 2.0, < 5.1.2",)),
        ([Row(">= 2.4"), Row("<= 2.3", "ended")], ("> 2.3, < 2.4",)),
        ([Row("5.1.2"), Row("5.1.3")], ()),
        ([Row("5.x"), Row("3.x"), Row("older", "ended")], ("4.x",)),
        ([Row("5.x"), Row("3.x"), Row("others", "ended")], ()),
        ([Row("5.x"), Row("3.x"), Row("main")], ("4.x",)),
        ([Row("5.x"), Row("3.x"), Row("latest")], ()),
        ([Row("5.x"), Row("3.x"), Row("LTS")], ()),
    ],
)
def test_what_stands_between_the_rows_is_named(rows, gaps):
    assert versions.gaps(rows, SEMVER) == gaps
