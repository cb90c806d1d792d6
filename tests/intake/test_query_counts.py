"""Pages ask the database the same few questions, however long their lists are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake import conversation, drafts, texts
from intake.models import Case, Message, Note, Participant, Report
from portal.keys import Keys, Purpose, create
from portal.lib.render import RENDERER
from tests import builders

# Each page with its session's user, and the second factor (or whether one is owed).
LISTS, OF_CASE, OF_REPORT, WITH_DRAFTS = 6, 11, 10, 1  # of a report that was answered 9: nobody need be told whom else to write to
OTHERS = 8


@pytest.fixture(autouse=True)
def _shared_sessions(settings):
    """Sessions from the shared cache, as where Redis runs; the embedded mode asks the database once more, for the session."""
    settings.SESSION_CACHE_ALIAS = "default"


def statements(client, path):
    """What one request asks, with nothing left out."""
    client.get(path)  # the first look marks as seen, and fills what every process fills once
    with CaptureQueriesContext(connection) as asked:
        page = client.get(path)
    assert page.status_code == 200
    return page, [query["sql"] for query in asked.captured_queries]


def more_reports(cast, count):
    """Many reports of Rita's, sealed as the verbs seal them, without their clocks and letters."""
    content, at, first = builders.a_content(), now(), Case.objects.count() + 1
    where = {"policy": cast.mailat.policies.get(), "received_at": at, "recorded_at": at, "submitted_by": cast.rita, "renderer": RENDERER}
    cases, reports = [], []
    for number in range(first, first + count):
        case = Case(ref=f"MAILAT-2026-{number:04d}", project=cast.mailat, year=2026, number=number, opened_at=at, next_due_at=at)
        report = Report(ref=f"MAILAT-R-{number:08d}", case=case, client_id=uuid4(), **where)
        create((case.pk, Purpose.INTERNAL), (report.pk, Purpose.SHARED))
        keys = Keys.to(shared=[report.pk], internal=[case.pk])
        keys.seal(case, content)
        keys.seal(report, content)
        cases.append(case)
        reports.append(report)
    Case.objects.bulk_create(cases)
    Report.objects.bulk_create(reports)
    Participant.objects.bulk_create(Participant(report=report, user=cast.rita, role="reporter", joined_at=at) for report in reports)


def more_messages(report, case, author, noter, count):
    """Many messages and notes, sealed as the verbs seal them."""
    content, keys, at = texts.message("Thank you."), Keys.to(shared=[report.pk], internal=[case.pk]), now()
    rows = [Message(report=report, author=author, at=at + timedelta(seconds=n), client_id=uuid4(), renderer=RENDERER) for n in range(count)]
    notes = [Note(case=case, author=noter, at=at + timedelta(seconds=n), client_id=uuid4(), renderer=RENDERER) for n in range(count)]
    for row in rows + notes:
        keys.seal(row, content)
    Message.objects.bulk_create(rows)
    Note.objects.bulk_create(notes)


def test_lists(cast):
    lists = [(cast.client("bob"), reverse("inbox"), 50), (cast.client("rita"), reverse("reports"), 25)]
    counts = []
    for more in (10, 190):
        more_reports(cast, more)
        counts.append([])
        for client, path, most in lists:
            page, asked = statements(client, path)
            assert page.content.decode().count("Stored XSS") == min(more, most)
            counts[-1].append(len(asked))
            assert len(asked) == LISTS, "\n".join(asked)
    assert counts[0] == counts[1]


def test_case_and_report(cast):
    report, case, at = cast.report, cast.case, now()
    author = conversation.participant(report, by=cast.bob, role="team", at=at)
    noter = conversation.participant_of_case(case, by=cast.bob, at=at)
    team, reporter = cast.client("bob"), cast.client("rita")
    counts = []
    for count in (10, 190):
        more_messages(report, case, author, noter, count)
        page, of_case = statements(team, case.get_absolute_url())
        assert page.content.decode().count("Thank you.") == min(2 * count, 200)
        _page, of_report = statements(reporter, report.get_absolute_url())
        of_report = [asked for asked in of_report if not asked.startswith("UPDATE")]  # each page of what is new moves the mark on
        counts.append((len(of_case), len(of_report)))
        assert len(of_case) == OF_CASE, "\n".join(of_case)
        assert len(of_report) == OF_REPORT, "\n".join(of_report)
    assert counts[0] == counts[1]


def test_drafts_with_files_cost_one_statement_more(cast):
    team, path = cast.client("bob"), cast.case.get_absolute_url()
    at, keys = now(), Keys.to(shared=[cast.report.pk], internal=[cast.case.pk])
    cast.report.keys = cast.case.keys = keys
    for place in ({"report": cast.report}, {"case": cast.case}):
        drafts.start(cast.bob, at=at, **place)
    _page, asked = statements(team, path)
    assert len(asked) == OF_CASE + WITH_DRAFTS, "\n".join(asked)


def test_a_question_of_an_open_page_that_shows_all(cast):
    for who, page, news, most in (
        ("bob", cast.case.get_absolute_url(), reverse("case_news", args=[cast.case.ref]), 3),
        ("rita", cast.report.get_absolute_url(), reverse("report_news", args=[cast.report.ref]), 3),
    ):
        client = cast.client(who)
        client.get(page)
        stamp = client.get(page).context["stamp"]
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(news, {"stamp": str(stamp)})
        assert (answer.status_code, len(asked.captured_queries)) == (204, most), [query["sql"] for query in asked.captured_queries]


def test_the_other_pages(cast):
    for who, path in (
        ("rita", reverse("receipt", args=[cast.report.ref])),
        ("rita", reverse("report_new", args=["mailat"])),
        ("bob", reverse("case_timeline", args=[cast.case.ref])),
        ("bob", reverse("case_move", args=[cast.case.ref, "accept"])),
        ("bob", reverse("record_report", args=["mailat"])),
    ):
        _page, asked = statements(cast.client(who), path)
        assert len(asked) <= OTHERS, f"{path}\n" + "\n".join(asked)
