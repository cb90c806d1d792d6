"""The calendar of deadlines: what stands in it, for whom, how it is written, and when its address is worth nothing."""

import hashlib
import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from accounts import calendar_feed, closing, recovery, signing_in
from accounts.models import AuditEvent, CalendarFeed, TotpDevice, User
from intake import triage
from intake.models import Deadline, Report
from tests import builders

pytestmark = pytest.mark.django_db


def subscribed(person) -> str:
    return calendar_feed.path_of(calendar_feed.make(person, at=now()))


def events(path):
    """What stands in a calendar, read by the library: {summary: event}."""
    answer = Client().get(path)
    assert answer.status_code == 200
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_team_sees_cases_and_the_reporter_the_report(cast):
    ref, report_ref = cast.case.ref, cast.report.ref
    team, reporter = events(subscribed(cast.bob)), events(subscribed(cast.rita))
    assert {summary.split(": ")[0] for summary in team} == {ref} and {summary.split(": ")[0] for summary in reporter} == {report_ref}
    assert f"{ref}: answer due" in team and len(team) == len(reporter) == Deadline.objects.open().count()
    assert ref not in str(reporter) and report_ref not in str(team)
    assert events(subscribed(cast.charlie)) == {}


def test_an_event_is_a_deadline(cast):
    deadline = cast.report.deadlines.get(milestone="acknowledgement")
    event = events(subscribed(cast.bob))[f"{cast.case.ref}: answer due"]
    assert event["uid"] == f"{deadline.uuid}@localhost"
    assert event["dtstart"].dt == deadline.due_at.replace(microsecond=0) and event["dtstart"].dt.utcoffset() == timedelta(0)
    assert "dtend" not in event and event["status"] == "CONFIRMED" and event["url"].endswith(f"/cases/{cast.case.ref}/")
    assert event["description"].startswith("Mailat promises this within") and "valarm" not in str(event).lower()
    before = event["sequence"]
    Deadline.objects.filter(pk=deadline.pk).update(due_at=deadline.due_at + timedelta(days=2))
    assert events(subscribed(cast.bob))[f"{cast.case.ref}: answer due"]["sequence"] > before


def test_what_stands_still_or_is_met_is_left_out(cast):
    path = subscribed(cast.rita)
    assert cast.report and any("answer due" in summary for summary in events(path))
    builders.a_team_reply(cast.report, by=cast.bob)
    assert not any("answer due" in summary for summary in events(path))
    held = now()
    Deadline.objects.open().update(paused_at=held, held_at=held, next_reminder_at=None)
    assert events(path) == {}


def test_it_is_written_as_rfc_5545_says(cast):
    cast.mailat.name = "Mail; at, \\ line\r\nBEGIN:VALARM " + "ü" * 40
    type(cast.mailat).objects.filter(pk=cast.mailat.pk).update(name=cast.mailat.name)
    triage.set_severity(cast.case, severity="high", by=cast.bob, at=now())
    answer = Client().get(subscribed(cast.bob))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content
    assert body.endswith(b"END:VCALENDAR\r\n") and b"\n" not in body.replace(b"\r\n", b"") and b"\r" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    lines = body.replace(b"\r\n ", b"").decode().split("\r\n")  # unfolded by hand
    assert lines[0] == "BEGIN:VCALENDAR" and "VERSION:2.0" in lines and "PRODID:-//Parley//Deadlines//EN" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines and not any(
        line.startswith(("METHOD", "BEGIN:VALARM", "ATTACH")) for line in lines
    )
    assert sum(line == "BEGIN:VEVENT" for line in lines) == sum(line == "END:VEVENT" for line in lines) == Deadline.objects.open().count()
    about = next(line for line in lines if line.startswith("DESCRIPTION"))
    assert "Mail\\; at\\, \\\\ line\\nBEGIN:VALARM" in about
    for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "LAST-MODIFIED"):
        assert any(line.startswith(f"{name}:") for line in lines), name


def test_nothing_that_was_written_stands_in_it(cast):
    builders.a_note(cast.case, by=cast.bob)
    body = Client().get(subscribed(cast.bob)).content.decode()
    assert not [word for word in ("Stored XSS", "crafted", "sink", "Rita", "Bob", "@example.org") if word in body]


def test_whoever_loses_the_role_sees_nothing_at_once(cast):
    path = subscribed(cast.bob)
    assert cast.report and events(path)
    cast.mailat.memberships.filter(user=cast.bob).delete()
    assert events(path) == {}


def test_a_team_is_shown_only_to_who_has_a_second_factor(cast):
    path = subscribed(cast.bob)
    assert cast.report and events(path)
    TotpDevice.objects.filter(user=cast.bob).delete()
    assert events(path) == {}


def test_a_restricted_case_is_for_those_whom_it_names(cast):
    path = subscribed(cast.bob)
    assert cast.report and events(path)
    type(cast.case).objects.filter(pk=cast.case.pk).update(restricted_at=now())
    assert events(path) == {}


def deaths(cast):
    yield lambda: calendar_feed.revoke(cast.bob, by=cast.bob, at=now())
    yield lambda: subscribed(cast.bob)
    yield lambda: User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    yield lambda: closing.close(cast.bob, by=cast.bob, at=now())
    yield lambda: recovery.by_operator(cast.bob, at=now())


