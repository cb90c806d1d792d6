"""The pages of API tokens: made when proved lately, shown once, revoked by their person or an owner."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import tokens
from portal.models import ApiToken
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
PAGE = "/p/mailat/tokens/"
FORM = {"name": "build server", "scopes": ["list_cases"], "days": "90"}


def a_token(cast, who, name="bot", project=None):
    project = project or cast.mailat
    return tokens.make(project, name=name, scopes=["list_cases"], lives=tokens.USUAL, by=getattr(cast, who), at=now())[0]


def revoke(token):
    return f"/p/{token.project.slug}/tokens/{token.uuid}/revoke/"


def test_one_is_made_and_shown_once(cast):
    client = cast.client("bob")
    assert client.get(f"{PAGE}new/")["Location"].startswith("/account/second-factor/")
    kept = client.post(f"{PAGE}new/", FORM)
    assert kept.status_code == 403 and "build server" in kept.content.decode() and not ApiToken.objects.exists()
    prove_anew(client)
    answer = client.post(f"{PAGE}new/", FORM)
    (secret,) = re.findall(r"parley_[0-9A-Za-z]{49}", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert tokens.bearer(secret, at=now()).user == cast.bob
    page = client.get(PAGE).content.decode()
    assert "build server" in page and "List cases" in page and secret not in page
    # The page that shows it is loaded again: no second token, and none is shown.
    again = client.post(f"{PAGE}new/", FORM)
    assert again.status_code == 422 and "of this name already" in again.content.decode() and "build server" in again.content.decode()
    assert ApiToken.objects.count() == 1
    event = AuditEvent.objects.get(kind="token.made")
    assert (event.actor, event.project_uuid, event.facts["scopes"]) == (cast.bob, cast.mailat.uuid, ["list_cases"])


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["edit_policy"]}, {"days": "400"}, {"name": "x" * 61}])
def test_a_form_that_is_not_right_is_shown_again(cast, wrong):
    answer = prove_anew(cast.client("bob")).post(f"{PAGE}new/", {**FORM, **wrong})
    assert answer.status_code == 422 and not ApiToken.objects.exists()


def test_owners_see_and_revoke_those_of_the_team_others_their_own(cast):
    bobs, alices, olivias = a_token(cast, "bob", "Bobs"), a_token(cast, "alice", "Alices"), a_token(cast, "olivia", "Olivias")
    bob, olivia = cast.client("bob"), cast.client("olivia")
    page = bob.get(PAGE).content.decode()
    assert "Bobs" in page and "Alices" not in page and "Olivias" not in page
    assert all(name in olivia.get(PAGE).content.decode() for name in ("Bobs", "Alices", "Olivias"))
    assert bob.post(revoke(alices)).status_code == bob.post(revoke(olivias)).status_code == 404
    assert bob.post(revoke(bobs)).status_code == 302
    assert olivia.post(revoke(alices)).status_code == 302
    assert olivia.post(revoke(alices)).status_code == 404
    assert list(ApiToken.objects.alive(now())) == [olivias]
    assert [event.actor for event in AuditEvent.objects.filter(kind="token.revoked").order_by("seq")] == [cast.bob, cast.olivia]


def test_owners_of_another_project_reach_none(cast):
    builders.on_team(cast.rita, cast.mail_auth, "owner")
    builders.a_factor(cast.rita)
    token = a_token(cast, "bob")
    for path in (revoke(token), revoke(token).replace("mailat", "mail-auth")):
        assert cast.client("rita").post(path).status_code == 404


def test_the_security_page_shows_ones_own_over_all_projects(cast, django_assert_max_num_queries):
    builders.on_team(cast.bob, cast.mail_auth, "owner")
    for number in range(3):
        a_token(cast, "bob", f"one-{number}")
        a_token(cast, "bob", f"two-{number}", project=cast.mail_auth)
    a_token(cast, "alice", "Alices")
    client = cast.client("bob")
    page = client.get(reverse("account_security")).content.decode()
    assert all(f"{name}-{number}" in page for name in ("one", "two") for number in range(3)) and "Alices" not in page
    answer = client.post(revoke(ApiToken.objects.get(name="one-0")), {"from": "account"})
    assert answer["Location"] == reverse("account_security")
    assert "/tokens/" not in cast.client("rita").get(reverse("account_security")).content.decode()


def test_a_long_list_costs_no_more_queries(cast, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(tokens, "MOST", 100)
    client = cast.client("olivia")
    a_token(cast, "olivia", "first")
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)
    for number in range(55):
        a_token(cast, ("alice", "bob")[number % 2], f"more {number}")
    with django_assert_max_num_queries(9):
        page = client.get(PAGE).content.decode()
    assert page.count("/revoke/") == 50 and "?page=2" in page
