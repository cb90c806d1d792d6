"""The report form, filled in well and badly: a clear answer each time, and no text is lost."""

from datetime import timedelta
from html import escape, unescape
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from intake.models import Report
from portal import policies
from portal.keys import Keys
from tests import builders
from tests.accounts.test_text_is_kept import sent_fields
from tests.intake.doing import field, filled, said

PATH = "/p/mailat/report/"


def content_of(report):
    return Keys.to(shared=[report.uuid]).open(report)


def test_it_asks_what_the_policy_asks_for(cast):
    page = cast.client("rita").get(PATH).content.decode()
    for key in ("description", "steps", "impact", "fix", "contact"):
        assert f'name="answer_{key}"' in page
    assert "At most 64 KiB of text" in page and "version 1 of the policy" in page
    other = cast.client("rita").get("/p/mail-auth/report/").content.decode()
    assert 'name="answer_exploit"' in other and 'name="answer_description"' not in other


def test_what_was_sent_is_kept_as_sent_and_receipted(cast):
    client = cast.client("rita")
    answer = client.post(PATH, filled())
    report = Report.objects.get()
    assert answer.url == reverse("receipt", args=[report.ref])
    receipt = client.get(answer.url).content.decode()
    assert report.ref in receipt and report.commitment in receipt and "promises this within 48 hours" in receipt
    assert report.case.ref not in receipt
    kept = content_of(report)
    assert (kept["title"], kept["version"], kept["credit"]) == ("Stored XSS in the inbox preview", "1.4.2", "Rita")
    assert [answer["key"] for answer in kept["answers"]] == ["description", "steps", "impact"]


def test_what_is_required_must_be_there(cast):
    client, required = cast.client("rita"), ("title", "answer_description", "answer_steps", "answer_impact", "markup", "client_id")
    for missing, nothing in product(required, ("", "  \n ", "\0\0")):
        answer = client.post(PATH, filled(answer_fix="kept as typed", **{missing: nothing}))
        assert answer.status_code == 422 and "kept as typed" in answer.content.decode(), (missing, nothing)
    assert not Report.objects.exists()


def test_over_64_kib_is_refused_with_the_size_and_every_character_kept(cast):
    long = "ü" * (32 * 1024) + "the very end"
    answer = cast.client("rita").post(PATH, filled(answer_description=long))
    page = answer.content.decode()
    assert answer.status_code == 422 and "This is 65 KiB of text; at most 64 KiB fit." in page and long in page
    assert not Report.objects.exists()


def test_exactly_64_kib_in_all_fit(cast):
    form = filled(answer_description="")
    used = sum(len(form[key].encode()) for key in form if key.startswith(("answer", "title", "version", "credit", "markup")))
    fits = "a" * (64 * 1024 - used)
    client = cast.client("rita")
    assert client.post(PATH, {**form, "answer_description": fits + "a"}).status_code == 422
    assert client.post(PATH, {**form, "answer_description": fits}).status_code == 302
    assert content_of(Report.objects.get())["answers"][0]["text"] == fits


def test_a_message_has_the_same_limit(cast):
    long = "b" * (64 * 1024 + 1)
    team = reverse("case_reply", args=[cast.case.ref, cast.report.ref])
    for who, path in (
        ("rita", reverse("report_reply", args=[cast.report.ref])),
        ("bob", team),
        ("bob", reverse("case_note", args=[cast.case.ref])),
        ("bob", reverse("case_move", args=[cast.case.ref, "defer"])),
    ):
        answer = cast.client(who).post(path, said(text=long))
        assert answer.status_code == 422 and long in answer.content.decode() and "at most 64 KiB fit" in answer.content.decode()


def test_an_empty_message_is_not_sent(cast):
    for who, path in (("rita", reverse("report_reply", args=[cast.report.ref])), ("bob", reverse("case_note", args=[cast.case.ref]))):
        client = cast.client(who)
        assert [client.post(path, said(text=text)).status_code for text in ("", "  \n", "\0")] == [422] * 3


def test_nul_bytes_are_taken_out(cast):
    form = filled(title="Stored\0 XSS", version="1.\x004", credit="Ri\0ta", answer_description="a\0b\x07c\r\nd")
    assert cast.client("rita").post(PATH, form).status_code == 302
    kept = content_of(Report.objects.get())
    assert (kept["title"], kept["version"], kept["credit"], kept["answers"][0]["text"]) == ("Stored XSS", "1.4", "Rita", "abc\nd")


@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_markup_that_could_run_does_not_reach_a_page(cast, markup):
    hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script><strong>bold</strong> [x](javascript:alert(3)) '
    hostile += '<a href="javascript:alert(4)">y</a>'
    cast.client("rita").post(PATH, filled(title=hostile[:60], answer_description=hostile, markup=markup))
    report = Report.objects.get()
    for who, path in (("rita", report.get_absolute_url()), ("bob", report.case.get_absolute_url()), ("bob", reverse("inbox"))):
        page = cast.client(who).get(path).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page and '<a href="javascript' not in page
        assert escape(hostile[:60]) in page
    assert ("<strong>bold</strong>" in cast.client("rita").get(report.get_absolute_url()).content.decode()) == (markup == "html")


