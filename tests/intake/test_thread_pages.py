"""A long conversation pages by key: every message on one page, whatever came at the same time, each report for itself."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import thread_pages
from intake.models import Message, Report, SeenMark
from tests import builders
from tests.intake.doing import said
from tests.intake.talking import note_down, say

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(thread_pages, "PAGE", 10)
    monkeypatch.setattr(thread_pages, "READ", 3)


def page(client, path):
    return unescape(client.get(path).content.decode())


def messages_on(html, text="said"):
    return re.findall(rf"{text}-\d{{3}}", html)


def link(html, rel, thread=""):
    found = re.search(rf'href="(\?from=[^"]*#thread-{thread}[^"]*)" rel="{rel}"', html)
    return found and found.group(1).partition("#")[0]


def walk(client, path, rel, thread=""):
    """The messages of all pages that a link leads to, one list for each page."""
    pages, query = [], ""
    while query is not None and len(pages) < 40:
        html = page(client, path + query)
        pages.append(messages_on(html))
        query = link(html, rel, thread)
    return pages


def read_all(report, user, until):
    mark = SeenMark.objects.get_or_create(participant=report.participants.get(user=user), report=report, defaults={"at": until})[0]
    SeenMark.objects.filter(pk=mark.pk).update(read_until=until, read_at=until)


@pytest.mark.parametrize("step", [SECOND, timedelta(0)], ids=["in turn", "all at once"])
def test_every_message_stands_on_one_page_also_of_equal_times(cast, step):
    start = cast.report.received_at
    say(cast.report, by=cast.bob, times=[start + n * step for n in range(37)])
    read_all(cast.report, cast.rita, start + 100 * SECOND)
    pages = walk(cast.client("rita"), cast.report.get_absolute_url(), "prev")
    assert [len(one) for one in pages] == [10, 10, 10, 7]
    everything = [text for one in reversed(pages) for text in one]
    assert sorted(everything) == [f"said-{n:03d}" for n in range(37)], "none twice, none left out"
    if step:
        assert everything == sorted(everything)


def test_later_leads_back_over_the_same_messages(cast):
    start = cast.report.received_at
    rows = say(cast.report, by=cast.bob, times=[start + n // 4 * SECOND for n in range(37)])
    client, path = cast.client("rita"), cast.report.get_absolute_url()
    first = page(client, f"{path}?at={min(rows, key=lambda row: (row.at, row.pk)).pk}")
    seen, query = messages_on(first), link(first, "next")
    while query:
        html = page(client, path + query)
        seen += messages_on(html)
        query = link(html, "next")
    assert len(seen) == 37 and len(set(seen)) == 37


def test_a_page_opens_around_what_is_new(cast):
    start = cast.report.received_at
    say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(30)])
    read_all(cast.report, cast.rita, start + 14 * SECOND)
    client, path = cast.client("rita"), cast.report.get_absolute_url()
    html = page(client, path)
    assert messages_on(html) == [f"said-{n:03d}" for n in range(12, 22)], "three that were read, then what is new"
    before, _divider, after = html.partition("New since your last visit")
    assert messages_on(before)[-1] == "said-014" and messages_on(after)[0] == "said-015"
    assert "7 new messages" in html
    assert "New since your last visit" in page(client, path), "the rest is still new"
    assert messages_on(page(client, path)) == [f"said-{n:03d}" for n in range(26, 30)]
    newest = re.search(r'href="(\?[^"]*newest[^"#]*)', html).group(1)
    assert messages_on(page(client, path + newest)) == [f"said-{n:03d}" for n in range(20, 30)]
    assert "New since" not in page(client, path) and messages_on(page(client, path))[-1] == "said-029"


def test_two_reports_of_a_case_page_each_for_itself(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    Report.objects.filter(pk=other.pk).update(case=cast.case)
    start = cast.report.received_at
    say(cast.report, by=cast.rita, role="reporter", times=[start + n * SECOND for n in range(25)], text="said")
    say(other, by=cast.charlie, role="reporter", times=[start + n * SECOND for n in range(25)], text="told")
    client, path = cast.client("bob"), cast.case.get_absolute_url()
    for report in (cast.report, other):
        say(report, by=cast.bob, times=[start], text="answered")
        read_all(report, cast.bob, start + 100 * SECOND)
    html = page(client, path)
    newest = [f"{n:03d}" for n in range(15, 25)]
    assert messages_on(html) == [f"said-{n}" for n in newest] and messages_on(html, "told") == [f"told-{n}" for n in newest]
    html = page(client, path + link(html, "prev", cast.report.ref))
    assert messages_on(html)[-1] == "said-014" and messages_on(html, "told")[-1] == "told-024", "the other stays where it was"
    html = page(client, path + link(html, "prev", other.ref))
    assert messages_on(html)[-1] == "said-014" and messages_on(html, "told")[-1] == "told-014", "both are remembered"


def test_notes_page_too(cast):
    note_down(cast.case, by=cast.bob, times=[cast.case.opened_at + n * SECOND for n in range(25)])
    client, path = cast.client("bob"), cast.case.get_absolute_url()
    pages, query = [], ""
    while query is not None:
        html = page(client, path + query)
        pages.append(messages_on(html, "noted"))
        query = link(html, "prev", "notes")
    assert [len(one) for one in pages] == [10, 10, 5] and len({text for one in pages for text in one}) == 25
    wanted = cast.case.notes.order_by("at").first()
    assert f'id="m-{wanted.pk.hex}"' in page(client, f"{path}?at={wanted.pk}")


def test_a_reply_to_a_message_on_another_page_says_whom_it_answers_and_leads_there(cast):
    start = cast.report.received_at
    rows = say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(30)])
    say(cast.report, by=cast.rita, role="reporter", times=[start + 60 * SECOND], text="mine", parent=rows[2])
    read_all(cast.report, cast.rita, start + 100 * SECOND)
    client, path = cast.client("rita"), cast.report.get_absolute_url()
    html = page(client, path)
    assert "mine-000" in html and "said-002" not in html
    to = re.search(r'href="(\?at=[^"]*)">answers Bob', html).group(1)
    assert to == f"?at={rows[2].pk}#m-{rows[2].pk.hex}"
    there = page(client, path + to.partition("#")[0])
    assert f'id="m-{rows[2].pk.hex}"' in there


def test_to_answer_a_message_of_an_earlier_page_opens_the_page_with_it(cast):
    start = cast.report.received_at
    rows = say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(30)])
    read_all(cast.report, cast.rita, start + 100 * SECOND)
    html = page(cast.client("rita"), f"{cast.report.get_absolute_url()}?answer={rows[1].pk}")
    assert "Answers the message of Bob" in html and "said-001" in html
    form = said(text="To the old one", parent=str(rows[1].pk))
    assert cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), form).status_code == 302


def test_a_guest_without_history_pages_over_what_came_since(cast):
    start, guest = cast.report.received_at, builders.a_person("Gus")
    rows = say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(30)])
    say(cast.report, by=cast.bob, times=[start + 40 * SECOND], text="answer", parent=rows[0])
    since = start + 12 * SECOND
    cast.report.participants.create(user=guest, role="collaborator", joined_at=since, sees_from=since)
    client, path = cast.client(guest), cast.report.get_absolute_url()
    html = page(client, f"{path}?at={rows[15].pk}")
    assert messages_on(html)[0] == "said-012" and link(html, "prev") is None
    for query in ("", f"?at={rows[3].pk}", f"?answer={rows[3].pk}"):
        html = page(client, path + query)
        assert messages_on(html)[0] >= "said-012" and "cannot be opened" not in html
        assert "Answers the message" not in html
    assert "a message from before you joined" in page(client, f"{path}?from={cast.report.ref}:newest:")
    assert str(rows[0].pk) not in page(client, f"{path}?from={cast.report.ref}:newest:")


def test_a_link_that_was_changed_breaks_nothing(cast):
    say(cast.report, by=cast.bob, times=[cast.report.received_at])
    ref, path = cast.report.ref, cast.report.get_absolute_url()
    client = cast.client("rita")
    wrong = [
        "x",
        ref,
        f"{ref}:",
        f"{ref}:before:",
        f"{ref}:before:x",
        f"{ref}:nothing:x",
        f"{ref}:at:W251bGwsbnVsbF0=",
        "%00",
        f"{ref}:after:%00",
    ]
    for value in wrong:
        assert "said-000" in page(client, f"{path}?from={value}"), value
    for value in ("x", "%00", "00000000-0000-0000-0000-000000000000", "9" * 500):
        for name in ("at", "answer", "quote"):
            assert client.get(f"{path}?{name}={value}").status_code == 200
    assert client.get(f"{path}?" + "&".join(["from=x"] * 500)).status_code == 200


def test_the_ends_of_time_are_places_too(cast):
    say(cast.report, by=cast.bob, times=[cast.report.received_at])
    row = cast.report.messages.get()
    for pivot in ((thread_pages.NEVER, row.pk), (thread_pages.ALWAYS, thread_pages.LAST)):
        for kind in ("before", "after", "at"):
            address = thread_pages.address((), cast.report.ref, kind, pivot)
            assert cast.client("rita").get(cast.report.get_absolute_url() + address).status_code == 200


def test_a_long_conversation_costs_no_more_than_a_short_one(cast, caplog):
    start, client, path, asked = cast.report.received_at, cast.client("rita"), cast.report.get_absolute_url(), []
    for count in (20, 200):
        rows = say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(count)])
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{path}?from={cast.report.ref}:newest:")
        asked.append(len([one for one in queries if one["sql"].startswith("SELECT")]))
    assert asked[0] == asked[1]
    # What does not stand on the page is not opened: else the log would tell of these.
    Message.objects.exclude(pk__in=[row.pk for row in rows[-10:]]).update(sealed=b"damaged")
    html = page(client, f"{path}?from={cast.report.ref}:newest:")
    assert messages_on(html) == [f"said-{n:03d}" for n in range(190, 200)] and "parley.keys" not in caplog.text
    assert "cannot be opened" in page(client, f"{path}?at={rows[50].pk}") and "parley.keys" in caplog.text
