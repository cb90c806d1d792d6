"""Closing an account: what is said before, what stands against it, and that nothing names the person afterwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts import audit_check, closing, outbox, two_factor
from accounts.models import AuditEvent, Delivery, Session, TotpDevice, User
from intake import closure, drafts, guests, leaving, periodic, triage
from intake.models import CaseEvent, Draft, GuestInvitation, Participant
from portal import teams
from portal.models import Invitation, Keyset, Membership
from tests import builders
from tests.builders import PASSWORD
from tests.intake.attaching import a_file, attaches, blobs
from tests.intake.doing import keyed, letters, worded, words_of
from tests.intake.test_event_chain import first_break
from tests.test_canary import database_rows

NAME, ADDRESS = "Zebulon Quarry", "zq-1907@example.net"
FORMER = "Zebedee Quarrel"
PATH = "/account/close/"


@pytest.fixture
def zeb(cast):
    """Somebody who reported, was a guest, wrote, drafted, was invited and was on a team."""
    person = builders.a_person(NAME, email=ADDRESS)
    builders.a_factor(person)
    report = builders.a_report(cast.mailat, by=person)
    builders.a_reporter_reply(report, by=person)
    builders.a_team_reply(report, by=cast.alice)
    Participant.objects.create(report=cast.report, user=person, role="collaborator", joined_at=now())
    builders.a_reporter_reply(cast.report, by=person, text="As a guest.")
    drafts.start(person, project=cast.mailat, at=now())
    builders.on_team(person, cast.mail_auth, "triager")
    builders.on_team(cast.charlie, cast.mail_auth, "owner")
    recorded = builders.a_recorded_report(cast.mail_auth, by=person, address=ADDRESS)
    builders.a_note(recorded.case, by=person)
    teams.invite(cast.mailat, email=ADDRESS, role="triager", by=cast.olivia, at=now())
    guests.invite(builders.a_report(cast.mailat, by=cast.rita), email=ADDRESS, with_history=True, by=cast.rita, at=now())
    two_factor.new_enrolment_link(person, by=cast.ada, at=now())
    person.zebs_report = report
    return person


def closed(person, *, by=None):
    closing.close(person, by=by or person, at=now())


def test_cases_are_held_before_projects_and_the_trail(zeb):
    """As by everybody who does something in a case that the trail is told of: in another order two would wait for each other."""
    with CaptureQueriesContext(connection) as asked:
        closed(zeb)
    begins = [one["sql"].lower() for one in asked.captured_queries]

    def first(*words):
        return next(place for place, sql in enumerate(begins) if sql.startswith(words[0]) and words[-1] in sql)

    case = first('select "intake_case"."uuid", "intake_case"."erased_at"')
    assert case < first("select", 'from "portal_project" inner join "portal_membership"')
    assert case < first('insert into "accounts_auditevent"')


def proved(client):
    """The same browser, just after its person proved who they are."""
    session = client.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return client


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_afterwards_no_table_names_the_person(cast, zeb):
    ada = proved(cast.client("ada"))
    member = zeb.memberships.get()
    ada.post(f"/admin/accounts/user/{zeb.pk}/change/", {"display_name": NAME, "timezone": "UTC", "language": "en", "is_active": "on"})
    User.objects.filter(pk=zeb.pk).update(display_name=FORMER)
    ada.post(f"/admin/portal/membership/{member.pk}/change/", {"role": "triager"})
    User.objects.filter(pk=zeb.pk).update(display_name=NAME)
    ada.post(f"/admin/portal/membership/{member.pk}/change/", {"role": "maintainer"})
    browser = builders.sign_in(cast.client(None), zeb)
    browser.get("/desk/")
    uuid = str(zeb.uuid).encode()
    assert all(one.encode() in database_rows() for one in (NAME, FORMER, ADDRESS)), "the search finds what is there"
    closed(zeb)
    left = database_rows()
    for one in (NAME, FORMER, ADDRESS, ADDRESS.upper()):
        assert one.encode() not in left, one
    assert uuid in left, "the audit trail keeps who it was, without a name"
    assert not User.objects.filter(pk=zeb.pk).exists() and audit_check.first_break() is None
    for session in Session.objects.all():
        assert session.get_decoded().get("_auth_user_id") != str(zeb.pk)
    assert browser.get("/desk/").url.startswith("/accounts/login/")


def test_what_was_sent_stays_without_a_name_and_the_team_is_told(cast, zeb):
    report = zeb.zebs_report
    letters()
    closed(zeb)
    place = report.participants.get(role="reporter")
    assert (place.user, place.claimable) == (None, False) and place.left_at
    event = CaseEvent.objects.get(kind="reporter_left")
    assert (event.report, event.by) == (report, place)
    assert CaseEvent.objects.get(kind="guest_left").report == cast.report
    told = {delivery.recipient for delivery in Delivery.objects.filter(letter="reporter_left")}
    assert told == {cast.alice, cast.bob, cast.olivia}
    assert any("The reporter left" in letter.subject for letter in letters())
    shown = page(cast.client("alice"), report.case.get_absolute_url())
    assert "reporter (account closed)" in shown and "Here is more." in shown and NAME not in shown
    assert "guest (account closed)" in page(cast.client("rita"), cast.report.get_absolute_url())
    assert first_break(report.case) is None
    builders.a_team_reply(report, by=cast.alice, text="Anybody there?")
    periodic.sweep(at=now() + timedelta(days=90))
    assert CaseEvent.objects.filter(case=report.case, kind="deadline_passed").exists(), "its clocks go on"


def test_no_clock_waits_for_a_reporter_who_has_left(cast):
    report = cast.report
    builders.a_team_reply(report, by=cast.alice, text="Which version?", waits=True)
    assert report.deadlines.filter(waiting_at__isnull=False).exists()
    closed(cast.rita)
    assert not report.deadlines.filter(waiting_at__isnull=False).exists()
    report.refresh_from_db()
    assert report.waiting_at is None and first_break(report.case) is None
    assert CaseEvent.objects.get(kind="clocks_resumed").facts == {"reason": "reporter_left"}
    assert "the reporter left" in page(cast.client("alice"), f"{report.case.get_absolute_url()}timeline/")


def test_a_closed_report_is_told_of_nobody_leaving(cast, zeb):
    triage.reject(keyed(zeb.zebs_report.case), reason="spam", by=cast.alice, at=now(), **worded())
    closure.close(keyed(zeb.zebs_report.case), by=cast.alice, at=now())
    closed(zeb)
    assert not CaseEvent.objects.filter(kind="reporter_left").exists()


def test_nobody_claims_what_a_closed_account_reported(cast, zeb):
    closed(zeb)
    assert not zeb.zebs_report.participants.filter(claimable=True).exists()


def test_drafts_with_their_keys_and_files_invitations_and_letters_on_their_way_go(cast, zeb, django_capture_on_commit_callbacks):
    draft = Draft.objects.get(user=zeb, report=None)
    mine = Delivery.objects.filter(recipient=zeb, outcome="")
    assert mine.exists() and Keyset.objects.filter(scope_uuid=draft.pk).exists()
    before = blobs()
    attaches(builders.sign_in(cast.client(None), zeb), f"/reports/{zeb.zebs_report.ref}/files/", a_file())
    assert len(blobs() - before) == 1
    with django_capture_on_commit_callbacks(execute=True):
        closed(zeb)
    assert not blobs() - before
    assert not Draft.objects.exists() and not Keyset.objects.filter(scope_uuid=draft.pk).exists()
    assert not Invitation.objects.exists() and not GuestInvitation.objects.exists()
    assert not TotpDevice.objects.filter(user_id=zeb.pk).exists() and not Membership.objects.filter(user_id=zeb.pk).exists()
    assert not any(ADDRESS in letter.to for letter in letters())


def test_a_letter_that_was_about_to_leave_finds_nobody(cast, zeb):
    waiting = Delivery.objects.filter(recipient=zeb).first().pk
    closed(zeb)
    assert outbox.attempt(waiting, at=now()) is False


def test_the_last_owner_cannot_go(cast):
    with pytest.raises(closing.NotPossible, match="Mailat would be without an owner"):
        closed(cast.olivia)
    assert User.objects.filter(pk=cast.olivia.pk).exists() and not AuditEvent.objects.filter(kind="account.closed").exists()
    builders.on_team(cast.charlie, cast.mailat, "owner")
    closed(cast.olivia)
    assert AuditEvent.objects.get(kind="team.left").facts["person"] == str(cast.olivia.uuid)


def test_the_last_administrator_cannot_go(cast):
    with pytest.raises(closing.NotPossible, match="last administrator"):
        closed(cast.ada)
    builders.a_person("Otto", staff=True)
    closed(cast.ada)
    assert not User.objects.filter(pk=cast.ada.pk).exists()


def test_a_refusal_changes_nothing_upstairs(cast):
    report = builders.a_report(cast.mail_auth, by=cast.olivia)
    drafts.start(cast.olivia, project=cast.mail_auth, at=now())
    with pytest.raises(closing.NotPossible):
        closed(cast.olivia)
    assert report.participants.get().user == cast.olivia and Draft.objects.exists()


# --- the page -----------------------------------------------------------------------------------------------------------


def test_it_says_beforehand_what_happens(cast):
    report, rita = cast.report, cast.client("rita")
    guest = builders.a_person("Gus")
    Participant.objects.create(report=report, user=guest, role="collaborator", joined_at=now())
    assert PATH in page(rita, "/account/data/")
    rita.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PATH})
    shown = page(rita, PATH)
    assert "1 report stays with its project" in shown and "reporter (account closed)" in shown
    assert f"/reports/{report.ref}/hand-over/" in shown
    assert rita.post(PATH).status_code == 422, "not without the tick"
    assert User.objects.filter(pk=cast.rita.pk).exists()


def test_it_asks_for_proof_and_then_closes_and_signs_out(cast):
    assert cast.report
    rita = cast.client("rita")
    assert rita.post(PATH, {"sure": "on"}).status_code == 403
    assert rita.post(PATH, {"sure": "on", "step-up-password": "not the right one"}).status_code == 422
    answer = rita.post(PATH, {"sure": "on", "step-up-password": PASSWORD})
    assert answer.status_code == 200 and "Your account is closed" in answer.content.decode()
    assert rita.get("/desk/").status_code == 302 and not User.objects.filter(pk=cast.rita.pk).exists()
    event = AuditEvent.objects.get(kind="account.closed")
    assert (event.actor, event.actor_uuid, event.facts) == (None, cast.rita.uuid, {"person": str(cast.rita.uuid)})


def test_all_their_sessions_end_and_nobody_elses(cast):
    here, phone, somebody = cast.client("rita"), cast.client("rita"), cast.client("charlie")
    assert phone.get("/desk/", follow=True).status_code == 200
    answer = here.post(PATH, {"sure": "on", "step-up-password": PASSWORD})
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert phone.get("/desk/").url.startswith("/accounts/login/") and here.get("/desk/").url.startswith("/accounts/login/")
    assert not Session.objects.filter(session_key__in=[phone.cookies["parley"].value, here.cookies["parley"].value]).exists()
    assert somebody.get("/reports/").status_code == 200


def test_staff_prove_their_second_factor(cast):
    assert cast.client("bob").get(PATH).url.startswith("/account/second-factor/")
    assert "team of Mailat goes on" in page(proved(cast.client("bob")), PATH)


def test_what_stands_against_it_is_said_in_place_of_the_button(cast):
    olivia = proved(cast.client("olivia"))
    shown = page(olivia, PATH)
    assert "Mailat would be without an owner" in shown and "Close my account" not in shown
    assert olivia.post(PATH, {"sure": "on"}).status_code == 409


def test_administrators_close_the_account_of_another_person(cast):
    report, ada = cast.report, proved(cast.client("ada"))
    other = f"/account/close/{cast.rita.uuid}/"
    chosen = {"action": "close_account", "_selected_action": [cast.rita.pk]}
    assert ada.post("/admin/accounts/user/", chosen).url == other
    shown = page(ada, other)
    assert "Close the account of Rita" in shown and report.ref not in shown
    assert ada.post(other, {"sure": "on"}).status_code == 302
    assert not User.objects.filter(pk=cast.rita.pk).exists()
    assert AuditEvent.objects.get(kind="account.closed").actor == cast.ada


@pytest.mark.parametrize("who", ["rita", "alice", "olivia"])
def test_nobody_else_does(cast, who):
    client = proved(cast.client(who))
    assert client.post(f"/account/close/{cast.charlie.uuid}/", {"sure": "on"}).status_code == 404
    assert User.objects.filter(pk=cast.charlie.pk).exists()


def test_an_unknown_person_is_not_found(cast):
    assert cast.client("ada").get(f"/account/close/{uuid4()}/").status_code == 404


# --- handing a report over before -----------------------------------------------------------------------------------------


@pytest.fixture
def gus(cast):
    person = builders.a_person("Gus")
    Participant.objects.create(report=cast.report, user=person, role="collaborator", joined_at=now())
    return person


def proved_by_password(client, path):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    return client


def test_a_guest_with_history_becomes_the_reporter(cast, gus):
    path, place = f"/reports/{cast.report.ref}/hand-over/", cast.report.participants.get(user=gus)
    assert cast.client("rita").get(path).url.startswith("/accounts/reauthenticate/")
    rita = proved_by_password(cast.client("rita"), path)
    assert "Gus" in page(rita, path)
    letters()
    assert rita.post(path, {"to": place.pk}).status_code == 302
    roles = dict(cast.report.participants.exclude(role="team").values_list("user__display_name", "role"))
    assert roles == {"Gus": "reporter", "Rita": "collaborator"}
    event = CaseEvent.objects.get(kind="report_handed_over")
    assert (event.report, event.record) == (cast.report, place.pk)
    told = {delivery.recipient for delivery in Delivery.objects.filter(letter="report_handed_over")}
    assert told == {gus, cast.alice, cast.bob, cast.olivia}
    for letter in letters():
        if "handed over" in letter.subject:
            assert (cast.case.ref in words_of(letter)) is (letter.to != [gus.email])
    assert "Ask that it be erased" in page(cast.client(gus), cast.report.get_absolute_url())
    assert rita.get(path).status_code == 403, "who handed it over is a guest"
    closed(cast.rita)
    assert not CaseEvent.objects.filter(kind="reporter_left").exists()


def test_a_guest_without_history_is_no_heir(cast, gus):
    place = cast.report.participants.get(user=gus)
    Participant.objects.filter(pk=place.pk).update(sees_from=now())
    path = f"/reports/{cast.report.ref}/hand-over/"
    rita = proved_by_password(cast.client("rita"), path)
    assert "There is none" in page(rita, path)
    assert rita.post(path, {"to": place.pk}).status_code == 422
    with pytest.raises(leaving.NotPossible):
        leaving.hand_over(cast.report, to=place, by=cast.rita, at=now())


def test_a_guest_of_another_report_is_no_heir(cast, gus):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    path = f"/reports/{other.ref}/hand-over/"
    charlie = proved_by_password(cast.client("charlie"), path)
    assert charlie.post(path, {"to": cast.report.participants.get(user=gus).pk}).status_code == 422


def test_a_guest_does_not_hand_it_over(cast, gus):
    assert cast.client(gus).get(f"/reports/{cast.report.ref}/hand-over/").status_code == 403
