"""Versions in lists, and in copies of tables that lost their bars."""

import pytest

from portal.security_md import document, supported

SUPPORTED, SECURITY, ENDED, UNCLEAR = "supported", "security_only", "ended", "unclear"


def read(text, heading="## Supported Versions"):
    return supported.read(document.read(f"# Policy\n\n{heading}\n\n{text}\n"))


def rows(text, **how):
    return [(row.text, row.status) for row in read(text, **how).facts]


@pytest.mark.parametrize(
    "item, row",
    [
        ("2.x: supported", ("2.x", SUPPORTED)),
        ("**2.x** – security fixes only", ("2.x", SECURITY)),
        ("✅ 2.x", ("2.x", SUPPORTED)),
        ("2.x ❌", ("2.x", ENDED)),
        ("[ ] 1.x", ("1.x", ENDED)),
        ("[ ] <= 2.x", ("<= 2.x", ENDED)),
        ("`< 1.0` (no longer supported)", ("< 1.0", ENDED)),
        ("1.x is end of life", ("1.x", ENDED)),
        ("Latest release: full support", ("Latest release", SUPPORTED)),
        ("All older versions: not supported", ("All older versions", ENDED)),
        ("version 3: until 2030-01-01", ("version 3", SUPPORTED)),
        ("main", ("main", SUPPORTED)),
        ("2026.2.0", ("2026.2.0", SUPPORTED)),
        ("Última versión estable: soporte activo", ("Última versión estable", SUPPORTED)),
        ("0.9 → unsupported", ("0.9", ENDED)),
        ("everything older (no)", ("everything older", ENDED)),
        ("1.x: inactive", ("1.x", ENDED)),
    ],
)
def test_an_item_names_a_version_and_its_mark_or_takes_that_of_the_list(item, row):
    assert rows(f"- {item}") == [row]


def test_the_words_before_a_list_say_what_it_lists():
    text = "The following versions get security updates:\n\n- 3.x\n- 2.x\n\nThese versions are no longer supported:\n\n- 1.x\n"
    assert rows(text, heading="## Releases") == [("3.x", SUPPORTED), ("2.x", SUPPORTED), ("1.x", ENDED)]


def test_the_heading_says_it_too():
    assert rows("### Supported\n\n- 2.x\n\n### Unsupported\n\n- 1.x\n", heading="## Versions supported") == [
        ("2.x", SUPPORTED),
        ("1.x", ENDED),
    ]


def test_versions_may_be_listed_by_status():
    assert rows("- Supported: 2.x, 3.x and 4.x\n- Unsupported: < 2.0") == [
        ("2.x", SUPPORTED),
        ("3.x", SUPPORTED),
        ("4.x", SUPPORTED),
        ("< 2.0", ENDED),
    ]
    assert rows("Currently supported versions: 2.x, 3.x") == [("2.x", SUPPORTED), ("3.x", SUPPORTED)]


def test_versions_may_be_listed_with_their_status_in_brackets():
    assert rows("- Package: 3.x (active), 2.x (security), 1.x (EOL)") == [("3.x", SUPPORTED), ("2.x", SECURITY), ("1.x", ENDED)]


def test_lines_may_begin_with_the_sign_of_what_they_list():
    assert rows("✅ Supported: 2.0 - 2.4, 3.x\n❌ Not supported: 1.x") == [("2.0 - 2.4", SUPPORTED), ("3.x", SUPPORTED), ("1.x", ENDED)]


def test_a_version_may_stand_after_its_rank():
    text = "- **Current version:** 7.3 — full support\n- **Previous version:** 7.2 — critical fixes until 2027-01\n- Latest release: 8.0.1"
    assert rows(text) == [("7.3", SUPPORTED), ("7.2", SECURITY), ("8.0.1", SUPPORTED)]


def test_headings_may_name_versions_and_say_below_what_they_get():
    text = "### 4.x (current)\n\nBug and security fixes.\n\n### 3.x\n\nSecurity fixes only until March 2027.\n\n### 2.x\n\nNot supported.\n"
    assert rows(text) == [("4.x", SUPPORTED), ("3.x", SECURITY), ("2.x", ENDED)]


def test_a_list_of_past_releases_says_nothing_of_support():
    assert rows("Versions with a security fix:\n\n- 1.0.2 - 2010-04-08 - A crash on odd input") == []


def test_a_copy_that_lost_its_marks_is_unclear_and_warned_of():
    found = read("Version Supported\n0.3.x\n< 0.2")
    assert [(row.text, row.status, row.line) for row in found.facts] == [("0.3.x", UNCLEAR, 6), ("< 0.2", UNCLEAR, 7)]
    assert len(found.warnings) == 1 and "0.3.x, < 0.2" in found.warnings[0]
    assert found.lines == {5, 6, 7}


def test_a_copy_that_kept_its_marks_is_read():
    assert rows("Version Supported\n0.3.x ✅\n< 0.2 No") == [("0.3.x", SUPPORTED), ("< 0.2", ENDED)]
    assert rows("0.3.x ✅\n0.2.x ❌") == [("0.3.x", SUPPORTED), ("0.2.x", ENDED)]


def test_an_end_of_support_is_read():
    (row,) = read("- 2.x: supported until 2027-04-30").facts
    assert row.ends_on.isoformat() == "2027-04-30"


@pytest.mark.parametrize(
    "item", ["48 hours: first answer", "Python 3.9 or later", "Open the security tab", "Any other matter: write to us", "7 days for a fix"]
)
def test_other_items_are_no_versions(item):
    assert rows(f"- {item}") == []


def test_a_list_elsewhere_is_left_alone():
    assert rows("- 1.2.3\n- 1.2.4", heading="## What to include") == []
