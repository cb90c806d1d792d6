"""What is public changes in the open: as the next revision, with a line that says why, and it never goes away."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import AuditEvent, Delivery
from advisories import drafting, publication
from advisories.models import Advisory
from tests.advisories.builders import RECORD, a_draft
from tests.portal.draft_pages import prove_anew

PAGE = "/advisories/case/{}/"


@pytest.fixture
def published(cast):
    """An advisory with its draft, which says more by now."""
    at = now()
    draft = a_draft(cast.case, by=cast.bob, at=at)
    advisory = publication.publish(draft, by=cast.alice, at=at)
    newer = replace(RECORD, title="Stored script in previews and prints")
    draft = drafting.save(draft, content=newer, expected_revision=draft.revision, by=cast.bob, at=now())
    advisory.case = draft.case
    return advisory, draft


def text_of(cast, advisory):
    return cast.client(None).get(advisory.get_absolute_url()).content.decode()


def test_a_change_of_the_draft_is_not_public_until_it_is_published(cast, published):
    assert "and prints" not in text_of(cast, published[0])


def test_a_revision_says_what_changed_and_keeps_the_first_moment(cast, published):
    advisory, draft = published
    before = advisory.revisions.get(number=1).document
    publication.revise(draft, change="Prints are affected too.", by=cast.alice, at=now())
    advisory.refresh_from_db()
    assert (advisory.latest, advisory.updated_at > advisory.published_at) == (2, True)
    assert advisory.revisions.get(number=1).document == before
    assert advisory.revisions.get(number=2).document["published_at"] == before["published_at"]
    text = text_of(cast, advisory)
    assert "and prints" in text and "Prints are affected too." in text and "First published." in text
    assert AuditEvent.objects.filter(kind="advisory.revised").count() == 1


def test_the_page_asks_for_the_line(cast, published):
    advisory, draft = published
    alice, page = prove_anew(cast.client("alice")), PAGE.format(cast.case.ref) + "publish/"
    assert alice.post(page, {"revision": draft.revision, "confirmed": "on"}).status_code == 422
    assert alice.post(page, {"revision": draft.revision, "confirmed": "on", "change": "More versions."}).status_code == 302
    assert "More versions." in text_of(cast, advisory)


def test_nothing_is_revised_before_it_is_published(cast):
    with pytest.raises(publication.NotPublishable, match="no published advisory"):
        publication.revise(a_draft(cast.case, by=cast.bob), change="x", by=cast.alice, at=now())


def test_a_withdrawn_one_stays_and_says_why(cast, published):
    advisory, draft = published
    answer = prove_anew(cast.client("alice")).post(PAGE.format(cast.case.ref) + "withdraw/", {"reason": "It was a <misreading>."})
    assert answer.status_code == 302
    text = text_of(cast, advisory)
    assert "It was a &lt;misreading&gt;." in text and RECORD.title in text
    assert "withdrawn" in cast.client(None).get("/advisories/").content.decode()
    assert Delivery.objects.filter(letter="case_moved", recipient=cast.rita).count() == 1
    with pytest.raises(publication.NotPublishable, match="withdrawn"):
        publication.revise(draft, change="Back again.", by=cast.alice, at=now())
    with pytest.raises(publication.NotPublishable, match="withdrawn"):
        publication.withdraw(advisory, reason="Twice.", by=cast.alice, at=now())


def test_withdrawing_needs_a_reason(cast, published):
    assert prove_anew(cast.client("alice")).post(PAGE.format(cast.case.ref) + "withdraw/", {"reason": " "}).status_code == 422
    assert Advisory.objects.get().withdrawn_at is None


@pytest.mark.parametrize("who, status", [("olivia", 302), ("bob", 403), ("rita", 404), ("charlie", 404)])
def test_only_maintainers_and_owners_withdraw(cast, published, who, status):
    answer = prove_anew(cast.client(who)).post(PAGE.format(cast.case.ref) + "withdraw/", {"reason": "Wrong as a whole."})
    assert answer.status_code == status


def test_what_was_never_published_cannot_be_withdrawn(cast):
    a_draft(cast.case, by=cast.bob)
    assert cast.client("alice").get(PAGE.format(cast.case.ref) + "withdraw/").status_code == 404


def test_the_database_refuses_to_change_a_published_revision(cast, published):
    revision = published[0].revisions.get(number=1)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        revision.document = {}
        revision.save()
    assert published[0].revisions.get(number=1).document["title"] == RECORD.title
