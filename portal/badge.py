"""The badge of a policy: a small picture that says how soon a person answers. Pure; an SVG of its own colours.

It carries its own background, so that it reads the same in light and dark pages, and no script, style or font.
"""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from portal.service_levels import Level

# Widths of letters in hundredths of the size of the type, as in Verdana and DejaVu Sans; the text is fitted to their sum.
NARROW, WIDE = "fijlrtI.,:;!|'()[] ", "mwMW%@"
NARROW_WIDTH, COMMON_WIDTH, WIDE_WIDTH = 40, 63, 90
SIZE, PADDING, HEIGHT = 11, 7, 20
# White on these: 7.5 : 1 and 5.9 : 1.
LEFT, RIGHT = "#4b5563", "#0f6b57"


def answer(levels: Iterable[Level]) -> str:
    """Say in a few words how soon a person answers."""
    promised = [one for one in levels if one.milestone == "acknowledgement" and not one.severity]
    return gettext("answer within %(amount)s") % {"amount": _amount(promised[0])} if promised else gettext("no time promised")


def waiting(since: datetime) -> str:
    """Say that reports wait longer than promised."""
    return gettext("reports wait longer than promised, since %(day)s") % {"day": date_format(since, "j M Y")}


def svg(label: str, text: str) -> str:
    """Draw a label and a text beside one another."""
    left, right = _width(label), _width(text)
    title = escape(f"{label}: {text}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" viewBox="0 0 {left + right} {HEIGHT}" role="img"'
        f' aria-label="{title}"><title>{title}</title>'
        f'<rect width="{left + right}" height="{HEIGHT}" rx="3" fill="{RIGHT}"/>'
        f'<path d="M3 0h{left - 3}v{HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{LEFT}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="{SIZE}" aria-hidden="true">'
        f"{_text(label, 0, left)}{_text(text, left, right)}</g></svg>\n"
    )


def _text(text, start, width):
    return f'<text x="{start + PADDING}" y="14" textLength="{width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'


def _width(text):
    hundredths = sum(_letter(letter) for letter in text)
    return round(hundredths * SIZE / 100) + 2 * PADDING


def _letter(letter):
    if letter in NARROW:
        return NARROW_WIDTH
    if letter in WIDE:
        return WIDE_WIDTH
    # Ideographs and whatever else is not Latin takes a whole square.
    return COMMON_WIDTH if letter < "\u1100" else 100


def _amount(level):
    number = level.latest if level.earliest is None else f"{level.earliest}–{level.latest}"
    if level.unit == "hours":
        return gettext("%(number)s h") % {"number": number}
    if level.unit == "days":
        return ngettext("%(number)s day", "%(number)s days", level.latest) % {"number": number}
    return ngettext("%(number)s business day", "%(number)s business days", level.latest) % {"number": number}
