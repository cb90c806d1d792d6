"""Files in a real browser: several at once with progress, an interrupted one tried again, by keyboard alone, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import EMAIL
from tests.browser.test_pages_are_accessible import Walk
from tests.intake.attaching import an_image

MB = 1024 * 1024


def a_file(name, content=b"GET /../../etc/passwd\n"):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def signed_in(somebody, portal, **options):
    page = somebody(**options)
    address, password = portal.sign_in("researcher")
    page.goto("/accounts/login/")
    page.get_by_label(EMAIL).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("login"))
    return page


@pytest.fixture
def report(somebody, portal):
    """A report that was just sent, open in its reporter's browser."""
    page = signed_in(somebody, portal)
    page.goto("/p/mailat/report/")
    page.get_by_label("Title").fill("Stored XSS in the inbox preview")
    for field in page.locator("textarea").all():
        field.fill("As described.")
    page.get_by_label("Affected version").fill("1.4.2")
    page.get_by_role("button", name="Send the report").click()
    expect(page).to_have_url(re.compile("/receipt/$"))
    page.goto(page.url.removesuffix("receipt/"))
    return page


def picker(page):
    return page.locator(".picker").first


def slow_down(page, kilobytes_a_second):
    """Let the line of a page take so much."""
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": kilobytes_a_second * 1024}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def send(page, text="With files."):
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name=re.compile("^Send to")).click()


def test_several_files_go_up_with_progress_and_sending_waits_for_them(report, screenshot):
    box = picker(report)
    slow_down(report, 700)
    box.locator("input[type=file]").set_input_files(
        [
            a_file("poc.txt"),
            a_file("trace.bin", b"\0x" * MB),
            a_file("shot.png", an_image("PNG", (900, 500))),
            a_file("not-this.bin", b"\0" * 3 * MB),
        ]
    )
    expect(box.get_by_role("progressbar", name="Uploading: trace.bin")).to_be_visible()
    box.get_by_role("button", name="Cancel not-this.bin").click()
    expect(box.get_by_role("log")).to_contain_text("Cancelled: not-this.bin")
    screenshot(report, "files-uploading")
    send(report)
    expect(box).to_contain_text("Waiting for the files, then sending.")
    expect(report).to_have_url(re.compile("#m-"), timeout=30_000)
    message = report.locator("article.msg", has_text="With files.")
    for name in ("poc.txt", "trace.bin", "shot.png"):
        expect(message.get_by_role("link", name=name, exact=True).first).to_be_visible()
    expect(message).not_to_contain_text("not-this.bin")
    with report.expect_download() as saved:
        message.get_by_role("link", name="trace.bin").click()
    assert saved.value.suggested_filename == "trace.bin"
    assert saved.value.path().read_bytes() == b"\0x" * MB
    message.get_by_text("Show the text").click()
    expect(message.locator("pre.filetext")).to_have_text("GET /../../etc/passwd")
    for _ in range(20):
        if report.get_by_role("img", name="shot.png").count():
            break
        report.wait_for_timeout(500)
        report.reload()
    picture = report.get_by_role("img", name="shot.png")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 900)
    screenshot(report, "files-sent")
    picker(report).locator("input[type=file]").set_input_files([a_file("next.txt")])
    expect(picker(report).get_by_role("button", name="Remove next.txt")).to_be_visible()
    walk = Walk()
    walk.look(report)  # leaves the page narrow and dark
    assert walk.complaints == []
    screenshot(report, "files-sent-390")


def test_an_interrupted_upload_is_tried_again(report, screenshot):
    box = picker(report)
    report.route("**/files/", lambda route: route.abort("connectionreset"))
    box.locator("input[type=file]").set_input_files([a_file("large.bin", b"\0" * 2 * MB)])
    expect(box).to_contain_text("The connection broke")
    screenshot(report, "files-interrupted")
    send(report)  # nothing is sent without its file
    expect(box).to_contain_text("A file is not attached yet")
    report.unroute("**/files/")
    box.get_by_role("button", name="Try again large.bin").click()
    expect(box.get_by_role("button", name="Remove large.bin")).to_be_visible()
    expect(box.get_by_role("button", name="Try again large.bin")).to_have_count(0)
    report.get_by_role("button", name=re.compile("^Send to")).click()
    expect(report.locator("article.msg", has_text="large.bin")).to_be_visible()


def test_what_the_portal_refuses_is_said_beside_the_file(report):
    box = picker(report)
    report.route("**/files/", lambda route: route.fulfill(status=413, json={"detail": "A file may have 100 MB at most."}))
    box.locator("input[type=file]").set_input_files([a_file("huge.bin")])
    expect(box).to_contain_text("A file may have 100 MB at most.")
    expect(box.get_by_role("button", name="Try again huge.bin")).to_have_count(0)
    box.get_by_role("button", name="Remove huge.bin").click()
    expect(box.locator(".attached li")).to_have_count(0)
    expect(box.locator("input[type=file]")).to_be_focused()


def test_everything_works_by_keyboard(report):
    report.on("filechooser", lambda chooser: None)  # from here on the browser hands choosers over; asked for beside the key it may be late
    box = picker(report)
    report.get_by_label("Your message").focus()
    for _ in range(9):
        report.keyboard.press("Tab")
        if box.locator("input[type=file]").evaluate("field => field === document.activeElement"):
            break
    expect(box.locator("input[type=file]")).to_be_focused()
    with report.expect_file_chooser() as chosen:
        report.keyboard.press("Enter")
    chosen.value.set_files([a_file("one.txt"), a_file("two.txt")])
    expect(box.get_by_role("button", name="Remove two.txt")).to_be_visible()
    expect(box.get_by_role("button", name="Remove one.txt")).to_be_visible()
    report.keyboard.press("Shift+Tab")  # the last button of the list stands before the field
    report.keyboard.press("Enter")
    expect(box.locator(".attached li")).to_have_count(1)
    expect(box.get_by_role("log")).to_contain_text("Removed")
    expect(box.locator("input[type=file]")).to_be_focused()


def test_a_file_that_waits_is_there_after_a_reload_and_can_be_dropped(report):
    box = picker(report)
    data = report.evaluate_handle("() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.txt')); return data; }")
    box.dispatch_event("dragover", {"dataTransfer": data})
    box.dispatch_event("drop", {"dataTransfer": data})
    expect(box.get_by_role("button", name="Remove dropped.txt")).to_be_visible()
    report.reload()
    expect(picker(report).get_by_role("button", name="Remove dropped.txt")).to_be_visible()
    picker(report).get_by_role("button", name="Remove dropped.txt").click()
    expect(picker(report).locator(".attached li")).to_have_count(0)
    report.reload()
    expect(picker(report).locator(".attached li")).to_have_count(0)


def test_a_report_goes_with_files_without_scripts(somebody, portal, screenshot):
    page = signed_in(somebody, portal, java_script_enabled=False)
    page.goto("/p/mailat/report/")
    picker(page).locator("input[type=file]").set_input_files([a_file("poc.txt")])
    page.get_by_role("button", name="Keep as draft").click()
    expect(picker(page).get_by_label("Leave out poc.txt")).to_be_visible()
    screenshot(page, "files-without-scripts")
    page.get_by_label("Title").fill("Path traversal")
    for field in page.locator("textarea").all():
        field.fill("As described.")
    page.get_by_label("Affected version").fill("1.4.2")
    page.get_by_role("button", name="Send the report").click()
    expect(page).to_have_url(re.compile("/receipt/$"))
    page.goto(page.url.removesuffix("receipt/"))
    expect(page.get_by_role("link", name="poc.txt")).to_be_visible()
