"""The promise line's geometry: in order, evenly spaced, and words that never touch."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.lib.promise_line import GAP, KINDS, LABEL_PX, STATES, TEXT_PX, WIDTHS, Mark, lay_out, words_width

POLICY = [
    Mark("Report", "you send it", "promised"),
    Mark("Answer", "within 48 h", "promised", "span"),
    Mark("Updates", "at least every 7 days", "promised", "repeat"),
    Mark("Fix", "7 to 14 days if High", "promised", "span"),
    Mark("Advisory", "public, with your credit", "promised", "end"),
]
word = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzMW漢字0123456789,"), min_size=1, max_size=14)
words = st.lists(word, max_size=8).map(" ".join)
mark = st.builds(Mark, words, words, st.sampled_from(STATES), st.sampled_from(KINDS))


def percent(text):
    return float(text.removesuffix("%"))


def test_marks_stand_in_order_and_evenly():
    line = lay_out(POLICY)
    assert [percent(one.x) for one in line.marks] == [0, 20, 40, 60, 80]
    assert [one.mark for one in line.marks] == POLICY
    assert line.end == "80.00%"


@given(st.lists(mark, min_size=1, max_size=9), st.sampled_from(WIDTHS))
@settings(max_examples=150, deadline=None)
def test_where_the_line_fits_no_words_touch(marks, width):
    line = lay_out(marks, width=width)
    if not line.fits:
        return
    slot = line.fits / len(marks)
    for one in line.marks:
        for row in one.above:
            assert words_width(row.words, LABEL_PX) + GAP <= slot + 0.01
        for row in one.below:
            assert words_width(row.words, TEXT_PX) + GAP <= slot + 0.01


@given(st.lists(mark, min_size=1, max_size=9), st.sampled_from(WIDTHS))
@settings(max_examples=100, deadline=None)
def test_no_word_is_lost_and_every_row_stays_in_the_picture(marks, width):
    line = lay_out(marks, width=width)
    for one in line.marks:
        assert " ".join(row.words for row in one.above).split() == one.mark.label.split()
        assert " ".join(row.words for row in one.below).split() == one.mark.text.split()
        assert all(8 <= line.y + row.y <= line.height - 2 for row in one.above + one.below)


@pytest.mark.parametrize("count", [2, 8])
def test_two_and_eight_marks_fit_a_desktop_page(count):
    marks = [Mark("Acknowledged", "after 51 h of 48", "late") for _ in range(count)]
    assert 0 < lay_out(marks).fits <= 1000


def test_a_word_wider_than_its_place_stands_upright_only():
    assert lay_out([Mark("Bestätigungsbenachrichtigungen" * 2, "", "met")] * 6).fits == 0


def test_long_words_fold_into_even_rows():
    line = lay_out([Mark("Next update", "paused, waiting for the reporter", "pause")] * 7)
    assert [row.words for row in line.marks[0].below] == ["paused, waiting", "for the reporter"]


@pytest.mark.parametrize(
    "marks, passed",
    [
        (POLICY, "0.00%"),
        ([Mark("a", "", "met"), Mark("b", "", "met"), Mark("c", "", "open"), Mark("d", "", "open")], "25.00%"),
        ([Mark("a", "", "met"), Mark("b", "", "late"), Mark("Now", "", "open", "now"), Mark("d", "", "open")], "50.00%"),
    ],
)
def test_the_past_reaches_to_now_or_to_what_was_last_met(marks, passed):
    assert lay_out(marks).passed == passed


def test_a_state_that_has_no_shape_is_refused():
    with pytest.raises(ValueError):
        Mark("Answer", "within 48 h", "fine")
    with pytest.raises(ValueError):
        Mark("Answer", "within 48 h", "met", "star")


def test_no_marks_are_no_line():
    with pytest.raises(ValueError):
        lay_out([])
