"""Owners publish a draft: after looking at what it lacks and changes, and with their second factor proved anew."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.utils.timezone import now

from portal import drafting, policies
from portal.models import SecurityPolicy
from tests import builders
from tests.portal.draft_pages import DRAFT, prove_anew

pytestmark = pytest.mark.django_db
PUBLISH = f"{DRAFT}publish/"


@pytest.fixture
def draft(cast):
    draft = policies.new_draft(cast.mailat, by=cast.olivia, at=now())
    draft.supported_versions.filter(text="1.x").update(text="2.x")
    return draft


@pytest.fixture
def olivia(cast):
    return prove_anew(cast.client("olivia"))


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def chosen(draft, when="now", begins=""):
    return {"seen": drafting.stamp(SecurityPolicy.objects.get(pk=draft.pk)), "when": when, "begins": begins}


def test_the_page_says_what_changes_and_that_reports_keep_their_version(olivia, draft):
    page = words(olivia.get(PUBLISH))
    assert "What changes against version 1" in page
    assert "2.x: supported" in page and "<b>Gone</b>" in page
    assert "keep version 1 and its promises" in page
    assert "A published version never changes" in page


def test_publishing_at_once_leads_to_the_public_page(cast, olivia, draft):
    report = builders.a_report(cast.mailat, by=cast.rita)
    answer = olivia.post(PUBLISH, chosen(draft))
    assert answer.headers["Location"] == "/p/mailat/"
    assert "2.x" in words(cast.client(None).get("/p/mailat/"))
    assert policies.in_force(cast.mailat, now()).pk == draft.pk
    report.refresh_from_db()
    assert report.policy.number == 1


def test_the_second_factor_must_have_been_proved_lately(cast, draft):
    client = cast.client("olivia")
    asked = client.get(PUBLISH).headers["Location"]
    assert asked.startswith("/account/second-factor/") and "next=" in asked
    late = client.post(PUBLISH, chosen(draft))
    assert late.status_code == 403 and "Confirm that it is you" in late.content.decode()
    assert cast.mailat.policies.filter(published_at=None).exists()


@time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
def test_a_date_ahead_is_read_in_the_zone_of_the_project(cast, draft):
    cast.mailat.timezone = "Europe/Berlin"
    cast.mailat.save()
    olivia = prove_anew(cast.client("olivia"))
    assert "In the project's time zone, Europe/Berlin." in words(olivia.get(PUBLISH))
    answer = olivia.post(PUBLISH, chosen(draft, "later", "2027-04-01T09:30"))
    assert answer.headers["Location"] == "/p/mailat/team/"
    published = SecurityPolicy.objects.get(pk=draft.pk)
    assert published.published_at == now()
    assert published.effective_at == datetime(2027, 4, 1, 7, 30, tzinfo=UTC)
    assert policies.in_force(cast.mailat, now()).number == 1
    assert "Version 2 is published and begins" in words(olivia.get("/p/mailat/team/"))


@time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    "begins, sentence",
    [
        ("", "Give the date and the time from which it is in force."),
        ("2027-02-28T12:00", "This lies in the past."),
        ("next week", "Enter a valid date/time."),
        ("2027-03-28T02:30", "may not exist"),  # the night in which the clocks go forward
    ],
)
def test_a_date_that_cannot_be_is_refused_at_its_field(cast, draft, begins, sentence):
    cast.mailat.timezone = "Europe/Berlin"
    cast.mailat.save()
    page = prove_anew(cast.client("olivia")).post(PUBLISH, chosen(draft, "later", begins))
    assert page.status_code == 422
    assert sentence in words(page)
    assert not SecurityPolicy.objects.get(pk=draft.pk).published


def test_what_is_lacking_is_said_and_nothing_is_published(olivia, draft):
    draft.service_levels.all().delete()
    page = words(olivia.get(PUBLISH))
    assert "It cannot be published yet:" in page and "Promise an answer" in page and "Publish</button>" not in page
    refused = olivia.post(PUBLISH, chosen(draft))
    assert refused.status_code == 409
    assert not SecurityPolicy.objects.get(pk=draft.pk).published


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published_unseen(olivia, draft):
    looked_at = chosen(draft)
    draft.contacts.all().delete()
    page = olivia.post(PUBLISH, looked_at)
    assert page.status_code == 409
    assert "Somebody saved this draft meanwhile" in words(page)
    assert not SecurityPolicy.objects.get(pk=draft.pk).published
    assert olivia.post(PUBLISH, chosen(draft)).headers["Location"] == "/p/mailat/"


def test_the_date_of_the_page_counts_not_one_from_before(cast, olivia, draft):
    SecurityPolicy.objects.filter(pk=draft.pk).update(effective_at=now() + timedelta(days=30))
    olivia.post(PUBLISH, chosen(draft))
    assert policies.in_force(cast.mailat, now()).pk == draft.pk


def test_without_a_draft_the_page_leads_to_where_one_begins(olivia):
    assert olivia.get(PUBLISH).headers["Location"] == DRAFT


def test_the_first_version_of_a_project_is_published(cast, olivia):
    project = cast.mailat.__class__.objects.create(slug="fresh", name="Fresh", ref_prefix="FRESH")
    builders.on_team(cast.olivia, project, "owner")
    assert olivia.post("/p/fresh/draft/").status_code == 302
    page = words(olivia.get("/p/fresh/draft/publish/"))
    assert "It cannot be published yet:" in page and "What changes against" not in page
    assert "Fresh: security policy" in words(olivia.get("/p/fresh/draft/"))
