"""Whom else to write to when nobody answers: from when, and by the policy of today rather than that of the report."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import a_new_version, a_team_reply

BOARD = {"purpose": "fallback", "uri": "mailto:board@example.org", "delay_hours": 72, "note": "the board"}


def pages(cast, report, *, after=timedelta(0)):
    """The report page and the receipt, as its reporter sees them some time after it was sent."""
    with time_machine.travel(report.received_at + after, tick=False):
        client = cast.client("rita")
        return [" ".join(client.get(report.get_absolute_url() + part).content.decode().split()) for part in ("", "receipt/")]


def test_before_the_delay_is_over_it_says_from_when(cast):
    a_new_version(cast.mailat, contacts=[BOARD])
    for page in pages(cast, cast.report, after=timedelta(hours=71)):
        assert "If nobody has answered by" in page and "board@example.org" in page and "No answer yet?" not in page


def test_after_it_it_asks_to_write_there_and_to_name_nothing_but_the_reference(cast):
    a_new_version(cast.mailat, contacts=[BOARD])
    for page in pages(cast, cast.report, after=timedelta(hours=72)):
        assert "No answer yet?" in page and 'href="mailto:board@example.org"' in page and "the board" in page
        assert f"Name the reference {cast.report.ref}, and nothing of what you found." in page


def test_without_a_delay_the_promise_decides(cast):
    a_new_version(cast.mailat, contacts=[{**BOARD, "delay_hours": None}])
    report = cast.report
    assert "If nobody has answered by" in pages(cast, report, after=timedelta(hours=47))[0]
    assert "No answer yet?" in pages(cast, report, after=timedelta(hours=48))[0]


def test_who_was_answered_needs_nobody_else(cast):
    a_new_version(cast.mailat, contacts=[BOARD])
    a_team_reply(cast.report, by=cast.bob)
    for page in pages(cast, cast.report, after=timedelta(hours=80)):
        assert "board@example.org" not in page


def test_a_policy_without_one_says_nothing(cast):
    for page in pages(cast, cast.report, after=timedelta(days=9)):
        assert "No answer yet?" not in page


@pytest.mark.parametrize("languages, said", [("de", "The team reads: German."), ("", None)])
def test_contacts_and_languages_are_those_of_today(cast, languages, said):
    report = cast.report
    a_new_version(cast.mailat, contacts=[BOARD], languages=languages)
    page = pages(cast, report, after=timedelta(days=5))[0]
    assert "board@example.org" in page and "version 1</a>" in page
    assert said in page if said else "The team reads" not in page
