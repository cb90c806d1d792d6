"""Second factors in a real browser: a passkey of Chromium's virtual authenticator, a QR code read off the screen, a form kept."""

import contextlib
import io
import re
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.acting import EMAIL
from tests.browser.live import Authenticator

NEW_ADDRESS = "olivia.elsewhere@example.org"


@contextlib.contextmanager
def virtual_authenticator(page):
    """An authenticator that finds its user there and verified (WebDriver extension of WebAuthn); yields how to lose it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield lambda: session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made})
    session.detach()


def by_password(page, portal, standing):
    address, password = portal.sign_in(standing)
    page.goto("/accounts/login/")
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def as_if_never_here(page):
    """Without cookies, and on no page of ours, whose scripts might ask for news and lead to the sign-in by themselves."""
    page.goto("about:blank")
    page.context.clear_cookies()


def to_enrol(page, portal, standing):
    by_password(page, portal, standing)
    page.goto(urlsplit(portal.enrolment_link(portal.sign_in(standing)[0])).path)


def test_a_passkey_from_the_first_day_to_its_loss(portal, somebody, screenshot):
    page = somebody()
    to_enrol(page, portal, "owner")
    screenshot(page, "enrol")
    with virtual_authenticator(page) as lose:
        page.get_by_label("What you call it").fill("Laptop")
        page.get_by_role("button", name="Add a passkey").click()
        codes = page.locator(".codes li")
        expect(codes).to_have_count(10)
        code = codes.first.inner_text()
        page.goto("/account/security/")
        expect(page.locator("#factors")).to_contain_text("Laptop")
        screenshot(page, "security")

        # Alone, it is both factors.
        as_if_never_here(page)
        page.goto("/accounts/login/?next=/account/security/")
        screenshot(page, "sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(re.compile("/account/security/$"))

        # After the password, it is the second one.
        as_if_never_here(page)
        by_password(page, portal, "owner")
        screenshot(page, "challenge")
        page.get_by_role("button", name="Use a passkey or security key").click()
        expect(page).to_have_url(re.compile("/inbox/$"))

        # A form that took longer than ten minutes waits for it, and is sent with it.
        page.goto("/accounts/email/")
        page.get_by_label("New e-mail address").fill(NEW_ADDRESS)
        portal.manage("shell", "--no-imports", "-c", ELEVEN_MINUTES_LATER)
        page.locator("form", has=page.get_by_label("New e-mail address")).get_by_role("button").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
        screenshot(page, "confirm")
        page.get_by_label("Code").fill("00000000")
        page.get_by_role("button", name="Confirm and send").click()
        expect(page.locator("main")).to_contain_text("does not fit")
        page.get_by_role("button", name="Use a passkey or security key").click()
        portal.mails(to=NEW_ADDRESS)
        expect(page.locator("main")).to_contain_text(NEW_ADDRESS)

        # Begun and not finished says so, and leaves the button.
        as_if_never_here(page)
        lose()
        page.goto("/accounts/login/")
        page.evaluate(CANCELLED)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("sign in with your password")

    by_password(page, portal, "owner")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/inbox/$"))
    page.goto("/account/security/")
    expect(page.locator("#factors")).to_contain_text("9 recovery codes")
    page.get_by_role("link", name="Remove Laptop").click()
    expect(page.locator("main")).to_contain_text("your place on a team needs one")


def test_an_app_is_set_up_by_its_qr_code(portal, somebody, screenshot):
    """As a phone does it: what the camera sees is all it knows."""
    page = somebody(color_scheme="dark", viewport={"width": 390, "height": 844})
    to_enrol(page, portal, "maintainer")
    screenshot(page, "enrol-390-dark")
    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot())).convert("L")
    [seen] = zxingcpp.read_barcodes(picture)
    uri = urlsplit(seen.text)
    told = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc, told["digits"], told["period"]) == ("otpauth", "totp", ["6"], ["30"])
    app = Authenticator(told["secret"][0])
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/account/security/")
    expect(page.locator("#factors")).to_contain_text("Authenticator app")
    screenshot(page, "security-390-dark")
    as_if_never_here(page)
    by_password(page, portal, "maintainer")
    screenshot(page, "challenge-390-dark")
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/inbox/$"))


CANCELLED = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
ELEVEN_MINUTES_LATER = """
from datetime import timedelta
from django.utils.timezone import now
from accounts.models import Session
from accounts.sessions import SessionStore

for row in Session.objects.exclude(user=None):
    store = SessionStore(row.session_key)
    store["second_factor_at"] = (now() - timedelta(minutes=11)).isoformat()
    store.save()
"""
