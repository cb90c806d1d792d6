"""The badge: how soon a person answers, in a picture that anybody may embed."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import badge
from portal.service_levels import Level

SVG = "{http://www.w3.org/2000/svg}"


def level(latest, unit, earliest=None, milestone="acknowledgement", severity=""):
    return Level(milestone, severity, "received", earliest, latest, unit)


@pytest.mark.parametrize(
    "levels, said",
    [
        ([level(48, "hours")], "answer within 48 h"),
        ([level(1, "days")], "answer within 1 day"),
        ([level(14, "days", 7)], "answer within 7–14 days"),
        ([level(2, "business_days")], "answer within 2 business days"),
        ([level(1, "days", severity="critical"), level(3, "days")], "answer within 3 days"),
        ([level(7, "days", milestone="assessment")], "no time promised"),
        ([], "no time promised"),
    ],
)
def test_it_says_how_soon_a_person_answers(levels, said):
    assert badge.answer(levels) == said


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"]), max_size=40), st.text("<>&\"']]abc漢", max_size=20))
def test_any_words_make_a_picture(label, text):
    drawn = ET.fromstring(badge.svg(label, text))
    assert [one.text or "" for one in drawn.iter(f"{SVG}text")] == [label, text]
    assert drawn.find(f"{SVG}title").text == drawn.get("aria-label") == f"{label}: {text}"
    assert drawn.get("role") == "img"


def test_it_holds_nothing_that_acts_or_is_fetched():
    drawn = badge.svg("security policy", "answer within 48 h")
    assert {one.tag.removeprefix(SVG) for one in ET.fromstring(drawn).iter()} == {"svg", "title", "rect", "path", "g", "text"}
    assert not any(word in drawn for word in ("script", "href", "style", " on", "url("))


def test_a_longer_text_is_a_wider_picture():
    widths = [int(ET.fromstring(badge.svg("security policy", text)).get("width")) for text in ("1 h", "answer within 48 h", "漢" * 18)]
    assert widths == sorted(widths) and widths[0] < widths[1] < widths[2]


def test_white_can_be_read_on_its_colours():
    assert all(contrast("#ffffff", colour) >= 4.5 for colour in (badge.LEFT, badge.RIGHT))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
