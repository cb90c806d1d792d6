"""Search: over all that somebody may read, newest first; it leads to the place, and tells what it could not reach."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from intake import triage
from intake.models import Attachment, Case, Message, Note
from portal.keys import Keys
from tests import builders
from tests.intake.doing import keyed
from tests.intake.test_query_counts import more_messages, more_reports

PAGE = "/search/"


def look(cast, who, words, **more):
    return cast.client(who).post(PAGE, {"words": words, **more})


def found(page):
    """What a page of results says, one string for each: reference, kind, who, and the snippet with its marks."""
    articles = re.findall(r'<article class="found.*?</article>', page.content.decode(), re.DOTALL)
    return [" ".join(unescape(re.sub(r"<(?!/?mark)[^>]*>", " ", one)).split()) for one in articles]


def links(page):
    return re.findall(r'<article class="found[^>]*>.*?<a href="([^"]+)"', page.content.decode(), re.DOTALL)


def a_file(name, *, keys, **place):
    """An attached file, without its bytes."""
    row = Attachment(blob=uuid4().hex, stored_bytes=1, at=now(), **place)
    keys.seal(row, {"name": name, "type": "text/plain", "size": 1, "digest": "", "key": "", "salt": "x"})
    row.save()
    return row


@pytest.fixture
def talk(cast):
    """A report with a needle in each thing that can be searched."""
    report = builders.a_report(cast.mailat, by=cast.rita, title="Needle in the title")
    case = report.case
    message = builders.a_team_reply(report, by=cast.alice, text="We found the needle too, and more <b>.")
    note = builders.a_note(case, by=cast.bob, text="Their needle is sharp.")
    keys = Keys.to(shared=[report.pk], internal=[case.pk])
    a_file("needle.py", keys=keys, scope=report.pk, kind="shared", message=message)
    a_file("needle-notes.txt", keys=keys, scope=case.pk, kind="internal", note=note)
    return report, case, message, note


def test_the_team_finds_titles_reports_messages_notes_and_files_newest_first(cast, talk):
    report, case, message, note = talk
    page = look(cast, "bob", "NEEDLE")
    said = found(page)
    assert sorted(one.split(" · ")[1] for one in said) == ["file", "file", "message", "report", "team note", "working title"]
    assert sorted(one.split(" · ")[1] for one in said[4:]) == ["report", "working title"]  # the oldest
    assert all(case.ref in one and report.ref not in one for one in said)
    assert any("Alice" in one and "We found the <mark>needle</mark> too, and more <b>." in one for one in said)
    assert "more &lt;b&gt;." in page.content.decode()
    assert f"{case.get_absolute_url()}?at={message.pk}#m-{message.pk.hex}" in links(page)
    assert f"{case.get_absolute_url()}?at={note.pk}#m-{note.pk.hex}" in links(page)


def test_the_reporter_finds_what_is_theirs_and_nothing_of_the_team(cast, talk):
    report, case, message, _note = talk
    page = look(cast, "rita", "needle")
    said = found(page)
    assert sorted(one.split(" · ")[1] for one in said) == ["file", "message", "report"]
    assert all(report.ref in one for one in said)
    text = page.content.decode()
    assert case.ref not in text and "sharp" not in text and "needle-notes" not in text and "team notes" not in text
    assert f"{report.get_absolute_url()}?at={message.pk}#m-{message.pk.hex}" in links(page)


def test_a_link_opens_the_page_on_which_the_message_stands(cast):
    report = cast.report
    needle = builders.a_team_reply(report, by=cast.alice, text="The needle.")
    more_messages(report, cast.case, needle.author, builders.a_note(cast.case, by=cast.bob).author, 220)
    for who in ("rita", "bob"):
        (link,) = links(look(cast, who, "needle"))
        page = cast.client(who).get(link.split("#")[0]).content.decode()
        assert f'id="{link.split("#")[1]}"' in page


def test_all_words_must_occur_and_phrases_as_they_stand(cast):
    builders.a_team_reply(cast.report, by=cast.alice, text="The red fox\njumps.")
    for words, count in (("fox red", 1), ('"red fox jumps"', 1), ('"fox red"', 0), ("red hen", 0)):
        assert len(found(look(cast, "rita", words))) == count, words


def test_it_is_narrowed_by_kind_project_and_day(cast, talk):
    other = builders.a_report(cast.mail_auth, by=cast.rita, title="Another needle")
    builders.on_team(cast.bob, cast.mail_auth, "triager")
    assert len(found(look(cast, "bob", "needle"))) == 8
    assert {one.split(" · ")[1] for one in found(look(cast, "bob", "needle", kind="notes"))} == {"team note", "file"}
    assert {one.split(" · ")[1] for one in found(look(cast, "bob", "needle", kind="conversation"))} == {"report", "message", "file"}
    assert [other.case.ref in one for one in found(look(cast, "bob", "needle", project="mail-auth"))] == [True, True]
    assert [other.ref in one for one in found(look(cast, "rita", "needle", project="mail-auth"))] == [True]
    assert look(cast, "bob", "needle", project="nowhere").status_code == 422
    tomorrow = f"{now() + timedelta(days=1):%Y-%m-%d}"
    assert found(look(cast, "bob", "needle", since=tomorrow)) == []
    assert len(found(look(cast, "bob", "needle", since=f"{now() - timedelta(days=2):%Y-%m-%d}"))) == 8


def test_what_was_retracted_or_erased_is_not_found(cast, talk):
    report, case, message, note = talk
    Message.objects.filter(pk=message.pk).update(sealed=b"", retracted_at=now())
    Note.objects.filter(pk=note.pk).update(sealed=b"", retracted_at=now())
    Attachment.objects.update(shredded_at=now(), sealed=b"")
    assert sorted(one.split(" · ")[1] for one in found(look(cast, "bob", "needle"))) == ["report", "working title"]
    Case.objects.filter(pk=case.pk).update(closed_at=now(), erased_at=now(), sealed=b"")
    assert found(look(cast, "bob", "needle")) == [] and found(look(cast, "rita", "needle")) == []


def test_what_cannot_be_opened_is_passed_over(cast, talk, caplog):
    _report, _case, message, _note = talk
    Message.objects.filter(pk=message.pk).update(sealed=b"broken")
    page = look(cast, "rita", "needle")
    assert sorted(one.split(" · ")[1] for one in found(page)) == ["file", "report"]
    assert str(message.pk) in caplog.text and "needle" not in caplog.text


def test_the_working_title_is_the_teams(cast, talk):
    _report, case, _message, _note = talk
    triage.retitle(keyed(case), title="Haystack", by=cast.alice, at=now())
    assert [one.split(" · ")[1] for one in found(look(cast, "bob", "haystack"))] == ["working title"]
    assert found(look(cast, "rita", "haystack")) == []


def test_a_reporter_on_another_team_searches_both(cast, talk):
    builders.on_team(cast.rita, cast.mail_auth, "triager")
    builders.a_factor(cast.rita)
    other = builders.a_report(cast.mail_auth, by=cast.charlie, title="Another needle")
    said = found(look(cast, "rita", "needle"))
    assert sum(other.case.ref in one for one in said) == 2 and sum(talk[0].ref in one for one in said) == 3


def test_words_travel_by_post_only_and_stand_in_no_address(cast, talk):
    client = cast.client("rita")
    assert client.get(PAGE + "?words=needle").content.decode().count("needle") == 0
    page = client.post(PAGE, {"words": "needle"})
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert not any("needle" in link for link in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()))
    assert "needle" not in repr(cache._cache if hasattr(cache, "_cache") else "")


def test_an_empty_search_is_asked_again(cast):
    for words in ("", "   ", '""', "x" * 300):
        assert look(cast, "rita", words).status_code == 422
    page = look(cast, "rita", "nowhere to be found")
    assert page.status_code == 200 and "Try fewer words" in page.content.decode()


def test_both_navigations_lead_to_it(cast):
    for who, path in (("rita", "/reports/"), ("bob", "/inbox/"), ("bob", PAGE), ("rita", PAGE)):
        assert f'<a href="{PAGE}"' in cast.client(who).get(path).content.decode()


def test_a_search_that_was_sent_without_a_session_is_given_back(client):
    answer = client.post(PAGE, {"words": "needle"})
    assert answer.status_code == 401 and "needle" in answer.content.decode()


def test_it_asks_the_database_as_often_for_many_as_for_few(cast, settings):
    settings.SEARCH_SECONDS = 60
    author, counts = builders.a_team_reply(cast.report, by=cast.alice).author, []
    noter = builders.a_note(cast.case, by=cast.bob).author
    clients = [cast.client("bob"), cast.client("rita")]
    for more in (5, 80):
        more_messages(cast.report, cast.case, author, noter, more)
        more_reports(cast, more)
        for client in clients:
            with CaptureQueriesContext(connection) as asked:
                assert client.post(PAGE, {"words": "nowhere"}).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:] and max(counts) <= 24
