"""Whatever way somebody comes in, there is one second factor, and nothing goes around it."""

import ast
import inspect
from pathlib import Path

import pytest
from allauth.account import app_settings
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.conf import settings
from django.urls import get_resolver, reverse

from accounts.middleware import BEFORE_SECOND_FACTOR
from tests.accounts import passkeys_at_work as at_work
from tests.builders import PASSWORD

CHALLENGE = "/account/second-factor/"


def test_what_is_open_before_the_factor_is_a_list_of_names_that_exist():
    """A prefix would let in whatever is added below it later."""
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert isinstance(BEFORE_SECOND_FACTOR, frozenset) and known >= BEFORE_SECOND_FACTOR
    assert not [name for name in BEFORE_SECOND_FACTOR if "remove" in name or "rename" in name or "codes" in name]


def test_nobody_else_answers_to_the_packages_addresses(client):
    """Of the packages for passkeys and two steps no address is open but ours: theirs sign in past the stages of the sign-in."""
    modules = {inspect.unwrap(view).__module__ for view in _views(get_resolver())}
    assert not [name for name in modules if name.startswith(("django_otp", "allauth.mfa", "allauth.headless"))]


def _views(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern)
        else:
            yield pattern.callback


@pytest.mark.parametrize("who", ["alice", "ada"])
def test_a_password_opens_neither_the_admin_nor_the_api(cast, who):
    browser = cast.client(None)
    user = getattr(cast, who)
    for path in ("/accounts/login/", "/admin/login/"):
        browser.post(path, {"login": user.email, "username": user.email, "password": PASSWORD})
    assert browser.get("/inbox/").status_code == browser.get("/admin/").status_code == 302
    half = cast.client(who, factor=False)
    assert half.get("/inbox/").url.startswith(CHALLENGE) and half.get("/admin/").url.startswith(CHALLENGE)
    assert half.get("/api/v1/projects/mailat/cases/", headers={"Accept": "application/json"}).status_code in (401, 403)


def test_a_passkey_that_only_stands_for_a_touch_is_a_second_step_for_staff(cast):
    """Signed in with a password and a touch: both factors. With the touch alone: nothing."""
    alice = cast.client("alice")
    session = alice.session
    session["second_factor_at"] = alice.session["signed_in_at"]
    session.save()
    key, _page = at_work.add(alice, at_work.SoftKey(verifies=False))
    browser = cast.client(None)
    at_work.sign_in(browser, key)
    assert "_auth_user_id" not in browser.session
    browser.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert at_work.prove(browser, key).status_code == 302 and browser.get("/inbox/").status_code == 200


def test_allauth_keeps_no_form_and_calls_no_view_for_it(cast):
    """Its own step-up would put what was sent into the session, and later call the view past every gate."""
    assert app_settings.REAUTHENTICATION_REQUIRED is False
    rita = cast.client("rita")
    for name in ("account_email", "account_change_password", "account_close"):
        rita.post(reverse(name), {"text": "the heap", "email": "new@example.net", "action_add": ""})
        assert STATE_SESSION_KEY not in rita.session and "the heap" not in str(dict(rita.session))
    forbidden = {"reauthentication_required", "suspend_request", "stash_and_reauthenticate", "raise_if_reauthentication_required"}
    for app in ("accounts", "portal", "intake", "advisories"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            used = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(ast.parse(path.read_text()))}
            assert not used & forbidden, path
