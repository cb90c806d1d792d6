"""Promises in hours and in words. Pure: a ``Level`` is a promise of a policy, apart from its database row.

``earliest`` and ``latest`` are whole numbers of ``unit`` ("hours", "days" or "business_days"); ``severity`` is "" for any.
Whatever is said of a ``Level`` can be said of a row of ``portal.models.policy.ServiceLevel``: both name their facts alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext, pgettext

from portal.lib.promise_line import Mark

# A business day lasts as long as it takes on average until the next one: five of them are a week.
HOURS = {"hours": 1, "days": 24, "business_days": 24 * 7 / 5}
MILESTONES = ("acknowledgement", "assessment", "status_update", "remediation", "disclosure")
SEVERITIES = ("", "critical", "high", "medium", "low")
# Milestones that wait for the reporter, unless a policy says otherwise.
WAITING = ("status_update", "remediation")
# What has been met by the time its anchor comes.
NEVER = {
    "acknowledged": ("acknowledgement",),
    "accepted": ("acknowledgement", "assessment"),
    "fixed": ("acknowledgement", "assessment", "remediation"),
}


@dataclass(frozen=True)
class Level:
    """A milestone is met between ``earliest`` and ``latest`` after its anchor; ``recurring``: again and again.

    ``waits_for_reporter``: the clock stops while the team waits for an answer. ``pk``: of the row that says it.
    """

    milestone: str
    severity: str
    anchor: str
    earliest: int | None
    latest: int
    unit: str
    recurring: bool = False
    waits_for_reporter: bool = False
    pk: int | None = field(default=None, compare=False)

    @property
    def latest_hours(self):
        return as_hours(self.latest, self.unit)

    @property
    def earliest_hours(self):
        return None if self.earliest is None else as_hours(self.earliest, self.unit)


def as_hours(amount: int, unit: str) -> int:
    """Turn an amount into hours; business days into about as many as they take, to compare them with others."""
    return round(amount * HOURS[unit])


def in_order(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Sort levels as a report meets them: by milestone, then from critical to low."""
    return tuple(sorted(levels, key=lambda one: (MILESTONES.index(one.milestone), SEVERITIES.index(one.severity))))


def window(level: Level) -> str:
    """Say the window of a level: "within 48 hours", "every 7 days", "within 3 to 5 business days after acceptance"."""
    amount = _amount(level.earliest, level.latest, level.unit)
    said = gettext("every %(amount)s") % {"amount": amount} if level.recurring else gettext("within %(amount)s") % {"amount": amount}
    since = _since(level.anchor)
    return gettext("%(window)s %(since)s") % {"window": said, "since": since} if since else said


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


def waiting(levels: Iterable[Level]) -> str:
    """Say which clocks stop while the team waits for the reporter; "" when none does."""
    levels = in_order(levels)
    names = []
    for milestone in MILESTONES:
        of_it = [one for one in levels if one.milestone == milestone]
        waits = [one for one in of_it if one.waits_for_reporter]
        if waits:
            name = milestone_name(milestone).lower()
            names.append(name if waits == of_it else f"{name} ({', '.join(severity_name(one.severity).lower() for one in waits)})")
    if not names:
        return ""
    return gettext("These clocks stop while the team waits for an answer from you: %(clocks)s.") % {"clocks": ", ".join(names)}


def trouble(level: Level) -> tuple[str, str] | None:
    """Say what makes a promise one that no clock can keep: (the column, a sentence); None for a sound one."""
    name = milestone_name(level.milestone)
    if level.milestone in NEVER.get(level.anchor, ()):
        sentence = gettext("%(name)s: counted %(since)s, this clock would never start. Count it from the report's arrival.")
        return "anchor", sentence % {"name": name, "since": _since(level.anchor)}
    if level.recurring and level.milestone != "status_update":
        return "recurring", gettext("%(name)s: only updates come again and again. Promise this one once.") % {"name": name}
    return None


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
    shortest = min((one for one in levels if one.earliest), key=lambda one: one.earliest_hours, default=None)
    if shortest is None:
        return window(longest)
    if shortest.unit == longest.unit:
        return _amount(shortest.earliest, longest.latest, longest.unit)
    first, last = _amount(None, shortest.earliest, shortest.unit), _amount(None, longest.latest, longest.unit)
    return gettext("%(first)s to %(last)s") % {"first": first, "last": last}


def _since(anchor):
    return {
        "acknowledged": gettext("after the first answer"),
        "accepted": gettext("after acceptance"),
        "fixed": gettext("after the fix"),
    }.get(anchor, "")


def _amount(earliest, latest, unit):
    number = pgettext("a range of numbers", "%(earliest)d to %(latest)d") % {"earliest": earliest, "latest": latest} if earliest else latest
    if unit == "hours":
        return ngettext("%(number)s hour", "%(number)s hours", latest) % {"number": number}
    if unit == "business_days":
        return ngettext("%(number)s business day", "%(number)s business days", latest) % {"number": number}
    return ngettext("%(number)s day", "%(number)s days", latest) % {"number": number}
