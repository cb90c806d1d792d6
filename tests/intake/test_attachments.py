"""Files go with messages, notes and reports: attached, sent, fetched byte for byte by who may read what they came with."""

import hashlib
from unittest.mock import ANY

import pytest
from django.utils.timezone import now

from intake import attachments
from intake.models import Attachment, CaseEvent, Message, Note
from portal.keys import Keys
from portal.lib import chain
from tests import builders
from tests.intake.attaching import a_file, attaches, blobs, content, overwrite, sends, stored, the_file
from tests.intake.doing import field, filled, said

POC = bytes(range(256)) * 5000


def opened(row):
    return Keys.to(shared=[row.scope_uuid], internal=[row.scope_uuid]).open(row)


def test_a_file_goes_with_a_message_and_comes_back_byte_for_byte(cast):
    rita, alice = cast.client("rita"), cast.client("alice")
    assert sends(rita, cast.report, a_file("poc.bin", POC)).status_code == 302
    row = the_file()
    assert row.message == Message.objects.get()
    assert POC[:200] not in stored(row)
    for client, page in ((rita, f"/reports/{cast.report.ref}/"), (alice, f"/cases/{cast.case.ref}/")):
        assert "poc.bin" in client.get(page).content.decode()
        answer = client.get(f"{page}files/{row.pk}/")
        assert answer.status_code == 200
        assert content(answer) == POC
        assert answer.headers["Content-Length"] == str(len(POC))
    assert opened(row) == {
        "name": "poc.bin",
        "type": "application/octet-stream",
        "size": len(POC),
        "digest": hashlib.sha256(POC).hexdigest(),
        "key": ANY,
        "salt": ANY,
    }


def test_the_commitment_of_a_message_covers_its_files(cast):
    sends(cast.client("rita"), cast.report, a_file())
    message, row = Message.objects.get(), the_file()
    said_content = opened(message)
    assert said_content["files"] == [{"uuid": str(row.pk), "commitment": attachments.commitment(opened(row))}]
    event = CaseEvent.objects.get(record=message.pk)
    assert event.commitment == chain.commitment(said_content)


def test_what_is_attached_by_script_goes_with_the_next_message(cast):
    rita = cast.client("rita")
    answer = attaches(rita, f"/reports/{cast.report.ref}/files/", a_file("a.txt"))
    assert answer.status_code == 201
    assert answer.json()["files"] == [{"uuid": str(the_file().pk), "name": "a.txt", "size": 32}]
    assert the_file().draft.user == cast.rita
    page = rita.get(f"/reports/{cast.report.ref}/").content.decode()
    assert "a.txt" in page
    assert cast.client("alice").get(f"/cases/{cast.case.ref}/files/{the_file().pk}/").status_code == 404  # not sent yet
    assert rita.post(f"/reports/{cast.report.ref}/reply/", said()).status_code == 302
    assert the_file().message == Message.objects.get()


def test_a_refused_text_keeps_its_files(cast):
    rita = cast.client("rita")
    refused = sends(rita, cast.report, a_file("kept.txt"), text=" ")
    assert refused.status_code == 422
    assert "kept.txt" in refused.content.decode()
    assert rita.post(f"/reports/{cast.report.ref}/reply/", said()).status_code == 302
    assert the_file().message == Message.objects.get()


def test_a_file_is_left_out_without_scripts(cast):
    rita = cast.client("rita")
    attaches(rita, f"/reports/{cast.report.ref}/files/", a_file())
    assert rita.post(f"/reports/{cast.report.ref}/reply/", said(leave_out=str(the_file().pk))).status_code == 302
    assert opened(Message.objects.get()).get("files") is None


def test_only_who_attached_a_file_removes_it(cast, django_capture_on_commit_callbacks):
    attaches(cast.client("rita"), f"/reports/{cast.report.ref}/files/", a_file())
    url = f"/files/{the_file().pk}/remove/"
    for who in ("alice", "charlie"):
        assert cast.client(who).post(url).status_code == 404
    before = blobs()
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.client("rita").post(url, headers={"Accept": "application/json"}).status_code == 204
    assert len(before) - len(blobs()) == 1
    assert bytes(the_file().sealed) == b""
    assert cast.client("rita").post(url).status_code == 404


def test_a_form_sent_twice_is_one_message(cast):
    rita, form = cast.client("rita"), said()
    for _ in range(2):
        rita.post(f"/reports/{cast.report.ref}/reply/", {**form, "files": [a_file()]})
    assert Message.objects.count() == 1
    assert len(opened(Message.objects.get())["files"]) == 1
    assert "poc.txt" in (page := rita.get(f"/reports/{cast.report.ref}/").content.decode())
    assert "leave_out" not in page  # what came with the second press waits for no other message


def test_a_file_of_the_team_reaches_the_reporter(cast):
    url = f"/cases/{cast.case.ref}/reports/{cast.report.ref}"
    assert attaches(cast.client("bob"), f"{url}/files/", a_file("patch.diff", b"--- a\n+++ b\n")).status_code == 201
    assert cast.client("bob").post(f"{url}/reply/", said()).status_code == 302
    answer = cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/")
    assert content(answer) == b"--- a\n+++ b\n"


def test_a_file_of_a_note_is_the_teams(cast):
    alice = cast.client("alice")
    assert alice.post(f"/cases/{cast.case.ref}/note/", said(files=[a_file("crash.log")])).status_code == 302
    row = the_file()
    assert (row.note, row.kind) == (Note.objects.get(), "internal")
    assert content(cast.client("bob").get(f"/cases/{cast.case.ref}/files/{row.pk}/")).startswith(b"GET")
    assert cast.client("rita").get(f"/reports/{cast.report.ref}/files/{row.pk}/").status_code == 404
    assert "crash.log" not in cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()


