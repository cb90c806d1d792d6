"""The timeline of a case is a chain: complete after a whole story, and broken where somebody touched it."""

import random
from datetime import timedelta

import pytest
from django.utils.timezone import now

from intake import closure, periodic, remediation, seen, triage
from intake.models import CaseEvent
from portal.keys import Keys
from portal.lib import chain
from tests import builders
from tests.intake.doing import keyed, worded

HOUR = timedelta(hours=1)


def first_break(case):
    """The number of the first event that does not follow, as a later check would read it."""
    events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    index = chain.first_break([(event.entry(), event.hash) for event in events])
    return None if index is None else index + 1


@pytest.fixture
def case(cast):
    """A case with its whole story, told in a reader's zone that is not UTC."""
    report, at = cast.report, now().astimezone()
    seen.mark([report], by=cast.bob, at=at, until={})
    builders.a_note(cast.case, by=cast.bob, at=at)
    periodic.sweep(at=at + 25 * HOUR)
    periodic.sweep(at=at + 49 * HOUR)
    builders.a_team_reply(report, by=cast.bob, at=at + 50 * HOUR)
    builders.a_reporter_reply(report, by=cast.rita, at=at + 51 * HOUR)
    case = keyed(cast.case)
    triage.set_severity(case, severity="high", by=cast.bob, at=at + 52 * HOUR)
    triage.retitle(case, title="Ünïcode — title", by=cast.bob, at=at + 52 * HOUR)
    triage.reject(case, reason="not_reproducible", by=cast.bob, at=at + 53 * HOUR, **worded())
    triage.accept(case, by=cast.bob, at=at + 54 * HOUR)
    remediation.remediate(case, by=cast.alice, at=at + 55 * HOUR, **worded())
    closure.disclose(case, by=cast.alice, at=at + 56 * HOUR, advisory_ref="MAILAT-SA-2026-0001")
    closure.close(case, by=cast.alice, at=at + 57 * HOUR)
    closure.reopen(case, by=cast.alice, at=at + 58 * HOUR)
    return case


def test_a_whole_story_is_one_chain(case):
    events = list(case.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1)) and len(events) >= 15
    assert len({event.kind for event in events}) >= 14
    assert first_break(case) is None


def test_a_change_is_found_where_it_was_made(case):
    for event in case.events.order_by("seq"):
        for change in (
            {"kind": "seen" if event.kind != "seen" else "closed"},
            {"at": event.at + timedelta(microseconds=1)},
            {"facts": {**event.facts, "severity": "low"}},
            {"commitment": "0" * 64},
            {"by": None} if event.by_id else {"by": case.participants.first()},
            {"hash": "0" * 64},
        ):
            rows = CaseEvent.objects.filter(pk=event.pk)
            kept = rows.values(*change).get()
            rows.update(**change)
            assert first_break(case) == event.seq, change
            rows.update(**kept)
    assert first_break(case) is None


def test_what_was_removed_is_missed(case):
    victim = random.Random(7).choice(list(case.events.order_by("seq")[:10]))
    victim.delete()
    assert first_break(case) == victim.seq


def test_what_was_reordered_is_found(case):
    third, fourth = case.events.get(seq=3), case.events.get(seq=4)
    for event, seq in ((third, 1003), (fourth, 3), (third, 4)):
        CaseEvent.objects.filter(pk=event.pk).update(seq=seq)
    assert first_break(case) == 3


def test_commitments_are_those_of_what_was_written(cast, case):
    report = cast.report
    received = case.events.get(kind="report_received")
    content = Keys.to(shared=[report.pk]).open(report)
    assert received.commitment == report.commitment == chain.commitment(content)
    acknowledged = case.events.get(kind="acknowledged")
    message = report.messages.order_by("at").first()
    assert acknowledged.commitment == chain.commitment(Keys.to(shared=[report.pk]).open(message))


def test_no_event_holds_prose(case):
    said = str(list(case.events.values_list("facts", flat=True)))
    assert "XSS" not in said and "looked" not in said and "title" not in said
