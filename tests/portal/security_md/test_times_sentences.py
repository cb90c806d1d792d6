"""Promises in sentences: what each time is for, for which severity, counted from what."""

import pytest

from tests.portal.security_md.promised import promised


@pytest.mark.parametrize(
    "text, said",
    [
        ("We acknowledge reports within 48 hours.", ["acknowledgement 48h"]),
        ("We confirm the receipt within 48 business hours.", ["acknowledgement 2b"]),
        ("Somebody gets back to you in a week.", ["acknowledgement 7d"]),
        ("We acknowledge your disclosure within 2 days.", ["acknowledgement 2d"]),
        ("We reply within a day, and you get a more detailed answer within 3 days.", ["acknowledgement 1d", "assessment 3d"]),
        ("Within 24 hours we confirm receipt, within 7 days we assess it.", ["acknowledgement 24h", "assessment 7d"]),
        (
            "Response times: 48 hours for an answer, 7 days for triage, 30 days for a fix.",
            ["acknowledgement 48h", "assessment 7d", "remediation 30d"],
        ),
        ("Expect an answer within 3 business days, an assessment within 10.", ["acknowledgement 3b", "assessment 10b"]),
        ("We answer in 2 days and send you a timeline for a fix within 9 days.", ["acknowledgement 2d", "assessment 9d"]),
        ("Validated bugs are patched within a month.", ["remediation 30d"]),
        ("Updates are sent at least every five days.", ["status_update 5d every"]),
        ("You hear about our progress weekly: we keep you informed.", ["status_update 7d every"]),
        ("We publish an advisory within 7 days of the fix.", ["disclosure 7d from fixed"]),
    ],
)
def test_a_time_belongs_to_what_is_said_beside_it(text, said):
    assert promised(text) == said


@pytest.mark.parametrize(
    "text, said",
    [
        ("We fix critical issues within 7 days, high within 30 days.", ["remediation/critical 7d", "remediation/high 30d"]),
        ("Fixes are out within 7 days for critical and high severity issues.", ["remediation/critical 7d", "remediation/high 7d"]),
        ("Fix: 14 days (critical), 30 days (high).", ["remediation/critical 14d", "remediation/high 30d"]),
        (
            "For critical issues we answer within 12 hours and release a fix within 3 days.",
            ["acknowledgement/critical 12h", "remediation/critical 3d"],
        ),
        (
            "We patch critical flaws within 7 days, high severity ones in 30 days and all others in 90 days.",
            ["remediation/critical 7d", "remediation/high 30d", "remediation/medium 90d", "remediation/low 90d"],
        ),
        ("A patch comes within 90 days (or sooner for critical issues).", ["remediation 90d"]),
        ("Security is critical to us, and we answer within 3 days.", ["acknowledgement 3d"]),
        ("Reports have a high priority: we answer within 3 days.", ["acknowledgement 3d"]),
    ],
)
def test_a_time_may_be_for_some_severities_only(text, said):
    assert promised(text) == said


@pytest.mark.parametrize(
    "text, said",
    [
        ("A fix is released within 30 days of confirming the report.", ["remediation 30d from accepted"]),
        ("Once it is confirmed, we fix it within 30 days.", ["remediation 30d from accepted"]),
        ("A fix is released within 30 days from acknowledgement.", ["remediation 30d from acknowledged"]),
        ("Counted from confirmation, a fix is out within 30 days.", ["remediation 30d from accepted"]),
        ("We respond within 5 days after we have received your report.", ["acknowledgement 5d"]),
        ("After receiving your report, we respond within 5 days.", ["acknowledgement 5d"]),
        # A clock that would never start is counted from the report's arrival.
        ("We acknowledge within 2 days of our first response.", ["acknowledgement 2d"]),
        ("We send an update within 7 days of the last update.", ["status_update 7d every"]),
    ],
)
def test_a_clock_may_start_later(text, said):
    assert promised(text) == said


@pytest.mark.parametrize(
    "text, said",
    [
        ("Please keep the report private for 90 days.", ["window 90d"]),
        ("We ask that you do not publish it before a fix is out or 90 days have passed.", ["window 90d"]),
        ("Give us at least 60 days to work on it before any public disclosure.", ["window 60d"]),
        ("We follow a 90-day disclosure policy.", ["window 90d"]),
        ("Until it is public, an embargo of 72 hours holds.", ["window 3d"]),
        ("We disclose vulnerabilities publicly within 90 days.", ["disclosure 90d"]),
        ("Please allow us 48 hours to respond.", ["acknowledgement 48h"]),
        ("Please tell us 7 days before you publish.", []),
    ],
)
def test_what_reporters_are_asked_is_no_promise_of_the_team(text, said):
    assert promised(text) == said


def test_a_sentence_that_goes_on_leans_on_the_one_before():
    assert promised("Every report is acknowledged. This takes up to 3 days.") == ["acknowledgement 3d"]
    assert promised("We acknowledge reports. Our office moved within 3 days.") == []
