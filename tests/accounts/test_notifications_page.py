"""Notifications: all that somebody was told, in the portal itself; read by opening what it is about."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts import outbox, signing_in, told
from accounts.models import Delivery, NoticeChoice
from intake import guests
from portal import teams
from portal.models import Membership
from tests import builders
from tests.intake.doing import CANARY, letters

PAGE, UNREAD, READ = "/account/notifications/", "/account/notifications/unread/", "/account/notifications/read/"


def shown(client):
    return [(str(row.says), row.ref, row.path) for row in client.get(PAGE).context["page"].rows]


def count(client):
    found = re.search(r'<span class="new">([^<]+)<', client.get(UNREAD).content.decode())
    return found.group(1) if found else ""


def test_each_side_sees_what_it_was_told_with_its_own_reference(cast):
    builders.a_reporter_reply(cast.report, by=cast.rita, text=CANARY)
    builders.a_team_reply(cast.report, by=cast.bob, text=CANARY)
    rita, alice = cast.client("rita"), cast.client("alice")
    assert shown(rita) == [
        ("The team wrote", cast.report.ref, f"/reports/{cast.report.ref}/"),
        ("Your report arrived", cast.report.ref, f"/reports/{cast.report.ref}/"),
    ]
    assert [says for says, _ref, _path in shown(alice)] == ["The reporter or a guest wrote", "A report arrived"]
    assert {ref for _says, ref, _path in shown(alice)} == {cast.case.ref}
    assert cast.case.ref not in rita.get(PAGE).content.decode()
    for client in (rita, alice):
        assert CANARY not in client.get(PAGE).content.decode()


def test_opening_the_page_of_it_reads_it_and_nothing_else_does(cast):
    other = builders.a_report(cast.mailat, by=cast.rita)
    builders.a_team_reply(cast.report, by=cast.bob)
    rita = cast.client("rita")
    assert count(rita) == "3" and rita.get(PAGE).status_code == 200 and count(rita) == "3"
    rita.get(f"/reports/{cast.report.ref}/", headers={"Sec-Purpose": "prefetch"})
    assert count(rita) == "3", "a page that a browser fetches ahead was read by nobody"
    rita.get(f"/reports/{cast.report.ref}/")
    assert count(rita) == "1"
    assert set(Delivery.objects.filter(recipient=cast.rita, opened_at=None).values_list("about", flat=True)) == {other.ref}
    assert Delivery.objects.filter(recipient=cast.alice, opened_at__isnull=False).count() == 0, "only for who opened it"
    cast.client("alice").get(f"/cases/{cast.case.ref}/")
    assert Delivery.objects.filter(recipient=cast.alice, about=cast.case.ref, opened_at=None).count() == 0


def test_what_arrives_on_an_open_page_is_read_when_it_was_seen(cast):
    rita = cast.client("rita")
    rita.get(f"/reports/{cast.report.ref}/")
    message = builders.a_team_reply(cast.report, by=cast.bob)
    assert count(rita) == "1"
    assert rita.post(f"/reports/{cast.report.ref}/read/", {"until": str(message.pk)}).status_code == 204
    assert count(rita) == ""


def test_all_at_once(cast):
    assert cast.report
    rita = cast.client("rita")
    assert rita.post(READ).status_code == 302 and count(rita) == ""
    assert cast.client("alice").get(READ).status_code == 405 and count(cast.client("alice")) == "1", "of nobody else"


def test_what_was_turned_off_is_there_all_the_same_and_no_letter_goes(cast):
    NoticeChoice.objects.create(user=cast.bob, kind="team_messages", how="off")
    NoticeChoice.objects.create(user=cast.alice, kind="team_messages", how="digest")
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert "The reporter or a guest wrote" in [says for says, *_rest in shown(cast.client("bob"))]
    assert "The reporter or a guest wrote" in [says for says, *_rest in shown(cast.client("alice"))]
    assert not [one for one in letters() if "wrote" in one.subject and one.to == [cast.bob.email]]
    row = Delivery.objects.get(recipient=cast.bob, letter="reporter_replied")
    assert (row.outcome, row.attempts) == ("dropped", 0)


def test_what_is_no_longer_theirs_has_no_link_and_no_reference(cast):
    guest = builders.a_guest(cast.report, builders.a_person("Gus"), by=cast.rita)
    builders.a_team_reply(cast.report, by=cast.bob)
    letters()
    guests.remove(cast.report, guest, by=cast.rita, at=now())
    gus, bob = cast.client(guest.user), cast.client("bob")
    assert shown(gus) and all(ref == "" and path is None for _says, ref, path in shown(gus))
    assert cast.report.ref not in gus.get(PAGE).content.decode()
    assert {ref for _says, ref, _path in shown(bob)} == {cast.case.ref}
    Membership.objects.filter(user=cast.bob).delete()
    assert cast.case.ref not in cast.client("bob").get(PAGE).content.decode()


def test_what_was_no_longer_theirs_to_know_when_it_would_have_left_is_not_there(cast):
    assert cast.report
    teams.remove(Membership.objects.get(user=cast.bob), by=cast.olivia, at=now())
    letters()
    assert Delivery.objects.get(recipient=cast.bob, letter="report_arrived").outcome == "dropped"
    assert "A report arrived" not in [says for says, *_rest in shown(cast.client("bob"))]
    assert told.unread(cast.bob) == 0


def test_pages_follow_each_other_and_cost_the_same(cast, monkeypatch, django_assert_num_queries, django_assert_max_num_queries):
    monkeypatch.setattr(told, "SIZE", 3)
    rita = cast.client("rita")
    for _number in range(4):
        builders.a_team_reply(cast.report, by=cast.bob)
    builders.a_report(cast.mail_auth, by=cast.rita)
    with django_assert_max_num_queries(8) as few:
        first = rita.get(PAGE)
    after = first.context["page"].after
    with django_assert_num_queries(len(few.captured_queries)):
        second = rita.get(PAGE, {"after": after})
    seen = [row.pk for page in (first, second) for row in page.context["page"].rows]
    assert len(seen) == len(set(seen)) == 6 and second.context["page"].after == ""
    assert rita.get(PAGE, {"after": "nonsense"}).status_code == 200
    with django_assert_max_num_queries(4):
        rita.get(UNREAD)


def test_opening_a_page_costs_nothing_once_it_is_read(cast):
    rita = cast.client("rita")
    builders.a_team_reply(cast.report, by=cast.bob)
    path = f"/reports/{cast.report.ref}/"
    rita.get(path)
    with CaptureQueriesContext(connection) as before:
        rita.get(path)
    assert not [one for one in before.captured_queries if one["sql"].startswith("UPDATE") and "delivery" in one["sql"]]


def test_the_count_leads_nobody_elsewhere_and_keeps_no_session(cast, time_machine_of):
    assert cast.report
    asked = {"HX-Request": "true"}
    nobody, unproved = Client().get(UNREAD, headers=asked), cast.client("alice", factor=False).get(UNREAD, headers=asked)
    for answer in (nobody, unproved):
        assert answer.status_code == 200 and not answer.content.strip() and "HX-Redirect" not in answer.headers
    alice = cast.client("alice")
    assert count(alice) == "1"
    begun = now()
    for minutes in (10, 20, 30):
        with time_machine_of(begun + timedelta(minutes=minutes)):
            alice.get(UNREAD, headers=asked)
    with time_machine_of(begun + signing_in.STAFF_IDLE + timedelta(minutes=1)):
        assert count(alice) == "" and alice.get("/inbox/").status_code == 302


def test_it_stands_in_the_top_bar_of_signed_in_pages_only(cast):
    assert UNREAD in cast.client("rita").get("/reports/").content.decode()
    assert UNREAD in cast.client("bob").get("/inbox/").content.decode()
    assert UNREAD not in cast.client("rita").get("/p/mailat/").content.decode()


@pytest.mark.parametrize("name", sorted(name for name, one in outbox._letters.items() if one.kind not in ("account", "invitations")))
def test_every_letter_about_a_case_or_a_report_has_a_sentence(name):
    assert outbox.registered(name).says or name == "deadline_fallback", "it goes to an address without an account"
