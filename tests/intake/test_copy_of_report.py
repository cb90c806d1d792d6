"""The reporter's own copy: whole, without anything of the team, and in order for the script that lies in it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils.timezone import now

from intake.models import CaseEvent, Message
from portal.lib.zips import SUMS
from tests import builders
from tests.intake import copied, story
from tests.intake.doing import keyed, said

TEAMS = ("canary-note-5", "canary-title-5", "canary-draft-5")


@pytest.fixture
def report(cast):
    """The story, with files, and with canaries wherever the team writes."""
    report, _other = story.play(cast, published=False)
    rita, bob = cast.client("rita"), cast.client("bob")
    file = copied.a_file("../p o c.tar.gz", b"\x00\x01 proof" * 50_000)
    assert rita.post(f"/reports/{report.ref}/reply/", said("With a file.", files=[file, copied.a_file()])).status_code == 302
    assert bob.post(f"/cases/{report.case.ref}/note/", said(TEAMS[0], files=copied.a_file("secret-canary-name.txt"))).status_code == 302
    story.triage.retitle(keyed(report.case), title=TEAMS[1], by=cast.bob, at=now())
    builders.a_draft(keyed(report.case), by=cast.bob, title=TEAMS[2])
    return report


@pytest.fixture
def zipped(cast, report):
    return copied.bytes_of(copied.taken(cast.client("rita"), report.ref))


def test_the_copy_is_whole_and_in_order(report, zipped, tmp_path):
    place = tmp_path / "copy.zip"
    place.write_bytes(zipped)
    code, told = copied.verified(place)
    assert code == 0, told
    assert "Everything is in order" in told and report.ref in told and "the texts name: 2." in told
    code, told = copied.verified(copied.unpacked(zipped, tmp_path / "folder"))
    assert code == 0, told


def test_it_holds_what_was_said_with_its_files(report, zipped):
    files, told = copied.files_of(zipped), copied.document(zipped)
    assert list(files)[:3] == ["README.txt", "verify.py", "case.json"] and list(files)[-1] == SUMS
    assert sorted(name for name in files if name.startswith("files/"))[0].startswith("files/0001-")
    attached = {name[len("files/0001-") :]: held for name, held in files.items() if name.startswith("files/")}
    assert attached == {"p_o_c.tar.gz": b"\x00\x01 proof" * 50_000, "poc.py": b"print(1)\n"}
    only = told["reports"][0]
    assert (told["format"], told["kind"], told["case"], len(told["reports"])) == (1, "report", None, 1)
    assert only["ref"] == report.ref and only["content"]["title"] == "Stored XSS in the inbox preview"
    assert len(only["messages"]) == Message.objects.filter(report=report).count()
    edited = next(one for one in only["messages"] if one["edited_at"])
    assert [one["content"]["text"].strip() for one in edited["revisions"]] == [
        "Here is more.",
        "Put differently, 1.",
        "Put differently, 2.",
    ]
    gone = next(one for one in only["messages"] if one["retracted_at"])
    assert gone["revisions"] == []
    assert {one["known"]["name"] for one in only["files"]} == {"p o c.tar.gz", "poc.py"}
    assert {one["name"] for one in only["participants"]} == {"Rita", "Alice", "Bob"}
    assert {one["milestone"] for one in only["deadlines"]} >= {"acknowledgement", "status_update"}


def test_it_holds_nothing_of_the_team(report, zipped):
    files = copied.files_of(zipped)
    del files["verify.py"]  # it is the same for everybody, and knows every kind of event
    whole = b"".join(files.values()).decode("utf-8", "replace")
    for word in (*TEAMS, "secret-canary", report.case.ref, str(report.case_id), "note_written", "retitled", "rejected"):
        assert word not in whole, word
    notes = CaseEvent.objects.filter(case=report.case_id, report=None)
    assert notes.exists() and not any(str(event.uuid) in whole or event.hash in whole for event in notes)


def test_people_of_the_team_who_only_read_are_not_named(cast):
    report = cast.report
    person = story.conversation.participant(report, by=cast.olivia, role="team", at=now())
    story.events.record(report.case, story.Kind.SEEN, by=person, at=now(), report=report)
    told = copied.document(copied.bytes_of(copied.taken(cast.client("rita"), report.ref)))
    assert [one["name"] for one in told["reports"][0]["participants"]] == ["Rita", None]


def test_that_a_copy_was_taken_stands_in_the_timeline_and_in_the_copy(cast, report, zipped):
    event = CaseEvent.objects.get(kind="copy_taken")
    assert (event.report, event.by.user, event.facts) == (report, cast.rita, {})
    events = copied.document(zipped)["reports"][0]["events"]
    assert events[-1]["entry"]["uuid"] == str(event.uuid) and events[-1]["hash"] == event.report_hash


def test_what_is_written_later_belongs_to_the_next_copy(cast, tmp_path):
    rita = cast.client("rita")
    first = copied.taken(rita, cast.report.ref)  # the event stands, the rows are not read yet
    builders.a_team_reply(cast.report, by=cast.bob)
    (tmp_path / "first.zip").write_bytes(copied.bytes_of(first))
    assert copied.document((tmp_path / "first.zip").read_bytes())["reports"][0]["messages"] == []
    (tmp_path / "second.zip").write_bytes(copied.bytes_of(copied.taken(rita, cast.report.ref)))
    code, told = copied.verified(tmp_path / "second.zip", "--earlier", tmp_path / "first.zip", "--receipt", cast.report.commitment)
    assert code == 0 and "2 events of the earlier copy are all there" in told, told
    code, told = copied.verified(tmp_path / "first.zip", "--earlier", tmp_path / "second.zip")
    assert code == 1 and "not those of the earlier copy" in told
    code, told = copied.verified(tmp_path / "first.zip", "--receipt", "0" * 64)
    assert code == 1 and "receipt" in told


def test_an_edit_while_it_is_made_leaves_the_copy_whole(cast, tmp_path):
    message = builders.a_reporter_reply(cast.report, by=cast.rita)
    answer = copied.taken(cast.client("rita"), cast.report.ref)
    message.keys = builders._keys(cast.report)
    story.revising.edit(message, content=story.texts.message("Anew."), revision=1, by=cast.rita, at=now())
    (tmp_path / "copy.zip").write_bytes(copied.bytes_of(answer))
    code, told = copied.verified(tmp_path / "copy.zip")
    assert code == 0, told


def test_it_is_a_download_that_nobody_keeps(cast):
    answer = copied.taken(cast.client("rita"), cast.report.ref)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{cast.report.ref}.zip"'
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    copied.bytes_of(answer)


def test_looking_at_the_page_takes_no_copy(cast):
    page = copied.proved(cast.client("rita")).get(f"/reports/{cast.report.ref}/copy/")
    assert "Take a copy of your report" in page.content.decode() and not CaseEvent.objects.filter(kind="copy_taken").exists()
    assert f"/reports/{cast.report.ref}/copy/" in cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()
    receipt = cast.client("rita").get(f"/reports/{cast.report.ref}/receipt/").content.decode()
    assert "What a receipt proves, and what not" in receipt and 'download="verify.py"' in receipt


def test_who_has_no_second_factor_gives_the_password_first(cast, tmp_path):
    rita, url = cast.client("rita"), f"/reports/{cast.report.ref}/copy/"
    asked = rita.get(url)
    assert asked.url == f"/accounts/reauthenticate/?{urlencode({'next': url})}"
    assert rita.post(asked.url, {"password": "not hers", "next": url}).status_code == 200
    assert rita.get(url).status_code == 302 and not CaseEvent.objects.filter(kind="copy_taken").exists()
    assert rita.post(asked.url, {"password": builders.PASSWORD, "next": url}).url == url
    assert "Take a copy of your report" in rita.get(url).content.decode()


def test_a_button_that_is_pressed_too_late_asks_for_the_proof_and_then_hands_out_the_copy(cast, tmp_path):
    rita, url = cast.client("rita"), f"/reports/{cast.report.ref}/copy/"
    page = rita.post(url)
    assert page.status_code == 403 and "Confirm that it is you" in page.content.decode()
    assert rita.post(url, {"step-up-password": "not hers"}).status_code == 422
    assert not CaseEvent.objects.filter(kind="copy_taken").exists()
    (tmp_path / "copy.zip").write_bytes(copied.bytes_of(rita.post(url, {"step-up-password": builders.PASSWORD})))
    code, told = copied.verified(tmp_path / "copy.zip")
    assert code == 0, told


def test_who_has_a_second_factor_proves_it(cast):
    builders.a_factor(cast.rita)
    rita, url = cast.client("rita"), f"/reports/{cast.report.ref}/copy/"
    assert rita.get(url).url == f"/account/second-factor/?{urlencode({'next': url})}"
    assert rita.post(url, {"step-up-password": builders.PASSWORD}).status_code == 422, "the password is not enough then"
    assert copied.proved(rita).get(url).status_code == 200


def test_three_copies_an_hour(cast, settings):
    rita, other = cast.client("rita"), builders.a_report(cast.mailat, by=cast.rita)
    for ref in (cast.report.ref, other.ref, cast.report.ref):
        copied.bytes_of(copied.taken(rita, ref))
    refused = copied.taken(rita, other.ref)
    assert refused.status_code == 429 and "You took 3 copies within an hour" in refused.content.decode()
    assert CaseEvent.objects.filter(kind="copy_taken").count() == 3
    with time_machine.travel(now() + timedelta(minutes=61)):
        copied.bytes_of(copied.taken(cast.client("rita"), other.ref))


def test_a_guest_takes_none(cast):
    guest = builders.a_person("Gus")
    cast.report.participants.create(user=guest, role="collaborator", joined_at=now())
    assert copied.taken(cast.client(guest), cast.report.ref).status_code == 403
    assert "/copy/" not in cast.client(guest).get(f"/reports/{cast.report.ref}/").content.decode()


def test_without_keys_no_copy_begins(cast, settings):
    rita, ref = cast.client("rita"), cast.report.ref
    settings.KEY_RING = "none:"
    assert copied.taken(rita, ref).status_code == 503
    assert not CaseEvent.objects.filter(kind="copy_taken").exists()


def test_what_cannot_be_opened_is_said_and_not_hidden(cast, tmp_path):
    message = builders.a_team_reply(cast.report, by=cast.bob)
    Message.objects.filter(pk=message.pk).update(sealed=b"spoilt")
    (tmp_path / "copy.zip").write_bytes(copied.bytes_of(copied.taken(cast.client("rita"), cast.report.ref)))
    code, told = copied.verified(tmp_path / "copy.zip")
    assert code == 1 and f"message {message.pk}: its content is not in this copy (it could not be opened)" in told
