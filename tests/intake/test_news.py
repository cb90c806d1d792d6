"""A page that stays open asks what is new: an idle question costs one query, and the answer holds only what its side may see."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake import news, revising, seen, texts
from intake.models import CaseEvent, Participant, SeenMark
from portal.keys import Keys
from tests import builders
from tests.intake.doing import CANARY
from tests.intake.talking import say

SECOND = timedelta(seconds=1)


class Open:
    """A page that somebody has open, and what it is told."""

    def __init__(self, cast, who, case=False):
        self.client = cast.client(who)
        self.url = reverse("case_news" if case else "report_news", args=[cast.case.ref if case else cast.report.ref])
        where = cast.case if case else cast.report
        self.client.get(where.get_absolute_url())  # the first look is an event itself
        self.stamp = stamp_in(self.client.get(where.get_absolute_url()))

    def asks(self):
        answer = self.client.get(self.url, {"stamp": self.stamp}, headers={"HX-Request": "true"})
        if answer.status_code == 200:
            self.stamp = stamp_in(answer)
        return answer

    def told(self):
        answer = self.asks()
        return answer.content.decode() if answer.status_code == 200 else answer.status_code


def stamp_in(answer):
    return re.search(r'id="news-stamp" value="([^"]*)"', answer.content.decode()).group(1)


def edit(report, message, text):
    report.keys = message.keys = Keys.to(shared=[report.pk])
    message.report = report
    revising.edit(message, content=texts.message(text), revision=message.revision, by=message.author.user, at=now())


def test_nothing_new_is_204_for_both_sides(cast):
    for page in (Open(cast, "bob", case=True), Open(cast, "rita")):
        assert page.asks().status_code == 204 and page.asks().content == b""


def test_a_message_is_told_once_to_everybody_and_marked_as_news_for_the_others(cast):
    bob, rita = Open(cast, "bob", case=True), Open(cast, "rita")  # that Bob opened it is for Rita to know
    message = builders.a_reporter_reply(cast.report, by=cast.rita, text="It is in 1.3 too.")
    for page, news_to in ((rita, False), (bob, True)):
        html = page.told()
        assert "It is in 1.3 too." in html and f'id="m-{message.pk.hex}"' in html and html.count("<article") == 1
        assert ("data-news" in html) == news_to
        assert page.told() == 204


def test_an_edit_and_a_retraction_are_told(cast):
    message = builders.a_team_reply(cast.report, by=cast.bob, text="Frist words")
    rita = Open(cast, "rita")
    edit(cast.report, message, "First words")
    html = rita.told()
    assert "First words" in html and "edited" in html and f'id="m-{message.pk.hex}"' in html
    message.refresh_from_db()
    message.keys, message.report = Keys.to(shared=[cast.report.pk]), cast.report
    revising.retract(message, by=cast.bob, at=now())
    html = rita.told()
    assert "Retracted by Bob" in html and "First words" not in html and rita.told() == 204


def test_what_only_changed_is_not_told_as_new(cast):
    """A page that shows another part of the conversation does not have it, and must not put it at the end."""
    message = builders.a_reporter_reply(cast.report, by=cast.rita, text="Frist words")
    bob = Open(cast, "bob", case=True)
    edit(cast.report, message, "First words")
    html = bob.told()
    assert "data-changed" in html and "data-news" not in html
    message = builders.a_reporter_reply(cast.report, by=cast.rita, text="Scnd words")
    edit(cast.report, message, "Second words")
    html = bob.told()
    assert "data-news" in html and "data-changed" not in html, "written and edited since"


def test_a_note_that_only_changed_is_not_told_as_new(cast):
    note = builders.a_note(cast.case, by=cast.alice, text="Frist words")
    bob = Open(cast, "bob", case=True)
    note.keys, note.case = Keys.to(internal=[cast.case.pk]), cast.case
    revising.edit(note, content=texts.message("First words"), revision=note.revision, by=cast.alice, at=now())
    html = bob.told()
    assert "First words" in html and "data-changed" in html and "data-news" not in html


def test_who_has_read_is_told(cast):
    message = builders.a_reporter_reply(cast.report, by=cast.rita)
    rita = Open(cast, "rita")
    cast.client("alice").get(cast.case.get_absolute_url())
    html = rita.told()
    assert re.search(rf'data-under="m-{message.pk.hex}">Seen by Alice', html) and "<article" not in html
    assert rita.told() == 204


def test_what_the_team_does_among_itself_does_not_even_move_the_reporters_stamp(cast):
    bob, rita = Open(cast, "bob", case=True), Open(cast, "rita")  # that Bob opened it is for Rita to know
    builders.a_note(cast.case, by=cast.alice, text=CANARY)
    cast.client("alice").post(reverse("case_title", args=[cast.case.ref]), {"title": CANARY})
    assert rita.told() == 204
    assert CANARY in bob.told()
    html = cast.client("rita").get(rita.url).content.decode()
    assert CANARY not in html and cast.case.ref not in html, "nor with a stamp that was made up"


def test_a_reply_names_what_it_answers(cast):
    first = builders.a_team_reply(cast.report, by=cast.bob)
    rita = Open(cast, "rita")
    say_reply = reverse("case_reply", args=[cast.case.ref, cast.report.ref])
    cast.client("alice").post(say_reply, {"text": "And this", "parent": first.pk, "client_id": "0b1f3bb2-8f2c-4b55-9be4-0f6bd2c2a3f0"})
    html = rita.told()
    assert f'data-answers="m-{first.pk.hex}"' in html and "answers Bob" in html


def test_a_guest_without_history_is_told_of_no_older_message(cast):
    guest, since = builders.a_person("Gus"), cast.report.received_at + 5 * SECOND
    old = builders.a_team_reply(cast.report, by=cast.bob, text="said before")
    cast.report.participants.create(user=guest, role="collaborator", joined_at=since, sees_from=since)
    type(old).objects.filter(pk=old.pk).update(at=cast.report.received_at)
    answer = builders.a_team_reply(cast.report, by=cast.bob, text="said since")
    type(old).objects.filter(pk=answer.pk).update(parent=old, at=since + SECOND)
    html = cast.client(guest).get(reverse("report_news", args=[cast.report.ref])).content.decode()
    assert "said since" in html and "said before" not in html and old.pk.hex not in html and str(old.pk) not in html


def test_a_removed_guest_is_told_nothing(cast):
    guest = builders.a_person("Gus")
    place = cast.report.participants.create(user=guest, role="collaborator", joined_at=cast.report.received_at)
    page = Open(cast, guest)
    Participant.objects.filter(pk=place.pk).update(left_at=now())
    assert page.asks().status_code == 404


def test_a_page_may_tell_what_was_seen_of_it(cast):
    message = builders.a_team_reply(cast.report, by=cast.bob)
    client, url = cast.client("rita"), reverse("report_read", args=[cast.report.ref])
    assert client.post(url, {"until": message.pk}).status_code == 204
    assert SeenMark.objects.get(participant__user=cast.rita).read_until == message.at
    other = builders.a_team_reply(builders.a_report(cast.mailat, by=cast.charlie), by=cast.bob)
    assert client.post(url, {"until": other.pk}).status_code == 404, "of another report"
    assert client.post(url, {"until": "x"}).status_code == 422
    answer = builders.a_reporter_reply(cast.report, by=cast.rita)
    assert cast.client("bob").post(reverse("case_read", args=[cast.case.ref]), {"until": answer.pk}).status_code == 204
    assert SeenMark.objects.get(participant__user=cast.bob).read_until == answer.at


def test_a_session_that_ended_is_401_and_a_page_without_scripts_is_led_to_the_sign_in(cast):
    page = Open(cast, "rita")
    page.client.logout()
    assert page.asks().status_code == 401
    assert page.client.get(page.url).status_code == 302


def test_a_stamp_that_was_changed_breaks_nothing(cast):
    builders.a_team_reply(cast.report, by=cast.bob, text="all of it")
    client, url = cast.client("rita"), reverse("report_news", args=[cast.report.ref])
    for stamp in ("", "x", "\0", "bnVsbA==", "W10=", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCAiIl0=", "Wy01LCAiIl0=", "[" * 2000, "é"):
        assert client.get(url, {"stamp": stamp}).status_code == 200, stamp
    assert "all of it" in client.get(url, {"stamp": str(news.Stamp())}).content.decode()


def test_who_missed_very_much_is_led_to_the_page(cast, monkeypatch):
    monkeypatch.setattr(news, "MOST", 2)
    rita = Open(cast, "rita")
    for number in range(4):
        builders.a_team_reply(cast.report, by=cast.bob, text=f"number {number}")
    html = rita.told()
    assert html.count("<article") == 2 and "number 3" in html and "Open the page anew" in html
    assert rita.told() == 204


def test_an_open_page_does_not_keep_a_session_alive(cast):
    for page in (Open(cast, "rita"), Open(cast, "bob", case=True)):
        session = page.client.session
        session["last_seen_at"] = (now() - timedelta(minutes=5)).isoformat()
        session.save()
        page.asks()
        # What arrives tells by itself that it was on the screen, and shows its pictures: nobody need be at the keyboard.
        message = builders.a_team_reply(cast.report, by=cast.olivia)
        page.client.post(page.url.replace("/news/", "/read/"), {"until": message.pk})
        page.client.get(page.url.replace("/news/", f"/files/{uuid4()}/preview/"))
        assert page.client.session["last_seen_at"] == session["last_seen_at"]


@pytest.mark.parametrize("who, case", [("rita", False), ("bob", True)])
def test_an_idle_question_is_one_query_beside_who_asks(cast, settings, who, case):
    settings.SESSION_CACHE_ALIAS = "default"
    page = Open(cast, who, case=case)
    page.asks()
    with CaptureQueriesContext(connection) as asked:
        assert page.asks().status_code == 204
    statements = [one["sql"] for one in asked]
    of_intake = [sql for sql in statements if "intake_" in sql]
    assert len(of_intake) == 1, statements
    assert all(sql.startswith("SELECT") for sql in statements)
    assert len(statements) <= (3 if case else 2) + 1, statements  # the person, the second factor, whether one is needed


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plan")
@pytest.mark.parametrize("case", [False, True])
def test_an_idle_question_is_answered_from_indexes(cast, case):
    report, at = cast.report, now()
    say(report, by=cast.bob, times=[at])
    others = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(12)]
    fill_up([report, *others], cast, at)
    page = Open(cast, "bob" if case else "rita", case=case)
    page.asks()
    with CaptureQueriesContext(connection) as asked:
        page.asks()
    [sql] = [one["sql"] for one in asked if "intake_" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE intake_caseevent, intake_seenmark, intake_participant, intake_report, intake_case")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    for table in ("intake_caseevent", "intake_seenmark", "intake_participant"):
        assert f"Seq Scan on {table}" not in plan, plan
    assert "an_event_a_place" in plan, plan


def fill_up(reports, cast, at):
    """Many events and marks, so that a plan has something to choose."""
    for report in reports:
        events = [
            CaseEvent(case=report.case, report=report, seq=n, report_seq=n, kind="team_replied", at=at, hash="0" * 64)
            for n in range(100, 400)
        ]
        CaseEvent.objects.bulk_create(events)
        seen.mark([report], by=cast.alice, at=at, until={report.pk: at})
