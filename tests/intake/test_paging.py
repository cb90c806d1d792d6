"""Lists page by key: every row once, whatever is equal or missing, and a cursor that was changed begins anew."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake.models import Case, Report
from intake.paging import by_due, newest_first
from tests import builders

T = now().replace(microsecond=123456)
# Ties, and rows without a date, across the borders of every page size below.
DUES = [T, T, T, None, None, None, T + timedelta(days=1), T - timedelta(days=3), T - timedelta(days=3), None, T]


@pytest.fixture
def cases(cast):
    made = [
        Case(ref=f"MAILAT-1-{number}", project=cast.mailat, year=2026, number=number, opened_at=due or T, next_due_at=due, sealed=b"x")
        for number, due in enumerate(DUES, 1)
    ]
    Case.objects.bulk_create(made)
    return made


def walk(page_of, size):
    """All rows of all pages, and how many pages there were."""
    rows, after, pages = [], "", 0
    while pages < 30:
        page = page_of(after, size)
        rows, after, pages = rows + page.rows, page.after, pages + 1
        assert len(page.rows) <= size
        if not after:
            return rows, pages
    raise AssertionError("it never ends")


def test_by_due_every_case_stands_on_one_page(cases):
    for size in (1, 2, 3, 4, 5, 10, 11, 50):
        rows, pages = walk(lambda after, size: by_due(Case.objects.all(), after=after, size=size), size)
        assert sorted(row.ref for row in rows) == sorted(case.ref for case in cases), size
        assert pages == -(-len(DUES) // size)
        dues = [row.next_due_at for row in rows]
        dated = [due for due in dues if due]
        assert dated == sorted(dated) and dues == dated + [None] * 4, "what has no date stands last"


def test_newest_first_every_case_stands_on_one_page(cases):
    for size in (1, 2, 3, 5, 50):
        rows, _pages = walk(lambda after, size: newest_first(Case.objects.all(), field="opened_at", after=after, size=size), size)
        assert sorted(row.ref for row in rows) == sorted(case.ref for case in cases), size
        assert [row.opened_at for row in rows] == sorted((row.opened_at for row in rows), reverse=True)


def test_a_row_that_comes_or_goes_meanwhile_moves_no_other(cases):
    first = by_due(Case.objects.all(), after="", size=4)
    Case.objects.filter(pk=first.rows[-1].pk).delete()
    rest, _pages = walk(lambda after, size: by_due(Case.objects.all(), after=after or first.after, size=size), 4)
    assert {row.ref for row in first.rows} | {row.ref for row in rest} == {case.ref for case in cases}
    assert not {row.pk for row in first.rows} & {row.pk for row in rest}


def cursor(*parts):
    return urlsafe_b64encode(json.dumps(list(parts)).encode()).decode()


SOME, NOON = "0b7e3a526f0f4d389f8e2f3b8f1c5a01", "2026-11-04T12:00:00+00:00"
BAD = [
    "x",
    "é",
    "AAAA",
    "\0",
    cursor(),
    cursor(None),
    cursor(1, 2),
    cursor("soon", SOME),
    cursor("2026-11-04T10:00:00", SOME),
    cursor(NOON, "not-an-id"),
    cursor(NOON, None),
    cursor("0001-01-01T00:00:00+14:00", SOME),
    cursor("9999-12-31T23:59:59-14:00", SOME),
    urlsafe_b64encode(b"[" * 3000).decode(),
    urlsafe_b64encode(b'{"a": 1, "b": 2}').decode(),
]


def test_a_cursor_that_was_changed_begins_anew(cases):
    start = by_due(Case.objects.all(), after="", size=3).rows
    newest = newest_first(Case.objects.all(), field="opened_at", after="", size=3).rows
    for after in BAD:
        assert by_due(Case.objects.all(), after=after, size=3).rows == start, after
        assert newest_first(Case.objects.all(), field="opened_at", after=after, size=3).rows == newest, after


def refs_on(page):
    return re.findall(r'<span class="ref">([^<]+)</span>', page.content.decode())


def through(client, path):
    """All references of a list, page by page, as somebody who presses Next."""
    found, url = [], path
    for _page in range(10):
        page = client.get(url)
        assert page.status_code == 200
        found.append(refs_on(page))
        link = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        if not link:
            return found
        url = path.partition("?")[0] + link.group(1).replace("&amp;", "&")
    raise AssertionError("it never ends")


def test_inbox_and_own_reports_page_by_the_pages_own_links(cast, monkeypatch):
    monkeypatch.setattr("intake.views.team.PAGE", 2)
    monkeypatch.setattr("intake.views.reporter.PAGE", 2)
    at = now()
    reports = [builders.a_report(cast.mailat, by=cast.rita, at=at) for _number in range(5)]  # all due at the same moment
    Case.objects.filter(pk__in=[reports[0].case_id, reports[1].case_id]).update(next_due_at=None)
    inbox = through(cast.client("bob"), reverse("inbox") + "?project=mailat")
    assert [len(page) for page in inbox] == [2, 2, 1]
    assert sorted(sum(inbox, [])) == sorted(report.case.ref for report in reports)
    own = through(cast.client("rita"), reverse("reports"))
    assert [len(page) for page in own] == [2, 2, 1] and sorted(sum(own, [])) == sorted(report.ref for report in reports)
    Case.objects.update(closed_at=at)
    assert sum(through(cast.client("bob"), reverse("inbox")), []) == []
    assert len(sum(through(cast.client("bob"), reverse("inbox") + "?show=closed"), [])) == 5


def test_the_inbox_bears_any_query(cast):
    assert Report.objects.filter(pk=cast.report.pk).exists()
    client = cast.client("bob")
    for query in ("after=x", "after=%00", "project=%00", "project=mail-auth", "project=nothing", "show=%00", "show=all"):
        page = client.get(f"{reverse('inbox')}?{query}")
        assert page.status_code == 200
        assert bool(refs_on(page)) == (not query.startswith("project")), "another project's filter shows nothing"


def test_the_timeline_bears_any_query(cast):
    client, path = cast.client("bob"), reverse("case_timeline", args=[cast.case.ref])
    for before in ("x", "-1", "0", "²", "1" * 5000, "9" * 30, "%00"):
        assert client.get(f"{path}?before={before}").status_code == 200
