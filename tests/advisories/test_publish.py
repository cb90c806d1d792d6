"""Publishing copies the draft into the open: once, complete, by whoever may, as it was looked at."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import AuditEvent, Delivery
from advisories import drafting, publication
from advisories.models import Advisory
from advisories.record import Record
from intake import triage
from intake.models import CaseEvent
from tests import builders
from tests.advisories.builders import RECORD, a_draft, an_advisory
from tests.intake.doing import promising
from tests.portal.draft_pages import prove_anew

PAGE = "/advisories/case/{}/publish/"


def test_it_becomes_the_cases_advisory_and_everybody_concerned_learns_of_it(cast):
    at = now()
    advisory = publication.publish(a_draft(cast.case, by=cast.bob), by=cast.alice, at=at)
    assert advisory.ref == f"MAILAT-SA-{at.year}-0001"
    cast.case.refresh_from_db()
    assert (cast.case.disclosed_at, cast.case.advisory) == (at, advisory)
    assert CaseEvent.objects.get(case=cast.case, kind="advisory_published").facts == {"advisory": advisory.ref}
    assert AuditEvent.objects.get(kind="advisory.published").facts == {"advisory": advisory.ref}
    assert Delivery.objects.get(letter="advisory_published").recipient == cast.rita


def test_what_is_public_is_the_record_and_no_word_of_the_case(cast):
    advisory = publication.publish(a_draft(cast.case, by=cast.bob), by=cast.alice, at=now())
    document = advisory.revisions.get().document
    record = Record.from_document(document)
    assert replace(record, published_at=None, change="", description_html="", workaround_html="", renderer=0) == RECORD
    assert "<strong>one</strong>" in record.description_html
    for hidden in (cast.case.ref, str(cast.case.uuid), cast.report.ref, str(cast.report.uuid)):
        assert hidden not in json.dumps(document)


def test_numbers_count_within_project_and_year(cast):
    year = now().year
    first = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    second = an_advisory(cast.mailat, by=cast.alice, reporter=cast.rita)
    other = an_advisory(cast.mail_auth, by=cast.alice, reporter=cast.rita)
    assert [one.ref for one in (first, second)] == [f"MAILAT-SA-{year}-0001", f"MAILAT-SA-{year}-0002"]
    assert other.number == 1 and other.ref != first.ref


def test_the_case_is_held_before_its_project(cast):
    """As the ladder does that lets everybody see that reports wait: in another order the two would wait for each other."""
    draft = a_draft(cast.case, by=cast.bob)
    with CaptureQueriesContext(connection) as asked:
        publication.publish(draft, by=cast.alice, at=now())
    begins = [one["sql"].lower() for one in asked.captured_queries]
    case = next(place for place, sql in enumerate(begins) if sql.startswith('select "intake_case"."uuid", "intake_case"."erased_at"'))
    project = next(place for place, sql in enumerate(begins) if 'from "portal_project"' in sql and '"portal_project"."ref_prefix"' in sql)
    assert case < project


@pytest.mark.parametrize("lacking", ["title", "summary", "description", "affected"])
def test_an_advisory_that_lacks_something_is_refused_with_a_sentence(cast, lacking):
    draft = a_draft(cast.case, by=cast.bob, record=replace(RECORD, **{lacking: getattr(Record(), lacking)}))
    with pytest.raises(publication.NotPublishable) as refused:
        publication.publish(draft, by=cast.alice, at=now())
    assert len(refused.value.sentences) == 1
    page = prove_anew(cast.client("alice")).get(PAGE.format(cast.case.ref)).content.decode()
    assert refused.value.sentences[0] in page and "Publish now" not in page
    assert not Advisory.objects.exists()


def test_a_case_that_was_not_accepted_is_not_published(cast):
    draft = a_draft(cast.case, by=cast.bob)
    triage.reject(draft.case, reason="spam", by=cast.alice, at=now(), message=None, client_id=None)
    with pytest.raises(publication.NotPublishable, match="not accepted"):
        publication.publish(draft, by=cast.alice, at=now())


def test_it_is_published_once(cast):
    draft = a_draft(cast.case, by=cast.bob)
    publication.publish(draft, by=cast.alice, at=now())
    with pytest.raises(publication.NotPublishable, match="already"):
        publication.publish(draft, by=cast.alice, at=now())
    assert Advisory.objects.count() == 1


def test_a_draft_saved_since_it_was_read_is_not_published(cast):
    draft = a_draft(cast.case, by=cast.bob)
    drafting.save(draft, content=replace(RECORD, title="Not looked at"), expected_revision=draft.revision, by=cast.bob, at=now())
    with pytest.raises(publication.NotPublishable, match="saved again"):
        publication.publish(draft, by=cast.alice, at=now())
    assert not Advisory.objects.exists()


def test_the_page_shows_everything_and_asks_before_it_publishes(cast):
    draft = a_draft(cast.case, by=cast.bob)
    alice, page = prove_anew(cast.client("alice")), PAGE.format(cast.case.ref)
    shown = alice.get(page).content.decode()
    for part in (
        RECORD.title,
        RECORD.summary,
        "<strong>one</strong>",
        "1.0.0 to 1.4.2",
        "Rita",
        "CVE-2026-12345",
        "Becomes public, for good",
    ):
        assert part in shown
    assert alice.post(page, {"revision": draft.revision}).status_code == 422
    assert alice.post(page, {"revision": draft.revision - 1, "confirmed": "on"}).status_code == 409
    assert not Advisory.objects.exists()
    assert alice.post(page, {"revision": draft.revision, "confirmed": "on"}).status_code == 302
    assert cast.client(None).get(Advisory.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who, status", [("alice", 302), ("olivia", 302), ("bob", 403), ("rita", 404), ("charlie", 404), ("ada", 404)])
def test_only_maintainers_and_owners_publish(cast, who, status):
    draft = a_draft(cast.case, by=cast.bob)
    answer = prove_anew(cast.client(who)).post(PAGE.format(cast.case.ref), {"revision": draft.revision, "confirmed": "on"})
    assert answer.status_code == status
    assert Advisory.objects.exists() == (status == 302)


def test_a_case_without_a_draft_has_nothing_to_publish(cast):
    assert cast.client("alice").get(PAGE.format(cast.case.ref)).status_code == 404


def test_the_disclosure_clock_is_met(cast):
    promising(cast.mailat, {"milestone": "disclosure", "latest": 90, "unit": "days"})
    at = now()
    report = builders.a_report(cast.mailat, by=cast.rita, at=at)
    publication.publish(a_draft(report.case, by=cast.bob), by=cast.alice, at=at)
    assert report.deadlines.get(milestone="disclosure").met_at == at
