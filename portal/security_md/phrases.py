"""The sentences of a SECURITY.md that the portal writes: one list for writing them and for reading them again.

They are said in the language that is active; ``own_words`` reads a file under the language that it names. Whoever
changes a sentence raises ``FORMAT``: older files are then read by the general rules, like anybody's.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.security_md.facts import Promise

FORMAT = 1


class Phrase:
    """A sentence with places for values in braces."""

    def __init__(self, template):
        self.template = template  # translated when it is used

    def say(self, **values) -> str:
        """Return the sentence with these values."""
        return str(self.template).format(**values)

    def hear(self, line: str) -> dict[str, str] | None:
        """Return the values with which this line would be said, or None."""
        found = _pattern(str(self.template)).fullmatch(line)
        return None if found is None else found.groupdict()


@cache
def _pattern(template):
    pieces = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)))


def heard_parts(line: str, *optional: Phrase) -> dict[str, str | None] | None:
    """Return the values of phrases that may follow one another, each or none of them, or None if the line is something else."""
    pattern = "".join(f"(?:{_pattern(str(phrase.template)).pattern})?" for phrase in optional)
    found = re.fullmatch(pattern, line)
    return None if found is None else found.groupdict()


def named(table: Mapping[Any, Any], words: str) -> Any | None:
    """Return the key of a table of words by its word, or None."""
    return next((key for key, word in table.items() if str(word) == words), None)


# --- the frame ----------------------------------------------------------------------------------------------------
MARK = Phrase("<!-- Written by Parley, format {format}, {language} -->")
PLACE = Phrase(gettext_lazy("This is version {number} of the policy, in force since {since}. What is in force now: <{page}>"))
PRODUCT = Phrase(gettext_lazy("This policy is about {product}."))
FORM = Phrase(gettext_lazy("Report a vulnerability in private, through this form: <{form}>"))

# Sections in their order; those that are kinds of clauses hold the project's own words.
SECTIONS = {
    "versions": gettext_lazy("Supported Versions"),
    "reporting": gettext_lazy("Reporting a Vulnerability"),
    "times": gettext_lazy("Response Times"),
    "promise": gettext_lazy("What We Promise"),
    "scope_in": gettext_lazy("In Scope"),
    "scope_out": gettext_lazy("Out of Scope"),
    "not_a_vulnerability": gettext_lazy("Not a Vulnerability"),
    "ai": gettext_lazy("Reports Made with AI"),
    "disclosure": gettext_lazy("Disclosure"),
    "embargo": gettext_lazy("Agreeing on a Date"),
    "safe_harbour": gettext_lazy("Safe Harbour"),
    "credit": gettext_lazy("Credit"),
    "bounty": gettext_lazy("Bounty"),
    "advisories": gettext_lazy("Security Advisories"),
    "practice": gettext_lazy("Recommended Practices"),
    "consideration": gettext_lazy("Security Considerations"),
    "reading": gettext_lazy("How This Policy Is Read"),
    "other": gettext_lazy("And Besides"),
}

# --- stances: field → value → its sentence, in the section named like the field -----------------------------------
STANCES = {
    "ai": {
        "allow": gettext_lazy("Reports that were made with the help of AI are welcome."),
        "declare": gettext_lazy("Reports may be made with the help of AI: please say so, and say how."),
        "refuse": gettext_lazy("Reports that were made with AI are not accepted."),
    },
    "embargo": {
        "yes": gettext_lazy("We agree with reporters on the date on which a vulnerability becomes public."),
        "no": gettext_lazy("We make no agreements on when a vulnerability becomes public."),
    },
    "safe_harbour": {
        "yes": gettext_lazy("There is safe harbour for those who follow this policy."),
        "no": gettext_lazy("There is no safe harbour."),
    },
    "credit": {"yes": gettext_lazy("Reporters are credited."), "no": gettext_lazy("Reporters are not credited.")},
    "bounty": {"yes": gettext_lazy("A bounty is paid."), "no": gettext_lazy("No bounty is paid.")},
}
NO_PUBLIC_ISSUES = gettext_lazy("Please do not report security vulnerabilities in public issues.")
DISCLOSURE_DAYS = Phrase(gettext_lazy("Please keep a vulnerability private until it is fixed, for up to {amount}."))

# --- supported versions ---------------------------------------------------------------------------------------------
# "text" and "status" are columns of every table; the others stand where a row needs them.
COLUMNS = {
    "component": gettext_lazy("Component"),
    "text": pgettext_lazy("the head of a column", "Version"),
    "status": pgettext_lazy("the head of a column", "Supported"),
    "ends_on": pgettext_lazy("the head of a column", "Until"),
    "note": pgettext_lazy("the head of a column", "Notes"),
}
STATUSES = {
    "supported": "✅",
    "security_only": gettext_lazy("✅ security fixes only"),
    "ended": "❌",
    "unclear": gettext_lazy("❓ not clear"),
}

# --- contacts ---------------------------------------------------------------------------------------------------------
PURPOSES = {
    "report": gettext_lazy("Where to send a report:"),
    "fallback": gettext_lazy("If no answer comes, write to:"),
    "non_security": gettext_lazy("For anything that is not a vulnerability:"),
}
KEY = Phrase(gettext_lazy(", OpenPGP key {key}"))
DELAY = Phrase(gettext_lazy(", after {amount} without an answer"))
LANGUAGES = Phrase(gettext_lazy("We read reports in these languages, the first one best: {languages}"))
REQUESTED = gettext_lazy("Please include in your report:")
OPTIONAL = gettext_lazy(" (optional)")

# --- response times -----------------------------------------------------------------------------------------------------
MILESTONES = {
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "assessment": gettext_lazy("Assessment"),
    "status_update": gettext_lazy("Status update"),
    "remediation": pgettext_lazy("a milestone", "Fix"),
    "disclosure": gettext_lazy("Advisory"),
}
SEVERITIES = {
    "": "",
    "critical": gettext_lazy(", critical severity"),
    "high": gettext_lazy(", high severity"),
    "medium": gettext_lazy(", medium severity"),
    "low": gettext_lazy(", low severity"),
}
ANCHORS = {
    "received": "",
    "last_update": gettext_lazy(", counted from our last message"),
    "acknowledged": gettext_lazy(", counted from our first answer"),
    "accepted": gettext_lazy(", counted from the acceptance of the report"),
    "fixed": gettext_lazy(", counted from the fix"),
}
WITHIN = Phrase(gettext_lazy("within {amount}"))
EVERY = Phrase(gettext_lazy("every {amount}"))
WAITS = gettext_lazy("; the clock stops while we wait for your answer")
RANGE = Phrase(gettext_lazy("{earliest} to {latest}"))
DAYS_OFF = Phrase(gettext_lazy("Business days are all days but {days}."))
NO_DAYS_OFF = gettext_lazy("Every day of the week is a business day.")
ZONE = Phrase(gettext_lazy("Days begin and end in the time zone {zone}."))
HOLIDAYS = Phrase(gettext_lazy("The public holidays of {calendar} are not business days."))
WEEKDAYS = {
    "1": gettext_lazy("Monday"),
    "2": gettext_lazy("Tuesday"),
    "3": gettext_lazy("Wednesday"),
    "4": gettext_lazy("Thursday"),
    "5": gettext_lazy("Friday"),
    "6": gettext_lazy("Saturday"),
    "7": gettext_lazy("Sunday"),
}


def amount(number: int, unit: str, earliest: int | None = None) -> str:
    """Say an amount of time: "48 hours", "3 to 5 business days"."""
    said = number if earliest is None else RANGE.say(earliest=earliest, latest=number)
    if unit == "hours":
        return ngettext("{number} hour", "{number} hours", number).format(number=said)
    if unit == "days":
        return ngettext("{number} day", "{number} days", number).format(number=said)
    return ngettext("{number} business day", "{number} business days", number).format(number=said)


def heard_amount(words: str) -> tuple[int | None, int, str] | None:
    """Return (earliest, latest, unit) of an amount as ``amount`` says it, or None."""
    numbers = [int(found) for found in re.findall(r"[0-9]{1,5}", words)]
    if len(numbers) not in (1, 2):
        return None
    latest, earliest = numbers[-1], numbers[0] if len(numbers) == 2 else None
    units = ("hours", "days", "business_days")
    return next(((earliest, latest, unit) for unit in units if amount(latest, unit, earliest) == words), None)


def milestone(one: Promise) -> str:
    """Name what is promised, and for which severity."""
    return f"{MILESTONES[one.milestone]}{SEVERITIES[one.severity]}:"


def heard_milestone(words: str) -> dict[str, str] | None:
    """Return the milestone and the severity of a promise from their name, or None."""
    named_ = ({"milestone": milestone, "severity": severity} for milestone in MILESTONES for severity in SEVERITIES)
    return next((one for one in named_ if f"{MILESTONES[one['milestone']]}{SEVERITIES[one['severity']]}:" == words), None)


def promise(one: Promise) -> str:
    """Say when a milestone is reached."""
    window = (EVERY if one.recurring else WITHIN).say(amount=amount(one.latest, one.unit, one.earliest))
    return f"{window}{ANCHORS[one.anchor]}{WAITS if one.waits_for_reporter else ''}."


def heard_promise(words: str) -> dict[str, Any] | None:
    """Return the window of a promise, as ``promise`` says it, by the names of its facts, or None."""
    words = words.removesuffix(".")
    window = words.removesuffix(str(WAITS))
    anchor = next((name for name, said in ANCHORS.items() if str(said) and window.endswith(str(said))), "received")
    said = window.removesuffix(str(ANCHORS[anchor]))
    within, every = WITHIN.hear(said), EVERY.hear(said)
    heard = heard_amount((within or every or {"amount": ""})["amount"])
    if heard is None:
        return None
    times = dict(zip(("earliest", "latest", "unit"), heard, strict=True))
    return {**times, "anchor": anchor, "recurring": within is None, "waits_for_reporter": window != words}


def days_off(weekend: str) -> str:
    """Say which days of a week are no business days ("6,7")."""
    if not weekend:
        return str(NO_DAYS_OFF)
    return DAYS_OFF.say(days=", ".join(str(WEEKDAYS[day]) for day in weekend.split(",")))


def heard_days_off(line: str) -> str | None:
    """Return the days off of a week ("6,7") from a line as ``days_off`` says it, or None."""
    if line == str(NO_DAYS_OFF):
        return ""
    heard = DAYS_OFF.hear(line)
    days = [named(WEEKDAYS, day) for day in heard["days"].split(", ")] if heard else [None]
    return None if None in days or len(days) >= len(WEEKDAYS) else ",".join(days)
