"""A search stops at its budget, says how far back it came, and goes on from there without leaving anything out."""

import re
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.utils.timezone import now

from intake import reach, search, search_words
from intake.models import Message
from tests import builders
from tests.intake.test_search import PAGE, found, look

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def many(cast):
    """Twenty messages, three at the same instant each but for the last ones."""
    begin = now()
    for number in range(20):
        at = begin + timedelta(seconds=number // 3)
        builders.a_reporter_reply(cast.report, by=cast.rita, text=f"message {number}", at=at)
    return cast.report


def go_on(page):
    """The fields of the form that goes on."""
    form = re.search(r'<form[^>]*>(?:(?!</form>).)*?name="before".*?</form>', page.content.decode(), re.DOTALL)
    return {name: unescape(value) for name, value in HIDDEN.findall(form[0].split("role=")[-1])} if form else None


def numbers(page):
    return [int(number) for one in found(page) for number in re.findall(r"</mark> (\d+)", one)]


def test_records(cast, many, settings):
    settings.SEARCH_RECORDS, settings.LIMITS, seen = 7, {"search": "off"}, []
    page = look(cast, "rita", "message")
    assert "Searched the newest 7 records, back to" in page.content.decode()
    for _page in range(4):
        seen += numbers(page)
        fields = go_on(page)
        if not fields:
            break
        page = cast.client("rita").post(PAGE, fields)
    assert sorted(seen) == list(range(20)) and len(seen) == 20
    assert "Searched to the end." in page.content.decode()


def test_hits(cast, many, settings, monkeypatch):
    settings.LIMITS = {"search": "off"}
    monkeypatch.setattr(search, "MOST_HITS", 6)
    page, seen = look(cast, "bob", "message", kind="conversation"), []
    while True:
        seen += numbers(page)
        fields = go_on(page)
        if not fields:
            break
        assert "These are the newest." in page.content.decode() and fields["kind"] == "conversation"
        page = cast.client("bob").post(PAGE, fields)
    assert len(seen) == 20 and set(seen) == set(range(20))


def test_seconds(cast, many, settings):
    settings.SEARCH_SECONDS = 3
    ticks = count()
    wanted = search.Wanted(search_words.words_of("message"))
    outcome = search.find(reach.Reach(cast.rita), wanted, tick=lambda: next(ticks))
    assert outcome.spent == "seconds" and 0 < outcome.looked_at < 20
    settings.SEARCH_SECONDS = 0
    page = look(cast, "rita", "message").content.decode()
    assert "The time for one search is over after 1 record." in page and "Go on from there" in page


def test_a_search_always_gets_a_step_further(cast, many, settings):
    settings.SEARCH_SECONDS, settings.LIMITS = 0, {"search": "off"}
    page, steps = look(cast, "rita", "message"), 0
    while fields := go_on(page):
        page, steps = cast.client("rita").post(PAGE, fields), steps + 1
    assert steps == 20  # and the report


def test_searches_of_a_minute(cast, settings):
    settings.LIMITS = {"search": "3/m"}
    for _time in range(3):
        assert look(cast, "rita", "message").status_code == 200
    answer = look(cast, "rita", "message")
    assert answer.status_code == 429 and "Wait a moment" in answer.content.decode() and 'value="message"' in answer.content.decode()
    assert look(cast, "bob", "message").status_code == 200
    assert cast.client("rita").get(PAGE).status_code == 200


def test_a_cursor_that_was_changed_or_is_somebody_elses_begins_anew(cast, many, settings):
    settings.SEARCH_RECORDS = 7
    fields = go_on(look(cast, "rita", "message"))
    newest = numbers(look(cast, "rita", "message"))
    for before in (fields["before"][:-2] + "xx", "nonsense", ""):
        assert numbers(look(cast, "rita", "message", before=before)) == newest
    page = look(cast, "bob", "message", before=fields["before"])
    assert "This search went on from" not in page.content.decode()


def test_what_arrives_meanwhile_does_not_shift_what_comes_next(cast, many, settings):
    settings.SEARCH_RECORDS = 7
    page = look(cast, "rita", "message")
    builders.a_reporter_reply(cast.report, by=cast.rita, text="message 99", at=now() + timedelta(hours=1))
    after = numbers(cast.client("rita").post(PAGE, go_on(page)))
    assert not set(numbers(page)) & set(after) and 99 not in after and len(after) == 7
    assert Message.objects.count() == 21
