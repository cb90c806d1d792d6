"""The response times that a SECURITY.md promises, and for how long it asks reporters to keep a report to themselves.

A promise is a milestone and a severity ("" for any) with its longest time; of two for the same, the first said is kept and the
other named in a warning.
"""

import math
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext

from portal.security_md import sentences, times_words
from portal.security_md.document import Document
from portal.security_md.durations import HOURS
from portal.security_md.facts import Promise, Reading
from portal.security_md.times_found import everywhere
from portal.security_md.times_said import WINDOW
from portal.service_levels import MILESTONES, NEVER, SEVERITIES, WAITING

MOST = 300  # a text that names more times than this is no policy
WEEK = 168  # hours: nobody means a first answer by a longer time for a severity


class Window(NamedTuple):
    """For how long reporters are asked to keep a report to themselves, and the line that says so."""

    days: int
    line: int


def read(document: Document) -> Reading:
    """Return the promises of a document. Never raises."""
    found, warnings = _all(document)
    found, exploited = _without_exploited([one for one in found if one.said.milestone != WINDOW])
    promises, lines, contradictions = _settled(_with_answers(found))
    promises, regular, repeating = _repeated(document, promises)
    return Reading(tuple(promises), frozenset(lines | regular), (*warnings, *exploited, *contradictions, *repeating))


def disclosure_days(document: Document) -> Window | None:
    """Return for how long reporters are asked to keep a report to themselves, in days; None where nothing is said."""
    for found in _all(document)[0]:
        if found.said.milestone == WINDOW:
            return Window(math.ceil(found.said.duration.hours / 24), found.line)
    return None


def _all(document):
    """Return what is found, in order of lines, and a warning where there is more than a policy holds."""
    found = list(islice(everywhere(document), MOST + 1))
    warnings = [gettext("Only the first %(number)d times in the text were read.") % {"number": MOST}] if len(found) > MOST else []
    return sorted((one for one in found[:MOST] if one), key=lambda one: one.line), warnings


def _without_exploited(found):
    warnings = [
        gettext("Line %(line)d: a time for vulnerabilities that are exploited already cannot be held; it was left out.")
        % {"line": one.line}
        for one in found
        if one.said.exploited
    ]
    return [one for one in found if not one.said.exploited], warnings


def _with_answers(found):
    """Decide what "response" by severity means: an answer, unless its longest time is too long for one and no fix is promised."""
    answers = [one for one in found if one.said.milestone == "response"]
    fixes = any(one.said.milestone == "remediation" and one.said.severities for one in found)
    longest = max((one.said.duration.hours for one in answers), default=0)
    name = "remediation" if longest > WEEK and not fixes else "acknowledgement"
    return [replace(one, said=replace(one.said, milestone=name)) if one.said.milestone == "response" else one for one in found]


def _settled(found):
    """Return one promise for each milestone and severity, the lines understood, and a warning for each that contradicts."""
    kept, lines, warnings = {}, set(), {}
    named = _named(found)
    for one in found:
        lines |= one.lines
        for severity in _severities(one.said, named):
            said_now = _promise(one, severity)
            first = kept.setdefault((said_now.milestone, severity), said_now)
            if said_now.recurring and not first.recurring:
                first, said_now = said_now, first
                kept[first.milestone, severity] = first
            if (first.latest * HOURS[first.unit], first.recurring) != (said_now.latest * HOURS[said_now.unit], said_now.recurring):
                warnings[_contradiction(first, said_now)] = None
    order = sorted(kept.values(), key=lambda one: (MILESTONES.index(one.milestone), SEVERITIES.index(one.severity)))
    return order, lines, list(warnings)


def _named(found):
    """Return {milestone: the severities for which it is promised}."""
    named = {}
    for one in found:
        named.setdefault(one.said.milestone, set()).update(one.said.severities)
    return named


def _severities(one, named):
    """Return the severities of a promise; "others" are those that no promise for the same milestone names."""
    if "rest" not in one.severities:
        return one.severities or ("",)
    others = named[one.milestone] - {"rest"}
    # What is worse than the worst that has a time of its own is not "the rest".
    worst = min((SEVERITIES.index(severity) for severity in others), default=0)
    return [severity for severity in SEVERITIES[worst:] if severity not in others] if others else ("",)


def _promise(one, severity) -> Promise:
    duration, milestone, anchor = one.said.duration, one.said.milestone, one.said.anchor
    recurring = milestone == "status_update" and (duration.every or anchor == "last_update")
    if recurring:
        anchor = "last_update"
    elif anchor == "last_update" or milestone in NEVER.get(anchor, ()):
        anchor = "received"
    waits = milestone in WAITING
    return Promise(milestone, duration.latest, duration.unit, severity, duration.earliest, anchor, recurring, waits, one.line)


def _contradiction(kept, other):
    lines = {"first": kept.line, "second": other.line}
    if kept.line == other.line:
        return gettext("Line %(first)d promises two different times for the same thing; only one was taken.") % lines
    return gettext("Lines %(first)d and %(second)d promise different times for the same thing; that of line %(first)d was taken.") % lines


def _repeated(document, promises):
    """Let a single status update repeat where the text promises regular updates beside it."""
    once = [one for one in promises if one.milestone == "status_update" and not one.recurring]
    regular = once and next((one for one in sentences.of(document) if times_words.REGULAR.search(one.text)), None)
    if not regular:
        return promises, set(), []
    said_so = gettext(
        "Line %(line)d promises a status update and line %(regular)d regular ones: read as a first update within that time, "
        "and at least one as often."
    ) % {"line": once[0].line, "regular": regular.first}
    again = [replace(one, recurring=True, anchor="last_update") if one in once else one for one in promises]
    return again, set(regular.lines), [said_so]
