"""Two people: one is named by keyboard, a message is quoted, edited and retracted; every page on the way is accessible."""

import re

from playwright.sync_api import expect

from tests.browser.acting import enrol
from tests.browser.test_pages_are_accessible import Walk, a_reference, sign_in, write_report

CODE = "\tcurl -k 'https://mail.example/?a=<script>'  "


def test_named_quoted_edited_and_retracted(portal, somebody, screenshot):
    walk, rita, team = Walk(), somebody(), somebody()
    team.context.grant_permissions(["clipboard-read", "clipboard-write"])
    rita.goto("/p/mailat/report/")
    sign_in(rita, portal, "researcher")
    write_report(rita)
    rita.goto(f"/reports/{a_reference(rita)}/")
    rita.get_by_label("Your message").fill(f"Run this:\n\n```\n{CODE}\n```")
    rita.get_by_role("button", name=re.compile("^Send to")).click()

    enrol(team, portal, "maintainer")
    team.goto("/inbox/")
    team.locator("a.t").first.click()

    # The code can be copied as it is, by keyboard.
    copy = team.locator(".prose", has_text="curl -k").locator("button.copy")
    expect(copy).to_have_accessible_name("Copy")
    copy.focus()
    team.keyboard.press("Enter")
    expect(copy).to_have_text("Copied")
    assert team.evaluate("navigator.clipboard.readText()") == CODE

    # Quoted, and its author named by keyboard.
    team.get_by_role("link", name="Quote").first.click()
    text = team.get_by_label("Message to the reporter")
    assert f"> {CODE}\n" in text.input_value()
    text.focus()
    team.keyboard.press("Control+End")
    team.keyboard.type("Thank you, @")
    offered = team.get_by_role("listbox", name="People here")
    expect(offered).to_be_visible()
    expect(text).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    walk.look(team)
    team.keyboard.press("ArrowUp")
    team.keyboard.press("ArrowDown")
    team.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    handle = team.locator("[data-handle]").first.get_attribute("data-handle")
    team.keyboard.type(handle[0])
    expect(offered).to_be_visible()
    team.keyboard.press("Enter")
    assert text.input_value().endswith(f"Thank you, @{handle} ")
    expect(text).to_be_focused()
    team.get_by_role("button", name="Send to the reporter").click()
    expect(team.locator(".mention").first).to_have_text(f"@{handle}")
    letter = portal.mails(to=portal.sign_in("researcher")[0], subject_contains="mentioned")[0]
    assert "Thank you" not in letter.as_string()

    # Edited, and what changed can be read by the other side.
    team.get_by_role("link", name="Edit").first.click()
    walk.look(team)
    team.get_by_label("Your text").fill("Which version is this?")
    team.get_by_role("button", name="Save the change").click()
    rita.goto(f"/reports/{a_reference(rita)}/")
    rita.get_by_role("link", name=re.compile("^edited")).click()
    expect(rita.locator("ins").first).to_contain_text("Which version is")
    walk.look(rita)
    screenshot(rita, "history")

    # Retracted: a trace stays.
    team.get_by_role("link", name="Retract").first.click()
    walk.look(team)
    team.get_by_role("button", name="Retract it").click()
    expect(team.locator(".retracted")).to_contain_text("Retracted by")
    rita.goto(f"/reports/{a_reference(rita)}/")
    expect(rita.locator(".retracted")).to_be_visible()
    expect(rita.get_by_text("Which version is this?")).to_have_count(0)
    walk.look(rita)
    assert not walk.complaints, "\n".join(walk.complaints)
