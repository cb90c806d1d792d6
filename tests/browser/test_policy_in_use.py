"""The policy where it applies, in a real browser: the form that follows it, versions answered while one types, a pause."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import EMAIL, enrol
from tests.browser.test_pages_are_accessible import Walk, sign_in

# A policy that wants everything, as the next version of Mailat's.
A_FULL_POLICY = """
from django.utils.timezone import now
from portal import policies
from portal.models import Project

draft = policies.new_draft(Project.objects.get(slug="mailat"), by=None, at=now())
draft.ai, draft.languages, draft.disclosure_days, draft.embargo = "declare", "en, de", 90, "yes"
draft.save()
for position in range(1, 15):
    draft.clauses.create(kind="not_a_vulnerability", position=position, text=f"Finding {position}, which no attacker can use.")
draft.clauses.create(kind="scope_out", position=1, text="The website.")
draft.clauses.create(kind="ai", position=1, text="Name your tools.")
key = "openpgp4fpr:" + 40 * "A"
draft.contacts.create(position=9, purpose="fallback", uri="mailto:board@example.org", delay_hours=72, encryption=key)
draft.requested_fields.create(position=9, key="release", label="Which release?", kind="version", required=True)
policies.publish(draft, by=None, at=now())
"""


@pytest.fixture(scope="module")
def demanding(portal):
    """A portal on which Mailat's policy wants everything."""
    portal.manage("shell", "--no-imports", "-c", A_FULL_POLICY)
    return portal


def fill_in(page):
    page.get_by_label("None of these").check()
    page.get_by_label("Title").fill("Overflow in the reader")
    page.get_by_label("Description").fill("It overflows.")
    page.get_by_label(re.compile("^Steps")).fill("1. Read it")
    page.get_by_label("Impact").fill("Everybody.")
    page.get_by_label("AI helped").check()
    page.get_by_label("Which AI").fill("A local model found the line.")


def test_a_version_is_answered_while_it_is_typed_and_nothing_else_is_sent(demanding, somebody, screenshot):
    page, asked, walk = somebody(), [], Walk()
    page.goto("/p/mailat/report/")
    sign_in(page, demanding, "researcher")
    page.get_by_label("Description").fill("A secret that is not sent yet.")
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data)))
    page.get_by_label("Which release?").press_sequentially("1.4.2, 0.9", delay=30)
    answers = page.locator("#version-answer")
    expect(answers).to_contain_text("0.9: not supported")
    expect(answers).to_contain_text("1.4.2: supported")
    assert asked and all(method == "POST" and url.endswith("/p/mailat/versions/") for method, url, _data in asked)
    assert all(set(re.findall(r'(?:^|&|name=")(\w+)', data)) == {"answer_release"} for _method, _url, data in asked)
    assert len(asked) < len("1.4.2, 0.9")
    page.get_by_label("Which release?").fill("")
    expect(answers.locator(".notice")).to_have_count(0)
    fill_in(page)
    page.get_by_label("Which release?").fill("0.9")
    expect(answers).to_contain_text("not supported")
    walk.look(page)
    screenshot(page, "report-form-full")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator("body")).to_contain_text("counts all the same")
    walk.look(page)
    page.get_by_role("link", name="Open the conversation").click()
    expect(page.locator("body")).to_contain_text("AI helped to find or to describe it.")
    walk.look(page)
    screenshot(page, "report-declared")
    assert not walk.complaints, "\n".join(walk.complaints)


def test_without_scripts_the_form_works_and_answers_when_it_is_sent(demanding, somebody):
    page = somebody(java_script_enabled=False)
    page.goto("/p/mailat/report/")
    address, password = demanding.sign_in("researcher")
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    fill_in(page)
    page.get_by_label("Which AI").fill("")
    page.get_by_label("Which release?").fill("0.9")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("#version-answer")).to_contain_text("not supported")
    page.get_by_label("Which AI").fill("A local model.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".receipt")).to_be_visible()
    page.goto("/p/mailat/")
    page.get_by_label("Your version").fill("1.4.2, 0.9")
    page.get_by_role("button", name="Check my version").click()
    expect(page.locator("body")).to_contain_text("0.9: not supported")


def test_a_maintainer_pauses_the_project_and_everybody_sees_it(demanding, somebody, screenshot):
    walk, alice, visitor = Walk(), somebody(), somebody()
    enrol(alice, demanding, "maintainer")
    alice.goto("/p/mailat/team/")
    alice.get_by_role("link", name="Pauses").click()
    walk.look(alice)
    alice.get_by_label("Until").fill("2001-01-01T09:00")
    alice.get_by_label("Message to reporters").fill("We are away. Back in a week.")
    alice.get_by_role("button", name="Plan it").click()
    expect(alice.get_by_text("must end after it begins")).to_be_visible()
    walk.look(alice)
    alice.get_by_label("Until").fill(alice.evaluate("new Date(Date.now() + 8 * 864e5).toISOString().slice(0, 16)"))
    alice.get_by_role("button", name="Plan it").click()
    expect(alice.locator(".chip.pause")).to_contain_text("running")
    walk.look(alice)
    screenshot(alice, "pauses")
    walk.visit(visitor, ["/p/mailat/", "/"])
    screenshot(visitor, "directory-paused")
    expect(visitor.locator("body")).to_contain_text("critical reports only")
    visitor.goto("/p/mailat/report/")
    sign_in(visitor, demanding, "researcher")
    expect(visitor.get_by_label("Why it cannot wait")).to_be_visible()
    walk.look(visitor)
    screenshot(visitor, "report-form-paused")
    alice.get_by_role("link", name=re.compile("^Change")).click()
    alice.get_by_label("Take critical reports").uncheck()
    walk.look(alice)
    alice.get_by_role("button", name="Save the pause").click()
    visitor.reload()
    expect(visitor.get_by_role("button", name="Send the report")).to_have_count(0)
    expect(visitor.locator("body")).to_contain_text("Back in a week.")
    walk.look(visitor)
    alice.get_by_role("button", name=re.compile("^End it now")).click()
    expect(alice.locator("body")).to_contain_text("The pause is cancelled.")
    walk.look(alice)
    screenshot(alice, "pauses-over")
    visitor.reload()
    expect(visitor.get_by_role("button", name="Send the report")).to_be_visible()
    assert not walk.complaints, "\n".join(walk.complaints)


def test_the_full_policy_page_is_fine(demanding, somebody, screenshot):
    walk, page = Walk(), somebody()
    walk.visit(page, ["/p/mailat/", "/p/mailat/?version=1.4.2,0.9", "/p/mailat/history/1/"])
    page.goto("/p/mailat/")
    screenshot(page, "policy-full")
    assert not walk.complaints, "\n".join(walk.complaints)
