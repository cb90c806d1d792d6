"""The forms in which rows of a version table are written, and what each covers."""

import pytest

from portal import versions
from portal.versions import PEP440, SEMVER
from tests.portal.version_rows import covers


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        ("1.x", ["1.0.0", "1.99.3"], ["0.9.9", "2.0.0"]),
        ("0.3.x", ["0.3.0", "0.3.9"], ["0.2.9", "0.4.0"]),
        ("3.x.x", ["3.0.0", "3.9.9"], ["4.0.0"]),
        ("1.2.*", ["1.2.0"], ["1.3.0"]),
        ("5.1.2", ["5.1.2"], ["5.1.3", "5.1.1"]),
        ("v3", ["3.0.0", "3.7.1"], ["2.9.9", "4.0.0"]),
        ("Version 3.1", ["3.1.4"], ["3.2.0"]),
        ("`2.x`", ["2.4.0"], ["3.0.0"]),
        ("All 2.x versions", ["2.4.0"], ["3.0.0"]),
        ("< 1.0", ["0.9.9"], ["1.0.0"]),
        ("All versions < 1.0", ["0.9.9"], ["1.0.0"]),
        ("<= 2.3", ["2.3.0"], ["2.3.1"]),
        ("≤ 1.17.x", ["1.17.9"], ["1.18.0"]),
        ("> 1", ["1.0.1"], ["1.0.0"]),
        ("> 1.x", ["2.0.0"], ["1.9.0"]),
        ("=> 2.0", ["2.0.0"], ["1.9.0"]),
        ("== 1.2.0", ["1.2.0"], ["1.2.1"]),
        (">= 2.4, < 3", ["2.4.0", "2.9.9"], ["2.3.9", "3.0.0"]),
        (">=2.4 <3", ["2.4.0"], ["3.0.0"]),
        (">= 2.4 and < 3", ["2.4.0"], ["3.0.0"]),
        (">= 2.4 to < 3", ["2.4.0"], ["2.3.0", "3.0.0"]),
        ("2.4 to < 3", ["2.4.0", "2.9.0"], ["2.3.0", "3.0.0"]),
        ("2.x, < 2.4", ["2.3.9"], ["2.4.0", "1.0.0"]),
        (">= 1, != 1.5.*, < 2", ["1.4.0", "1.6.0"], ["1.5.3", "2.0.0"]),
        ("!= 1.5.1", ["1.5.0", "1.5.2"], ["1.5.1"]),
        ("2.0 - 2.4", ["2.0.0", "2.4.7"], ["1.9.9", "2.5.0"]),
        ("2.0–2.4", ["2.0.0", "2.4.7"], ["1.9.9", "2.5.0"]),
        ("2.0-2.4", ["2.4.7"], ["2.5.0"]),
        ("1.x-3.x", ["1.0.0", "3.9.0"], ["4.0.0"]),
        ("2.0 through 2.4", ["2.4.7"], ["2.5.0"]),
        ("from 2.0 to 2.4", ["2.4.7"], ["2.5.0"]),
        ("between 2.0 and 2.4", ["2.4.7"], ["2.5.0"]),
        ("2.0.1 - 2.4.5", ["2.4.5"], ["2.0.0", "2.4.6"]),
        ("2.4 to latest", ["9.0.0"], ["2.3.0"]),
        ("1.x || 3.x", ["1.5.0", "3.5.0"], ["2.5.0"]),
        ("1.x or 3.x", ["1.5.0", "3.5.0"], ["2.5.0"]),
        ("1.x / 3.x", ["1.5.0", "3.5.0"], ["2.5.0"]),
        ("7.x, 8.x", ["7.5.0", "8.5.0"], ["9.0.0"]),
        ("1.0.x, 1.1.x and 3.x", ["1.0.5", "1.1.5", "3.1.0"], ["1.2.0", "2.0.0"]),
        ("1.4.x, 2.0 and above", ["1.4.1", "3.0.0"], ["1.5.0"]),
        ("1.4.2, 1.5.1", ["1.4.2", "1.5.1"], ["1.4.3"]),
        ("*", ["0.0.1", "99.0.0"], []),
        ("all versions", ["0.0.1", "99.0.0"], []),
        ("4.2 LTS", ["4.2.9"], ["4.3.0"]),
        ("4.2-lts", ["4.2.9"], ["4.3.0"]),
        ("LTS: 4.2", ["4.2.9"], ["4.3.0"]),
        ("2.x (LTS, until 2026-05)", ["2.4.0"], ["3.0.0"]),
        ("5.0.x (latest)", ["5.0.9"], ["5.1.0"]),
        ("5.x GA / Stable", ["5.1.0"], ["6.0.0"]),
        ("2.0 (security fixes only)", ["2.0.1"], ["2.1.0"]),
        ("Latest (1.2.x)", ["1.2.9"], ["1.3.0"]),
        ("2.0 and above", ["2.0.0", "9.0.0"], ["1.9.0"]),
        ("versions 4 and above", ["4.0.0"], ["3.9.0"]),
        ("2.x or newer", ["2.0.0", "9.0.0"], ["1.9.0"]),
        ("2 or later", ["3.0.0"], ["1.9.0"]),
        ("v0.9.84+", ["0.9.84", "1.0.0"], ["0.9.83"]),
        ("1.x+", ["2.0.0"], ["0.9.0"]),
        ("2.0 onwards", ["2.0.0"], ["1.9.0"]),
        ("since 2.0", ["2.0.0"], ["1.9.0"]),
        ("at least 2.0", ["2.0.0"], ["1.9.0"]),
        ("newer than 2.0.1", ["2.0.2"], ["2.0.1"]),
        ("2.3 and earlier", ["2.3.9", "1.0.0"], ["2.4.0"]),
        ("1.x and older versions", ["1.9.0", "0.1.0"], ["2.0.0"]),
        ("2.3.1 or below", ["2.3.1"], ["2.3.2"]),
        ("prior to 2", ["1.9.9"], ["2.0.0"]),
        ("before 2.0", ["1.9.9"], ["2.0.0"]),
        ("Versions older than 3.1", ["3.0.9"], ["3.1.0"]),
        ("anything below 1.0", ["0.9.0"], ["1.0.0"]),
        ("pre-1.0", ["0.9.0"], ["1.0.0"]),
        ("up to 2.4", ["2.4.9"], ["2.5.0"]),
        ("3.x or later but < 5", ["3.0.0", "4.9.0"], ["2.9.0", "5.0.0"]),
        ("~1.2", ["1.2.0", "1.2.9"], ["1.3.0"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.2.2", "1.3.0"]),
        ("^1.2", ["1.2.0", "1.9.0"], ["1.1.0", "2.0.0"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        ("~= 1.4.2", ["1.4.2", "1.4.9"], ["1.5.0"]),
        ("~> 2.2", ["2.2.0", "2.9.0"], ["3.0.0"]),
        ("main, 2.x", ["2.0.0"], ["3.0.0"]),
    ],
)
def test_what_a_row_covers(text, inside, outside):
    for version in inside:
        assert covers(text, version), version
    for version in outside:
        assert not covers(text, version), version


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("latest", "semver:latest"),
        ("Latest release", "semver:latest"),
        ("the current version", "semver:latest"),
        ("newest", "semver:latest"),
        ("latest stable", "semver:latest"),
        ("only the latest version", "semver:latest"),
        ("latest version of the plugin", "semver:latest"),
        ("dernière version", "semver:latest"),
        ("最新版本", "semver:latest"),
        ("latest minor version", "semver:latest.minor"),
        ("latest minor of 2.x", "semver:latest.minor(>=2.0.0-0,<3.0.0-0)"),
        ("main", "semver:name=main"),
        ("master branch", "semver:name=master"),
        ("main (unreleased)", "semver:name=main"),
        ("HEAD", "semver:name=head"),
        ("develop", "semver:name=develop"),
        ("main / latest", "semver:name=main|latest"),
        ("All other versions", "semver:other"),
        ("others", "semver:other"),
        ("any other", "semver:other"),
        ("Everything else", "semver:other"),
        ("all other released versions", "semver:other"),
        ("其他版本", "semver:other"),
        ("older", "semver:older"),
        ("Older versions", "semver:older"),
        ("all older releases", "semver:older"),
        ("previous versions", "semver:older"),
        ("anything older", "semver:older"),
        ("< latest", "semver:older"),
        ("older than the latest release", "semver:older"),
        ("ältere Versionen", "semver:older"),
        ("1.x and latest", "semver:>=1.0.0-0,<2.0.0-0|latest"),
        ("5.x stable", "semver:>=5.0.0-0,<6.0.0-0;final"),
    ],
)
def test_words_that_are_understood(text, meaning):
    assert str(versions.read(text, SEMVER)) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "the previous version", "last 3 minor versions", "LTS", "stable", "beta", "5.x RC", "1.2x", "1.0.2k", "1.0 <2.0", "2.x, 3.x, < 3.4",
        "4.2 until 2026-05-01", "2.x (except 2.3)", "latest LTS", "latest of each minor", "banana 1.0", ">=", "~=1", "1.0 and", ",", "||",
        "1.x ||", "x" * 161, "1.x, " * 33, "1.0 and later, 2.0 and earlier",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_not_guessed(text):
    assert versions.read(text, SEMVER) is None


