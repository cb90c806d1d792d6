"""An owner changes the policy in a real browser: with and without JavaScript, by keyboard, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import enrol
from tests.browser.test_pages_are_accessible import Walk, tab_to

DRAFT = "/p/mailat/draft/"
TEXT = """# Security of Mailat

| Version | Supported |
| ------- | --------- |
| 2.x     | ✅        |
| < 2.0   | ❌        |

Please write to security@example.org. We answer within 48 hours.

Include a description of the vulnerability and the steps to reproduce it.

- Purple umbrellas sing loudly.
"""


@pytest.fixture(scope="module")
def owner(portal, browser):
    """Olivia with her second factor, as her cookies."""
    context = browser.new_context(base_url=portal.url)
    enrol(context.new_page(), portal, "owner")
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def draft(somebody, owner):
    """The editor of a draft that was begun just now."""
    page = somebody(storage_state=owner)
    page.goto(DRAFT)
    page.get_by_role("button", name="Begin a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Policy draft of Mailat")
    yield page
    page.goto(f"{DRAFT}discard/")
    page.get_by_role("button", name="Throw it away").click()


def test_the_preview_follows_what_is_typed_and_rows_come_and_go(draft):
    preview = draft.locator("#preview")
    draft.get_by_label("Versions as written").first.fill("7.x")
    expect(preview.locator("code", has_text="7.x")).to_be_visible()

    draft.get_by_role("button", name="Add a contact").click()
    expect(draft.locator("#rows-contacts fieldset")).to_have_count(4)
    expect(draft.locator("[name=contacts-3-purpose]")).to_be_focused()
    draft.keyboard.type("when no")
    draft.locator("[name=contacts-3-uri]").fill("mailto:later@example.org")
    expect(preview.get_by_text("later@example.org")).to_be_visible()

    draft.get_by_role("button", name="Move up (Contact 4)").click()
    expect(draft.locator("[name=contacts-2-uri]")).to_have_value("mailto:later@example.org")
    expect(draft.get_by_role("button", name="Move up (Contact 3)")).to_be_focused()
    draft.get_by_role("button", name="Remove (Contact 1)").click()
    expect(draft.locator("#rows-contacts fieldset")).to_have_count(3)
    expect(draft.locator("[name=contacts-0-purpose]")).to_be_focused()

    draft.get_by_role("button", name="Save", exact=True).first.click()
    expect(draft.get_by_text("Saved as a draft.")).to_be_visible()
    expect(draft.locator("[name=contacts-1-uri]")).to_have_value("mailto:later@example.org")
    expect(draft.locator("[name=supported_versions-0-text]")).to_have_value("7.x")


def test_a_page_with_unsaved_text_asks_before_it_is_left(draft):
    asked = []
    draft.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    draft.get_by_label("Introduction").fill("Half a thought")
    draft.goto("/inbox/")
    assert asked == ["beforeunload"]


def test_a_row_is_filled_in_by_keyboard_and_saved(draft):
    draft.locator("[name=supported_versions-1-note]").focus()
    for button in ("Move up", "Remove", "Add a version row"):
        tab_to(draft, button)
    draft.keyboard.press("Enter")
    expect(draft.locator("[name=supported_versions-2-text]")).to_be_focused()
    draft.keyboard.type("0.9.x")
    draft.keyboard.press("Tab")
    draft.keyboard.type("not supp")
    draft.keyboard.press("Enter")  # in a list it chooses; in a field it saves
    draft.locator("[name=supported_versions-2-note]").focus()
    draft.keyboard.press("Enter")
    expect(draft.get_by_text("Saved as a draft.")).to_be_visible()
    expect(draft.locator("[name=supported_versions-2-status]")).to_have_value("ended")


def test_without_javascript_rows_come_and_go_and_nothing_typed_is_lost(draft, somebody, owner):
    page = somebody(storage_state=owner, java_script_enabled=False)
    page.goto(DRAFT)
    page.get_by_label("Introduction").fill("Typed before a row was added.")
    page.get_by_role("button", name="Add a version row").click()
    expect(page.get_by_label("Introduction")).to_have_value("Typed before a row was added.")
    page.locator("[name=supported_versions-2-text]").fill("0.9.x")
    page.locator("[name=supported_versions-2-status]").select_option("ended")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview code", has_text="0.9.x")).to_be_visible()
    page.get_by_role("button", name="Remove (Version row 1)").click()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(page.locator("[name=supported_versions-1-text]")).to_have_value("0.9.x")


def test_the_pages_are_accessible_and_a_text_becomes_the_next_version(portal, somebody, owner, screenshot):
    walk, page = Walk(), somebody(storage_state=owner)
    page.goto(DRAFT)
    walk.look(page)
    page.get_by_role("link", name="Read a SECURITY.md").click()
    walk.look(page)
    page.get_by_label("Its text").fill(TEXT)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What was read, and from where")
    walk.look(page)
    screenshot(page, "policy-read")
    page.get_by_role("link", name="Go on to the draft").click()
    walk.look(page)
    screenshot(page, "policy-draft")
    page.get_by_label("Title as written").fill("")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_label("Title as written")).to_be_focused()
    walk.look(page)
    page.get_by_label("Title as written").fill("Security of Mailat")
    page.get_by_label("Required").first.check()
    page.get_by_role("button", name="Save and publish…").first.click()
    expect(page.get_by_role("heading", name="What changes against version 1")).to_be_visible()
    walk.look(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(re.compile("/p/mailat/$"))
    expect(page.get_by_text("policy version 2")).to_be_visible()
    assert not walk.complaints, "\n".join(walk.complaints)


@pytest.mark.parametrize("way", ["paste", "file"])
def test_five_megabytes_are_answered_with_a_sentence_and_the_form(somebody, owner, way):
    page = somebody(storage_state=owner)
    page.goto(f"{DRAFT}import/")
    if way == "paste":
        page.get_by_label("Its text").evaluate("field => { field.value = 'security '.repeat(600000) }")
    else:
        page.get_by_label("Or the file itself").set_input_files(
            {"name": "SECURITY.md", "mimeType": "text/markdown", "buffer": b"a" * 5_000_000}
        )
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("This is too large to be a policy")).to_be_visible()
    expect(page.get_by_label("Its text")).to_be_visible()
