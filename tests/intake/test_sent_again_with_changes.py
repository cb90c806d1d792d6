"""Back, edit, send again: what was changed is not taken for a second press of the button, and nothing is lost."""

from uuid import uuid4

from intake.models import Message, Note, Report
from portal.keys import Keys
from tests.intake.doing import filled


def test_an_edited_message_is_a_message_of_its_own(cast):
    form = {"text": "The first words.", "client_id": uuid4()}
    rita, url = cast.client("rita"), f"/reports/{cast.report.ref}/reply/"
    for text in ("The first words.", "The first words, and more.", "The first words."):
        assert rita.post(url, {**form, "text": text}).status_code == 302
    keys = Keys.to(shared=[cast.report.uuid])
    assert [keys.open(row)["text"] for row in Message.objects.order_by("at")] == ["The first words.", "The first words, and more."]


def test_an_edited_note_is_a_note_of_its_own(cast):
    form = {"client_id": uuid4()}
    alice, url = cast.client("alice"), f"/cases/{cast.case.ref}/note/"
    for text in ("One.", "One and two.", "One."):
        assert alice.post(url, {**form, "text": text}).status_code == 302
    assert Note.objects.count() == 2


def test_an_edited_report_is_given_back_with_a_word(cast):
    form, rita = filled(), cast.client("rita")
    assert rita.post("/p/mailat/report/", form).status_code == 302
    answer = rita.post("/p/mailat/report/", {**form, "answer_steps": "Better steps."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert Report.objects.get().ref in page
    assert "Better steps." in page


def test_a_closed_case_says_that_its_severity_stays(cast):
    alice, ref = cast.client("alice"), cast.case.ref
    type(cast.case).objects.filter(pk=cast.case.pk).update(closed_at=cast.report.received_at)
    page = alice.post(f"/cases/{ref}/severity/", {"severity": "low"}, follow=True).content.decode()
    assert "Reopen it first" in page
