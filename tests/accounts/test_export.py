"""Everything about somebody in one ZIP: whole, theirs alone, under a fresh proof, some times an hour."""

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts import audit
from accounts.models import AuditEvent, NoticeChoice
from intake import drafts, erasure
from intake.models import Case, CaseEvent
from portal import tokens
from portal.keys import Keys
from tests import builders
from tests.accounts.test_openpgp_key import by_password, given
from tests.intake import copied, story
from tests.intake.doing import keyed, said
from tests.openpgp import a_secret

PATH = "/account/data/export/"


def taken(client):
    return copied.files_of(copied.bytes_of(client.post(PATH)))


def account(files):
    return json.loads(files["account.json"])


@pytest.fixture
def report(cast):
    """Rita's report with the whole story, in which the team wrote what is not hers."""
    report, _other = story.play(cast, published=False)
    assert cast.client("rita").post(f"/reports/{report.ref}/reply/", said("With a file.", files=[copied.a_file()])).status_code == 302
    assert cast.client("bob").post(f"/cases/{report.case.ref}/note/", said("canary-note-9")).status_code == 302
    return report


def test_it_holds_all_of_a_reporter_and_nothing_of_others(cast, report, tmp_path):
    given(cast.rita, a_secret())
    NoticeChoice.objects.create(user=cast.rita, kind="news", how="digest")
    draft = drafts.start(cast.rita, project=cast.mail_auth, at=now())
    content = {"fields": {"title": "Begun", "client_id": "x"}, "labels": {"title": "Title"}, "page": "p", "salt": "s"}
    Keys.to(shared=[draft.pk]).seal(draft, content)
    draft.save()
    theirs = builders.a_report(cast.mail_auth, by=cast.charlie, title="canary-charlie")
    builders.a_guest(theirs, cast.rita, by=cast.charlie)
    builders.a_reporter_reply(theirs, by=cast.charlie, text="canary-charlie")
    assert cast.client("rita").post(f"/reports/{theirs.ref}/reply/", said("As a guest.", files=[copied.a_file()])).status_code == 302
    files = taken(
        by_password(
            cast.client(
                "rita",
            )
        )
    )
    told = account(files)
    assert told["profile"]["email"] == "rita@example.org" and told["profile"]["display_name"] == "Rita"
    assert told["addresses"] == [{"email": "rita@example.org", "verified": True, "primary": True}]
    assert told["choices_of_letters"] == {"news": "digest"} and told["openpgp_key"]["armored"].startswith("-----BEGIN PGP PUBLIC")
    assert told["sessions"] and told["second_factors"] == {"authenticator_apps": [], "passkeys": [], "recovery_codes_left": 0}
    assert {one["letter"] for one in told["letters"]} >= {"report_received", "team_replied"}
    kinds = [one["kind"] for one in told["audit_trail"]]
    assert kinds[-1] == "account.exported" and "openpgp.given" in kinds and {one["by"] for one in told["audit_trail"]} == {"you"}
    parts = {one["of"]: one["as"] for one in told["parts_in_reports"]}
    assert parts[report.ref] == "reporter" and parts[theirs.ref] == "collaborator"
    place = tmp_path / "copy.zip"
    place.write_bytes(files[f"reports/{report.ref}.zip"])
    assert copied.verified(place)[0] == 0, "the copy of the report is one that can be checked"
    assert copied.document(place.read_bytes())["reports"][0]["content"]["title"] == "Stored XSS in the inbox preview"
    guest = json.loads(files[f"guest/{theirs.ref}.json"])
    assert [one["text"].strip() for one in guest["messages"]] == ["As a guest."]
    assert guest["messages"][0]["files"] == [{"name": "poc.py", "number": "0001"}]
    assert files[f"guest/{theirs.ref}/0001-poc.py"] == b"print(1)\n"
    assert json.loads(files["unsent.json"]) == [
        {"project": "mail-auth", "saved_at": draft.saved_at.isoformat(), "fields": {"Title": "Begun"}}
    ]
    readme = files["README.txt"].decode()
    assert all(name in readme for name in ("account.json", "reports/", "guest/", "unsent.json"))
    whole = b"".join(files.values()) + b"".join(copied.files_of(place.read_bytes()).values())
    for word in ("canary-charlie", "canary-note-9", report.case.ref, cast.rita.password, "charlie@example.org"):
        assert word.encode() not in whole, word
    event = CaseEvent.objects.get(kind="copy_taken")
    assert (event.report, event.by.user) == (report, cast.rita), "that it was taken stands in the timeline"