def test_a_file_of_another_report_is_not_found(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    sends(cast.client("rita"), cast.report, a_file())
    row = the_file()
    assert cast.client("charlie").get(f"/reports/{other.ref}/files/{row.pk}/").status_code == 404
    assert cast.client("alice").get(f"/cases/{other.case.ref}/files/{row.pk}/").status_code == 404
    assert cast.client("charlie").get(f"/reports/{cast.report.ref}/files/{row.pk}/").status_code == 404


def test_a_guest_without_history_gets_no_older_file(cast):
    sends(cast.client("rita"), cast.report, a_file("old.txt"))
    old = the_file()
    guest = builders.a_person("Gus")
    at = now()
    cast.report.participants.create(user=guest, role="collaborator", joined_at=at, sees_from=at)
    sends(cast.client("rita"), cast.report, a_file("new.txt"))
    new = Attachment.objects.exclude(pk=old.pk).get()
    gus = cast.client(guest)
    assert gus.get(f"/reports/{cast.report.ref}/files/{old.pk}/").status_code == 404
    assert gus.get(f"/reports/{cast.report.ref}/files/{new.pk}/").status_code == 200


@pytest.mark.parametrize("spoil", [lambda c: c[:-1], lambda c: c[:60] + b"\0" + c[61:], lambda c: b"", lambda c: c[:40]])
def test_a_damaged_file_is_said_to_be_one(cast, caplog, spoil):
    sends(cast.client("rita"), cast.report, a_file())
    overwrite(the_file(), spoil(stored(the_file())))
    answer = cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/")
    assert answer.status_code == 500
    assert "damaged" in answer.content.decode()
    assert str(the_file().pk) in caplog.text


def test_half_a_file_breaks_the_connection(cast):
    sends(cast.client("rita"), cast.report, a_file("big.bin", b"x" * 3_000_000))
    overwrite(the_file(), stored(the_file())[:2_500_000])
    answer = cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/")
    assert answer.status_code == 200  # the beginning is whole
    with pytest.raises(Exception, match="cannot be opened"):
        content(answer)


def test_a_row_that_was_hung_elsewhere_shows_as_broken(cast):
    sends(cast.client("rita"), cast.report, a_file("first.txt"))
    sends(cast.client("rita"), cast.report, a_file("second.txt"), text="Another.")
    one, two = Attachment.objects.order_by("at")
    messages = one.message_id, two.message_id
    for row, message in zip((two, one), messages, strict=True):
        Attachment.objects.filter(pk=row.pk).update(message=message)
    page = cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()
    assert page.count("This file cannot be opened") == 2


def test_a_file_that_is_not_the_one_that_was_named_shows_as_broken(cast):
    sends(cast.client("rita"), cast.report, a_file("as-sent.txt"))
    row = the_file()
    keys = Keys.to(shared=[row.scope])
    keys.seal(row, {**keys.open(row), "name": "another.txt"})  # by somebody who has the keys
    row.save()
    page = cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()
    assert "another.txt" not in page
    assert "This file cannot be opened" in page


def test_a_commitment_is_checked_without_the_key_to_the_file():
    known = {"name": "a.txt", "type": "text/plain", "size": 1, "digest": "00", "salt": "11"}
    assert attachments.commitment({**known, "key": "secret"}) == attachments.commitment(known) == chain.commitment(known)


def test_shredding_leaves_a_trace_and_nothing_else(cast, django_capture_on_commit_callbacks):
    sends(cast.client("rita"), cast.report, a_file("gone.txt"))
    before = blobs()
    with django_capture_on_commit_callbacks(execute=True):
        attachments.shred(Attachment.objects.all(), at=now())
    assert before - blobs() == {the_file().blob}
    page = cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()
    assert "gone.txt" not in page
    assert "A file that was erased" in page
    assert cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/").status_code == 410


def test_without_files_no_statement_more_is_spent(cast, django_assert_num_queries):
    report = cast.report
    with django_assert_num_queries(0):
        assert attachments.of([(report, {"title": "x"})], None) == {}


def test_a_report_goes_with_its_files(cast):
    rita = cast.client("rita")
    sent = rita.post("/p/mailat/report/", filled(files=[a_file("poc.txt")]))
    assert sent.status_code == 302
    report = the_file().report
    assert (the_file().scope, the_file().draft) == (report.pk, None)
    assert opened(report)["files"] == [{"uuid": str(the_file().pk), "commitment": attachments.commitment(opened(the_file()))}]
    assert report.commitment == chain.commitment(opened(report))
    for client, page in ((rita, report.get_absolute_url()), (cast.client("bob"), report.case.get_absolute_url())):
        assert "poc.txt" in client.get(page).content.decode()
        assert content(client.get(f"{page}files/{the_file().pk}/")).startswith(b"GET")


def test_a_report_that_was_refused_or_kept_keeps_its_files(cast):
    rita, form = cast.client("rita"), filled()
    refused = rita.post("/p/mailat/report/", {**form, "title": "", "files": [a_file("one.txt")]})
    assert refused.status_code == 422
    assert "one.txt" in refused.content.decode()
    attaches(rita, "/p/mailat/report/files/", a_file("two.txt"))
    kept = rita.post("/p/mailat/report/draft/", {**form, "files": [a_file("three.txt")]})
    assert kept.status_code == 302
    page = rita.get("/p/mailat/report/")
    assert all(name in page.content.decode() for name in ("one.txt", "two.txt", "three.txt"))
    assert rita.post("/p/mailat/report/", {**form, "client_id": field(page, "client_id")}).status_code == 302
    assert Attachment.objects.exclude(report=None).count() == 3
