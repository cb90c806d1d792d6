"""The author of a message or note puts it differently; what it said before stays readable."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import revising, texts
from intake.models import Case, Message, MessageRevision, Note, NoteRevision, Participant
from portal.keys import Keys
from portal.lib import chain
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake.doing import CANARY, field, keyed, letters

FIRST, SECOND = "It is in 1.3 too.", "It is in 1.3 and in 1.2."


def address(cast, row, what="edit", *, team=False):
    if isinstance(row, Note):
        return reverse(f"note_{what}", args=[cast.case.ref, row.pk])
    return reverse(f"case_message_{what}" if team else f"message_{what}", args=[cast.case.ref if team else cast.report.ref, row.pk])


@pytest.fixture
def message(cast):
    return builders.a_reporter_reply(cast.report, by=cast.rita, text=FIRST)


def edits(cast, row, text=SECOND, *, who="rita", revision=1, team=False):
    return cast.client(who).post(address(cast, row, team=team), {"text": text, "revision": revision})


def written(row, cast):
    """The row as it is now, and what it says."""
    row = type(row).objects.select_related("author").get(pk=row.pk)
    return row, keyed(cast.case).keys.open(row)


def test_everybody_reads_the_new_text_and_that_it_was_edited(cast, message):
    answer = edits(cast, message)
    assert answer.status_code == 302 and answer.url.endswith(f"#m-{message.pk.hex}")
    for who, path in (("rita", cast.report.get_absolute_url()), ("bob", cast.case.get_absolute_url())):
        page = cast.client(who).get(path).content.decode()
        assert SECOND in page and FIRST not in page and "edited" in page
    row, content = written(message, cast)
    assert (row.revision, row.at, row.retracted_at) == (2, message.at, None) and row.edited_at > row.at
    assert (content["text"], content["html"]) == (SECOND, f"<p>{SECOND}</p>")


def test_the_earlier_text_is_kept_sealed_with_its_salt_and_both_are_committed_to(cast, message):
    before = written(message, cast)[1]
    edits(cast, message)
    earlier = MessageRevision.objects.select_related("message").get(message=message)
    assert (earlier.n, earlier.at) == (1, message.at)
    assert keyed(cast.case).keys.open(earlier) == before
    events = cast.report.events.filter(record=message.pk).order_by("seq")
    assert [(event.kind, event.commitment) for event in events] == [
        ("reporter_replied", chain.commitment(before)),
        ("message_edited", chain.commitment(written(message, cast)[1])),
    ]
    assert events[1].by == message.author and events[1].report_seq == events[0].report_seq + 1


def test_the_team_edits_its_messages_and_notes_and_a_note_stays_with_the_team(cast):
    reply, note = builders.a_team_reply(cast.report, by=cast.bob, text=FIRST), builders.a_note(cast.case, by=cast.bob, text=FIRST)
    assert edits(cast, reply, who="bob", team=True).status_code == 302
    assert edits(cast, note, CANARY, who="bob").status_code == 302
    assert CANARY in cast.client("alice").get(cast.case.get_absolute_url()).content.decode()
    page = cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    assert SECOND in page and CANARY not in page
    event = cast.case.events.get(kind="note_edited")
    assert event.report is None and event.record == note.pk
    assert keyed(cast.case).keys.open(NoteRevision.objects.get())["text"] == FIRST
    with pytest.raises(DecryptError):
        Keys.to(shared=[cast.report.pk]).open(NoteRevision.objects.get())


def test_only_the_author_edits(cast, message):
    reply, note = builders.a_team_reply(cast.report, by=cast.bob), builders.a_note(cast.case, by=cast.bob)
    guest = builders.a_person("Gus")
    Participant.objects.create(report=cast.report, user=guest, role="collaborator", joined_at=now())
    for who, row, team, status in [
        ("alice", message, True, 403),
        ("alice", reply, True, 403),
        ("alice", note, True, 403),
        ("rita", reply, False, 403),
        (guest, message, False, 403),
        ("charlie", message, False, 404),
        ("charlie", note, True, 404),
        ("rita", note, True, 404),
    ]:
        for what in ("edit", "retract"):
            path = address(cast, row, what, team=team)
            assert cast.client(who).get(path).status_code == status, (who, path)
            assert cast.client(who).post(path, {"text": CANARY, "revision": 1}).status_code == status, (who, path)
    assert not MessageRevision.objects.exists() and not Message.objects.filter(retracted_at__isnull=False).exists()


def test_a_message_of_another_conversation_is_not_found_here(cast, message):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    foreign = builders.a_team_reply(other, by=cast.bob)
    for what in ("edit", "history", "retract"):
        assert cast.client("bob").get(reverse(f"case_message_{what}", args=[cast.case.ref, foreign.pk])).status_code == 404
        assert cast.client("charlie").get(reverse(f"message_{what}", args=[other.ref, message.pk])).status_code == 404
        assert cast.client("bob").get(reverse(f"note_{what}", args=[cast.case.ref, foreign.pk])).status_code == 404


def test_a_lost_update_is_refused_with_both_texts_in_place(cast, message):
    edits(cast, message)
    answer = edits(cast, message, "In the other window.")
    page = answer.content.decode()
    assert answer.status_code == 409 and "In the other window." in page and SECOND in page and "edited meanwhile" in page
    assert written(message, cast)[1]["text"] == SECOND
    assert field(answer, "revision") == "2"
    assert edits(cast, message, "In the other window.", revision=2).status_code == 302
    assert written(message, cast)[0].revision == 3


def test_the_same_text_changes_nothing_and_a_second_press_edits_once(cast, message):
    assert edits(cast, message, FIRST).status_code == 302
    assert written(message, cast)[0].revision == 1 and not cast.report.events.filter(kind="message_edited").exists()
    for _press in range(2):
        assert edits(cast, message).status_code == 302
    assert cast.report.events.filter(kind="message_edited").count() == 1


def test_nothing_is_told_and_no_clock_moves(cast, message):
    reply = builders.a_team_reply(cast.report, by=cast.bob)
    letters().clear()
    clocks = list(cast.report.deadlines.order_by("pk").values())
    edits(cast, message, "@bob look")
    edits(cast, reply, who="bob", team=True)
    assert not letters() and list(cast.report.deadlines.order_by("pk").values()) == clocks


def test_a_text_that_is_refused_stays_in_the_form(cast, message):
    for text in ("", "x" * 70_000):
        answer = edits(cast, message, text)
        assert answer.status_code == 422 and text in answer.content.decode()
    assert written(message, cast)[0].revision == 1


@pytest.mark.parametrize("gone, why", [("retracted", "This was retracted"), ("erased", "The content was erased meanwhile")])
def test_a_text_for_what_is_gone_by_now_is_given_back(cast, message, gone, why):
    Message.objects.filter(pk=message.pk).update(sealed=b"", retracted_at=now() if gone == "retracted" else None)
    if gone == "erased":
        Case.objects.filter(pk=cast.case.pk).update(closed_at=now(), erased_at=now())
    answer = edits(cast, message)
    assert answer.status_code == 422 and SECOND in answer.content.decode() and why in answer.content.decode()
    assert cast.client("rita").get(address(cast, message)).status_code == 302


def test_a_session_that_ended_gives_the_text_back(cast, message):
    answer = cast.client(None).post(address(cast, message), {"text": CANARY, "revision": 1})
    assert answer.status_code == 401 and CANARY in answer.content.decode()


def test_what_else_a_message_holds_stays_with_it(cast):
    cast.report.keys = Keys.to(shared=[cast.report.pk])
    message = builders.a_reporter_reply(cast.report, by=cast.rita)
    message.report.keys.seal(message, {**texts.message(FIRST), "files": [{"uuid": "1", "commitment": "2"}]})
    message.save()
    edits(cast, message)
    assert written(message, cast)[1]["files"] == [{"uuid": "1", "commitment": "2"}]


def test_nobody_fills_the_database_with_one_message(cast, message, monkeypatch):
    monkeypatch.setattr(revising, "MOST_REVISIONS", 3)
    assert [edits(cast, message, f"Number {number}", revision=number).status_code for number in (1, 2, 3)] == [302, 302, 422]


def test_the_history_shows_every_revision_and_what_changed(cast, message):
    edits(cast, message)
    edits(cast, message, "It is in **1.1** too.", revision=2)
    for who, team in (("rita", False), ("alice", True)):
        page = cast.client(who).get(address(cast, message, "history", team=team)).content.decode()
        shown = re.findall(r'<div class="prose">(.*?)</div>', page)
        assert shown == ["<p>It is in <strong>1.1</strong> too.</p>", f"<p>{SECOND}</p>", f"<p>{FIRST}</p>"]
        changed = re.sub(r'<span class="visually-hidden">.*?</span>', "", page)
        assert "<del>too</del><ins>and in 1.2</ins>" in changed
        assert page.count("What changed") == 2 and "As it was sent" in page
    assert cast.client("charlie").get(address(cast, message, "history")).status_code == 404


def test_a_long_history_is_paged_with_the_same_number_of_queries(cast, message, django_assert_max_num_queries):
    message.report.keys = message.keys = Keys.to(shared=[cast.report.pk])
    for number in range(1, 24):
        revising.edit(message, content=texts.message(f"Number {number}"), revision=number, by=cast.rita, at=now())
    client, seen, path = cast.client("rita"), [], ""
    for _page in range(3):
        with django_assert_max_num_queries(8):
            page = client.get(address(cast, message, "history") + path).content.decode()
        seen.append([int(number) for number in re.findall(r"<p>Number (\d+)</p>", page)])
        path = (re.findall(r'href="(\?before=\d+)"', page) or [""])[0]
    assert seen == [list(range(23, 13, -1)), list(range(13, 3, -1)), [3, 2, 1]] and not path


def test_a_guest_without_history_reads_no_revision_of_what_was_said_before(cast, message):
    edits(cast, message)
    guest = builders.a_person("Gus")
    since = message.at + timedelta(seconds=1)
    Participant.objects.create(report=cast.report, user=guest, role="collaborator", joined_at=since, sees_from=since)
    client = cast.client(guest)
    for what in ("history", "edit", "retract"):
        assert client.get(address(cast, message, what)).status_code == 404
    assert FIRST not in client.get(f"{cast.report.get_absolute_url()}?quote={message.pk}").content.decode()
    keys = Keys.to(shared=[cast.report.pk], not_before={cast.report.pk: since})
    for row in (MessageRevision.objects.get(), Message.objects.get()):
        with pytest.raises(DecryptError):
            keys.open(row)


def test_a_revision_that_was_moved_to_another_number_or_message_does_not_open(cast, message):
    edits(cast, message)
    keys = keyed(cast.case).keys
    for change in ({"n": 2}, {"uuid": uuid4()}, {"message": builders.a_reporter_reply(cast.report, by=cast.rita)}):
        row = MessageRevision.objects.select_related("message").get()
        if "message" in change:
            change["message"].author_id = uuid4()
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(DecryptError):
            keys.open(row)
