"""Each person's mark says how far they have read: it moves to what was shown, never back, and the others see it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from intake import seen
from intake.models import SeenMark
from tests import builders
from tests.intake.talking import say

SECOND = timedelta(seconds=1)


def mark_of(report, user):
    return SeenMark.objects.filter(report=report, participant__user=user).first()


def look(cast, who, where=None, **headers):
    return unescape(cast.client(who).get((where or cast.report).get_absolute_url(), headers=headers).content.decode())


def seen_below(html, row):
    """Who has read up to this message, as the page says below it."""
    found = re.search(rf'data-under="m-{row.pk.hex}">(.*?)</p>', html, re.DOTALL)
    return re.findall(r"Seen by (\w+),", found.group(1)) if found else []


def test_who_opens_a_report_is_marked_up_to_what_they_were_shown(cast):
    rows = say(cast.report, by=cast.bob, times=[cast.report.received_at + n * SECOND for n in range(3)])
    for who in ("rita", "alice"):
        look(cast, who, cast.case if who == "alice" else None)
        mark = mark_of(cast.report, getattr(cast, who))
        assert mark.read_until == rows[-1].at and mark.read_at
    assert cast.case.events.filter(kind="seen").count() == 1, "of the team's first look only, and not of the reporter's"


def test_a_guest_has_a_mark_of_their_own(cast):
    guest = builders.a_person("Gus")
    cast.report.participants.create(user=guest, role="collaborator", joined_at=cast.report.received_at)
    say(cast.report, by=cast.bob, times=[cast.report.received_at])
    look(cast, guest)
    assert mark_of(cast.report, guest).read_until == cast.report.received_at
    assert mark_of(cast.report, cast.rita) is None
    assert not cast.case.events.filter(kind="seen").exists()


def test_a_mark_never_moves_back(cast):
    start = cast.report.received_at
    rows = say(cast.report, by=cast.bob, times=[start + n * SECOND for n in range(3)])
    look(cast, "rita")
    before = mark_of(cast.report, cast.rita)
    cast.client("rita").get(f"{cast.report.get_absolute_url()}?at={rows[0].pk}")
    cast.client("rita").post(reverse("report_read", args=[cast.report.ref]), {"until": rows[0].pk})
    seen.mark([cast.report], by=cast.rita, at=start + 9 * SECOND, until={cast.report.pk: start})
    after = mark_of(cast.report, cast.rita)
    assert (after.read_until, after.read_at) == (before.read_until, before.read_at)


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
def test_what_a_browser_fetches_ahead_was_seen_by_nobody(cast, header, purpose):
    say(cast.report, by=cast.bob, times=[cast.report.received_at])
    for who, where in (("rita", cast.report), ("bob", cast.case)):
        look(cast, who, where, **{header: purpose})
    assert not SeenMark.objects.exists() and not cast.case.events.filter(kind="seen").exists()


def test_a_form_that_came_back_marks_nothing(cast):
    say(cast.report, by=cast.bob, times=[cast.report.received_at])
    assert cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), {"text": ""}).status_code == 422
    assert not SeenMark.objects.exists()


def test_each_side_sees_below_which_message_the_other_has_stopped(cast):
    start = cast.report.received_at
    first, second = say(cast.report, by=cast.rita, role="reporter", times=[start, start + SECOND])
    look(cast, "alice", cast.case)
    [third] = say(cast.report, by=cast.rita, role="reporter", times=[start + 2 * SECOND])
    look(cast, "bob", cast.case)
    html = look(cast, "rita")
    assert [seen_below(html, row) for row in (first, second, third)] == [[], ["Alice"], ["Bob"]]
    [answer] = say(cast.report, by=cast.bob, times=[start + 3 * SECOND])
    look(cast, "rita")
    html = look(cast, "alice", cast.case)
    assert seen_below(html, answer) == ["Rita"] and seen_below(html, third) == ["Bob"], "nobody has 'seen' what they wrote themselves"
    assert "Seen by Alice" not in html, "and nobody needs to be told what they did"


def test_a_mark_on_another_page_is_not_shown_on_this_one(cast):
    row, *_rest = say(cast.report, by=cast.rita, role="reporter", times=[cast.report.received_at + n * SECOND for n in range(150)])
    say(cast.report, by=cast.bob, times=[cast.report.received_at - SECOND])
    seen.mark([cast.report], by=cast.bob, at=row.at, until={cast.report.pk: row.at})
    client, path = cast.client("rita"), cast.report.get_absolute_url()
    newest = client.get(f"{path}?from={cast.report.ref}:newest:").content.decode()
    assert "Seen by Bob" not in newest and seen_below(client.get(f"{path}?at={row.pk}").content.decode(), row) == ["Bob"]


def test_a_guest_without_history_learns_of_no_older_message(cast):
    guest, start = builders.a_person("Gus"), cast.report.received_at
    [old] = say(cast.report, by=cast.rita, role="reporter", times=[start])
    seen.mark([cast.report], by=cast.bob, at=start, until={cast.report.pk: start})
    since = start + 5 * SECOND
    cast.report.participants.create(user=guest, role="collaborator", joined_at=since, sees_from=since)
    html = look(cast, guest)
    news = cast.client(guest).get(reverse("report_news", args=[cast.report.ref])).content.decode()
    assert old.pk.hex not in html + news and "Seen by Bob" not in html + news


def test_who_reported_and_joined_the_team_since_does_not_count_as_the_team(cast):
    builders.on_team(cast.rita, cast.mailat, "triager")
    builders.a_factor(cast.rita)
    cast.client("rita").get(cast.case.get_absolute_url())
    assert not cast.case.events.filter(kind="seen").exists()
    assert mark_of(cast.report, cast.rita)
