"""What a search compares: case, width and blanks do not count, all words must occur, and the shortcut never loses a match."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.search_words import AT_ONCE, LONGEST, MOST, cut, fold, snippet, words_of
from portal.lib.crypto import canonical


@pytest.mark.parametrize(
    "wanted, text",
    [
        ("xss", "Stored XSS in the preview"),
        ("STRASSE", "In der Straße"),
        ("straße", "STRASSE"),
        ("file", "the ﬁle"),  # a ligature
        ("ABC", "ａｂｃ"),  # full width
        ("café", "cafe\u0301"),  # composed and not
        ("preview stored", "Stored XSS in the preview"),
        ('"in the preview"', "Stored XSS in\n  the\tpreview"),
        ('"in the', "Stored XSS in the preview"),
        ('say "he said \\o/"', 'they say: "He said \\o/"'),
        ("<script>", "<SCRIPT>alert(1)</SCRIPT>"),
        ("Ⅷ", "version viii"),
    ],
)
def test_it_is_found(wanted, text):
    words = words_of(wanted)
    assert words.are_in(text)
    assert words.may_be_in(canonical({"text": text, "salt": "x"}))
    assert any(piece.found for piece in snippet(text, words)) or "\u0301" in text


@pytest.mark.parametrize("wanted, text", [("xss csrf", "Stored XSS"), ('"preview the"', "the preview the"[:11]), ("aa", "a a")])
def test_it_is_not_found(wanted, text):
    assert not words_of(wanted).are_in(text)


def test_what_is_no_word_is_none():
    assert words_of(' "" " " ').all == ()
    assert len(words_of(" ".join(f"word{n}" for n in range(50))).all) == MOST
    assert words_of("Twice twice TWICE").all == ("twice",)


@given(st.text(max_size=LONGEST), st.text(max_size=300), st.integers(0, 250), st.integers(1, 40))
def test_the_shortcut_never_loses_a_match(wanted, text, at, length):
    for looked_for in (wanted, text[at : at + length], text[at : at + length].swapcase(), f'"{text[at : at + length]}"'):
        words = words_of(looked_for)
        if words.all and words.are_in(text):
            assert words.may_be_in(canonical({"text": text, "html": "", "salt": "x"}))


@given(st.text(max_size=400), st.text(max_size=60))
def test_a_snippet_is_a_part_of_the_text(text, wanted):
    pieces = snippet(text, words_of(wanted))
    shown = "".join(piece.text for piece in pieces)
    if shown.startswith("… "):
        shown = shown[2:]
    assert shown.removesuffix(" …") in " ".join(normalize("NFC", text).split()) or shown in " ".join(normalize("NFC", text).split())
    assert len(shown) < 250


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_a_snippet_shows_the_first_place_and_marks_every_word():
    text = "Lorem ipsum " * 40 + "the needle <b> lies here " + "dolor sit " * 40
    pieces = snippet(text, words_of("NEEDLE lies"))
    assert [piece.text for piece in pieces if piece.found] == ["needle", "lies"]
    whole = "".join(piece.text for piece in pieces)
    assert whole.startswith("… ") and whole.endswith(" …") and "<b>" in whole and len(whole) < 250


@given(st.text(alphabet=st.sampled_from(["a", "é", "\u0301", "\u0323", "ﬁ", " ", "\n", "\u00a0"]), max_size=AT_ONCE * 3))
def test_a_long_text_is_normalised_in_pieces_that_end_at_blanks(text):
    assert "".join(cut(text)) == text and max(map(len, cut(text)), default=0) <= AT_ONCE
    if max(map(len, text.split()), default=0) < AT_ONCE:
        assert fold(text) == " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def test_a_text_without_blanks_is_cut_all_the_same():
    """To put marks in their order takes as long as the square of how many follow each other."""
    hostile = "a" + "\u0301" * 16_000 + "\u0323" * 16_000
    assert [len(piece) for piece in cut(hostile)] == [AT_ONCE] * (len(hostile) // AT_ONCE) + [len(hostile) % AT_ONCE]
    words = words_of("needle")
    assert words.are_in(f"{hostile} needle") and any(piece.found for piece in snippet(f"{hostile} needle", words))
