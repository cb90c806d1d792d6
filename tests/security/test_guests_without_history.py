"""A guest without history opens nothing from before joining, whatever a query hands over; one with history opens it all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils.timezone import now

from intake import access, conversation, reading, texts
from intake.models import Attachment, Message, MessageRevision, Report
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from portal.lib.permissions import Action
from portal.lib.render import RENDERER
from tests import builders
from tests.intake.doing import CANARY, letters, said

BEFORE, AFTER = f"{CANARY}-before", "said-after-joining"


@pytest.fixture
def scene(cast):
    """A report with a past, a guest of each kind, and what was said since."""
    at = now()
    report = builders.a_report(
        cast.mailat, by=cast.rita, at=at, title=f"{CANARY}-title", version=f"{CANARY}-version", credit=f"{CANARY}-credit"
    )
    builders.a_team_reply(report, by=cast.alice, text=BEFORE, at=at + timedelta(milliseconds=1))
    builders.a_reporter_reply(report, by=cast.rita, text=BEFORE, at=at + timedelta(milliseconds=2))
    early, late = builders.a_person("Ed"), builders.a_person("Lea")
    builders.a_guest(report, early, by=cast.rita, at=at + timedelta(milliseconds=3))
    builders.a_guest(report, late, by=cast.rita, at=at + timedelta(milliseconds=3), with_history=False)
    builders.a_team_reply(report, by=cast.bob, text=AFTER, at=at + timedelta(milliseconds=4))
    return report, early, late


def through_the_door(user, report):
    """The report as the reporter's door gives it to somebody."""
    request = RequestFactory().get("/")
    request.user = user
    return access.report(request, report.ref, Action.READ_REPORT)


def everything_sealed(report, keys):
    """Each kind of row that the report's key opens: as a query would hand them over that forgot its filter."""
    messages = list(Message.objects.filter(report=report).order_by("at"))
    revision = MessageRevision(message=messages[0], n=1, at=messages[0].at, renderer=RENDERER)
    of_report = Attachment(scope=report.pk, kind="shared", report=report, at=report.received_at)
    of_message = Attachment(scope=report.pk, kind="shared", message=messages[0], at=messages[0].at)
    for row in (revision, of_report, of_message):
        keys.seal(row, {"text": BEFORE, "salt": ""})
    return messages, [report, revision, of_report, of_message]


def test_the_keys_of_a_late_guest_open_nothing_older(scene):
    report, early, late = scene
    messages, older = everything_sealed(report, Keys.to(shared=[report.pk]))
    door = through_the_door(late, report)
    for row in [*messages[:2], *older]:
        with pytest.raises(DecryptError, match="No key was granted"):
            door.keys.open(row)
    assert door.keys.open(messages[2])["text"] == AFTER
    door = through_the_door(early, report)
    assert all(door.keys.open(row) for row in [*messages, *older])


def test_the_keys_of_a_list_open_no_more_than_those_of_a_page(scene):
    report, _early, late = scene
    request = RequestFactory().get("/")
    request.user = late
    (row,) = access.own_reports(request)
    keys = access.keys_of_reports([row])
    for older in (row, Message.objects.filter(report=report).order_by("at")[0]):
        with pytest.raises(DecryptError):
            keys.open(older)


def test_a_query_that_forgot_its_filter_shows_no_text(scene, caplog):
    report, _early, late = scene
    door = through_the_door(late, report)
    rows = list(Message.objects.filter(report=report).select_related("author__user").order_by("at"))
    spoken = list(reading.spoken(rows, door.keys, viewer=late).values())
    assert [one.broken for one in spoken] == [True, True, False]
    assert BEFORE not in "".join(str(one) for one in spoken) + caplog.text