def test_spellings_of_a_version_that_are_its_own():
    assert covers(">= 3.0.0rc2", "3.0.0rc10") and not covers(">= 3.0.0rc2", "3.0.0rc1")
    assert covers("1.2.0", "1.2.0+cpu", PEP440) and covers("1.2.0", "1.2.0+build.5")


@pytest.mark.parametrize("text", [">= 3, < 2", ">= 2, < 2", "2.4 - 2.0", "1.x, >= 3", "== 1.0, == 2.0", "1.x || > 2, < 2"])
def test_bounds_that_contradict_each_other_are_told_from_what_is_not_understood(text):
    meaning = versions.read(text, SEMVER)
    assert meaning is not None and not meaning


def test_a_meaning_is_in_the_notation_of_the_library():
    assert str(versions.read("3.x", PEP440)) == "pep440:>=3.dev0,<4.dev0"
    assert str(versions.read("3.x", PEP440, prereleases_in_line=False)) == "pep440:>=3,<4"
    assert str(versions.read(">= 1.0rc1, < 2", PEP440)) == "pep440:>=1.0rc1,<2.dev0"
    assert str(versions.read("1.x || 3.x", SEMVER, prereleases_in_line=False)) == "semver:>=1.0.0,<2.0.0|>=3.0.0,<4.0.0"


def test_a_meaning_that_is_too_long_to_be_kept_is_none():
    lines = [f"{number}.x" for number in range(1, 50, 2)]
    assert len(", ".join(lines)) < 160
    assert versions.read(", ".join(lines), SEMVER) is None
    assert versions.read(", ".join(lines[:10]), SEMVER)
