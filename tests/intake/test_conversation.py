"""What both sides say to each other; what only the team says."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from intake import conversation, texts
from intake.models import Message, Note, SeenMark
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake.doing import CANARY, field, keyed, letters, said, words_of


def as_reporter(cast, path=""):
    return cast.client("rita").get(cast.report.get_absolute_url() + path)


def team_reply(cast, **form):
    path = reverse("case_reply", args=[cast.case.ref, cast.report.ref])
    return cast.client("bob").post(path, said(**form))


def note(cast, **form):
    return cast.client("bob").post(reverse("case_note", args=[cast.case.ref]), said(**form))


def test_the_reporter_sees_the_reply_and_not_the_note(cast):
    note(cast, text=CANARY)
    answer = team_reply(cast, text="We are **on it**.")
    assert answer.status_code == 302 and answer.url.startswith(cast.case.get_absolute_url())
    page = as_reporter(cast).content.decode()
    assert "<strong>on it</strong>" in page
    assert CANARY not in page and cast.case.ref not in page and "note" not in re.sub(r"notice", "", page).lower()
    team = cast.client("alice").get(cast.case.get_absolute_url()).content.decode()
    assert "<strong>on it</strong>" in team and CANARY in team


def test_the_team_sees_what_the_reporter_wrote(cast):
    cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), said(text="It is in 1.3 too."))
    assert "It is in 1.3 too." in cast.client("bob").get(cast.case.get_absolute_url()).content.decode()


def test_each_side_is_told_of_the_other_and_of_no_note(cast):
    assert cast.report
    letters().clear()
    note(cast, text=CANARY)
    assert not letters()
    team_reply(cast, text=CANARY)
    assert [(letter.to, letter.subject) for letter in letters()] == [(["rita@example.org"], f"Update on {cast.report.ref}")]
    letters().clear()
    cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), said(text=CANARY))
    assert {letter.to[0] for letter in letters()} == {f"{name}@example.org" for name in ("alice", "bob", "olivia")}
    for letter in letters():
        assert CANARY not in words_of(letter) and cast.report.ref not in words_of(letter)


def test_a_reporters_keys_open_no_note_even_when_one_is_handed_over(cast):
    written = builders.a_note(cast.case, by=cast.bob)
    keys = Keys.to(shared=[cast.report.uuid])
    assert keys.open(cast.report)["title"]
    for row in (Note.objects.get(pk=written.pk), keyed(cast.case)):
        with pytest.raises(DecryptError):
            keys.open(row)
    with pytest.raises(DecryptError):
        keys.open(builders.a_report(cast.mailat, by=cast.charlie))
    assert keyed(cast.case).keys.open(written)["text"] == "Same sink as 0004."


def test_the_key_of_the_conversation_is_not_that_of_the_notes_whatever_the_grant_says(cast):
    written = builders.a_note(cast.case, by=cast.bob)
    with pytest.raises(DecryptError):
        Keys.to(shared=[cast.case.uuid], internal=[cast.report.uuid]).open(written)


def test_a_reply_stands_under_what_it_answers(cast):
    first = builders.a_team_reply(cast.report, by=cast.bob, text="Which version?")
    page = as_reporter(cast, f"?answer={first.uuid}")
    assert field(page, "parent") == str(first.uuid) and "Answers the message of Bob" in page.content.decode()
    cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), said(text="1.4.2", parent=str(first.uuid)))
    assert Message.objects.get(parent=first).author.user == cast.rita
    assert "answers Bob" in as_reporter(cast).content.decode()
    assert as_reporter(cast, "?answer=nonsense").status_code == 200


def test_a_message_of_another_report_is_not_answered_here(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    foreign = builders.a_team_reply(other, by=cast.bob)
    for who, path in (("rita", ("report_reply", [cast.report.ref])), ("bob", ("case_reply", [cast.case.ref, cast.report.ref]))):
        answer = cast.client(who).post(reverse(path[0], args=path[1]), said(parent=str(foreign.uuid)))
        assert answer.status_code == 404
    cast.report.keys = Keys.to(shared=[cast.report.uuid])
    with pytest.raises(texts.TextRefused):
        conversation.reporter_reply(
            cast.report, content=texts.message("x"), client_id=uuid4(), by=cast.rita, at=cast.report.received_at, parent=foreign
        )
    assert Message.objects.count() == 1


def test_a_second_press_sends_nothing_twice(cast):
    form = said(text="Once.")
    urls = {cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), form).url for _press in range(2)}
    urls |= {cast.client("bob").post(reverse("case_reply", args=[cast.case.ref, cast.report.ref]), form).url for _press in range(2)}
    urls |= {cast.client("bob").post(reverse("case_note", args=[cast.case.ref]), form).url for _press in range(2)}
    assert len(urls) == 3 and (Message.objects.count(), Note.objects.count()) == (2, 1)
    kinds = list(cast.case.events.values_list("kind", flat=True))
    assert [kinds.count(kind) for kind in ("reporter_replied", "acknowledged", "team_replied", "note_written")] == [1, 1, 0, 1]


def test_the_reporter_learns_when_a_person_first_opened_it(cast):
    assert "has opened it yet" in as_reporter(cast).content.decode()
    for _time in range(2):
        cast.client("bob").get(cast.case.get_absolute_url())
    cast.client("alice").get(cast.case.get_absolute_url())
    assert SeenMark.objects.filter(report=cast.report, participant__role="team").count() == 2, "once for each person"
    assert cast.case.events.filter(kind="seen").count() == 2
    assert "Seen by a person of the team" in as_reporter(cast).content.decode()
    assert "not yet" not in cast.client("rita").get(reverse("reports")).content.decode()


def test_the_inbox_alone_marks_nothing_as_seen(cast):
    assert cast.report
    cast.client("bob").get(reverse("inbox"))
    assert not SeenMark.objects.exists()


@pytest.mark.parametrize("who", ["charlie", "ada"])
def test_a_stranger_finds_neither_side(cast, who):
    client = cast.client(who)
    for path in (cast.report.get_absolute_url(), reverse("receipt", args=[cast.report.ref]), cast.case.get_absolute_url()):
        assert client.get(path).status_code == 404
    for path in (reverse("report_reply", args=[cast.report.ref]), reverse("case_note", args=[cast.case.ref])):
        assert client.post(path, said()).status_code == 404
    assert client.post(reverse("case_reply", args=[cast.case.ref, cast.report.ref]), said()).status_code == 404


def test_a_case_opens_for_its_own_reports_only(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    assert cast.client("bob").post(reverse("case_reply", args=[cast.case.ref, other.ref]), said()).status_code == 404


def test_the_team_has_no_way_in_by_the_reporters_page_nor_the_reporter_by_the_teams(cast):
    assert cast.client("alice").get(cast.report.get_absolute_url()).status_code == 404
    assert cast.client("rita").get(cast.case.get_absolute_url()).status_code == 404
