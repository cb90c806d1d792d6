"""Every letter as a mail program that knows HTML shows it: nothing that axe finds, nothing to scroll sideways, light and dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_pages_are_accessible import LOOKS, QUICK
from tests.test_letters import LETTERS, in_words

# Rules about one whole page, which all letters below each other are not.
OF_ONE = ["landmark-no-duplicate-main", "landmark-main-is-top-level", "landmark-unique"]


@pytest.fixture(scope="module")
def letters():
    return [in_words(letter).html for letter in LETTERS]


@pytest.mark.parametrize("size, scheme, rules", LOOKS)
def test_nothing_is_wrong_with_any_letter(browser, letters, size, scheme, rules):
    # Their frame is one: looked at in one letter alone. What they have of their own: in all, below each other.
    all_of_them = letters[0].replace(
        "</body>", "".join(re.search(r"<main>.*</main>", one, re.DOTALL)[0] for one in letters[1:]) + "</body>"
    )
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page, axe = context.new_page(), Axe()
    for html, off in ((letters[0], ()), (all_of_them, OF_ONE)):
        page.set_content(html)
        options = QUICK | (rules or {"rules": {rule: {"enabled": False} for rule in off}})
        found = axe.run(page, options=options).response["violations"]
        assert not [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.locator("h1").count() == len(LETTERS)
    context.close()
