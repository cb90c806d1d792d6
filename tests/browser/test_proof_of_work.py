"""While many accounts are made, the browser computes what is asked while its person types, and sends the form by itself."""

import re

from playwright.sync_api import expect

from tests.browser.acting import EMAIL

PASSWORD = "an umbrella of 1907 days"


def fill(page, address):
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password once more").fill(PASSWORD)


def make(page, address):
    page.goto("/accounts/signup/")
    fill(page, address)
    page.get_by_role("button", name="Make the account").click()
    expect(page).to_have_url(re.compile("/confirm-email/$"))


def test_it_is_computed_while_one_types_and_needs_no_second_press(somebody, portal, screenshot):
    page = somebody()
    for number in range(5):  # what an hour allows one network for nothing
        make(page, f"p{number}@example.org")
    page.goto("/accounts/signup/")
    box = page.locator(".proof")
    expect(box).to_contain_text("Your browser is computing")
    expect(page.get_by_role("progressbar", name="How much is computed")).to_be_visible()
    screenshot(page, "sign-up-proof")
    fill(page, "asked@example.org")
    page.get_by_role("button", name="Make the account").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/confirm-email/$"), timeout=60_000)
    page.goto("/accounts/signup/")
    expect(box.get_by_role("status")).to_contain_text("has computed what was asked", timeout=60_000)


def test_without_javascript_the_page_says_how_to_wait(somebody, portal, screenshot):
    page = somebody(java_script_enabled=False, viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto("/accounts/signup/")
    expect(page.locator(".proof")).to_contain_text("in 10 minutes or later")
    fill(page, "waits@example.org")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("The account is not made yet")
    expect(page.get_by_label(EMAIL)).to_have_value("waits@example.org")
    screenshot(page, "sign-up-wait-390-dark")
