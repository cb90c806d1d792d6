"""Two people converse live: what one writes appears with the other, and a note with nobody but the team."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import EMAIL, enrol, sign_in_with_factor

TITLE = "Stored script in the preview"
NOTE = "team-only-secret-7731"
SOON = 15_000


@pytest.fixture(scope="module")
def apps():
    """The authenticator apps that were set up in this module's portal."""
    return {}


@pytest.fixture
def talk(portal, somebody, apps):
    """Rita's report, open in her browser and at Alice's desk."""
    address, password = portal.sign_in("researcher")
    rita = somebody()
    rita.goto("/accounts/login/")
    rita.get_by_label(EMAIL).fill(address)
    rita.get_by_label("Password", exact=True).fill(password)
    rita.get_by_role("button", name="Sign in", exact=True).click()
    rita.goto("/p/mailat/report/")
    rita.get_by_label("Title").fill(TITLE)
    rita.get_by_label("Affected version").fill("1.4.2")
    for label in ("Description of the vulnerability", re.compile("^Steps"), "Impact assessment"):
        rita.get_by_label(label).fill("As described.")
    rita.get_by_role("button", name="Send the report").click()
    reference = rita.locator(".receipt").inner_text()
    alice = somebody()
    if "maintainer" in apps:
        sign_in_with_factor(alice, portal, "maintainer", apps["maintainer"])
    else:
        apps["maintainer"] = enrol(alice, portal, "maintainer")
    alice.goto("/inbox/")
    alice.get_by_role("row", name="1 new message").get_by_role("link").click()
    expect(alice.get_by_role("heading", level=1)).to_have_text(TITLE)
    rita.goto(f"/reports/{reference}/")
    return rita, alice


def test_two_people_converse_live(portal, talk, screenshot):
    rita, alice = talk
    polled = []

    def listen(route):
        answer = route.fetch()
        polled.append((answer.status, answer.text()))
        route.fulfill(response=answer)

    rita.route("**/news/**", listen)

    # Alice writes a note, then a message, while Rita is in the middle of a sentence.
    writing = rita.get_by_label("Your message")
    writing.click()
    writing.type("I am just")
    top = writing.bounding_box()["y"]
    alice.get_by_label("Team-only note").fill(NOTE)
    alice.get_by_role("button", name="Keep as a team note").click()
    expect(alice.locator(".note")).to_contain_text(NOTE)
    alice.get_by_label("Message to the reporter").fill("Which **version** is it?")
    alice.get_by_role("button", name="Send to the reporter").click()
    asked = rita.locator(".msg.team strong", has_text="version")
    expect(asked).to_be_attached(timeout=SOON)
    expect(writing).to_be_focused()
    expect(writing).to_have_value("I am just")
    assert abs(writing.bounding_box()["y"] - top) < 2, "who writes is not moved"
    writing.type(" about to say: 1.4.2")
    screenshot(rita, "live-arrived")

    # It scrolls into view, and so Alice learns that it was read; Rita sees that Alice has read her answer.
    asked.scroll_into_view_if_needed()
    expect(alice.locator(".seen")).to_contain_text(re.compile("Seen by Rita"), timeout=SOON)
    rita.get_by_role("button", name=re.compile("^Send to")).click()
    expect(alice.locator(".msg", has_text="about to say: 1.4.2")).to_be_visible(timeout=SOON)
    alice.locator(".msg", has_text="about to say: 1.4.2").scroll_into_view_if_needed()
    expect(rita.locator(".seen").last).to_contain_text(re.compile("Seen by Alice"), timeout=SOON)

    # An edit replaces the message in its place; the link back to it stays where it was.
    alice.locator(".msg", has_text="Which version").get_by_role("link", name="Edit").click()
    alice.get_by_label("Your text").fill("Which build is it?")
    alice.get_by_role("button", name=re.compile("Save")).click()
    expect(rita.locator(".msg.team", has_text="Which build is it?")).to_have_count(1, timeout=SOON)
    expect(rita.locator(".msg.team", has_text="Which version")).to_have_count(0)

    # The note reached neither her page nor any answer to it.
    rita.wait_for_timeout(9000)  # two polls
    assert {status for status, _body in polled} == {200, 204}, [status for status, _body in polled]
    assert not any(NOTE in body for body in [rita.content(), *(body for _status, body in polled)])


def test_who_is_elsewhere_on_the_page_is_led_to_what_is_new(talk, screenshot):
    rita, alice = talk
    for number in range(12):
        alice.get_by_label("Message to the reporter").fill("\n\n".join(["A line of a long message."] * 6) + f"\n\nNumber {number}.")
        alice.get_by_role("button", name="Send to the reporter").click()
        expect(alice.locator(".msg", has_text=f"Number {number}.")).to_have_count(1)
    rita.reload()
    rita.evaluate("scrollTo(0, 0)")
    alice.get_by_label("Message to the reporter").fill("The last one.")
    alice.get_by_role("button", name="Send to the reporter").click()
    link = rita.get_by_role("link", name="1 new message", exact=True)
    expect(link).to_be_visible(timeout=SOON)
    expect(link).to_be_in_viewport()
    assert rita.evaluate("scrollY") == 0
    expect(rita.locator("[data-said]")).to_have_text("1 new message")
    screenshot(rita, "live-link", full_page=False)
    link.click()
    expect(rita.locator(".msg", has_text="The last one.")).to_be_in_viewport()
    expect(link).to_be_hidden()


def test_a_session_that_ended_takes_nothing_away(talk, screenshot):
    rita, _alice = talk
    rita.get_by_label("Your message").fill("Half a sentence")
    expect(rita.locator("[data-keeps]")).to_contain_text("Saved", timeout=SOON)
    rita.context.clear_cookies(name="parley")
    line = rita.locator("[data-trouble=signed-out]")
    expect(line).to_be_visible(timeout=SOON)
    expect(rita.get_by_label("Your message")).to_have_value("Half a sentence")
    rita.get_by_label("Your message").type(", and more")
    expect(rita.locator("[data-keeps]")).to_contain_text("You are signed out", timeout=SOON)
    asked = []
    rita.on("request", lambda request: asked.append(request.url) if "/news/" in request.url else None)
    rita.wait_for_timeout(6000)
    assert asked == [], "it asks no more"
    screenshot(rita, "live-signed-out")


def test_a_draft_is_kept_while_typing_and_gone_once_sent(talk, screenshot):
    rita, _alice = talk
    rita.get_by_label("Your message").fill("A thought that takes time")
    expect(rita.locator("[data-keeps]")).to_contain_text("Saved", timeout=SOON)
    screenshot(rita, "draft-saved")
    rita.reload()
    expect(rita.get_by_label("Your message")).to_have_value("A thought that takes time")
    expect(rita.locator("[data-keeps]")).to_contain_text("Draft of")
    rita.get_by_role("button", name=re.compile("^Send to")).click()
    expect(rita.locator(".msg").last).to_contain_text("A thought that takes time")
    rita.reload()
    expect(rita.get_by_label("Your message")).to_have_value("")
