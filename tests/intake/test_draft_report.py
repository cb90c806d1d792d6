"""A report that is not sent yet: all of its form is kept, under a key that becomes the report's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import unsent
from intake.models import Draft, Report
from portal import policies
from portal.keys import Keys
from portal.models import Keyset
from tests import builders
from tests.intake.doing import CANARY, field, filled

HTMX = {"HX-Request": "true"}


@pytest.fixture
def keep():
    return reverse("new_draft", args=["mailat"])


@pytest.fixture
def page():
    return reverse("report_new", args=["mailat"])


def written(**changes):
    return filled(draft_page="page-1", draft_revision="0", **changes)


def test_all_that_was_filled_in_stands_there_again(cast, keep, page):
    client = cast.client("rita")
    form = written(title="Half a title", version="1.4.2", answer_steps="1. Open\n\n    code", credit="R.", markup="html")
    assert client.post(keep, form, headers=HTMX).status_code == 200
    html = client.get(page).content.decode()
    for text in ("Half a title", "1.4.2", "1. Open", "    code", "R.", '<option value="html" selected>', form["client_id"], "Draft of"):
        assert text in html, text


def test_the_draft_becomes_the_report_with_its_key(cast, keep, page):
    client, form = cast.client("rita"), written()
    client.post(keep, form, headers=HTMX)
    draft, keyset = Draft.objects.get(), Keyset.objects.get(purpose="shared")
    assert keyset.scope_uuid == draft.pk
    assert client.post(page, form).status_code == 302
    report = Report.objects.get()
    assert report.pk == draft.pk and not Draft.objects.exists()
    assert bytes(Keyset.objects.get(scope_uuid=report.pk).wrapped) == bytes(keyset.wrapped)
    assert Keys.to(shared=[report.pk]).open(report)["title"] == form["title"]
    assert client.post(page, form).url == reverse("receipt", args=[report.ref]), "a second press finds the first"
    late = client.post(keep, form, headers=HTMX)
    assert late.status_code == 409 and not Draft.objects.exists(), "and a save that comes late brings nothing back"


def test_another_forms_draft_stays(cast, keep, page):
    client = cast.client("rita")
    client.post(keep, written(title="Kept for later"), headers=HTMX)
    assert client.post(page, filled(title="Another one")).status_code == 302
    assert Report.objects.get().pk != Draft.objects.get().pk
    assert "Kept for later" in client.get(page).content.decode()


def test_a_refused_report_keeps_its_draft(cast, keep, page):
    client, form = cast.client("rita"), written()
    client.post(keep, form, headers=HTMX)
    assert client.post(page, {**form, "title": ""}).status_code == 422
    assert Draft.objects.exists()


def test_to_discard_destroys_the_key(cast, keep):
    for discard in (lambda client: client.post(keep, {**written(), "discard": "yes"}), by_the_list):
        client = cast.client("rita")
        client.post(keep, written(title=CANARY), headers=HTMX)
        assert Keyset.objects.filter(purpose="shared").count() == 1
        assert discard(client).url == reverse("reports")
        assert not Draft.objects.exists() and not Keyset.objects.exists()


def by_the_list(client):
    return client.post(reverse("new_draft_discard", args=["mailat"]))


def test_to_clear_the_form_is_to_discard(cast, keep):
    client, form = cast.client("rita"), written()
    client.post(keep, form, headers=HTMX)
    empty = dict.fromkeys(form, "") | {"client_id": form["client_id"], "credit": "Rita", "draft_page": "page-1", "draft_revision": "0"}
    assert client.post(keep, empty, headers=HTMX).content.decode().strip() == ""
    assert not Draft.objects.exists() and not Keyset.objects.exists()


def test_the_list_shows_what_is_not_sent_yet(cast, keep):
    client = cast.client("rita")
    assert "Not sent yet" not in client.get(reverse("reports")).content.decode()
    client.post(keep, written(title="Half a title"), headers=HTMX)
    client.post(reverse("new_draft", args=["mail-auth"]), {**written(title=""), "answer_steps": "x"}, headers=HTMX)
    html = client.get(reverse("reports")).content.decode()
    assert "Not sent yet" in html and "Half a title" in html and "(no title yet)" in html
    assert "No reports yet" not in html
    assert "Not sent yet" not in cast.client("charlie").get(reverse("reports")).content.decode()


def test_of_another_persons_draft_nothing_can_be_discarded(cast, keep):
    cast.client("rita").post(keep, written(), headers=HTMX)
    assert by_the_list(cast.client("charlie")).status_code == 404 and Draft.objects.exists()


def test_a_draft_of_an_older_policy_is_filled_in_as_far_as_it_fits_and_the_rest_is_shown(cast, keep, page):
    client, form = cast.client("rita"), written(answer_steps="Do this, then that")
    client.post(keep, form, headers=HTMX)
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    draft.requested_fields.filter(key="steps").delete()
    draft.requested_fields.create(key="proof", label="Proof", kind="text", position=100)
    policies.publish(draft, by=None, at=now())
    shown = client.get(page)
    html = shown.content.decode()
    assert "not asked any more" in html and "Do this, then that" in html and form["title"] in html
    saved = {**form, "answer_proof": "Here", "draft_page": "page-2", "draft_revision": field(shown, "draft_revision")}
    del saved["answer_steps"]
    assert client.post(keep, saved, headers=HTMX).status_code == 200
    html = client.get(page).content.decode()
    assert "Do this, then that" in html and "Here" in html, "what has no field any more outlives the next save"


def test_a_draft_is_not_closed_away_by_a_pause(cast, keep, page):
    client = cast.client("rita")
    client.post(keep, written(title="Before the pause"), headers=HTMX)
    builders.a_pause(cast.mailat)
    assert "Before the pause" in client.get(page).content.decode()
    assert 'name="title"' not in cast.client("charlie").get(page).content.decode()


def test_the_sweep_takes_the_key_along(cast, keep, settings):
    cast.client("rita").post(keep, written(), headers=HTMX)
    assert unsent.sweep(at=now() + timedelta(days=settings.DRAFT_DAYS + 1)) == 1
    assert not Draft.objects.exists() and not Keyset.objects.exists()


def test_an_ended_session_gives_the_form_back(cast, keep):
    answer = cast.client(None).post(keep, written(title="Not lost", client_id=str(uuid4())))
    assert answer.status_code == 401 and "Not lost" in answer.content.decode() and not Draft.objects.exists()
