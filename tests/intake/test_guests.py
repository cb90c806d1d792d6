"""Guests of one report: invited by letter, bound to an address, once; they read and write until they leave or are removed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Delivery
from intake import guests, leaving, notifications, periodic, texts
from intake.models import CaseEvent, GuestInvitation, Participant
from tests import builders
from tests.intake.doing import CANARY, letters, said, words_of

ADDRESS = "gus@example.org"


@pytest.fixture
def gus(cast):
    return builders.a_person("Gus")


def asked(cast, who="rita", email=ADDRESS, *, reads="yes", report=None):
    """Send the form of an invitation, from the side of who sends it."""
    report = report or cast.report
    side = ("report_guests", [report.ref]) if who in ("rita", "charlie") else ("case_guests", [report.case.ref, report.ref])
    return cast.client(who).post(reverse(side[0], args=side[1]), {"email": email, "with_history": reads})


def link_in(letter):
    return re.search(r"http://localhost:\d+(/guests/\S+)", letter.body)[1]


def path_of(invitation):
    return reverse("guest_invitation", args=[notifications.guest_token(invitation)])


def test_the_reporter_invites_and_the_guest_joins_by_the_letter(cast, gus):
    assert asked(cast).status_code == 302
    (letter,) = [one for one in letters() if one.to == [ADDRESS]]
    assert letter.subject == f"An invitation to {cast.report.ref}"
    client = cast.client(gus)
    page = client.get(link_in(letter)).content.decode()
    assert "The reporter asks you" in page and "everything, from the report on" in page
    answer = client.post(link_in(letter))
    assert answer.status_code == 302 and answer.url == cast.report.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "You are a guest of this report." in page and "Opening a crafted message runs script." in page
    assert client.post(reverse("report_reply", args=[cast.report.ref]), said("I found it too.")).status_code == 302
    assert "I found it too." in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    kinds = list(CaseEvent.objects.filter(report=cast.report).order_by("seq").values_list("kind", flat=True))
    assert kinds[1:] == ["guest_invited", "guest_joined", "reporter_replied"]


@pytest.mark.parametrize("who, status", [("rita", 302), ("alice", 302), ("olivia", 302), ("bob", 403), ("charlie", 404)])
def test_who_invites(cast, who, status):
    assert asked(cast, who).status_code == status
    assert GuestInvitation.objects.count() == (status == 302)


def test_the_letter_names_the_reference_and_who_asks_and_nothing_of_the_content(cast):
    report = builders.a_report(cast.mailat, by=cast.rita, title=CANARY)
    for who, role in (("rita", "The reporter of"), ("alice", "The Mailat team")):
        asked(cast, who, f"asked-by-{who[0]}@example.org", report=report)
        (letter,) = [one for one in letters() if one.to == [f"asked-by-{who[0]}@example.org"]]
        words = words_of(letter)
        assert role in letter.body and report.ref in letter.body
        for hidden in (CANARY, report.case.ref, "Rita", "rita@", "Alice", "alice@"):
            assert hidden not in words


def test_the_link_lies_neither_in_the_row_nor_in_the_queue(cast):
    asked(cast)
    signature = link_in(letters()[-1]).split("/")[2].rsplit(":", 1)[1]
    assert all(signature not in str(row) for row in [*Delivery.objects.values(), *GuestInvitation.objects.values()])


def test_somebody_without_an_account_signs_up_on_the_way(client, cast):
    asked(cast)
    link = link_in(letters()[-1])
    answer = client.get(link)
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=/guests/")
    form = {"email": ADDRESS, "password1": builders.PASSWORD, "password2": builders.PASSWORD, "next": link}
    assert client.post("/accounts/signup/", form).status_code == 302
    verify = re.search(r"http://localhost:\d+(/accounts/confirm-email/\S+)", letters()[-1].body)[1]
    answer = client.post(verify)
    assert answer.url.startswith("/accounts/login/?next=") and "guests" in answer.url
    signed_in = client.post(answer.url, {"login": ADDRESS, "password": builders.PASSWORD})
    assert signed_in.url == link
    assert client.post(link).url == cast.report.get_absolute_url()


def test_the_link_is_for_its_address_only_and_tells_others_nothing(cast):
    invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    charlie = cast.client("charlie")
    page = charlie.get(path_of(invitation)).content.decode()
    assert "for another address" in page and cast.report.ref not in page and ADDRESS not in page
    assert charlie.post(path_of(invitation)).status_code == 409
    assert charlie.get(cast.report.get_absolute_url()).status_code == 404


def test_an_unverified_address_does_not_count(cast, gus):
    invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    gus.emailaddress_set.update(verified=False)
    with pytest.raises(guests.NotPossible, match="another address"):
        guests.accept(invitation, user=gus, at=now())


def test_it_works_once_and_a_second_press_finds_the_first(cast, gus):
    invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    client = cast.client(gus)
    for _press in range(2):
        assert client.post(path_of(invitation)).url == cast.report.get_absolute_url()
    assert CaseEvent.objects.filter(kind="guest_joined").count() == 1
    guests.leave(cast.report, by=gus, at=now())
    assert client.post(path_of(invitation)).status_code == 409


def test_it_works_for_72_hours(cast, gus):
    invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now() - timedelta(hours=73))
    assert "has expired" in cast.client(gus).get(path_of(invitation)).content.decode()
    with pytest.raises(guests.NotPossible, match="expired"):
        guests.accept(invitation, user=gus, at=now())
    periodic.sweep(at=now())
    assert not [one for one in letters() if one.to == [ADDRESS]]


@pytest.mark.parametrize("token", ["nonsense", "0f7c:1:2", "%00"])
def test_a_link_that_was_changed_is_not_found(cast, token):
    assert cast.client("charlie").get(f"/guests/{token}/").status_code == 404


def test_a_new_invitation_replaces_an_open_one(cast, gus):
    first = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    second = guests.invite(cast.report, email=ADDRESS.upper(), with_history=False, by=cast.rita, at=now())
    assert list(guests.open_invitations(cast.report, at=now())) == [second]
    letters()
    assert Delivery.objects.get(cause_uuid=first.uuid).outcome == "dropped"
    with pytest.raises(guests.NotPossible):
        guests.accept(first, user=gus, at=now())
    assert guests.accept(second, user=gus, at=now()).sees_from is not None


def test_an_invitation_is_withdrawn_by_who_made_it_or_by_the_team(cast, gus):
    of_rita = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    of_alice = guests.invite(cast.report, email="expert@example.org", with_history=True, by=cast.alice, at=now())
    rita, alice = cast.client("rita"), cast.client("alice")
    page = rita.get(reverse("report_guests", args=[cast.report.ref])).content.decode()
    assert ADDRESS in page and "expert@example.org" not in page and "somebody whom the team asked" in page
    page = alice.get(reverse("case_guests", args=[cast.case.ref, cast.report.ref])).content.decode()
    assert ADDRESS not in page and "expert@example.org" in page and "somebody whom the reporter asked" in page
    assert rita.post(reverse("report_guest_withdraw", args=[cast.report.ref, of_alice.pk])).status_code == 403
    for _press in range(2):
        assert alice.post(reverse("case_guest_withdraw", args=[cast.case.ref, cast.report.ref, of_rita.pk])).status_code == 302
    assert CaseEvent.objects.filter(kind="guest_uninvited").count() == 1
    assert not [one for one in letters() if one.to == [ADDRESS]]
    assert cast.client(gus).post(path_of(of_rita)).status_code == 409


def test_an_address_is_forgotten_when_its_invitation_is_over(cast, gus):
    used = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    guests.accept(used, user=gus, at=now())
    guests.withdraw(guests.invite(cast.report, email="b@example.org", with_history=True, by=cast.rita, at=now()), by=cast.rita, at=now())
    guests.invite(cast.report, email="c@example.org", with_history=True, by=cast.rita, at=now())
    periodic.sweep(at=now() + guests.LIVES)
    assert set(GuestInvitation.objects.values_list("email", flat=True)) == {""}


def test_who_has_the_case_or_the_report_already_is_no_guest(cast):
    assert "on the team" in asked(cast, "alice", "bob@example.org").content.decode()
    assert "your own address" in asked(cast, "rita", "rita@example.org").content.decode()
    # An address alone tells nobody who somebody is: the invited person learns it, and nobody else.
    for who, address, person, why in (
        ("rita", "bob@example.org", cast.bob, "on the team"),
        ("alice", "rita@example.org", cast.rita, "take part in this report already"),
    ):
        assert asked(cast, who, address).status_code == 302
        invitation = GuestInvitation.objects.get(email=address)
        assert why in cast.client(person).get(path_of(invitation)).content.decode()
        assert cast.client(person).post(path_of(invitation)).status_code == 409
    assert not Participant.objects.filter(role="collaborator").exists()


def test_a_guest_is_not_invited_again_but_after_leaving(cast, gus):
    builders.a_guest(cast.report, gus, by=cast.rita)
    assert "a guest already" in asked(cast).content.decode()
    guests.leave(cast.report, by=gus, at=now())
    later = now() + timedelta(minutes=1)
    again = builders.a_guest(cast.report, gus, by=cast.alice, with_history=False, at=later)
    assert Participant.objects.filter(user=gus).count() == 1
    assert again.left_at is None and again.sees_from == again.joined_at == later


def test_who_worked_on_it_as_the_team_is_no_guest_of_it(cast):
    membership = builders.on_team(cast.charlie, cast.mailat, "triager")
    builders.a_team_reply(cast.report, by=cast.charlie)
    membership.delete()
    invitation = guests.invite(cast.report, email="charlie@example.org", with_history=True, by=cast.rita, at=now())
    with pytest.raises(guests.NotPossible, match="one of its team"):
        guests.accept(invitation, user=cast.charlie, at=now())


def test_of_a_recorded_report_that_nobody_claimed_the_team_invites(cast, gus):
    report = builders.a_recorded_report(cast.mailat, by=cast.bob)
    assert asked(cast, "alice", report=report).status_code == 302
    guests.accept(GuestInvitation.objects.get(), user=gus, at=now())
    assert cast.client(gus).get(report.get_absolute_url()).status_code == 200


def test_a_guest_leaves(cast, gus):
    builders.a_guest(cast.report, gus, by=cast.rita)
    builders.a_reporter_reply(cast.report, by=gus, text="My own words.")
    client, path = cast.client(gus), reverse("report_leave", args=[cast.report.ref])
    assert "Leave this report" in client.get(path).content.decode()
    assert client.post(path).url == reverse("reports")
    assert client.get(cast.report.get_absolute_url()).status_code == 404
    assert "My own words." in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    assert CaseEvent.objects.filter(kind="guest_left", by__user=gus).exists()
    assert cast.client("rita").get(path).status_code == 403


def test_a_removed_guest_opens_nothing_from_the_next_request_on(cast, gus):
    place = builders.a_guest(cast.report, gus, by=cast.rita)
    builders.a_reporter_reply(cast.report, by=gus, text="My own words.")
    builders.a_team_reply(cast.report, by=cast.alice)  # its letter waits
    client, rita = cast.client(gus), cast.client("rita")
    assert client.get(cast.report.get_absolute_url()).status_code == 200
    path = reverse("report_guest_remove", args=[cast.report.ref, place.pk])
    assert "Remove Gus?" in rita.get(path).content.decode()
    for _press in range(2):
        assert rita.post(path).status_code == 302
    assert CaseEvent.objects.filter(kind="guest_removed").count() == 1
    assert client.get(cast.report.get_absolute_url()).status_code == 404
    assert client.post(reverse("report_reply", args=[cast.report.ref]), said()).status_code == 404
    assert cast.report.ref not in client.get(reverse("reports")).content.decode()
    to_gus = [one.body for one in letters() if one.to == [ADDRESS]]
    assert len(to_gus) == 1 and "You are no guest" in to_gus[0]
    assert "My own words." in rita.get(cast.report.get_absolute_url()).content.decode()


def test_the_reporter_removes_their_own_guests_and_the_team_removes_any(cast, gus):
    of_rita = builders.a_guest(cast.report, gus, by=cast.rita)
    of_alice = builders.a_guest(cast.report, builders.a_person("Eve"), by=cast.alice)
    answer = cast.client("rita").post(reverse("report_guest_remove", args=[cast.report.ref, of_alice.pk]))
    assert answer.status_code == 403 and "Ask the team to remove them." in answer.content.decode()
    for place in (of_rita, of_alice):
        path = reverse("case_guest_remove", args=[cast.case.ref, cast.report.ref, place.pk])
        assert cast.client("bob").post(path).status_code == 403
        assert cast.client("olivia").post(path).status_code == 302
    assert not guests.of(cast.report).exists()


def test_who_took_the_report_over_goes_on_with_the_guests_of_who_had_it(cast, gus):
    place, eve = builders.a_guest(cast.report, gus, by=cast.rita), builders.a_person("Eve")
    heir = builders.a_guest(cast.report, eve, by=cast.rita)
    leaving.hand_over(cast.report, to=heir, by=cast.rita, at=now())
    path = reverse("report_guest_remove", args=[cast.report.ref, place.pk])
    assert cast.client("rita").post(path).status_code == 403
    assert cast.client(eve).post(path).status_code == 302
    assert not guests.of(cast.report).filter(user=gus).exists()


def test_nobody_but_a_guest_is_removed(cast):
    builders.a_team_reply(cast.report, by=cast.alice)
    for place in cast.report.participants.all():
        assert cast.client("olivia").post(reverse("case_guest_remove", args=[cast.case.ref, cast.report.ref, place.pk])).status_code == 404
    other = builders.a_guest(builders.a_report(cast.mailat, by=cast.rita), builders.a_person("Eve"), by=cast.rita)
    assert cast.client("rita").post(reverse("report_guest_remove", args=[cast.report.ref, other.pk])).status_code == 404


def test_the_others_are_told_when_a_guest_joins_and_when_one_writes(cast, gus):
    report = cast.report
    already = len(letters())
    builders.a_guest(report, gus, by=cast.rita)
    joined = {one.to[0] for one in letters()[already:] if "guest" in one.body.lower() and one.to != [ADDRESS]}
    assert joined == {f"{name}@example.org" for name in ("rita", "alice", "bob", "olivia")}
    already = len(letters())
    builders.a_reporter_reply(report, by=gus)
    assert {one.to[0] for one in letters()[already:]} == {f"{name}@example.org" for name in ("rita", "alice", "bob", "olivia")}
    assert all(cast.case.ref not in words_of(one) for one in letters() if one.to in (["rita@example.org"], [ADDRESS]))


def test_a_report_has_so_many_guests_and_a_project_sends_so_many_invitations_a_day(cast, settings):
    places = [Participant(report=cast.report, user=builders.a_person(f"G{n}"), role="collaborator", joined_at=now()) for n in range(19)]
    Participant.objects.bulk_create(places)
    last = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    assert "at most 20 guests" in asked(cast, email="one-more@example.org").content.decode()
    guests.withdraw(last, by=cast.rita, at=now())
    Participant.objects.filter(role="collaborator").update(left_at=now())
    settings.GUEST_INVITATIONS_A_DAY = 2
    assert asked(cast).status_code == 302
    answer = asked(cast)
    assert answer.status_code == 422 and "Try again tomorrow" in answer.content.decode() and ADDRESS in answer.content.decode()
    assert asked(cast, "alice").status_code == 302, "reporters do not use up what the team may send"
    with pytest.raises(guests.NotPossible):
        guests.invite(builders.a_report(cast.mailat, by=cast.charlie), email=ADDRESS, with_history=True, by=cast.charlie, at=now())
    tomorrow = now() + guests.DAY
    guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=tomorrow)


def test_what_is_left_out_of_the_form_is_asked_for(cast):
    for form in ({}, {"email": ADDRESS}, {"email": "no address", "with_history": "yes"}, {"email": ADDRESS, "with_history": "some"}):
        assert cast.client("rita").post(reverse("report_guests", args=[cast.report.ref]), form).status_code == 422
    assert not GuestInvitation.objects.exists()


def test_people_who_take_part_are_shown_to_all_sides(cast, gus):
    builders.a_guest(cast.report, gus, by=cast.rita, with_history=False)
    builders.a_team_reply(cast.report, by=cast.alice)
    for who, path in (
        ("rita", cast.report.get_absolute_url()),
        (gus, cast.report.get_absolute_url()),
        ("bob", cast.case.get_absolute_url()),
    ):
        panel = cast.client(who).get(path).content.decode().split(f'id="people-{cast.report.ref}"')[1]
        for words in ("Rita", "Gus", "reads what was said since joining", "Alice"):
            assert words in panel


def test_the_receipt_is_the_reporters(cast, gus):
    builders.a_guest(cast.report, gus, by=cast.rita)
    assert cast.client(gus).get(reverse("receipt", args=[cast.report.ref])).status_code == 403
    assert reverse("receipt", args=[cast.report.ref]) not in cast.client(gus).get(cast.report.get_absolute_url()).content.decode()


def test_who_was_removed_while_they_wrote_is_told_and_nothing_is_sent(cast):
    gus = builders.a_person("Gus")
    place = builders.a_guest(cast.report, gus, by=cast.rita)
    guests.remove(cast.report, place, by=cast.alice, at=now())
    with pytest.raises(texts.TextRefused, match="do not take part in this report any more"):
        builders.a_reporter_reply(cast.report, by=gus)
    assert not cast.report.messages.exists()


@pytest.mark.parametrize("other", ["GUS@Example.ORG", "gus@EXAMPLE.org"])
def test_capitals_make_no_other_address(cast, gus, other):
    assert asked(cast).status_code == asked(cast, email=other).status_code == 302
    (invitation,) = GuestInvitation.objects.filter(used_at=None)
    assert invitation.email == ADDRESS
    assert cast.client(gus).post(path_of(invitation)).url == cast.report.get_absolute_url()


@pytest.mark.parametrize("asked_for, own", [("mike@example.org", "mıke@example.org"), ("kim@example.org", "kim+x@example.org")])
def test_an_address_that_only_looks_like_it_is_another(cast, asked_for, own):
    """PostgreSQL writes the dotless i in capitals as I; so an address is not compared in capitals."""
    invitation = guests.invite(cast.report, email=asked_for, with_history=True, by=cast.rita, at=now())
    stranger = builders.a_person("Mike", email=own)
    with pytest.raises(guests.NotPossible, match="another address"):
        guests.accept(invitation, user=stranger, at=now())


def test_two_spellings_of_one_address_are_one_invitation(cast):
    """The Kelvin sign is a small k."""
    for email in ("kim@example.org", "\u212aim@example.org"):
        assert asked(cast, email=email).status_code == 302
    assert GuestInvitation.objects.filter(used_at=None).count() == 1


def test_nobody_is_invited_to_what_was_erased_meanwhile(cast):
    type(cast.case).objects.filter(pk=cast.case.pk).update(erased_at=now(), closed_at=now())
    assert cast.report.case.erased_at is None, "as the door found it"
    with pytest.raises(guests.NotPossible, match="erased"):
        guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    invitation = guests.invite(builders.a_report(cast.mailat, by=cast.rita), email=ADDRESS, with_history=True, by=cast.rita, at=now())
    type(cast.case).objects.update(erased_at=now(), closed_at=now())
    with pytest.raises(guests.NotPossible, match="erased"):
        guests.accept(invitation, user=builders.a_person("Gus", email=ADDRESS), at=now())
