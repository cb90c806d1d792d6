"""Signing in by way of another site in a real browser: our policy lets forms lead here only, and the site is reached all the same."""

import json
import os

import pytest
from playwright.sync_api import expect

from tests.browser.live import Portal
from tests.openid.people import PASSWORD
from tests.openid.running import Site


@pytest.fixture(scope="module")
def portal():
    """A portal that offers another site."""
    running = Portal("servers" if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else "embedded")
    with Site(running.url) as site:
        running.settings["PARLEY_OIDC"] = json.dumps([site.openid(), site.openid("twin", "Twin", site.twin_url)])
        with running:
            yield running


def go_there(page, portal):
    page.get_by_role("button", name="Go on with Example").click()
    page.wait_for_url(lambda url: not url.startswith(portal.url))


def agree(page, who):
    if "/login/" in page.url:
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Authorize").click()


def test_sign_up_sign_in_and_look_at_what_is_linked(somebody, portal, screenshot):
    page = somebody()
    page.goto("/accounts/login/?next=/reports/")
    screenshot(page, "elsewhere-sign-in")
    go_there(page, portal)
    agree(page, "nyx")
    expect(page.get_by_role("heading", level=1)).to_have_text("Make an account")
    expect(page.get_by_label("Name shown to others")).to_have_value("nyx")
    screenshot(page, "elsewhere-sign-up")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(f"{portal.url}/reports/")
    page.goto("/account/security/")
    expect(page.locator("#linked")).to_contain_text("Example")
    screenshot(page, "elsewhere-security")
    page.get_by_role("link", name="Link Twin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set a password")
    screenshot(page, "elsewhere-set-password")
    # In another browser, and back without having agreed.
    other = somebody(color_scheme="dark", viewport={"width": 390, "height": 844})
    other.goto("/accounts/login/")
    go_there(other, portal)
    other.get_by_label("Username").fill("nyx")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.get_by_role("button", name="Cancel").click()
    expect(other.get_by_text("You did not go on at Example. Nothing changed.")).to_be_visible()
    screenshot(other, "elsewhere-sign-in-dark")
    go_there(other, portal)
    agree(other, "nyx")
    other.wait_for_url(f"{portal.url}/reports/")
    other.goto("/account/security/")
    screenshot(other, "elsewhere-security-dark")
