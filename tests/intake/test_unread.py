"""Lists say how much is new to a person; their own words never are."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake.models import Message, SeenMark
from tests import builders
from tests.intake.talking import say

SECOND = timedelta(seconds=1)


def news_in(cast, who, name):
    """What the list says of the one row: the number as seen and as read aloud."""
    page = cast.client(who).get(reverse(name)).content.decode()
    found = re.search(r'<span class="new"><span aria-hidden="true">(\d+)</span><span class="visually-hidden">(.*?)</span>', page)
    return (int(found.group(1)), found.group(2)) if found else (0, "")


def test_the_inbox_counts_a_report_that_was_never_opened_and_what_came_since(cast):
    assert cast.report
    assert news_in(cast, "bob", "inbox") == (1, "1 new message"), "the report itself"
    cast.client("bob").get(cast.case.get_absolute_url())
    assert news_in(cast, "bob", "inbox") == (0, "")
    assert news_in(cast, "alice", "inbox")[0] == 1, "each for themself"
    builders.a_reporter_reply(cast.report, by=cast.rita)
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert news_in(cast, "bob", "inbox") == (2, "2 new messages")
    assert news_in(cast, "alice", "inbox")[0] == 3
    cast.client("bob").get(cast.case.get_absolute_url())
    assert news_in(cast, "bob", "inbox")[0] == 0


def test_the_reporters_list_counts_what_others_wrote(cast):
    assert cast.report
    assert news_in(cast, "rita", "reports")[0] == 0, "their own report is not new to them"
    builders.a_team_reply(cast.report, by=cast.bob)
    assert news_in(cast, "rita", "reports") == (1, "1 new message")
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert news_in(cast, "rita", "reports")[0] == 1, "to write is not to have read"
    cast.client("rita").get(cast.report.get_absolute_url())
    assert news_in(cast, "rita", "reports")[0] == 0


def test_ones_own_words_are_never_new(cast):
    cast.client("bob").get(cast.case.get_absolute_url())
    builders.a_team_reply(cast.report, by=cast.bob)
    assert news_in(cast, "bob", "inbox")[0] == 0
    assert news_in(cast, "alice", "inbox")[0] == 2, "but to a colleague they are"


def test_what_was_retracted_is_not_new(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    Message.objects.update(retracted_at=now(), sealed=b"")
    assert news_in(cast, "rita", "reports")[0] == 0


@pytest.mark.parametrize("with_history", [True, False])
def test_to_a_guest_new_is_what_they_may_read(cast, with_history):
    guest, start = builders.a_person("Gus"), cast.report.received_at
    say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(3)])
    since = start + 2 * SECOND
    cast.report.participants.create(user=guest, role="collaborator", joined_at=since, sees_from=None if with_history else since)
    assert news_in(cast, guest, "reports")[0] == (4 if with_history else 1), "with history: the report and all messages"


def test_a_case_counts_all_its_reports(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    type(other).objects.filter(pk=other.pk).update(case=cast.case)
    cast.client("bob").get(cast.case.get_absolute_url())
    for report, by in ((cast.report, cast.rita), (other, cast.charlie)):
        builders.a_reporter_reply(report, by=by)
    page = cast.client("bob").get(reverse("inbox")).content.decode()
    assert "2 new messages" in page


def test_to_count_takes_one_query_whatever_there_is(cast):
    counts = []
    for more in (1, 6):
        for _number in range(more):
            report = builders.a_report(cast.mailat, by=cast.rita)
            say(report, by=cast.bob, times=[report.received_at + n * SECOND for n in range(3)])
        for who, name in (("rita", "reports"), ("alice", "inbox")):
            client = cast.client(who)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(name))
            counting = [one["sql"] for one in asked if "intake_seenmark" in one["sql"] and "COUNT(" in one["sql"]]
            assert len(counting) == 1
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert not SeenMark.objects.exists(), "a list marks nothing as read"
