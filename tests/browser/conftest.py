"""A running portal and a real browser. Both end with the module, for Playwright's loop would stand in other tests' way."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.live import ROOT, Portal

CHROMIUM = Path(os.environ.get("PARLEY_CHROMIUM", "/usr/bin/chromium"))
# What the console says when the content security policy stopped something.
REFUSED = re.compile("Content Security Policy|requires 'Trusted")
# Quiet on a machine without a network, and able to run as root in CI.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    no_browser = pytest.mark.skip(reason=f"there is no browser at {CHROMIUM} (PARLEY_CHROMIUM names another)")
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.live)
            if not CHROMIUM.exists():
                item.add_marker(no_browser)


@pytest.fixture(scope="module")
def portal():
    """A portal of its own for the tests of a module: on PostgreSQL and Redis when both are given, else embedded."""
    mode = "servers" if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else "embedded"
    with Portal(mode) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def somebody(browser, portal):
    """Return a function that opens a page for a new person: a browser profile of their own, with nothing in it.

    At the end, no page may have broken its content security policy or met an error in a script.
    """
    contexts, complaints = [], []

    def new_person(**options):
        context = browser.new_context(base_url=portal.url, locale="en-GB", timezone_id="Europe/Berlin", **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)  # a busy machine hashes passwords for seconds
        page = context.new_page()
        context.on("console", lambda message: complaints.append(message.text) if REFUSED.search(message.text) else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return page

    yield new_person
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def screenshot():
    """Return a function that keeps a picture of a page, if PARLEY_SCREENSHOTS names a folder for it."""
    folder = os.environ.get("PARLEY_SCREENSHOTS")

    def keep(page, name, *, full_page=True):
        if folder:
            target = ROOT / folder
            target.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target / f"{name}.png", full_page=full_page)

    return keep
