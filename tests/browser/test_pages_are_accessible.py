"""Every kind of page: nothing that axe finds, nothing to scroll sideways on a phone, and all of it by keyboard."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.acting import EMAIL, enrol

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
QUICK = {"resultTypes": ["violations"], "preload": False}
# What a narrow, dark page could break that a wide, light one keeps.
NARROW_AND_DARK = {"runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
# Each scheme and each width, with two looks at a page instead of four.
LOOKS = [(DESKTOP, "light", {}), (PHONE, "dark", NARROW_AND_DARK)]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
STEPS = f"```\n{'curl ' * 60}\n```\n\n| a | b |\n|---|---|\n| {'x' * 90} | {'y' * 90} |\n\n{'z' * 300}"

PUBLIC = [
    "/",
    "/p/mailat/",
    "/p/mail-auth/?version=0.2.4",
    "/p/mailat/?version=banana",
    "/advisories/",
    "/advisories/?project=mail-auth",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nothing-here/",
]
RESEARCHER = [
    "/reports/",
    "/account/",
    "/account/security/",
    "/account/second-factor/enrol/",
    "/account/letters/",
    "/account/notifications/",
    "/accounts/email/",
    "/p/mail-auth/report/",
    "/claim/gone/",
    "/inbox/",
]
TEAM = ["/figures/?days=365", "/p/mailat/figures/"]
TEAM += ["/inbox/", "/inbox/?show=closed", "/p/mailat/team/", "/p/mailat/record/", "/account/", "/account/second-factor/recovery-codes/"]
ADMIN = ["/admin/", "/admin/portal/securitypolicy/", "/admin/portal/securitypolicy/1/change/", "/admin/portal/project/1/change/"]
OF_A_CASE = ["", "timeline/", "told/", "move/accept/", "move/reject/"]
# Django's own markup, which we colour but do not write.
NOT_OURS = {"runOnly": ["color-contrast", "button-name", "link-name", "html-has-lang", "document-title"]}


class Walk:
    """Looks at pages and keeps what is wrong with them."""

    def __init__(self):
        self.axe = Axe()
        self.complaints = []

    def look(self, page, *, options=None, phone=True):
        """Look at the page that is open, wide and light, then narrow and dark."""
        for size, scheme, rules in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            for found in self.axe.run(page, options=QUICK | (options or rules)).response["violations"]:
                self._complain(page, size, scheme, f"{found['id']} at {[node['target'] for node in found['nodes']]}")
            width = page.evaluate("document.documentElement.scrollWidth")
            if phone and width > size["width"]:
                self._complain(page, size, scheme, f"is {width} px wide")

    def visit(self, page, paths, **options):
        """Open each page and look at it."""
        for path in paths:
            page.goto(path)
            self.look(page, **options)

    def _complain(self, page, size, scheme, what):
        self.complaints.append(f"{page.url}, {size['width']} px, {scheme}: {what}")


def sign_in(page, portal, standing):
    address, password = portal.sign_in(standing)
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def write_report(page):
    page.get_by_label("Title").fill(f"{LONG} in the preview")
    page.get_by_label("Description of the vulnerability").fill("Opening it runs a script: メールアドレスの国際化ドメイン名")
    page.get_by_label(re.compile("^Steps")).fill(STEPS)
    page.get_by_label("Impact assessment").fill("Everybody.")
    page.get_by_role("button", name="Send the report").click()


def search(walk, page, words):
    page.goto("/search/")
    walk.look(page)
    page.get_by_label("Words").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("mark").first).to_be_visible()
    walk.look(page)


def a_reference(page):
    return re.search(r"/(?:reports|cases)/([^/]+)/", page.url).group(1)


@pytest.fixture(scope="module")
def staff(portal, browser):
    """Alice and Ada with their second factors, as the cookies of each."""
    cookies = {}
    for standing in ("maintainer", "administrator"):
        context = browser.new_context(base_url=portal.url)
        enrol(context.new_page(), portal, standing)
        cookies[standing] = context.storage_state()
        context.close()
    return cookies


def test_pages_for_everybody_and_for_the_researcher(portal, somebody):
    walk, page = Walk(), somebody()
    walk.visit(page, PUBLIC)
    page.goto("/p/mailat/report/")
    sign_in(page, portal, "researcher")
    page.locator("form.stack").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    walk.look(page)
    write_report(page)
    expect(page.locator(".receipt")).to_be_visible()
    walk.look(page)
    report = a_reference(page)
    walk.visit(page, [f"/reports/{report}/", *RESEARCHER])
    page.goto(f"/reports/{report}/guests/")
    page.get_by_label("E-mail address").fill("somebody-with-a-rather-long-address@research.example.org")
    page.get_by_label("Only what is said after joining").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    walk.look(page)
    search(walk, page, "preview")
    assert not walk.complaints, "\n".join(walk.complaints)


def test_pages_of_the_team_and_of_the_administrator(portal, somebody, staff):
    walk, rita = Walk(), somebody()
    rita.goto("/p/mailat/report/")
    sign_in(rita, portal, "researcher")
    write_report(rita)
    page = somebody(storage_state=staff["maintainer"])
    page.goto("/inbox/")
    page.locator("a.t").first.click()
    page.get_by_label("Team-only note").fill(STEPS)
    page.get_by_role("button", name="Keep as a team note").click()
    page.get_by_label("Message to the reporter").fill(STEPS)
    page.get_by_role("button", name="Send to the reporter").click()
    case = a_reference(page)
    walk.visit(page, [*(f"/cases/{case}/{part}" for part in OF_A_CASE), *TEAM])
    search(walk, page, "script")

    page.goto(f"/advisories/case/{case}/")
    walk.look(page)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Summary").fill("A crafted message can run a script.")
    page.get_by_label("Description").fill(STEPS)
    page.get_by_label("Product").first.fill("Mailat")
    page.get_by_label("Affected versions").first.fill("< 1.4.3")
    walk.look(page)
    page.get_by_role("button", name="Save and preview").click()
    page.get_by_role("link", name=re.compile("Publish")).first.click()
    walk.look(page)
    page.get_by_label("I have read the preview").check()
    page.get_by_role("button", name="Publish now").click()
    page.goto("/advisories/")
    page.locator("a.t").first.click()
    walk.look(page)

    page = somebody(storage_state=staff["administrator"])
    walk.visit(page, ["/account/recoveries/"])
    walk.visit(page, ADMIN, options=NOT_OURS, phone=False)
    assert not walk.complaints, "\n".join(walk.complaints)


def test_what_a_page_asks_by_itself_is_shown_though_a_script_is_late(somebody, staff):
    page = somebody(storage_state=staff["maintainer"])

    def late(route):
        time.sleep(1)
        route.continue_()

    page.route("**/drafts*.js", late)
    with page.expect_response("**/account/notifications/unread/") as asked:
        page.goto("/account/")  # a complaint of the browser fails the test
    assert asked.value.ok


FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    name: (at.labels?.[0]?.innerText || at.innerText || '').trim(),
    seen: at.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page, name):
    """Press Tab until the focus is on what has this name; it must be visible at every stop."""
    passed = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"the focus cannot be seen on {focused['name']!r}"
        passed.append(focused["name"])
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}, but to {passed}")


def test_a_report_is_sent_by_keyboard_alone(portal, somebody):
    address, password = portal.sign_in("researcher")
    page = somebody()
    page.goto("/p/mailat/")
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Report a vulnerability")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
    for field, text in (("E-mail address", address), ("Password", password)):
        tab_to(page, field)
        page.keyboard.type(text)
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^[^?]*/p/mailat/report/$"))
    for field in ("Title", "Description", "Steps", "Impact"):
        tab_to(page, field)
        page.keyboard.type(f"{field}, typed by hand.")
    tab_to(page, "Send the report")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    expect(page.locator(".receipt")).to_be_visible()
