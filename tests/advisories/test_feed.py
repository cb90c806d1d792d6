"""The Atom feeds (RFC 4287): ids and ``published`` for life, ``updated`` with each revision, the full content."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils.timezone import now

from advisories import publication
from tests.advisories.builders import a_draft, an_advisory

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, address="/advisories/feed.atom"):
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def text(element, name):
    return element.find(ATOM + name).text


def test_an_entry_has_what_the_standard_asks_for(cast, client):
    advisory = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    feed = read(client)
    entry = feed.find(ATOM + "entry")
    assert text(entry, "id") == f"urn:uuid:{advisory.uuid}"
    assert text(entry, "title") == f"{advisory.ref}: Stored script in message previews"
    assert text(entry, "published") == text(entry, "updated") == text(feed, "updated")
    assert text(entry, "updated").endswith("Z") and len(text(entry, "updated")) == 20
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Mailat"
    assert entry.find(ATOM + "link").attrib == {"rel": "alternate", "href": settings.PUBLIC_URL + advisory.get_absolute_url()}
    content = entry.find(ATOM + "content")
    assert content.attrib == {"type": "html"}
    assert "trusted <strong>one</strong> header" in content.text
    assert {one.attrib["term"] for one in entry.findall(ATOM + "category")} == {"high", "CVE-2026-12345"}


def test_the_feed_names_itself(cast, client):
    for address in ("/advisories/feed.atom", "/advisories/feed/mailat.atom"):
        links = {one.attrib["rel"]: one.attrib["href"] for one in read(client, address).findall(ATOM + "link")}
        assert links["self"] == settings.PUBLIC_URL + address
    assert text(read(client, "/advisories/feed/mailat.atom"), "id") == f"urn:uuid:{cast.mailat.uuid}"
    assert text(read(client), "id").startswith("urn:uuid:")


def test_a_projects_feed_holds_only_its_own(cast, client):
    own = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    an_advisory(cast.mail_auth, by=cast.alice, reporter=cast.rita)
    entries = read(client, "/advisories/feed/mailat.atom").findall(ATOM + "entry")
    assert [text(one, "id") for one in entries] == [f"urn:uuid:{own.uuid}"]


def test_revision_and_withdrawal_are_news_of_the_same_entry(cast, client):
    at = now()
    draft = a_draft(cast.case, by=cast.bob, at=at)
    advisory = publication.publish(draft, by=cast.alice, at=at)
    advisory.case = draft.case
    an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=at + timedelta(days=1))
    first = read(client).findall(ATOM + "entry")[1]
    publication.withdraw(advisory, reason="It was a misreading.", by=cast.alice, at=at + timedelta(days=2))
    entry = read(client).findall(ATOM + "entry")[0]
    assert text(entry, "id") == text(first, "id")
    assert text(entry, "published") == text(first, "published")
    assert text(entry, "updated") > text(first, "updated")
    assert text(entry, "title").startswith("Withdrawn: ")
    assert "It was a misreading." in entry.find(ATOM + "content").text


def test_an_empty_feed_is_valid_and_does_not_change_by_being_read(cast, client):
    first, second = client.get("/advisories/feed.atom"), client.get("/advisories/feed.atom")
    assert first.content == second.content
    feed = ElementTree.fromstring(first.content)
    assert feed.findall(ATOM + "entry") == [] and text(feed, "updated").endswith("Z")


@pytest.mark.parametrize("count", [3])
def test_it_holds_the_newest_only(cast, client, monkeypatch, count):
    monkeypatch.setattr("advisories.feeds.ENTRIES", 2)
    made = [an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=now() + timedelta(days=days)) for days in range(count)]
    ids = [text(one, "id") for one in read(client).findall(ATOM + "entry")]
    assert ids == [f"urn:uuid:{one.uuid}" for one in reversed(made[1:])]
