"""The list and the page: the same for everybody, cheap when unchanged, and never a word that was not published."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from advisories import drafting, publication
from advisories.record import Record
from portal.models import Project
from tests.advisories.builders import RECORD, a_draft, an_advisory, opened

LIST = "/advisories/"


def addresses(advisory):
    return [LIST, f"{LIST}?project=mailat", advisory.get_absolute_url(), "/advisories/feed.atom", "/advisories/feed/mailat.atom"]


def test_the_list_is_newest_first_and_narrows_to_a_project(cast, client):
    at = now()
    older = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=at)
    newest = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=at + timedelta(days=2))
    other = an_advisory(cast.mail_auth, by=cast.alice, reporter=cast.rita, at=at + timedelta(days=1))
    text = client.get(LIST).content.decode()
    assert text.index(newest.ref) < text.index(other.ref) < text.index(older.ref)
    narrowed = client.get(LIST, {"project": "mailat"}).content.decode()
    assert newest.ref in narrowed and other.ref not in narrowed


def test_older_ones_are_one_link_away(cast, client, monkeypatch):
    monkeypatch.setattr("advisories.views.public.A_PAGE", 2)
    made = [an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=now() + timedelta(days=days)) for days in (3, 2, 1)]
    first = client.get(LIST, {"project": "mailat"})
    after = first.content.decode().split("after=")[1].split('"')[0]
    second = client.get(f"{LIST}?project=mailat&after={after}").content.decode()
    assert made[2].ref not in first.content.decode()
    assert made[2].ref in second and made[0].ref not in second


def test_an_empty_list_says_what_it_will_show(cast, client):
    assert "None published yet" in client.get(LIST).content.decode()
    text = client.get(LIST, {"project": "mail-auth"}).content.decode()
    assert "Stalwart mail-auth has published no security advisory here" in text and "/p/mail-auth/" in text


@pytest.mark.parametrize(
    "address",
    ["/advisories/?project=nobody", "/advisories/?project=%00", "/advisories/MAILAT-SA-2026-9999/", "/advisories/feed/nobody.atom"],
)
def test_unknown_is_404(cast, client, address):
    assert client.get(address).status_code == 404


def test_the_page_names_what_a_reader_needs(cast, client):
    advisory = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    text = client.get(advisory.get_absolute_url()).content.decode()
    for part in (
        RECORD.title,
        RECORD.summary,
        "High",
        "1.0.0 to 1.4.2",
        "1.4.3",
        "Rita",
        "CVE-2026-12345",
        "<strong>one</strong>",
        "https://example.org/fix",
    ):
        assert part in text
    assert 'type="application/atom+xml"' in text


def test_the_same_bytes_for_everybody_and_no_cookie(cast):
    advisory = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    for address in addresses(advisory):
        stranger, maintainer = Client().get(address), cast.client("alice").get(address)
        assert stranger.content == maintainer.content
        assert not maintainer.cookies
        assert "Cookie" not in maintainer.headers.get("Vary", ""), address
        assert stranger.headers["Cache-Control"] == "public, max-age=60"


def test_an_unchanged_page_is_answered_with_304(cast, client):
    advisory = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    for address in addresses(advisory):
        first = client.get(address)
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304


def test_every_publication_changes_every_address(cast, client):
    at = now()
    draft = a_draft(cast.case, by=cast.bob, at=at)
    advisory = publication.publish(draft, by=cast.alice, at=at)
    advisory.case = draft.case
    steps = [
        lambda: publication.revise(draft, change="More versions.", by=cast.alice, at=at + timedelta(days=1)),
        lambda: publication.withdraw(advisory, reason="Wrong.", by=cast.alice, at=at + timedelta(days=2)),
        lambda: Project.objects.filter(slug="mailat").update(name="Mailat Next"),
    ]
    for step in steps:
        before = {address: client.get(address) for address in addresses(advisory)}
        step()
        for address, answer in before.items():
            again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 200, address
            # The list need not tell of a revision that kept the title.
            assert again.content != answer.content or address.startswith(LIST + "?") or address == LIST, address


def test_one_that_commits_after_a_later_one_is_not_missed(cast, client):
    at = now()
    an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=at + timedelta(minutes=1))
    seen = client.get(LIST).headers["ETag"]
    late = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita, at=at)
    assert late.ref in client.get(LIST, headers={"If-None-Match": seen}).content.decode()


def test_no_public_address_knows_a_draft(cast, client):
    canary = "canary-in-a-draft"
    record = Record(
        title=canary, summary=canary, description=canary, workaround=canary, credits=(canary,), references=(f"https://{canary}.example/",)
    )
    public = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    before = {address: client.get(address).headers["ETag"] for address in addresses(public)}
    a_draft(cast.case, by=cast.bob, record=record)
    # The working copy of what is public is a draft, too.
    copy = opened(public.case).advisory_draft
    copy.case = public.case
    drafting.save(copy, content=record, expected_revision=copy.revision, by=cast.bob, at=now())
    for address in [
        *addresses(public),
        "/",
        "/p/mailat/",
        "/advisories/case/",
        f"/advisories/{cast.case.ref}/",
        f"/advisories/case/{cast.case.ref}/",
    ]:
        answer = client.get(address)
        assert canary not in answer.content.decode() + str(answer.headers), address
        assert before.get(address, answer.headers.get("ETag")) == answer.headers.get("ETag"), address
    # The control: published, it is everywhere.
    copy = type(copy).objects.get(pk=copy.pk)
    copy.case = public.case
    with pytest.raises(publication.NotPublishable):
        publication.revise(copy, change=canary, by=cast.alice, at=now())
    whole = drafting.save(
        copy, content=Record(**{**vars(record), "affected": RECORD.affected}), expected_revision=copy.revision, by=cast.bob, at=now()
    )
    publication.revise(whole, change=canary, by=cast.alice, at=now())
    for address in addresses(public):
        assert canary in client.get(address).content.decode(), address


@pytest.mark.parametrize("kept", [False, True])
def test_the_number_of_queries_does_not_grow(cast, client, kept, django_assert_max_num_queries):
    def count(address):
        if not kept:
            cache.clear()
        with django_assert_max_num_queries(8) as seen:
            client.get(address)
        return len(seen)

    first = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    few = [count(address) and count(address) for address in addresses(first)]
    for _more in range(12):
        an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    many = [count(address) and count(address) for address in addresses(first)]
    assert few == many
    if kept:
        assert max(many) <= 2


def test_the_public_side_opens_with_the_ring_gone(cast, client, settings):
    advisory = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    settings.KEY_RING = "none:"
    assert all(client.get(address).status_code == 200 for address in addresses(advisory))


def test_links_in_the_feed_are_absolute(cast, client):
    an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    assert f'href="{settings.PUBLIC_URL}/advisories/' in client.get("/advisories/feed.atom").content.decode()
