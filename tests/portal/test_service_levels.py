"""Promises in hours, in words and on the line."""

import pytest

from portal import service_levels
from portal.service_levels import Level

ANSWER = Level("acknowledgement", "", "received", None, 48, "hours")
UPDATE = Level("status_update", "", "last_update", None, 7, "days", recurring=True)
FIXES = tuple(
    Level("remediation", severity, "received", earliest, latest, "days")
    for severity, earliest, latest in [("low", 30, 90), ("critical", 1, 7), ("high", 7, 14), ("medium", 14, 30)]
)


@pytest.mark.parametrize(
    "level, said",
    [
        (ANSWER, "A person answers within 48 hours."),
        (UPDATE, "You hear from us again every 7 days."),
        (FIXES[2], "High severity: a fix is out within 7 to 14 days."),
        (Level("assessment", "", "received", None, 1, "days"), "You hear what we think of it and what comes next within 1 day."),
    ],
)
def test_a_promise_is_a_sentence(level, said):
    assert service_levels.sentence(level) == said


def test_hours():
    assert (ANSWER.latest_hours, ANSWER.earliest_hours) == (48, None)
    assert (FIXES[2].latest_hours, FIXES[2].earliest_hours) == (14 * 24, 7 * 24)


def test_order_is_that_of_a_report():
    found = service_levels.in_order([*FIXES, UPDATE, ANSWER])
    assert [(one.milestone, one.severity) for one in found] == [
        ("acknowledgement", ""),
        ("status_update", ""),
        ("remediation", "critical"),
        ("remediation", "high"),
        ("remediation", "medium"),
        ("remediation", "low"),
    ]


def test_headline():
    assert service_levels.headline([*FIXES, UPDATE, ANSWER]) == "Answer within 48 hours, update every 7 days"
    assert service_levels.headline([]) == "No time is promised"


def test_marks_of_the_line():
    marks = service_levels.marks([*FIXES, UPDATE, ANSWER])
    assert [(one.label, one.text, one.kind) for one in marks] == [
        ("Your report", "receipt at once", "point"),
        ("Answer", "within 48 hours", "point"),
        ("Update", "every 7 days", "repeat"),
        ("Fix", "1 to 90 days, by severity", "span"),
        ("Advisory", "once it is fixed", "end"),
    ]


def test_a_policy_without_dates_for_fixes_says_so_on_the_line():
    assert ("Fix", "no date promised") in [(one.label, one.text) for one in service_levels.marks([ANSWER])]
