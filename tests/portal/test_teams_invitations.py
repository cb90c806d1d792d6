"""Open invitations on the team page: sent again, withdrawn, and not without end."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from portal import teams
from portal.lib import limits
from portal.models import Invitation
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
TEAM = "/p/mailat/team/"


def act(invitation, what):
    return f"{TEAM}invitations/{invitation.pk}/{what}/"


def test_an_invitation_is_sent_again_with_another_link(cast):
    first = teams.invite(cast.mailat, email="zoe@example.org", role="maintainer", by=cast.olivia, at=now() - timedelta(hours=70))
    assert cast.client("olivia").post(act(first, "resend")).status_code == 403
    answer = prove_anew(cast.client("olivia")).post(act(first, "resend"), follow=True)
    assert "on its way to zoe@example.org again" in answer.content.decode()
    second = Invitation.objects.get()
    assert second.role == "maintainer" and second.expires_at > first.expires_at
    assert teams.invitation_of(teams.invitation_path(first).split("/")[2]) is None


def test_an_invitation_is_withdrawn(cast):
    invitation = teams.invite(cast.mailat, email="zoe@example.org", role="triager", by=cast.olivia, at=now())
    path, zoe = teams.invitation_path(invitation), builders.a_person("Zoe")
    client = cast.client("olivia")
    assert "Withdraw" in client.get(TEAM).content.decode()
    assert "Withdraw" not in cast.client("alice").get(TEAM).content.decode()
    assert cast.client("alice").post(act(invitation, "withdraw")).status_code == 403
    assert client.post(act(invitation, "withdraw")).status_code == 302
    assert cast.client(zoe).get(path).status_code == 404
    assert client.post(act(invitation, "withdraw")).status_code == 404


def test_invitations_of_another_project_are_out_of_reach(cast):
    builders.on_team(cast.rita, cast.mail_auth, "owner")
    theirs = teams.invite(cast.mail_auth, email="zoe@example.org", role="triager", by=cast.rita, at=now())
    for what in ("resend", "withdraw"):
        assert prove_anew(cast.client("olivia")).post(act(theirs, what)).status_code == 404
    assert Invitation.objects.filter(pk=theirs.pk).exists()


def test_a_project_invites_so_many_in_a_day_and_no_more(cast, settings):
    settings.LIMITS = {"invite.project": "2/d"}
    client = prove_anew(cast.client("olivia"))
    for number in range(2):
        assert client.post(TEAM, {"email": f"n{number}@example.org", "role": "triager"}).status_code == 302
    refused = client.post(TEAM, {"email": "n2@example.org", "role": "triager"})
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "This project sent many invitations within a day." in page and "n2@example.org" in page
    with pytest.raises(limits.TooMany):
        teams.resend(Invitation.objects.first(), by=cast.olivia, at=now())
    teams.invite(cast.mail_auth, email="n2@example.org", role="triager", by=None, at=now())
    with time_machine.travel(now() + timedelta(hours=29), tick=False):
        teams.invite(cast.mailat, email="n2@example.org", role="triager", by=cast.olivia, at=now())
    assert cast.mailat.invitations.count() == 3
