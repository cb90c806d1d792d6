"""How somebody comes onto a team."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from accounts.models import AuditEvent, Delivery
from portal import teams
from portal.models import Invitation, Membership
from tests.builders import a_person
from tests.portal.conftest import a_member, signed_in
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db


@pytest.fixture
def olivia(mailat):
    return a_member(mailat, "olivia", "owner")


def invited(project, by, email="zoe@example.org", role="triager", at=None):
    return teams.invite(project, email=email, role=role, by=by, at=at or now())


def letters():
    outbox.drain(at=now() + timedelta(seconds=1))
    return mail.outbox


def link_in(letter):
    return re.search(r"http://localhost:\d+(/invitations/\S+)", letter.body)[1]


def test_an_owner_invites_by_letter(client, mailat, olivia):
    answer = prove_anew(signed_in(client, olivia)).post("/p/mailat/team/", {"email": "zoe@example.org", "role": "maintainer"})
    assert answer.status_code == 302
    (letter,) = letters()
    assert letter.to == ["zoe@example.org"]
    assert letter.subject == "Join the team of Mailat"
    zoe = a_person("zoe")
    client.logout()
    answer = signed_in(client, zoe, second_factor=False).get(link_in(letter))
    assert "as maintainer" in answer.content.decode()
    answer = client.post(link_in(letter))
    assert answer.url.startswith("/account/second-factor/")
    assert Membership.objects.get(user=zoe, project=mailat).role == "maintainer"
    assert AuditEvent.objects.filter(kind="team.joined", actor=zoe).exists()
    # From the next request on they are staff without a second factor, and the link lets them set one up.
    assert client.get("/p/mailat/team/").status_code == 302
    assert client.get(answer.url, follow=True).status_code == 200


def test_the_link_lies_neither_in_the_row_nor_in_the_queue(mailat, olivia):
    invited(mailat, olivia)
    link = link_in(letters()[0])
    token = link.split("/")[2]
    assert not Delivery.objects.filter(facts__icontains=token).exists()
    signature = token.rsplit(":", 1)[1]
    assert all(signature not in str(row) for row in [*Delivery.objects.values(), *Invitation.objects.values()])


@pytest.mark.parametrize("role, status", [("owner", 302), ("maintainer", 403), ("triager", 403)])
def test_only_owners_invite(client, mailat, role, status):
    member = a_member(mailat, "someone", role)
    assert (
        prove_anew(signed_in(client, member)).post("/p/mailat/team/", {"email": "zoe@example.org", "role": "triager"}).status_code == status
    )
    assert client.get("/p/mailat/team/").status_code == 200
    assert Invitation.objects.count() == (status == 302)


def test_outsiders_do_not_learn_that_a_team_is_there(client, mailat):
    signed_in(client, a_person("charlie"))
    assert client.get("/p/mailat/team/").status_code == 404
    assert client.post("/p/mailat/team/", {"email": "zoe@example.org", "role": "owner"}).status_code == 404


def test_the_link_is_for_its_address_only(client, mailat, olivia):
    path = teams.invitation_path(invited(mailat, olivia))
    charlie = a_person("charlie")
    signed_in(client, charlie, second_factor=False)
    assert "sent to another address" in client.get(path).content.decode()
    answer = client.post(path)
    assert answer.status_code == 409
    assert "This invitation is for another address." in answer.content.decode()
    assert not Membership.objects.filter(user=charlie).exists()


def test_an_address_that_only_looks_like_it_is_another(mailat, olivia):
    """PostgreSQL writes the dotless i in capitals as I."""
    invitation = teams.invite(mailat, email="mike@example.org", role="owner", by=olivia, at=now())
    with pytest.raises(teams.NotAcceptable, match="another address"):
        teams.accept(invitation, user=a_person("mike", email="m\u0131ke@example.org"), at=now())


def test_an_unverified_address_does_not_count(mailat, olivia):
    invitation, zoe = invited(mailat, olivia), a_person("zoe")
    zoe.emailaddress_set.update(verified=False)
    with pytest.raises(teams.NotAcceptable):
        teams.accept(invitation, user=zoe, at=now())


def test_it_works_once(mailat, olivia):
    invitation, zoe = invited(mailat, olivia), a_person("zoe")
    teams.accept(invitation, user=zoe, at=now())
    with pytest.raises(teams.NotAcceptable, match="used or has expired"):
        teams.accept(invitation, user=zoe, at=now())


def test_it_works_for_72_hours(client, mailat, olivia):
    invitation, zoe = invited(mailat, olivia, at=now() - timedelta(hours=73)), a_person("zoe")
    with pytest.raises(teams.NotAcceptable, match="used or has expired"):
        teams.accept(invitation, user=zoe, at=now())
    assert "used or has expired" in signed_in(client, zoe, second_factor=False).get(teams.invitation_path(invitation)).content.decode()


@pytest.mark.parametrize("token", ["nonsense", "0f7c:1:2", "%00"])
def test_a_link_that_was_changed_is_not_found(client, mailat, token):
    answer = signed_in(client, a_person("rita"), second_factor=False).get(f"/invitations/{token}/")
    assert answer.status_code == 404
    assert "Ask an owner of the project for a new one." in answer.content.decode()


def test_a_link_that_was_replaced_says_what_to_do(client, mailat, olivia):
    path = teams.invitation_path(invited(mailat, olivia))
    invited(mailat, olivia)
    answer = signed_in(client, a_person("zoe"), second_factor=False).post(path)
    assert answer.status_code == 404
    assert "Ask an owner of the project for a new one." in answer.content.decode()


def test_a_new_invitation_replaces_an_open_one(mailat, olivia):
    first = invited(mailat, olivia)
    second = invited(mailat, olivia, email="ZOE@example.org", role="owner")
    assert list(mailat.invitations.all()) == [second]
    assert len(letters()) == 1
    assert Delivery.objects.get(cause_uuid=first.uuid).outcome == "dropped"


def test_who_is_on_the_team_is_not_invited(client, mailat, olivia):
    answer = prove_anew(signed_in(client, olivia)).post("/p/mailat/team/", {"email": "Olivia@example.org", "role": "triager"})
    assert answer.status_code == 422
    assert "on the team already" in answer.content.decode()
    assert Membership.objects.get(user=olivia).role == "owner"


@pytest.mark.parametrize("facts", [{"email": "not an address", "role": "owner"}, {"email": "a@example.org", "role": "administrator"}, {}])
def test_a_form_that_is_not_right_is_shown_again(client, mailat, olivia, facts):
    assert prove_anew(signed_in(client, olivia)).post("/p/mailat/team/", facts).status_code == 422
    assert not Invitation.objects.exists()


def test_somebody_with_a_second_factor_goes_to_the_inbox(client, mailat, olivia):
    zoe = a_person("zoe")
    path = teams.invitation_path(invited(mailat, olivia))
    assert signed_in(client, zoe).post(path).url == "/inbox/"
