"""Who may ask the API, and with what. Every address of it is asked."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.timezone import now
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from portal import api_access, teams, tokens
from portal.lib.permissions import SCOPES, Action
from tests import builders

pytestmark = pytest.mark.django_db
TOKEN, CASES = "/api/v1/token/", "/api/v1/projects/mailat/cases/"


def a_token(cast, who="bob", *, scopes=("list_cases",), project=None):
    return tokens.make(project or cast.mailat, name="bot", scopes=scopes, lives=tokens.USUAL, by=getattr(cast, who), at=now())


def with_token(secret, **headers):
    return Client(headers={"authorization": f"Bearer {secret}", **headers})


def routes():
    def walk(patterns):
        for one in patterns:
            if isinstance(one, URLPattern):
                yield one
            elif one.namespace != "admin":
                yield from walk(one.url_patterns)

    found = {one.name: one for one in walk(get_resolver().url_patterns) if hasattr(one.callback, "cls")}
    assert {"api_token", "api_cases", "api_policy"} <= set(found)
    return found


# --- the whole surface ------------------------------------------------------------------------------------------------


def test_every_address_of_the_api_is_public_reading_or_says_what_it_asks_for():
    """Whatever is added later falls under this: no view is open by accident, none takes a password, none has a scope of no use."""
    asked = set()
    for name, route in routes().items():
        view = route.callback.cls
        assert issubclass(view, APIView)
        assert not any(issubclass(one, BasicAuthentication) for one in view.authentication_classes), name
        if AllowAny in view.permission_classes:
            assert view.authentication_classes == [] and set(view.http_method_names) <= {"get", "head", "options"}, name
            assert route.callback.public_page, name
            continue
        assert view.authentication_classes == [api_access.BearerToken, api_access.OpenSession], name
        assert view.permission_classes in ([api_access.MayDo], [api_access.IsToken]), name
        if view.permission_classes == [api_access.MayDo]:
            assert isinstance(view.action, Action), name
            asked.add(view.action)
    assert asked == set(SCOPES), "what can be chosen for a token is what an address asks for"
    assert list(api_settings.DEFAULT_PERMISSION_CLASSES) == [api_access.MayDo]


def test_a_view_that_says_nothing_is_shut(cast, rf):
    class Forgotten(APIView):
        def get(self, request):
            raise AssertionError("opened")

    _token, secret = a_token(cast)
    request = rf.get("/", headers={"authorization": f"Bearer {secret}"})
    assert Forgotten.as_view()(request).status_code == 403


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_says_what_it_is(cast):
    token, secret = a_token(cast)
    answer = with_token(secret).get(TOKEN)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    found = answer.json()
    assert {found.pop("made_at")[:10], found.pop("expires_at")[:10]} == {f"{token.made_at:%Y-%m-%d}", f"{token.expires_at:%Y-%m-%d}"}
    assert found == {"uuid": str(token.uuid), "name": "bot", "project": "mailat", "role": "triager", "may": ["list_cases"]}
    assert tokens.digest_of(secret) not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer x", f"Bearer parley_{'0' * 49}", "Basic Ym9iOnB3", "Token abc", "Bearer \xff\xfe"]
)
def test_without_a_token_that_counts_there_is_a_401(cast, header):
    for path in (TOKEN, CASES):
        answer = Client(headers={"authorization": header} if header else {}).get(path)
        assert answer.status_code == 401, path
        assert answer["WWW-Authenticate"] == 'Bearer realm="Parley"'
        assert answer["Content-Type"] == "application/json"


def test_a_token_is_good_for_its_project_only(cast):
    builders.on_team(cast.bob, cast.mail_auth, "owner")
    _token, secret = a_token(cast)
    asks = with_token(secret)
    assert asks.get(CASES).status_code == 200
    assert asks.get("/api/v1/projects/mail-auth/cases/").status_code == 404
    assert asks.get("/api/v1/projects/unknown/cases/").status_code == 404


def test_a_token_opens_no_page(cast):
    """It is asked for by the API only: with it alone every page leads to the sign-in."""
    _token, secret = a_token(cast, "olivia")
    asks = with_token(secret)
    for path in ("/inbox/", "/p/mailat/team/", "/p/mailat/tokens/", "/account/", cast.case.get_absolute_url(), "/admin/", "/search/"):
        assert "/login/?next=" in asks.get(path).headers.get("Location", ""), path
    assert asks.post("/p/mailat/team/", {"email": "zoe@example.org", "role": "owner"}).status_code == 401
    assert not cast.mailat.invitations.exists()


def test_scope_and_role_must_both_allow_it(cast):
    token, secret = a_token(cast)
    token.scopes = []
    token.save()
    refused = with_token(secret).get(CASES)
    assert refused.status_code == 403 and "was not made for that" in refused.json()["detail"]


def test_a_revoked_token_opens_nothing_at_its_next_use(cast):
    token, secret = a_token(cast)
    asks = with_token(secret)
    assert asks.get(CASES).status_code == 200
    tokens.revoke(token, by=cast.olivia, at=now())
    assert asks.get(CASES).status_code == asks.get(TOKEN).status_code == 401


def test_removal_bites_between_two_uses(cast):
    _token, secret = a_token(cast)
    asks = with_token(secret)
    assert asks.get(CASES).status_code == 200
    teams.remove(cast.mailat.memberships.get(user=cast.bob), by=cast.olivia, at=now())
    assert asks.get(CASES).status_code == 401


def test_a_token_is_used_so_often_and_no_more(cast, settings):
    settings.LIMITS = {"api": "3/h"}
    (_bobs, secret), (_alices, other) = a_token(cast), a_token(cast, "alice")
    asks = with_token(secret)
    assert [asks.get(TOKEN).status_code for _time in range(4)] == [200, 200, 200, 429]
    refused = asks.get(CASES)
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0 and "used very often" in refused.json()["detail"]
    assert with_token(other).get(TOKEN).status_code == 200


def test_writing_has_a_limit_of_its_own(cast, settings):
    settings.LIMITS = {"api.write": "2/h"}
    _token, secret = a_token(cast)
    asks = with_token(secret)
    assert [asks.post(CASES).status_code for _time in range(3)] == [405, 405, 429]
    assert asks.get(CASES).status_code == 200


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_counts_with_the_second_factor_proved(cast):
    assert cast.client("bob").get(CASES).status_code == 200
    for accept in ("application/json", "*/*"):
        assert cast.client("bob", factor=False).get(CASES, headers={"accept": accept}).status_code in (302, 403)
    for who in ("charlie", "rita", "ada"):
        assert cast.client(who).get(CASES).status_code == 404
    assert cast.client("bob").get(TOKEN).status_code == 403


def test_the_door_itself_asks_for_the_factor(cast, rf):
    """Apart from the gate of all pages."""
    cast.bob.is_verified = lambda: False
    request = rf.get(CASES)
    request.user, request.session = cast.bob, cast.client("bob").session
    request.session["signed_in_at"] = request.session["last_seen_at"] = now().isoformat()
    assert routes()["api_cases"].callback(request, slug="mailat").status_code == 403


def test_a_session_that_had_its_time_opens_nothing(cast):
    client = cast.client("bob")
    assert client.get(CASES).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=31), tick=False):
        assert client.get(CASES).status_code == 401


def test_somebody_who_lost_the_role_mid_session_is_asked_anew(cast):
    client = cast.client("bob")
    assert client.get(CASES).status_code == 200
    cast.mailat.memberships.filter(user=cast.bob).delete()
    assert client.get(CASES).status_code == 404
