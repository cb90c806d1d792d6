"""Times that are no promise, and promises that contradict."""

import pytest

from portal.security_md import document, times
from tests.portal.security_md.promised import promised, warnings


@pytest.mark.parametrize(
    "text",
    [
        "Each release is supported for 12 months with security fixes.",
        "LTS versions get patches for 18 months.",
        "## Supported versions\n| Version | Security fixes |\n|---|---|\n| 2.x | 18 months |",
        "Fixes are backported to it within 12 months.",
        "## Security fixes\n- Until 6 months after the next major release",
        "The previous major version receives security updates for 6 months after the next major release.",
        "If you do not get an answer within 24 hours, follow up by mail.",
        "If you have not heard from us within 5 days, escalate to the foundation.",
        "Remind us after 7 days without a response.",
        "Our OpenPGP key is rotated every 12 months.",
        "Bounties are paid within 30 days of the fix.",
        "In 2019 a flaw was fixed within 3 days.",
        "Please respond to our questions within 14 days.",
        "Reports without an answer from you are closed after 30 days.",
        "Customers are notified of a breach within 72 hours.",
        "We answer as soon as we can, often within hours; nothing is guaranteed.",
        "A fix takes at least 30 days.",
        "We release fixes with the next version, every 6 weeks.",
        "## Recommended practices\n- Update within 7 days\n- Review the response logs weekly",
        "Dependencies get updates weekly.",
        "If nobody responds in a week, write to the list of developers.",
        "Release 1.6 moved to an active fork, which fixed this.",
        "The 'distros' list does not accept an embargo longer than 19 days.",
    ],
)
def test_no_promise(text):
    assert promised(text) == []


def test_a_promise_made_twice_is_one_and_one_that_contradicts_is_named():
    assert promised("We reply within 24 hours.\n\nReports are acknowledged within 24 hours.") == ["acknowledgement 24h"]
    assert warnings("We reply within 24 hours.\n\nReports are acknowledged within 24 hours.") == ()
    text = "We reply within 24 hours.\n\nReports are acknowledged within 3 days."
    assert promised(text) == ["acknowledgement 24h"]
    (warning,) = warnings(text)
    assert "1 and 3" in warning


def test_updates_that_repeat_are_kept_before_a_single_one():
    assert promised("We send a status update within 5 days.\n\nLater updates come weekly.") == ["status_update 7d every"]


def test_a_time_for_what_is_exploited_already_is_named_and_left_out():
    text = "- Fix of actively exploited vulnerabilities: 24 hours\n- Fix: 30 days"
    assert promised(text) == ["remediation 30d"]
    assert "Line 1" in warnings(text)[0]


def test_regular_updates_beside_a_first_one_repeat_it_and_say_so():
    text = "- Status update: within 7 days\n- We send regular updates on our progress"
    assert promised(text) == ["status_update 7d every"]
    assert "line 2" in warnings(text)[0]
    assert promised("- Status update: within 7 days") == ["status_update 7d"]


def test_each_promise_knows_its_line_and_what_was_understood():
    text = "# Policy\n\nYou get an answer, as a rule,\nwithin 48 hours, and a fix\nwithin 30 days.\n\nThank you."
    read = times.read(document.read(text))
    assert [(one.milestone, one.line) for one in read.facts] == [("acknowledgement", 4), ("remediation", 5)]
    assert read.lines == {3, 4, 5}


def test_fixes_and_updates_wait_for_the_reporter():
    read = times.read(document.read("- Answer: 2 days\n- Update: every 7 days\n- Fix: 30 days"))
    assert [one.waits_for_reporter for one in read.facts] == [False, True, True]


def test_a_text_that_names_too_many_times_says_how_many_were_read():
    text = "\n\n".join(f"We answer within {number % 90 + 1} days." for number in range(times.MOST + 5))
    read = times.read(document.read(text))
    assert len(read.facts) == 1
    assert str(times.MOST) in read.warnings[0]