def test_it_holds_teams_tokens_and_factors_of_a_member_by_name_only(cast):
    row, secret = tokens.make(cast.mailat, name="bot", scopes=["list_cases"], lives=tokens.USUAL, by=cast.bob, at=now())
    builders.a_note(cast.case, by=cast.bob, text="canary-note")
    files = taken(copied.proved(cast.client("bob")))
    told = account(files)
    assert [(one["project"], one["role"]) for one in told["teams"]] == [("mailat", "triager")]
    assert [(one["name"], one["may"], one["project"]) for one in told["api_tokens"]] == [("bot", ["list_cases"], "mailat")]
    assert [one["name"] for one in told["second_factors"]["authenticator_apps"]] == ["app"]
    assert cast.case.ref in {one["of"] for one in told["parts_in_reports"]}
    assert set(files) == {"README.txt", "account.json", "unsent.json", "SHA256SUMS"}
    whole = b"".join(files.values())
    device = cast.bob.totpdevice_set.get()
    for word in (secret, row.digest, device.seed, "canary-note"):
        assert str(word).encode() not in whole


def test_who_did_something_to_a_person_stays_theirs(cast):
    AuditEvent.objects.all().delete()
    audit.record("person.rights_changed", by=cast.ada, at=now(), person=cast.rita.uuid, is_staff=False, is_active=True)
    told = account(taken(by_password(cast.client("rita"))))
    one = next(one for one in told["audit_trail"] if one["kind"] == "person.rights_changed")
    assert one["by"] == "somebody else" and str(cast.ada.uuid) not in json.dumps(told)


def test_an_open_session_alone_takes_nothing(cast):
    for who in ("rita", "bob"):
        assert cast.client(who).post(PATH).status_code == 403 and cast.client(who).get(PATH).status_code == 302
    assert not AuditEvent.objects.filter(kind="account.exported").exists()


def test_the_page_leads_there_and_to_the_end_of_the_account_and_takes_nothing_yet(cast):
    rita = by_password(cast.client("rita"))
    shown = rita.get("/account/data/").content.decode()
    assert PATH in shown and "/account/close/" in shown
    assert "Download the copy" in rita.get(PATH).content.decode()
    assert not AuditEvent.objects.filter(kind="account.exported").exists()


def test_three_an_hour_however_many_reports_are_in_them(cast):
    for _number in range(4):
        builders.a_report(cast.mailat, by=cast.rita)
    rita = by_password(cast.client("rita"))
    for _number in range(3):
        assert sum(name.startswith("reports/") for name in taken(rita)) == 4
    refused = rita.post(PATH)
    assert refused.status_code == 429 and "Retry-After" in refused.headers and "within an hour" in refused.content.decode()
    assert AuditEvent.objects.filter(kind="account.exported").count() == 3


def test_it_is_a_download_that_nobody_keeps(cast):
    answer = by_password(cast.client("rita")).post(PATH)
    assert (
        answer.headers["Content-Disposition"].startswith('attachment; filename="parley-') and answer.headers["Cache-Control"] == "no-store"
    )
    assert answer.headers["Content-Type"] == "application/zip" and "sandbox" in answer.headers["Content-Security-Policy"]
    copied.bytes_of(answer)


def test_without_keys_it_does_not_begin(cast, settings):
    assert cast.report
    rita = by_password(cast.client("rita"))
    settings.KEY_RING = "none:"
    assert rita.post(PATH).status_code == 503
    assert not CaseEvent.objects.filter(kind="copy_taken").exists()


def test_an_erased_report_is_named_and_no_more(cast):
    report, week = cast.report, timedelta(days=8)
    Case.objects.filter(pk=report.case_id).update(closed_at=now() - week)
    erasure.decide(keyed(report.case), by=cast.olivia, at=now() - week)
    assert erasure.sweep(at=now()) == 1
    files = taken(by_password(cast.client("rita")))
    assert f"reports/{report.ref}.zip" not in files and account(files)["parts_in_reports"][0]["of"] == report.ref
