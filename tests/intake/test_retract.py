"""The author takes a message or note back: what it said is gone for good, that it was there stays."""

import logging
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import conversation, revising, texts
from intake.models import Attachment, Case, Message, MessageRevision, Note, NoteRevision
from portal.keys import Keys
from tests import builders
from tests.intake.doing import CANARY, keyed, letters, said
from tests.intake.test_edit import address, edits


@pytest.fixture
def message(cast):
    return builders.a_reporter_reply(cast.report, by=cast.rita, text=CANARY)


def retracts(cast, row, *, who="rita", team=False):
    return cast.client(who).post(address(cast, row, "retract", team=team))


def pages(cast):
    """What each side sees."""
    return [
        cast.client(who).get(path).content.decode()
        for who, path in (("rita", cast.report.get_absolute_url()), ("bob", cast.case.get_absolute_url()))
    ]


def test_the_text_is_gone_for_both_sides_and_a_trace_stays(cast, message, caplog):
    caplog.set_level(logging.WARNING)
    assert retracts(cast, message).status_code == 302
    for page in pages(cast):
        assert CANARY not in page and "Retracted by Rita" in page and f'id="m-{message.pk.hex}"' in page
        assert f"?answer={message.pk}" not in page and f"?quote={message.pk}" not in page
    row = Message.objects.get(pk=message.pk)
    assert bytes(row.sealed) == b"" and row.retracted_at and row.author == message.author
    assert not caplog.records, "a retracted row is not opened, so nothing complains"


def test_earlier_revisions_and_files_go_with_it(cast, message):
    edits(cast, message, f"{CANARY} again")
    file = Attachment(scope=cast.report.pk, kind="shared", message=message, blob="none", stored_bytes=1, at=now())
    Keys.to(shared=[cast.report.pk]).seal(file, {"name": CANARY, "salt": "00"})
    file.save()
    page = cast.client("rita").get(address(cast, message, "retract")).content.decode()
    assert "before it was edited" in page and "The file that is attached" in page
    retracts(cast, message)
    assert not MessageRevision.objects.exists()
    file.refresh_from_db()
    assert bytes(file.sealed) == b"" and file.shredded_at


def test_the_chain_keeps_its_commitments_and_says_that_it_was_retracted(cast, message):
    retracts(cast, message)
    events = list(cast.report.events.filter(record=message.pk).order_by("seq").values_list("kind", "commitment"))
    assert [kind for kind, _said in events] == ["reporter_replied", "message_retracted"]
    assert events[0][1] and not events[1][1]


def test_a_note_is_retracted_among_the_team(cast):
    note = builders.a_note(cast.case, by=cast.bob, text=CANARY)
    edits(cast, note, f"{CANARY} again", who="bob")
    assert retracts(cast, note, who="bob").status_code == 302
    reporter, team = pages(cast)
    assert CANARY not in team and "Retracted by Bob" in team and "Retracted" not in reporter
    assert not NoteRevision.objects.exists() and bytes(Note.objects.get().sealed) == b""
    assert cast.case.events.get(kind="note_retracted").report is None


def test_the_answers_to_it_stay(cast, message):
    form = said("Thank you for that.", parent=str(message.pk))
    cast.client("bob").post(reverse("case_reply", args=[cast.case.ref, cast.report.ref]), form)
    retracts(cast, message)
    for page in pages(cast):
        assert "Thank you for that." in page and "answers Rita" in page


def test_it_asks_first_and_says_what_goes_and_what_stays(cast, message):
    page = cast.client("rita").get(address(cast, message, "retract")).content.decode()
    assert CANARY in page and "What goes" in page and "What stays" in page and "backups" in page
    assert Message.objects.get(pk=message.pk).sealed


