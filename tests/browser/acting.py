"""What people do again and again in the browser tests."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.live import Authenticator

EMAIL = re.compile("^e-?mail", re.IGNORECASE)


def link_in(letter):
    """Return the path of the one link in a letter's plain text."""
    text = letter.get_body(("plain",)).get_content()
    url = urlsplit(re.search(r"https?://localhost:\d+/\S+", text).group())
    return url.path + (f"?{url.query}" if url.query else "")


def enrol(page, portal, standing):
    """Sign in as first staff: password, the one-time link, the app, the recovery codes. Return the app."""
    address, password = portal.sign_in(standing)
    page.goto("/accounts/login/")
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("link")  # only enrolment, and only by the link
    page.goto(urlsplit(portal.enrolment_link(address)).path)
    app = Authenticator(page.locator(".ref").first.inner_text())
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    return app


def sign_in_with_factor(page, portal, standing, app):
    address, password = portal.sign_in(standing)
    page.goto("/accounts/login/")
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/inbox/$"))
