"""Whole texts: those that others wrote, where they are at hand, and any text at all."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.security_md import document, marks, supported

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpora"
STATUSES = {"supported", "security_only", "ended", "unclear"}
MEANS = {"supported": True, "security_only": True, "ended": False, "unclear": None}
PIECES = [
    "# Supported Versions\n\n", "| Version | Supported |\n|---|---|\n", "| 1.x | ✅ |\n", "| < 1.0 | :x: |\n", "| 2.x | until 2026 |\n",
    "- 1.x: ", "supported", "\n\n", "Only the latest release ", "is supported. ", "not ", "<table><tr><td rowspan=3>1.x", "</td>",
    "<td colspan=9>", "</tr><tr>", "Version Supported\n", "0.3.x\n", "🕐 ", "[x] ", "2026-13-45", "(", ")", ": ", ", ", "EOL ",
    "最新版本", "支持。", "versions older than ", "1.2.3 ", "\t", "|", "# Out of scope\n\n", "security fixes only",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_pieces_give_rows_that_a_policy_can_hold(text):
    found = supported.read(document.read(text), date(2026, 11, 22))
    lines = text.count("\n") + 1
    assert all(row.status in STATUSES and row.text.strip() and "\n" not in row.text + row.note + row.component for row in found.facts)
    assert all(1 <= row.line <= lines and row.line in found.lines for row in found.facts)
    assert all(1 <= line <= lines for line in found.lines)
    assert any(row.status == "unclear" for row in found.facts) <= bool(found.warnings)


@given(st.text())
def test_no_text_makes_it_raise(text):
    supported.read(document.read(f"# Supported versions\n\n{text}"))
    marks.status(text)


def seed(name):
    path = CORPUS / "seeds" / name
    if not path.exists():
        pytest.skip("the texts that others wrote are not at hand")
    return supported.read(document.read(path.read_text()))


def test_the_copy_of_mailat_has_its_versions():
    assert [(row.text, row.status, row.line) for row in seed("mailat.txt").facts] == [("1.x", "supported", 4), ("< 1.0", "ended", 5)]


def test_the_copy_of_mail_auth_lost_its_marks_and_is_unclear():
    found = seed("mail-auth.txt")
    assert [(row.text, row.status) for row in found.facts] == [("0.3.x", "unclear"), ("< 0.2", "unclear")]
    assert len(found.warnings) == 1


@pytest.mark.parametrize("half", [0, 1], ids=["even", "odd"])
def test_versions_of_real_files_are_read_well_enough(half):
    labels = [
        json.loads(path.read_text()) for path in sorted((CORPUS / "security-md" / "labels").glob("*.json")) if int(path.stem) % 2 == half
    ]
    if not labels:
        pytest.skip("the texts that others wrote are not at hand")
    right = said = real = 0
    for label in labels:
        text = (CORPUS / "security-md" / "security-md" / label["file"]).read_text()
        have = {(_norm(row.text), MEANS[row.status]) for row in supported.read(document.read(text), date(2026, 11, 22)).facts}
        want = {(_norm(row["version_text"]), row["supported"]) for row in label["supported_versions"]}
        right, said, real = right + len(have & want), said + len(have), real + len(want)
    assert right / said >= 0.93 and right / real >= 0.85


def _norm(text):
    text = re.sub(r"^(version|versions|release)\s+", "", text.lower().strip("`*_ ").replace("≤", "<=").replace("≥", ">="))
    return re.sub(r"\s*([<>]=?|=)\s*", r"\1", re.sub(r"(?<![a-z])v(?=\d)", "", " ".join(text.split())))
