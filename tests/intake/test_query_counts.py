"""Pages ask the database the same few questions, however long their lists are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake import conversation, submission, texts
from intake.models import Message, Note
from portal.keys import Keys
from portal.lib.render import RENDERER
from tests import builders

MOST = 8


@pytest.fixture(autouse=True)
def _shared_sessions(settings):
    """Sessions from the shared cache, as where Redis runs; the embedded mode asks the database once more, for the session."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"


def statements(client, path):
    """What one request asks, with nothing left out."""
    client.get(path)  # the first look marks as seen, and fills what every process fills once
    with CaptureQueriesContext(connection) as asked:
        page = client.get(path)
    assert page.status_code == 200
    return page, [query["sql"] for query in asked.captured_queries]


def more_reports(cast, count):
    content = builders.a_content()
    return [submission.submit(cast.mailat, content=content, client_id=uuid4(), by=cast.rita, at=now()) for _number in range(count)]


def more_messages(report, case, author, noter, count):
    """Many messages and notes, sealed as the verbs seal them."""
    content, keys, at = texts.message("Thank you."), Keys.to(shared=[report.pk], internal=[case.pk]), now()
    rows = [Message(report=report, author=author, at=at + timedelta(seconds=n), client_id=uuid4(), renderer=RENDERER) for n in range(count)]
    notes = [Note(case=case, author=noter, at=at + timedelta(seconds=n), client_id=uuid4(), renderer=RENDERER) for n in range(count)]
    for row in rows + notes:
        keys.seal(row, content)
    Message.objects.bulk_create(rows)
    Note.objects.bulk_create(notes)


@pytest.mark.parametrize("who, name", [("bob", "inbox"), ("rita", "reports")])
def test_lists(cast, who, name):
    client, path = cast.client(who), reverse(name)
    more_reports(cast, 10)
    page, few = statements(client, path)
    assert page.content.decode().count("Stored XSS") == 10
    more_reports(cast, 190)
    page, many = statements(client, path)
    assert page.content.decode().count("Stored XSS") >= 25
    assert len(many) == len(few) <= MOST, "\n".join(many)


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
        counts.append((len(of_case), len(of_report)))
        assert len(of_case) <= MOST, "\n".join(of_case)
        assert len(of_report) <= MOST, "\n".join(of_report)
    assert counts[0] == counts[1]


def test_the_other_pages(cast):
    for who, path in (
        ("rita", reverse("receipt", args=[cast.report.ref])),
        ("rita", reverse("report_new", args=["mailat"])),
        ("bob", reverse("case_timeline", args=[cast.case.ref])),
        ("bob", reverse("case_move", args=[cast.case.ref, "accept"])),
        ("bob", reverse("record_report", args=["mailat"])),
    ):
        _page, asked = statements(cast.client(who), path)
        assert len(asked) <= MOST, f"{path}\n" + "\n".join(asked)