def test_the_pages_of_a_late_guest_show_nothing_older_and_raise_no_alarm(scene, cast, caplog):
    report, _early, late = scene
    client, old = cast.client(late), Message.objects.filter(report=report).order_by("at")[0]
    addresses = [reverse("reports"), report.get_absolute_url()]
    addresses += [f"{report.get_absolute_url()}?{query}" for query in (f"answer={old.pk}", f"quote={old.pk}", f"at={old.pk}")]
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200
        assert CANARY not in page.content.decode() and "anonymous" not in page.content.decode()
    page = client.get(report.get_absolute_url()).content.decode()
    assert AFTER in page and report.ref in page and "You read what was said since you joined" in page
    assert "cannot be opened" not in page and not [one for one in caplog.records if one.name == "parley.keys"]


def test_a_late_guest_cannot_answer_what_they_cannot_read(scene, cast):
    report, _early, late = scene
    old, new = Message.objects.filter(report=report).order_by("at")[0], Message.objects.filter(report=report).order_by("at")[2]
    path = reverse("report_reply", args=[report.ref])
    assert cast.client(late).post(path, said(parent=str(old.pk))).status_code == 404
    assert cast.client(late).post(path, said(parent=str(new.pk))).status_code == 302


def test_an_early_guest_sees_it_all(scene, cast):
    report, early, _late = scene
    page = cast.client(early).get(report.get_absolute_url()).content.decode()
    assert f"{CANARY}-title" in page and BEFORE in page and AFTER in page and "You read the whole conversation." in page


def test_what_was_said_before_stays_closed_when_it_is_edited_later(scene):
    report, _early, late = scene
    old = Message.objects.filter(report=report).order_by("at")[0]
    old.revision, old.edited_at = 2, now()
    Keys.to(shared=[report.pk]).seal(old, {"text": BEFORE})
    with pytest.raises(DecryptError):
        through_the_door(late, report).keys.open(old)


def test_coming_back_without_history_closes_what_was_read_before(scene, cast):
    report, early, _late = scene
    Report.objects.get(pk=report.pk).participants.filter(user=early).update(left_at=now())
    builders.a_guest(report, early, by=cast.rita, with_history=False)
    page = cast.client(early).get(report.get_absolute_url()).content.decode()
    assert BEFORE not in page and AFTER not in page and CANARY not in page


def test_a_guest_has_no_other_way_in(scene, cast):
    report, early, late = scene
    for who in (early, late):
        client = cast.client(who)
        assert client.get(report.case.get_absolute_url()).status_code == 404
        assert client.get(reverse("inbox")).status_code == 403
        assert client.get(reverse("report_guests", args=[report.ref])).status_code == 403
        door = through_the_door(who, report)
        with pytest.raises(DecryptError):
            door.keys.open(report.case)
    assert not report.standing_of(AnonymousUser())


def test_letters_to_guests_name_the_reports_reference_only(scene, cast):
    report, early, late = scene
    builders.a_note(report.case, by=cast.bob)
    for letter in letters():
        if letter.to[0] in (early.email, late.email):
            assert report.case.ref not in str(letter.message()) and CANARY not in str(letter.message())


def test_a_guest_who_joined_the_team_reads_as_the_team_does_only_at_the_desk(scene, cast):
    report, _early, late = scene
    builders.on_team(late, cast.mailat, "maintainer")
    builders.a_factor(late)
    client = cast.client(late)
    assert BEFORE not in client.get(report.get_absolute_url()).content.decode()
    assert BEFORE in client.get(report.case.get_absolute_url()).content.decode()
    # That one of theirs opened it is not the team's reading, and they were not made another person.
    assert not report.events.filter(kind="seen").exists()
    report.keys = Keys.to(shared=[report.pk])
    conversation.team_reply(report, content=texts.message("As the team."), client_id=uuid4(), by=late, at=now())
    assert report.participants.filter(user=late).count() == 1
    place = report.participants.get(user=late)
    remove = reverse("case_guest_remove", args=[report.case.ref, report.ref, place.pk])
    assert cast.client("alice").post(remove).status_code == 302
    assert client.get(report.get_absolute_url()).status_code == 404
    assert client.get(report.case.get_absolute_url()).status_code == 200