@pytest.mark.parametrize("number", range(5))
def test_its_address_dies(cast, number):
    path, other = subscribed(cast.bob), subscribed(cast.alice)
    list(deaths(cast))[number]()
    assert Client().get(path).status_code == 404 and Client().get(other).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 44, "é" * 43, "a" * 42 + "%00"])
def test_no_other_address_shows_anything(cast, token):
    subscribed(cast.bob)
    answer = Client().get(f"/calendar/{token}.ics")
    assert answer.status_code == 404 and answer["Cache-Control"] == "private, no-cache"


def test_the_database_has_a_digest_only(cast):
    path = subscribed(cast.bob)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert len(token) == 43 and feed.digest == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str([*CalendarFeed.objects.values(), *AuditEvent.objects.values()])


def test_what_did_not_change_is_not_sent_again(cast):
    path = subscribed(cast.bob)
    assert cast.report
    first = Client().get(path)
    assert first["Cache-Control"] == "private, no-cache" and "Cookie" not in first.get("Vary", "")
    again = Client().get(path, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304 and not again.content and again["Cache-Control"] == "private, no-cache"
    builders.a_team_reply(cast.report, by=cast.bob)
    assert Client().get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    assert Client().head(path).status_code == 200 and Client().post(path).status_code == 405


def test_it_asks_no_session_and_the_same_however_much_is_due(cast, django_assert_num_queries):
    path = subscribed(cast.bob)
    for _number in range(3):
        builders.a_report(cast.mailat, by=cast.rita)
    cast.client("bob").get(path)  # notes the use
    with django_assert_num_queries(4):
        Client().get(path)
    for _number in range(5):
        builders.a_report(cast.mailat, by=cast.rita)
    with django_assert_num_queries(4):
        assert len(events(path)) > 8


def test_there_is_an_end_to_it(cast, monkeypatch):
    monkeypatch.setattr("intake.calendar_feed.MOST", 2)
    builders.a_report(cast.mailat, by=cast.bob)
    builders.a_report(cast.mailat, by=cast.rita)
    due = sorted(event["dtstart"].dt for event in events(subscribed(cast.bob)).values())
    assert len(due) == 2 and due[0] == Deadline.objects.open().earliest("due_at").due_at.replace(microsecond=0)


def test_asking_all_the_time_is_refused_with_the_time(cast, settings):
    settings.LIMITS = {"calendar": "2/h"}
    path = subscribed(cast.bob)
    assert [Client().get(path).status_code for _number in range(3)] == [200, 200, 429]
    refused = Client().get(path)
    assert int(refused["Retry-After"]) > 0 and refused["Cache-Control"] == "private, no-cache"
    assert Client().get(subscribed(cast.alice)).status_code == 200
    settings.LIMITS = {"calendar.network": "1/h"}
    Client().get(path)
    assert Client().get("/calendar/x.ics").status_code == 429


def test_the_log_does_not_tell_the_address(cast, caplog):
    path = subscribed(cast.bob)
    calendar_feed.revoke(cast.bob, by=cast.bob, at=now())
    with caplog.at_level(logging.DEBUG):
        Client().get(path)
        Client().post(path)
    assert "/calendar/…" in caplog.text and path.removeprefix("/calendar/")[:20] not in caplog.text


def test_other_tokens_in_paths_are_kept_out_of_the_log_as_well(cast, caplog):
    with caplog.at_level(logging.DEBUG):
        Client().post(f"/calendar/{'a' * 43}.ics")
        Client().get(f"/nowhere/{'b' * 43}/")
        Client().get(f"/nowhere/{cast.bob.uuid}/")
    assert "a" * 10 not in caplog.text and "b" * 10 not in caplog.text and str(cast.bob.uuid) in caplog.text


# --- the page --------------------------------------------------------------------------------------------------------------


def proved(cast, who):
    client = cast.client(who)
    session = client.session
    session[signing_in.PROVED] = now().isoformat()
    session.save()
    return client


def test_the_page_makes_shows_once_replaces_and_revokes(cast):
    olivia = proved(cast, "olivia")
    assert "Make an address" in olivia.get(reverse("account_calendar")).content.decode()
    made = olivia.post(reverse("account_calendar_make"))
    address = made.context["address"]
    assert address in made.content.decode() and made.context["subscribe"].startswith("webcal://localhost")
    assert made["Cache-Control"] == "no-store"
    page = olivia.get(reverse("account_calendar")).content.decode()
    assert "never" in page and address not in page
    path = address.partition("localhost:8000")[2]
    assert Client().get(path).status_code == 200 and CalendarFeed.objects.get().last_used_at
    olivia.post(reverse("account_calendar_make"))
    assert Client().get(path).status_code == 404 and CalendarFeed.objects.count() == 1
    assert olivia.post(reverse("account_calendar_revoke")).status_code == 302
    assert not CalendarFeed.objects.exists()
    kinds = AuditEvent.objects.filter(kind__startswith="calendar").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["calendar.made", "calendar.made", "calendar.revoked"]


def test_to_make_one_asks_who_it_is(cast):
    for who in ("olivia", "rita"):
        page = cast.client(who).post(reverse("account_calendar_make"))
        assert page.status_code == 403 and "accounts/confirm.html" in [one.name for one in page.templates]
    assert not CalendarFeed.objects.exists()


def test_reports_of_others_stay_out(cast):
    builders.a_report(cast.mail_auth, by=cast.charlie)
    assert Report.objects.count() == 1 and events(subscribed(cast.rita)) == {} and events(subscribed(cast.bob)) == {}
