"""The team's copy of a case: all of it, for maintainers and owners who proved their second factor anew and say why."""

import pytest

from accounts.models import AuditEvent
from intake.models import CaseEvent
from tests.intake import copied, story
from tests.intake.doing import said


def test_the_copy_is_whole_and_in_order(cast, tmp_path):
    report, _other = story.play(cast, published=False)
    alice = copied.proved(cast.client("alice"))
    sent = alice.post(f"/cases/{report.case.ref}/note/", said("With a file.", files=copied.a_file("log.txt", b"a line\n")))
    assert sent.status_code == 302
    (tmp_path / "copy.zip").write_bytes(copied.bytes_of(copied.taken(alice, report.case.ref, kind="case", reason="handover")))
    code, told = copied.verified(tmp_path / "copy.zip")
    assert code == 0, told
    held = copied.document((tmp_path / "copy.zip").read_bytes())
    assert held["case"]["ref"] == report.case.ref and held["case"]["title"]["content"]["title"] == "A better title"
    assert len(held["case"]["notes"]) == 3 and [one["ref"] for one in held["reports"]] == [report.ref]
    assert copied.files_of((tmp_path / "copy.zip").read_bytes())["files/0001-log.txt"] == b"a line\n"
    event = CaseEvent.objects.get(kind="copy_taken")
    assert (event.report, event.by.user, event.facts) == (None, cast.alice, {"reason": "handover"})
    kept = AuditEvent.objects.get(kind="case.copy_taken")
    assert (kept.actor, kept.facts) == (cast.alice, {"case": report.case.ref, "reason": "handover"})
    page = alice.get(f"/cases/{report.case.ref}/timeline/").content.decode()
    assert "A copy was exported" in page and "to hand the case over" in page


def test_it_asks_for_the_second_factor_anew_and_for_a_reason(cast):
    url, alice = f"/cases/{cast.case.ref}/copy/", cast.client("alice")
    assert alice.get(url).url.startswith("/account/second-factor/")
    assert "Confirm that it is you" in alice.post(url, {"reason": "record"}).content.decode()
    copied.proved(alice)
    assert alice.get(url).status_code == 200
    assert alice.post(url, {}).status_code == 422 and alice.post(url, {"reason": "because"}).status_code == 422
    assert not CaseEvent.objects.filter(kind="copy_taken").exists()


@pytest.mark.parametrize("who, status", [("bob", 403), ("rita", 404), ("charlie", 404), ("ada", 404), ("olivia", 200)])
def test_who_takes_one(cast, who, status):
    assert copied.proved(cast.client(who)).get(f"/cases/{cast.case.ref}/copy/").status_code == status


def test_the_desk_offers_it_to_those_who_may(cast):
    assert "/copy/" in cast.client("alice").get(f"/cases/{cast.case.ref}/").content.decode()
    assert "/copy/" not in cast.client("bob").get(f"/cases/{cast.case.ref}/").content.decode()
