"""The portal's own template tags: moments, chips and the promise line."""

import datetime
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from portal import policy_files
from portal.lib import times
from portal.lib.promise_line import lay_out

register = template.Library()

# Colour is never alone: every state has a sign and a word beside it.
SIGNS = {"met": "✓", "open": "○", "soon": "◔", "late": "●", "pause": "‖", "ended": "–", "promised": "◇"}
WORDS = {
    "promised": _("promised"),
    "met": _("met"),
    "open": _("open"),
    "soon": _("due soon"),
    "late": _("overdue"),
    "pause": _("paused"),
    "ended": _("ended"),
}


@register.simple_tag
def when(moment):
    """Show a moment in the reader's zone, with UTC on hover."""
    return "" if moment is None else _when(moment, get_current_timezone(), get_language())


@register.simple_tag
def day(date):
    """Show a date, or the day of a moment in ISO 8601 as events hold it: "20 Nov 2026"."""
    if isinstance(date, str):
        date = datetime.date.fromisoformat(date[:10])
    return format_html('<time datetime="{}">{}</time>', date.isoformat()[:10], _date(date))


@register.simple_tag
def ago(moment, now, due=False):
    """Show how far a moment lies from now; with ``due=True`` a past one reads "overdue 3 h"."""
    if moment is None:
        return ""
    words = times.until_due(moment, now) if due else times.relative(moment, now)
    return _time(moment, words)


@register.filter
def hours(count):
    """Say a length in hours as people do: "48 hours", "7 days"."""
    return times.span_words(count)


@register.simple_tag
def chip(state, text):
    """Show a state as sign, word and colour; severities (sev-high) are a word without a colour."""
    sign = SIGNS.get(state)
    if sign is None:
        return format_html('<span class="chip {}">{}</span>', state, text)
    return format_html('<span class="chip {}"><span aria-hidden="true">{}</span> {}</span>', state, sign, text)


@register.simple_tag
def new_messages(count):
    """Show in a list how many messages of a conversation are new to its reader."""
    return _new_messages(count, get_language()) if count else ""


@register.simple_tag
def promise_line(marks, summary="", caption="", width=1000):
    """Draw the promise line: SVG where it fits, an upright list where not, and a table behind both."""
    return _promise_line(tuple(marks), summary, caption, width, get_language())


# Pages show the same moments, promises and shapes again and again: each is built once. The language is part of
# the key, because the words are. A promise line says milestones and dates, never what a case is about.
@lru_cache(maxsize=4096)
def _when(moment, zone, language):
    here = moment.astimezone(zone)
    return _time(moment, f"{_date(here)}, {here.hour:02}:{here.minute:02}")


@lru_cache(maxsize=512)
def _new_messages(count, language):
    words = ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count}
    return format_html(' <span class="new"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>', count, words)


@lru_cache(maxsize=512)
def _promise_line(marks, summary, caption, width, language):
    line = lay_out(marks, width=width)
    rows = [
        {
            "at": one,
            "mark": one.mark,
            "classes": f"pm {one.mark.state} {one.mark.kind}",
            "across": _shape(one.mark.kind, one.mark.state, line.reach, line.half),
            "upright": _shape(one.mark.kind, one.mark.state, "", ""),
            "state": "" if one.mark.kind == "now" else f"{SIGNS[one.mark.state]} {WORDS[one.mark.state]}",
        }
        for one in line.marks
    ]
    page = {"line": line, "rows": rows, "summary": summary, "caption": caption}
    return get_template("components/promise_line.html").render(page)


@lru_cache(maxsize=1024)
def _shape(kind, state, reach, half):
    page = {"kind": kind, "state": state, "reach": reach, "half": half}
    return get_template("components/promise_mark.html").render(page)


def _date(date):
    return f"{date.day} {str(MONTHS_3[date.month]).title()} {date.year}"


def _time(moment, words):
    utc = "%04d-%02d-%02d %02d:%02d" % moment.utctimetuple()[:5]
    return format_html('<time datetime="{}Z" title="{} UTC" data-local="{} UTC">{}</time>', utc.replace(" ", "T"), utc, utc, words)


@register.simple_tag
def badge_text(policy):
    """Say what the badge of a policy says."""
    return policy_files.badge_text(policy)


@register.simple_tag
def badge_markdown(policy):
    """Write what shows the badge of a policy in a README."""
    return policy_files.badge_markdown(policy)
