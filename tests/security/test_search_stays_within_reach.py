"""Nobody finds what they may not read: not by a search, and not when a query of the search hands it over."""

from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest
from django.utils.timezone import now

from intake import conversation, guests, reach, search, search_results, search_words
from intake.models import Case, Message, Note, Participant, Report
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake.test_search import PAGE, a_file, found, look

NEEDLE = "needle"


@pytest.fixture
def scene(cast):
    """Two projects, several reporters, a needle in everything."""
    at = now()
    report = builders.a_report(cast.mailat, by=cast.rita, title=f"{NEEDLE} of rita", at=at)
    builders.a_report(cast.mail_auth, by=cast.charlie, title=f"{NEEDLE} of charlie", at=at)
    for one, by in ((report, cast.rita), (Report.objects.get(policy__project=cast.mail_auth), cast.charlie)):
        message = builders.a_reporter_reply(one, by=by, text=f"{NEEDLE} in a message", at=at + timedelta(milliseconds=1))
        a_file(f"{NEEDLE}.txt", keys=one.keys, scope=one.pk, kind="shared", message=message)
        builders.a_note(one.case, by=cast.bob, text=f"{NEEDLE} in a note", at=at + timedelta(milliseconds=1))
    return report


def kinds(page):
    return sorted(one.split(" · ")[1] for one in found(page))


@pytest.mark.parametrize(
    "who, expected",
    [
        ("rita", ["file", "message", "report"]),
        ("charlie", ["file", "message", "report"]),
        ("bob", ["file", "message", "report", "team note", "working title"]),
        ("ada", []),
    ],
)
def test_each_finds_their_own(cast, scene, who, expected):
    page = look(cast, who, NEEDLE)
    assert kinds(page) == expected
    for other in {"rita", "charlie", "bob"} - {who}:
        assert f"of {other}" not in page.content.decode() or (who, other) == ("bob", "rita")


def test_a_stranger_and_a_visitor_find_nothing(cast, scene):
    assert found(look(cast, builders.a_person("Eve"), NEEDLE)) == []
    assert cast.client(None).post(PAGE, {"words": NEEDLE}).status_code == 401
    assert cast.client("bob", factor=False).post(PAGE, {"words": NEEDLE}).status_code == 403


def test_a_guest_finds_what_they_may_read(cast, scene):
    early, late = builders.a_person("Ed"), builders.a_person("Lea")
    builders.a_guest(scene, early, by=cast.rita, at=now())
    builders.a_guest(scene, late, by=cast.rita, at=now(), with_history=False)
    builders.a_team_reply(scene, by=cast.alice, text=f"{NEEDLE} said later", at=now() + timedelta(milliseconds=5))
    assert kinds(look(cast, early, NEEDLE)) == ["file", "message", "message", "report"]
    page = look(cast, late, NEEDLE)
    assert kinds(page) == ["message"] and "of rita" not in page.content.decode()
    guests.leave(scene, by=late, at=now())
    assert found(look(cast, late, NEEDLE)) == []


def test_a_file_counts_from_when_it_was_sent(cast, scene):
    """Uploaded before the guest joined, sent with a message after."""
    late = builders.a_person("Lea")
    before = now()
    builders.a_guest(scene, late, by=cast.rita, at=before, with_history=False)
    message = builders.a_reporter_reply(scene, by=cast.rita, text="Here is a file.", at=before + timedelta(milliseconds=2))
    row = a_file("fresh-needle.txt", keys=scene.keys, scope=scene.pk, kind="shared", message=message)
    type(row).objects.filter(pk=row.pk).update(at=before - timedelta(hours=1))
    assert kinds(look(cast, late, "fresh")) == ["file"]


def test_who_left_the_team_finds_no_more(cast, scene):
    client = cast.client("bob")
    cast.bob.memberships.all().delete()
    assert found(client.post(PAGE, {"words": NEEDLE})) == []


def everything(_whose, _wanted):
    """Sources that forgot every filter."""
    yield search.Source(Report.objects.all(), "received_at", "pk", search.texts_of_report)
    yield search.Source(Message.objects.all(), "at", "report_id", search._text, search.WRITTEN)
    yield search.Source(Note.objects.all(), "at", "case_id", search._text, search.WRITTEN, "internal")
    yield search.Source(Case.objects.all(), "opened_at", "pk", search._title, purpose="internal")


@pytest.mark.parametrize("who, most", [("rita", 2), ("charlie", 2), ("bob", 4), ("olivia", 4), ("ada", 0)])
def test_a_search_whose_queries_forgot_their_filters_opens_nothing_more(cast, scene, monkeypatch, who, most):
    monkeypatch.setattr(search, "_sources", everything)
    person = getattr(cast, who)
    whose = reach.Reach(person, tuple(person.memberships.values_list("project", flat=True)))
    wanted = search.Wanted(search_words.words_of(NEEDLE))
    outcome = search.find(whose, wanted, tick=monotonic)
    assert outcome.looked_at == 8 and len(outcome.hits) == most
    # Nor do ids that came from elsewhere show anything.
    ids = [search.Hit(type(row).__name__, row.pk) for model in (Report, Message, Note, Case) for row in model.objects.all()]
    assert len(search_results.of(whose, ids, wanted.words)) == most


def test_the_keys_of_a_search_are_asked_for_apart_from_what_it_finds(cast, scene):
    late = builders.a_person("Lea")
    builders.a_guest(scene, late, by=cast.rita, at=now(), with_history=False)
    foreign = Report.objects.get(policy__project=cast.mail_auth)
    keys = reach.keys(reach.Reach(late), reports=[scene.pk, foreign.pk], cases=[scene.case_id])
    for row in (scene, foreign, scene.case, Message.objects.get(report=scene)):
        with pytest.raises(DecryptError):
            keys.open(row)
    # A reach that claims more than there is opens no more.
    keys = reach.keys(reach.Reach(cast.rita, (cast.mailat.pk,)), reports=[scene.pk, foreign.pk], cases=[scene.case_id])
    assert keys.open(scene)
    for row in (foreign, scene.case):
        with pytest.raises(DecryptError):
            keys.open(row)


def test_what_a_guest_wrote_before_they_came_back_stays_closed(cast, scene):
    gus = builders.a_person("Gus")
    builders.a_guest(scene, gus, by=cast.rita, at=now())
    place = Participant.objects.get(user=gus)
    scene.keys = reach.keys(reach.Reach(gus), reports=[scene.pk])
    conversation.reporter_reply(scene, content={"text": "own straw", "html": "", "salt": "x"}, client_id=uuid4(), by=gus, at=now())
    guests.remove(scene, place, by=cast.rita, at=now())
    builders.a_guest(scene, gus, by=cast.rita, at=now(), with_history=False)
    assert found(look(cast, gus, "straw")) == []
