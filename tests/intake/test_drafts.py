"""What somebody is writing is kept, sealed, one draft for each place, until it is sent, discarded or old."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import drafts, unsent
from intake.models import Draft, Message, Note
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake.doing import CANARY, field, keyed, said

HTMX = {"HX-Request": "true"}


@pytest.fixture
def places(cast):
    """Where one may write: who, the page, the address that keeps, the address that sends."""
    report, case = cast.report, cast.case
    return {
        "report": (
            "rita",
            report.get_absolute_url(),
            reverse("report_draft", args=[report.ref]),
            reverse("report_reply", args=[report.ref]),
        ),
        "case": (
            "bob",
            case.get_absolute_url(),
            reverse("case_draft", args=[case.ref, report.ref]),
            reverse("case_reply", args=[case.ref, report.ref]),
        ),
        "note": ("bob", case.get_absolute_url(), reverse("note_draft", args=[case.ref]), reverse("case_note", args=[case.ref])),
    }


def written(text, **changes):
    """A message form as a page sends it to be kept."""
    return said(text, draft_page="page-1", draft_revision="0", **changes)


@pytest.mark.parametrize("place", ["report", "case", "note"])
def test_a_draft_is_kept_shown_again_and_gone_once_sent(cast, places, place):
    who, page, keep, send = places[place]
    client = cast.client(who)
    form = written("Half a thought\n\n```\n\tkept  \n```")
    answer = client.post(keep, form, headers=HTMX)
    assert answer.status_code == 200 and "Saved" in answer.content.decode()
    html = client.get(page).content.decode()
    assert "Half a thought" in html and "\tkept  \n" in html.replace("\r", "") and "Draft of" in html
    assert form["client_id"] in html, "sent from here, it is the same form"
    assert client.post(send, form).status_code == 302
    assert not Draft.objects.exists()
    assert Message.objects.count() + Note.objects.count() == 1
    assert "Draft of" not in client.get(page).content.decode()


@pytest.mark.parametrize("place", ["report", "case", "note"])
def test_a_save_that_comes_after_the_sending_brings_nothing_back(cast, places, place):
    who, page, keep, send = places[place]
    client, form = cast.client(who), written("Done.")
    client.post(keep, form, headers=HTMX)
    client.post(send, form)
    late = client.post(keep, {**form, "text": "Done"}, headers=HTMX)
    assert late.status_code == 409 and "sent already" in late.content.decode()
    assert not Draft.objects.exists()
    assert client.post(keep, written("Another."), headers=HTMX).status_code == 200


def test_without_scripts_a_button_keeps_and_discards(cast, places):
    who, page, keep, _send = places["report"]
    client = cast.client(who)
    answer = client.post(keep, written("By hand"), follow=True)
    assert "Kept as a draft" in answer.content.decode() and "By hand" in answer.content.decode()
    answer = client.post(keep, {**written("By hand"), "discard": "yes"}, follow=True)
    assert "The draft is discarded" in answer.content.decode() and "By hand" not in answer.content.decode()
    assert not Draft.objects.exists()
    assert "nothing to keep" in client.post(keep, written("  "), follow=True).content.decode() and not Draft.objects.exists()


def test_what_stands_first_in_a_form_is_the_button_that_sends_it(cast, places):
    for who, page in {(places[place][0], places[place][1]) for place in places} | {("rita", reverse("report_new", args=["mailat"]))}:
        html = cast.client(who).get(page).content.decode()
        for form in re.findall(r'<form method="post".*?</form>', html, re.DOTALL):
            if 'name="draft_page"' in form:
                first = re.search(r'<button[^>]*type="submit"[^>]*>', form).group()
                assert "formaction" not in first, "the Enter key presses the first one"


def test_drafts_are_ones_own(cast, places):
    _who, page, keep, _send = places["case"]
    cast.client("bob").post(keep, written(CANARY), headers=HTMX)
    assert CANARY in cast.client("bob").get(page).content.decode()
    assert CANARY not in cast.client("alice").get(page).content.decode()
    assert CANARY not in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    cast.client("alice").post(keep, written("Mine"), headers=HTMX)
    assert Draft.objects.count() == 2


def test_a_draft_of_a_note_is_sealed_with_the_teams_key(cast, places):
    _who, _page, keep, _send = places["note"]
    cast.client("bob").post(keep, written(CANARY), headers=HTMX)
    draft = Draft.objects.get()
    assert CANARY.encode() not in bytes(draft.sealed)
    assert keyed(cast.case).keys.open(draft)["fields"]["text"] == CANARY
    with pytest.raises(DecryptError):
        Keys.to(shared=[cast.report.pk]).open(draft)


def test_the_seal_holds_the_revision(cast, places):
    _who, _page, keep, _send = places["report"]
    client, form = cast.client("rita"), written("One")
    client.post(keep, form, headers=HTMX)
    old = Draft.objects.get()
    client.post(keep, {**form, "text": "Two"}, headers=HTMX)
    new = Draft.objects.get()
    assert new.revision == old.revision + 1
    new.sealed = old.sealed  # an old text put back by hand
    with pytest.raises(DecryptError):
        Keys.to(shared=[cast.report.pk]).open(new)


def test_a_second_window_does_not_overwrite_unseen(cast, places):
    _who, page, keep, _send = places["report"]
    client = cast.client("rita")
    first = written("From the first window")
    for text in ("From", "From the first window"):
        assert client.post(keep, {**first, "text": text}, headers=HTMX).status_code == 200, "its own saves it replaces"
    other = written("From the second", client_id=first["client_id"]) | {"draft_page": "page-2"}
    refused = client.post(keep, other, headers=HTMX)
    assert refused.status_code == 409 and "Another window" in refused.content.decode()
    assert "From the first window" in client.get(page).content.decode()
    asked = client.post(keep, other)
    assert asked.status_code == 409 and "From the second" in asked.content.decode(), "by hand: the text stays in place"
    again = {**other, "draft_revision": field(asked, "draft_revision")}
    assert client.post(keep, again).status_code == 302, "and whoever was told may replace it"
    assert "From the second" in client.get(page).content.decode()


def test_a_window_that_shows_the_draft_goes_on_with_it(cast, places):
    _who, page, keep, _send = places["report"]
    client = cast.client("rita")
    client.post(keep, written("Begun"), headers=HTMX)
    shown = client.get(page)
    form = {"text": "Begun, and more", "client_id": field(shown, "client_id"), "draft_page": field(shown, "draft_page")}
    assert form["draft_page"] != "page-1"
    assert client.post(keep, {**form, "draft_revision": field(shown, "draft_revision")}, headers=HTMX).status_code == 200


def test_another_forms_draft_stays_when_a_message_is_sent(cast, places):
    _who, page, keep, send = places["report"]
    client = cast.client("rita")
    client.post(keep, written("Kept for later"), headers=HTMX)
    client.post(send, said("Something else, from a window that was open before"))
    assert "Kept for later" in client.get(page).content.decode()


def test_what_is_answered_is_kept_too_and_an_address_says_more(cast, places):
    _who, page, keep, _send = places["report"]
    client = cast.client("rita")
    first, second = (builders.a_team_reply(cast.report, by=by) for by in (cast.bob, cast.alice))
    client.post(keep, written("To Bob", parent=str(first.pk)), headers=HTMX)
    assert field(client.get(page), "parent") == str(first.pk)
    assert "Answers the message of Bob" in client.get(page).content.decode()
    assert field(client.get(f"{page}?answer={second.pk}"), "parent") == str(second.pk)
    unbound = client.get(f"{page}?answer=")
    assert not field(unbound, "parent") and "To Bob" in unbound.content.decode()


def test_a_draft_may_be_as_long_as_a_message_and_no_longer(cast, places):
    _who, _page, keep, _send = places["report"]
    answer = cast.client("rita").post(keep, written("x" * (64 * 1024 + 1)), headers=HTMX)
    assert answer.status_code == 409 and "KiB" in answer.content.decode() and not Draft.objects.exists()


def test_the_name_of_a_page_carries_no_text_into_a_draft(cast, places):
    _who, _page, keep, _send = places["report"]
    cast.client("rita").post(keep, written("Text") | {"draft_page": "x" * 3_000_000}, headers=HTMX)
    assert len(Draft.objects.get().sealed) < 2000


def test_only_fields_of_the_form_are_kept(cast, places):
    _who, _page, keep, _send = places["report"]
    cast.client("rita").post(keep, written("Text", other="no field of ours"), headers=HTMX)
    draft = drafts.of(cast.rita, report=with_keys(cast.report))
    assert set(drafts.content(draft)["fields"]) == {"text", "parent", "client_id"}


def test_a_session_that_ended_keeps_the_text(cast, places):
    for _who, _page, keep, _send in places.values():
        answer = cast.client(None).post(keep, written("Not lost"))
        assert answer.status_code == 401 and "Not lost" in answer.content.decode()


def test_old_drafts_are_discarded_by_the_sweep(cast, places, settings):
    _who, _page, keep, _send = places["report"]
    cast.client("rita").post(keep, written("Old"), headers=HTMX)
    assert unsent.sweep(at=now() + timedelta(days=settings.DRAFT_DAYS - 1)) == 0 and Draft.objects.exists()
    assert unsent.sweep(at=now() + timedelta(days=settings.DRAFT_DAYS + 1)) == 1 and not Draft.objects.exists()


def test_a_draft_that_cannot_be_opened_breaks_no_page(cast, places, caplog):
    _who, page, keep, _send = places["report"]
    client = cast.client("rita")
    client.post(keep, written("Damaged"), headers=HTMX)
    Draft.objects.update(sealed=b"damaged")
    assert client.get(page).status_code == 200 and "parley.keys" in caplog.text
    assert client.post(keep, {**written("Anew"), "draft_revision": "0"}, headers=HTMX).status_code == 200


def test_start_makes_one_empty_draft_for_a_place(cast):
    report = with_keys(cast.report)
    first = drafts.start(cast.rita, at=now(), report=report)
    assert drafts.start(cast.rita, at=now(), report=report).pk == first.pk and drafts.of(cast.rita, report=report).pk == first.pk
    assert "Draft of" not in cast.client("rita").get(report.get_absolute_url()).content.decode(), "nothing is written in it"
    assert drafts.of(cast.charlie, project=cast.mailat) is None
    drafts.sent(cast.rita, client_id=uuid4(), report=report)
    assert not Draft.objects.exists(), "an empty one is any form's"


def with_keys(report):
    report.keys = Keys.to(shared=[report.pk])
    return report
