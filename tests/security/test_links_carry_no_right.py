"""B16: which links carry something signed, and that the others open nothing by themselves.

A download is asked for by whoever is signed in, each time; there is no signed link to one, and no socket. Two more links
work without a session, and say so where they are made: a calendar of deadlines, and the end of a kind of letters.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from intake.notifications import claim_token, guest_token
from portal import teams
from tests import builders
from tests.matrix.scene import names
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
# Of the others each is good once, for some time, and needs a session of the person that it is for, or makes nobody anybody.
WITHOUT_A_SESSION = {"calendar", "unsubscribe"}
SIGNED = WITHOUT_A_SESSION | {
    "invitation",
    "guest_invitation",
    "claim",
    "second_factor_enrol_link",
    "account_confirm_email",
    "account_reset_password_from_key",
}


def test_the_signed_links_are_known():
    signed = {name for name, parameters in names().items() if {"token", "key", "signature"} & set(parameters)}
    # The key of a passkey's address is its number among one's own.
    assert signed - {"passkey_rename", "passkey_remove"} == SIGNED


def test_a_download_link_opens_nothing_for_somebody_else(cast):
    file = builders.a_sent_file(cast.report, by=cast.rita)
    builders.on_team(cast.charlie, cast.mail_auth, "owner")
    builders.a_factor(cast.charlie)
    ours = [reverse("report_file", args=[cast.report.ref, file.pk]), reverse("report_copy", args=[cast.report.ref])]
    theirs = [reverse("case_file", args=[cast.case.ref, file.pk]), reverse("case_copy", args=[cast.case.ref])]
    for path in ours + theirs:
        assert "?" not in path
        assert Client().get(path)["Location"].startswith("/accounts/login/")
        assert prove_anew(cast.client("charlie")).get(path).status_code == 404
    assert {cast.client("rita").get(path).status_code for path in theirs} == {404}
    assert {prove_anew(cast.client("alice")).get(path).status_code for path in ours} == {404}


def test_a_link_to_join_is_worth_nothing_in_another_session(cast):
    invitation = teams.invite(cast.mailat, email="bob2@example.org", role="owner", by=cast.olivia, at=now())
    recorded = builders.a_recorded_report(cast.mailat, by=cast.bob, address="found@example.org")
    place = recorded.participants.get(role="reporter")
    for path in (teams.invitation_path(invitation), reverse("claim", args=[claim_token(place)])):
        assert Client().get(path)["Location"].startswith("/accounts/login/")
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    assert cast.client("charlie").post(teams.invitation_path(invitation)).status_code == 409
    assert not cast.mailat.memberships.filter(user=cast.charlie).exists()
    assert guest_token
