"""The main job, played by people: from reading a policy to an advisory in the feed."""

import re

from playwright.sync_api import expect

from tests.browser.acting import EMAIL, enrol, link_in, sign_in_with_factor

RITA, PASSWORD = "rita.new@example.org", "an-honest-long-password-7"
TITLE = "Stored script in the inbox preview"
STEPS = "1. Send this:\n\n```html\n<math><mtext><table><mglyph><style>\n```\n\n2. Open the preview."
NOTE = "Same sink as the one of last spring."
ANSWER = "Thank you. It arrived, and we can **reproduce** it."


def test_the_main_job(portal, somebody, screenshot):
    visitor = somebody()
    visitor.goto("/")
    screenshot(visitor, "directory")
    visitor.get_by_role("link", name="Mailat", exact=True).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Mailat")
    expect(visitor.locator("body")).to_contain_text("48 hours")
    screenshot(visitor, "policy")

    # She wants to report: sign-up, the letter, and on to the form she asked for.
    rita = visitor
    rita.get_by_role("link", name="Report a vulnerability").first.click()
    rita.get_by_role("link", name=re.compile("account", re.I)).first.click()
    rita.get_by_label(EMAIL).fill(RITA)
    rita.get_by_label("Password", exact=True).fill(PASSWORD)
    rita.get_by_label("The same password once more").fill(PASSWORD)
    rita.get_by_label(re.compile("name", re.I)).fill("Rita")
    screenshot(rita, "sign-up")
    rita.get_by_role("button", name="Make the account").click()
    [letter] = portal.mails(to=RITA)
    rita.goto(link_in(letter))
    rita.get_by_role("button", name="Yes, it is mine").click()
    rita.get_by_label(EMAIL).fill(RITA)
    rita.get_by_label("Password", exact=True).fill(PASSWORD)
    rita.get_by_role("button", name="Sign in", exact=True).click()
    expect(rita).to_have_url(re.compile("/p/mailat/report/"))

    rita.get_by_label("Title").fill(TITLE)
    rita.get_by_label("Affected version").fill("1.4.2")
    rita.get_by_label("Description of the vulnerability").fill("Opening a crafted message runs a script.")
    rita.get_by_label(re.compile("^Steps")).fill(STEPS)
    rita.get_by_label("Impact assessment").fill("Everybody who opens the message.")
    screenshot(rita, "report-form")
    rita.get_by_role("button", name="Send the report").click()
    reference = rita.locator(".receipt").inner_text()
    assert re.fullmatch(r"MAILAT-R-[0-9A-Z]{8}", reference)
    screenshot(rita, "receipt")
    [receipt] = portal.mails(to=RITA, subject_contains=reference)
    assert TITLE not in receipt.as_string()

    # The maintainer: told by mail, second factor, inbox, case.
    alice_address, _password = portal.sign_in("maintainer")
    [told] = portal.mails(to=alice_address, subject_contains="MAILAT-")
    assert TITLE not in told.as_string()
    alice = somebody()
    app = enrol(alice, portal, "maintainer")
    alice.context.clear_cookies()
    sign_in_with_factor(alice, portal, "maintainer", app)
    screenshot(alice, "inbox")
    alice.get_by_role("link", name=TITLE).click()
    expect(alice.locator("pre").first).to_contain_text("<math><mtext><table><mglyph><style>")
    screenshot(alice, "case-new")
    alice.get_by_label("Team-only note").fill(NOTE)
    alice.get_by_role("button", name="Keep as a team note").click()
    expect(alice.locator(".note")).to_contain_text(NOTE)
    alice.get_by_label("Message to the reporter").fill(ANSWER)
    alice.get_by_role("button", name="Preview").click()
    expect(alice.locator(".preview strong")).to_have_text("reproduce")
    alice.get_by_role("button", name="Send to the reporter").click()
    expect(alice.locator(".msg.team")).to_contain_text("reproduce")
    alice.get_by_label("Severity").select_option("high")
    alice.get_by_role("button", name="Set the severity").click()
    alice.get_by_role("link", name="Accept as a vulnerability").click()
    alice.get_by_role("button", name="Accept as a vulnerability").click()
    screenshot(alice, "case")

    # The reporter sees the answer, that she was read, and not the note.
    portal.mails(to=RITA, subject_contains=f"Update on {reference}", count=2)
    rita.goto(f"/reports/{reference}/")
    expect(rita.locator(".msg.team")).to_contain_text("reproduce")
    expect(rita.locator("body")).to_contain_text("Seen by a person")
    assert NOTE not in rita.content()
    screenshot(rita, "report")
    rita.get_by_label("Your message").fill("Glad to help.")
    rita.get_by_role("button", name=re.compile("^Send to")).click()
    expect(rita.locator(".msg").last).to_contain_text("Glad to help.")

    # Six and a half days later the next update is near; a day later it is overdue. One letter each.
    portal.time_passes(hours=6.5 * 24)
    [near] = portal.mails(to=alice_address, subject_contains="Due soon: status update")
    portal.time_passes(hours=24)
    [passed] = portal.mails(to=alice_address, subject_contains="Overdue: status update")
    for reminder in (near, passed):
        assert TITLE not in reminder.as_string()
        assert "/cases/MAILAT-" in link_in(reminder)
    alice.goto(link_in(passed))
    expect(alice.locator("body")).to_contain_text("overdue")
    screenshot(alice, "case-overdue")

    # The advisory: drafted from the case, looked at, published.
    alice.get_by_role("link", name="Advisory", exact=True).click()
    alice.get_by_role("button", name="Begin").click()
    alice.get_by_label("Summary").fill("A crafted message can run a script in the reader's browser.")
    alice.get_by_label("Description").fill("Versions before 1.4.3 let MathML through. Update to 1.4.3.")
    screenshot(alice, "advisory-draft")
    alice.get_by_role("button", name="Save and preview").click()
    alice.get_by_role("link", name=re.compile("Publish")).first.click()
    screenshot(alice, "advisory-publish")
    alice.get_by_label("I have read the preview").check()
    alice.get_by_role("button", name="Publish now").click()
    expect(alice.locator("body")).to_contain_text("MAILAT-SA-")
    portal.mails(to=RITA, subject_contains="Advisory published")

    stranger = somebody()
    stranger.goto("/advisories/")
    stranger.get_by_role("link", name=TITLE).first.click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(stranger.locator("body")).to_contain_text("MathML")
    screenshot(stranger, "advisory")
    feed = stranger.request.get("/advisories/feed.atom")
    assert TITLE in feed.text()
    assert reference not in feed.text()
    stranger.goto(f"/reports/{reference}/")
    expect(stranger).to_have_url(re.compile("/accounts/login/"))

    # Each reminder went out once, however often the sweep came by.
    assert len(portal.smtp.found(to=alice_address, subject_contains="Due soon: status update")) == 1
    assert len(portal.smtp.found(to=alice_address, subject_contains="Overdue: status update")) == 1