def test_a_second_press_and_a_late_edit_change_nothing(cast, message):
    for _press in range(2):
        assert retracts(cast, message).status_code == 302
    assert cast.report.events.filter(kind="message_retracted").count() == 1
    late = edits(cast, message, "Back again")
    assert late.status_code == 422 and "Back again" in late.content.decode(), "the text is given back"
    assert cast.client("rita").get(address(cast, message, "history")).status_code == 302
    message.report.keys = message.keys = Keys.to(shared=[cast.report.pk])
    with pytest.raises(revising.NotPossible):
        revising.edit(message, content=texts.message("Back again"), revision=1, by=cast.rita, at=now())
    assert bytes(Message.objects.get(pk=message.pk).sealed) == b""


def test_the_same_form_sent_again_afterwards_is_a_new_message(cast):
    form = said("Once more.")
    client, path = cast.client("rita"), reverse("report_reply", args=[cast.report.ref])
    client.post(path, form)
    retracts(cast, Message.objects.get())
    assert client.post(path, form).status_code == 302
    assert Message.objects.filter(retracted_at=None).count() == 1


def test_nothing_is_told_and_no_clock_moves(cast):
    reply = builders.a_team_reply(cast.report, by=cast.bob)
    letters().clear()
    clocks = list(cast.report.deadlines.order_by("pk").values())
    retracts(cast, reply, who="bob", team=True)
    assert not letters() and list(cast.report.deadlines.order_by("pk").values()) == clocks
    cast.report.refresh_from_db()
    assert cast.report.acknowledged_at == reply.at


def test_of_what_was_erased_meanwhile_nothing_is_retracted(cast, message):
    row = Message.objects.select_related("author__user", "report__case").get(pk=message.pk)
    Case.objects.filter(pk=cast.case.pk).update(closed_at=now(), erased_at=now())
    Message.objects.filter(pk=message.pk).update(sealed=b"")
    revising.retract(row, by=cast.rita, at=now())
    assert retracts(cast, message).status_code == 302
    assert Message.objects.get(pk=message.pk).retracted_at is None
    assert not cast.case.events.filter(kind="message_retracted").exists()


def test_what_must_be_kept_for_legal_reasons_stays(cast, message):
    Case.objects.filter(pk=cast.case.pk).update(held_at=now())
    answer = retracts(cast, message)
    assert answer.status_code == 409 and "legal reasons" in answer.content.decode()
    assert keyed(cast.case).keys.open(Message.objects.get(pk=message.pk))["text"] == CANARY
    assert not cast.report.events.filter(kind="message_retracted").exists()


def test_one_that_cannot_be_opened_can_be_retracted_and_not_edited(cast, message):
    Message.objects.filter(pk=message.pk).update(sealed=b"nonsense")
    assert edits(cast, message).status_code == 422
    assert Message.objects.get(pk=message.pk).revision == 1
    assert "cannot be opened" in cast.client("rita").get(address(cast, message, "retract")).content.decode()
    retracts(cast, message)
    assert Message.objects.get(pk=message.pk).retracted_at


def test_the_report_itself_stays_and_the_page_says_so(cast, message):
    assert "stays as it was sent" in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    for what in ("edit", "retract", "history"):
        assert cast.client("rita").get(reverse(f"message_{what}", args=[cast.report.ref, cast.report.pk])).status_code == 404


def test_only_who_wrote_it_by_the_verb_as_well(cast, message):
    message.report.keys = message.keys = Keys.to(shared=[cast.report.pk])
    revising.retract(message, by=cast.alice, at=now())
    with pytest.raises(revising.NotPossible):
        revising.edit(message, content=texts.message("Not mine"), revision=1, by=cast.alice, at=now())
    row = Message.objects.get(pk=message.pk)
    assert (row.revision, row.retracted_at) == (1, None) and not MessageRevision.objects.exists()
    assert (
        conversation.reporter_reply(
            message.report, content=texts.message("More."), client_id=uuid4(), by=cast.rita, at=now(), parent=row
        ).parent
        == row
    )
