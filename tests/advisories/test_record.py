"""The record and its document are one: nothing is lost on the way, and every text can be carried by every format."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from xml.dom import minidom
from xml.sax import saxutils

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisories.record import Affected, Record
from portal.lib import render

words = st.text(max_size=40)
records = st.builds(
    Record,
    title=words,
    summary=words,
    severity=st.sampled_from(["", "critical", "high", "medium", "low"]),
    description=words,
    affected=st.lists(st.builds(Affected, words, words, words), max_size=4).map(tuple),
    workaround=words,
    credits=st.lists(words, max_size=3).map(tuple),
    references=st.lists(words, max_size=3).map(tuple),
    cve_ids=st.lists(words, max_size=3).map(tuple),
    reported_on=st.none() | st.dates(),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    change=words,
    withdrawn=words,
)


@settings(max_examples=60, deadline=None)
@given(records)
def test_a_document_gives_the_record_back(record):
    assert Record.from_document(json.loads(json.dumps(record.to_document()))) == record


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=40))
@example("a\ufffeb\x0cc\ud800")
def test_tidy_texts_fit_into_xml(text):
    for made in Record(title=text, description=text, credits=(text,)).tidied().texts():
        minidom.parseString(f"<a>{saxutils.escape(made)}</a>".encode())


def test_moments_are_utc_with_z_and_days_are_days():
    at = datetime(2026, 11, 22, 13, 5, tzinfo=timezone(timedelta(hours=1)))
    document = Record(published_at=at, reported_on=date(2026, 11, 2)).to_document()
    assert (document["published_at"], document["reported_on"]) == ("2026-11-22T12:05:00Z", "2026-11-02")


def test_tidying_keeps_lines_of_long_texts_and_none_of_short_ones():
    record = Record(title=" a\nb\x00 ", description="a\r\nb", credits=("", " x ")).tidied()
    assert (record.title, record.description, record.credits) == ("a b", "a\nb", ("x",))


def test_html_of_an_older_renderer_is_made_anew():
    record = Record(description="**bold**", description_html="<b>old</b>", renderer=render.RENDERER - 1)
    assert record.description_shown == "<p><strong>bold</strong></p>"


@pytest.mark.parametrize("unknown", ["later", "case"])
def test_keys_of_a_later_release_are_left_out(unknown):
    assert Record.from_document({**Record(title="x").to_document(), unknown: 1}) == Record(title="x")
