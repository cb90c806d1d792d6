"""Promises in hours and in words. Pure: a ``Level`` is a promise of a policy, apart from its database row.

``earliest`` and ``latest`` are whole numbers of ``unit`` ("hours" or "days"); ``severity`` is "" for any.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, pgettext

from portal.lib.promise_line import Mark

HOURS = {"hours": 1, "days": 24}
MILESTONES = ("acknowledgement", "assessment", "status_update", "remediation", "disclosure")
SEVERITIES = ("", "critical", "high", "medium", "low")


@dataclass(frozen=True)
class Level:
    """A milestone is met between ``earliest`` and ``latest`` after its anchor; ``recurring``: again and again."""

    milestone: str
    severity: str
    anchor: str
    earliest: int | None
    latest: int
    unit: str
    recurring: bool = False

    @property
    def latest_hours(self):
        return as_hours(self.latest, self.unit)

    @property
    def earliest_hours(self):
        return None if self.earliest is None else as_hours(self.earliest, self.unit)


def as_hours(amount: int, unit: str) -> int:
    """Turn an amount of hours or days into hours."""
    return amount * HOURS[unit]


def in_order(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Sort levels as a report meets them: by milestone, then from critical to low."""
    return tuple(sorted(levels, key=lambda one: (MILESTONES.index(one.milestone), SEVERITIES.index(one.severity))))


def window(level: Level) -> str:
    """Say the window of a level: "within 48 hours", "within 7 to 14 days", "every 7 days"."""
    amount = _amount(level.earliest, level.latest, level.unit)
    return gettext("every %(amount)s") % {"amount": amount} if level.recurring else gettext("within %(amount)s") % {"amount": amount}


def sentence(level: Level) -> str:
    """Say a level as a promise: "A person answers within 48 hours."."""
    said = {
        "acknowledgement": gettext("A person answers %(window)s."),
        "assessment": gettext("You hear what we think of it and what comes next %(window)s."),
        "status_update": gettext("You hear from us again %(window)s."),
        "remediation": gettext("A fix is out %(window)s."),
        "disclosure": gettext("An advisory is published %(window)s."),
    }[level.milestone] % {"window": window(level)}
    if not level.severity:
        return said
    return gettext("%(severity)s severity: %(promise)s") % {
        "severity": severity_name(level.severity),
        "promise": said[0].lower() + said[1:],
    }


def milestone_name(milestone: str) -> str:
    """Name a milestone as pages do."""
    return {
        "acknowledgement": gettext("Answer"),
        "assessment": gettext("Assessment"),
        "status_update": gettext("Update"),
        "remediation": gettext("Fix"),
        "disclosure": gettext("Advisory"),
    }[milestone]


def severity_name(severity: str) -> str:
    """Name a severity as pages do; "" is any."""
    return {
        "": gettext("any"),
        "critical": gettext("Critical"),
        "high": gettext("High"),
        "medium": gettext("Medium"),
        "low": gettext("Low"),
    }[severity]


def headline(levels: Iterable[Level]) -> str:
    """Say in one line what a policy promises first: "Answer within 48 hours, update every 7 days"."""
    first = [one for one in in_order(levels) if not one.severity][:2]
    if not first:
        return gettext("No time is promised")
    words = [f"{milestone_name(one.milestone)} {window(one)}" for one in first]
    return ", ".join([words[0], *(word[0].lower() + word[1:] for word in words[1:])])


def marks(levels: Iterable[Level]) -> list[Mark]:
    """Lay a policy's promises on the promise line, from the report to the advisory."""
    levels = in_order(levels)
    line = [Mark(gettext("Your report"), gettext("receipt at once"), "promised")]
    for milestone in MILESTONES[:-1]:
        of_it = [one for one in levels if one.milestone == milestone]
        if of_it:
            line.append(_mark(milestone, of_it))
        elif milestone == "remediation":
            line.append(Mark(milestone_name(milestone), gettext("no date promised"), "open"))
    disclosure = [one for one in levels if one.milestone == "disclosure"]
    line.append(Mark(milestone_name("disclosure"), _widest(disclosure) if disclosure else gettext("once it is fixed"), "promised", "end"))
    return line


def _mark(milestone, levels):
    kind = "repeat" if levels[0].recurring else "span" if len(levels) > 1 or levels[0].earliest is not None else "point"
    text = _widest(levels)
    if any(one.severity for one in levels):
        text = gettext("%(window)s, by severity") % {"window": text}
    return Mark(milestone_name(milestone), text, "promised", kind)


def _widest(levels):
    if len(levels) == 1:
        return window(levels[0])
    longest = max(levels, key=lambda one: one.latest_hours)
    earliest = [one.earliest_hours for one in levels if one.earliest is not None]
    if not earliest:
        return window(longest)
    return _amount(min(earliest) // HOURS[longest.unit], longest.latest, longest.unit)


def _amount(earliest, latest, unit):
    number = pgettext("a range of numbers", "%(earliest)d to %(latest)d") % {"earliest": earliest, "latest": latest} if earliest else latest
    if unit == "hours":
        return ngettext("%(number)s hour", "%(number)s hours", latest) % {"number": number}
    return ngettext("%(number)s day", "%(number)s days", latest) % {"number": number}
