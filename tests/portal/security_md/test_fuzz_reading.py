"""No input makes reading raise anything but its own refusal, and what it returns fits the columns."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.security_md import fitting, reading, summary

GOLDEN = [path.read_text() for path in sorted((Path(__file__).resolve().parents[2] / "data" / "security_md").glob("*.md"))]
PIECES = [
    "# ", "## Scope\n", "\n\n", "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "| 1.x | ✅ |\n", "<table><tr><td rowspan=2>1.x",
    "</table>", "<!--", "-->", "```\n", "---\n", "[x](", "](https://example.org/security/advisories/new)", "[a]: https://[",
    "mailto:a@b.c,d@e.f?x=%00", "security@example.org ", "security [at] example [dot] org ", "https://[::1 ",
    "Do not open a public issue", "within 48 hours", "Please include:\n\n", "if you have one", "credit", "no bug bounty",
    "legal action", "PGP 1234 5678 90AB CDEF 1234  5678 90AB CDEF 1234 5678", "\u2028", "\r", "漏洞", "公開", "İ", "\ufeff", ":",
    "：", "For general questions, ", "If no answer came within 99999 days, follow up by mail.", "< 1.0", "2026-13-45",
    "AI reports are closed", "&#64;", "\\",
]  # fmt: skip


def read(text):
    """Read a text, or None where it is refused."""
    try:
        return reading.read(text)
    except reading.Unreadable as refused:
        assert str(refused)
        return None


def is_sound(text):
    found = read(text)
    if found is None:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [*found.lines.values(), *(passage.line for passage in found.not_understood)]
    places += [row.line for rows in (found.contacts, found.clauses, found.requested_fields, found.service_levels) for row in rows]
    assert all(1 <= place <= len(lines) for place in places)
    summary.as_json(found, "x.md")
    assert list(summary.in_words(found, "x.md"))
    kept, _warnings = fitting.stored(found)
    assert all(fitting.STORED.fullmatch(one.uri) for one in kept.contacts)
    assert len({one.key for one in found.requested_fields}) == len(found.requested_fields)
    assert len({(one.milestone, one.severity) for one in found.service_levels}) == len(found.service_levels)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text(text):
    is_sound(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join))
def test_pieces_of_markdown(text):
    is_sound(text)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(GOLDEN),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 300), st.sampled_from(PIECES) | st.text(max_size=4)), max_size=6),
)
def test_policies_that_were_cut_and_pasted(text, cuts):
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    is_sound(text)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16")))
def test_any_file(data):
    try:
        text = reading.decoded(data)
    except reading.Unreadable:
        return
    is_sound(text)