def test_a_second_press_makes_one_report(cast):
    form, client = filled(), cast.client("rita")
    assert len({client.post(PATH, form).url for _press in range(2)}) == 1
    assert Report.objects.count() == 1


def test_a_form_that_was_used_for_another_project_is_answered_in_words(cast):
    form, client = filled(), cast.client("rita")
    client.post(PATH, form)
    answer = client.post("/p/mail-auth/report/", form | {"answer_type": "xss", "answer_impact": "kept as typed"})
    assert answer.status_code == 409 and "kept as typed" in answer.content.decode()
    assert Report.objects.count() == 1


def test_another_persons_form_finds_nobodys_report(cast):
    form = filled()
    urls = [cast.client(who).post(PATH, form).url for who in ("rita", "charlie")]
    assert len(set(urls)) == 2 and Report.objects.count() == 2


@pytest.mark.parametrize("path", ["/p/nothing/report/", "/p/nothing/record/"])
def test_an_unknown_project_is_not_found(cast, path):
    client = cast.client("bob")
    assert [client.get(path).status_code, client.post(path, filled()).status_code] == [404, 404]
    assert Client().post(path, filled()).status_code in (401, 404)


def test_an_unknown_report_or_case_is_not_found(cast):
    rita, bob = cast.client("rita"), cast.client("bob")
    for ref in ("MAILAT-R-ZZZZZZZZ", "%00", "x%00y", "%C3%A9", "%F0%9F%92%A9"):
        assert [rita.get(f"/reports/{ref}/").status_code, rita.get(f"/reports/{ref}/receipt/").status_code] == [404, 404]
        assert rita.post(f"/reports/{ref}/reply/", said()).status_code == 404
        assert [bob.get(f"/cases/{ref}/").status_code, bob.post(f"/cases/{ref}/note/", said()).status_code] == [404, 404]
        assert bob.post(f"/cases/{cast.case.ref}/reports/{ref}/reply/", said()).status_code == 404
        assert bob.get(f"/claim/{ref}/").status_code == 410


def test_visitors_are_led_to_the_sign_in(cast):
    for path in (PATH, cast.report.get_absolute_url(), cast.case.get_absolute_url(), "/inbox/", "/reports/"):
        assert cast.client(None).get(path).url.startswith(reverse("account_login"))


def test_a_session_that_ended_in_mid_form_gives_the_text_back_and_the_form_goes_through_afterwards(cast):
    client = cast.client("rita")
    form = filled(answer_description='Steps: <b>"quoted"</b>\n& more', client_id=field(client.get(PATH), "client_id"))
    with time_machine.travel(now() + timedelta(hours=13), tick=True):
        late = client.post(PATH, form)
        assert late.status_code == 401 and "no-store" in late["Cache-Control"]
        assert not Report.objects.exists()
        assert f'value="{form["title"]}"' in late.content.decode() and field(late, "client_id") == form["client_id"]
        kept = sent_fields(late)
        assert kept["answer_description"] == form["answer_description"].replace("\n", "\n")
        builders.sign_in(client, cast.rita)
        sent = client.post(PATH, form | {name: value for name, value in kept.items() if name.startswith("answer")})
        assert sent.status_code == 302
        assert content_of(Report.objects.get())["answers"][0]["text"] == form["answer_description"]


def test_a_session_that_ended_in_mid_message_gives_the_text_back(cast):
    for path in (reverse("report_reply", args=[cast.report.ref]), reverse("case_move", args=[cast.case.ref, "reject"])):
        answer = Client().post(path, said(text="Long\nthoughts & more"))
        assert answer.status_code == 401 and "Long\nthoughts & more" in unescape(answer.content.decode())


def test_credit_is_not_asked_for_where_none_is_given(cast):
    draft = policies.new_draft(cast.mailat, by=cast.olivia, at=now())
    type(draft).objects.filter(pk=draft.pk).update(credit="no")
    policies.publish(type(draft).objects.get(pk=draft.pk), by=cast.olivia, at=now())
    client = cast.client("rita")
    assert 'name="credit"' not in client.get(PATH).content.decode()
    assert client.post(PATH, filled()).status_code == 302
    assert content_of(Report.objects.get())["credit"] == ""


def test_a_version_from_the_policy_page_is_filled_in(cast):
    assert field(cast.client("rita").get(PATH + "?version=1.2.3"), "version") == "1.2.3"
    assert cast.client("rita").get(PATH + "?version=" + "9" * 500).status_code == 200


def test_a_preview_shows_what_will_be_stored_and_keeps_nothing(cast):
    client = cast.client("rita")
    page = client.post(reverse("preview"), {"text": "**bold** <script>x</script>"}).content.decode()
    assert "<strong>bold</strong>" in page and "<script>" not in page
    assert "nothing to send" in client.post(reverse("preview"), {"text": " "}).content.decode()
    assert "at most 64 KiB" in client.post(reverse("preview"), {"text": "c" * 70000}).content.decode()


def test_the_id_of_a_form_must_be_one(cast):
    answer = cast.client("rita").post(PATH, filled(client_id="not-an-id", answer_fix="kept as typed"))
    assert answer.status_code == 422 and "kept as typed" in answer.content.decode()
    assert cast.client("rita").post(PATH, filled(client_id=str(uuid4()))).status_code == 302
