"""Reminders: each step of the ladder once, whatever runs at the same time or crashes. Nobody looks after the case here."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery
from intake import periodic
from intake.models import Deadline
from portal.models import Project
from tests import builders
from tests.cast import assemble
from tests.intake.doing import CANARY, clock, letters, words_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = ("deadline_near", "deadline_passed")


@pytest.fixture(autouse=True)
def _no_rotation(request):
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        Project.objects.update(assign_after_hours=None)


def reminders():
    """Which reminders were queued, and to whom."""
    rows = Delivery.objects.filter(letter__in=KINDS).select_related("recipient").order_by("made_at", "pk")
    return [(row.letter, row.recipient.display_name) for row in rows]


def to_team(letter):
    return {(letter, name) for name in ("Alice", "Bob", "Olivia")}


def test_each_step_goes_out_at_its_moment_and_once(cast):
    received, due = cast.report.received_at, 48 * HOUR
    second = timedelta(seconds=1)
    moments = [24 * HOUR - second, 24 * HOUR, 25 * HOUR, due - second, due, due + HOUR, due + DAY - second, due + DAY, due + 25 * HOUR]
    assert [periodic.sweep(at=received + after) for after in moments] == [0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert reminders()[:3] == sorted(to_team("deadline_near")) and set(reminders()[3:6]) == to_team("deadline_passed")
    assert reminders()[6:] == [("deadline_passed", "Olivia")], "a day after it was due, the owners"
    assert [(event.kind, event.facts["steps"], event.facts["audience"]) for event in cast.case.events.filter(kind__in=KINDS)] == [
        ("deadline_near", [-24 * 60], ["assignee"]),
        ("deadline_passed", [0], ["team"]),
        ("deadline_passed", [24 * 60], ["owners"]),
    ]
    row = clock(cast.report, "acknowledgement")
    assert (row.reminders, row.climbed, row.next_reminder_at) == (3, 24 * 60, row.due_at + 2 * DAY)


def test_letters_carry_reference_and_link_and_nothing_of_the_report(cast, settings):
    report = builders.a_report(cast.mailat, by=cast.rita, title=CANARY, answers={"description": CANARY, "steps": CANARY})
    builders.a_note(report.case, by=cast.bob, text=CANARY)
    at = report.received_at
    for after in (24 * HOUR, 48 * HOUR):
        periodic.sweep(at=at + after)
        letters(at + after)
    sent = [letter for letter in mail.outbox if report.case.ref in letter.subject]
    assert {letter.subject.partition(":")[0] for letter in sent} >= {"Due soon", "Overdue"}
    for letter in mail.outbox:
        assert CANARY not in words_of(letter)
    for letter in sent:
        assert f"{settings.PUBLIC_URL}/cases/{report.case.ref}/" in letter.body
        assert letter.to[0] != "rita@example.org" and report.ref not in words_of(letter)


def test_none_is_sent_for_what_was_met_or_ended(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    assert periodic.sweep(at=cast.report.received_at + 3 * DAY) == 0
    Deadline.objects.open().update(cancelled_at=now())
    assert periodic.sweep(at=now() + 90 * DAY) == 0


def test_after_an_outage_all_steps_are_taken_at_once_with_one_event_and_one_letter_each(cast):
    at = cast.report.received_at + 3 * DAY  # nothing swept for three days
    assert [periodic.sweep(at=at), periodic.sweep(at=at + HOUR)] == [1, 0]
    assert set(reminders()) == to_team("deadline_passed") and len(reminders()) == 3
    event = cast.case.events.get(kind__in=KINDS)
    assert (event.facts["steps"], event.facts["audience"]) == ([-24 * 60, 0, 24 * 60], ["assignee", "owners", "team"])


def test_one_that_was_answered_before_the_letter_left_is_dropped(cast):
    at = cast.report.received_at + 24 * HOUR
    periodic.sweep(at=at)
    builders.a_team_reply(cast.report, by=cast.bob, at=at)
    assert not [letter for letter in letters(at) if "Due soon" in letter.subject]


def test_who_left_the_team_gets_none(cast):
    at = cast.report.received_at + 24 * HOUR
    periodic.sweep(at=at)
    cast.bob.memberships.all().delete()
    assert {letter.to[0] for letter in letters(at) if "Due soon" in letter.subject} == {"alice@example.org", "olivia@example.org"}


def test_one_that_fails_is_tried_again_and_stops_no_other(cast, monkeypatch, caplog):
    assert cast.report
    at = cast.report.received_at + 3 * DAY
    near = builders.a_report(cast.mailat, by=cast.rita, at=at - 30 * HOUR)
    with monkeypatch.context() as broken:
        broken.delitem(outbox._letters, "deadline_passed")
        assert periodic.sweep(at=at) == 1
    assert "the next sweep tries again" in caplog.text
    failed = clock(cast.report, "acknowledgement")
    assert failed.reminders == 0 and not cast.case.events.filter(kind__in=KINDS).exists(), "nothing of it stays"
    assert near.case.events.filter(kind="deadline_near").count() == 1
    assert periodic.sweep(at=at) == 1
    assert set(reminders()) == to_team("deadline_near") | to_team("deadline_passed") and len(reminders()) == 6


def test_a_report_recorded_late_is_reminded_of_at_once(cast):
    at = now()
    builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=at - 9 * DAY, at=at)
    periodic.sweep(at=at)
    assert ("deadline_near", "Bob") in reminders(), "born overdue: due in a day"
    recorded = builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=at - 30 * HOUR, at=at)
    assert clock(recorded, "acknowledgement").due_at == at + 18 * HOUR
    assert periodic.sweep(at=at) == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_each_reminder_once():
    cast = assemble()
    Project.objects.update(assign_after_hours=None)
    reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(3)]
    at = reports[-1].received_at + 24 * HOUR
    start, sent = threading.Barrier(4), []

    def run():
        start.wait()
        sent.append(periodic.sweep(at=at))
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 4 and sum(sent) == 3
    assert len(reminders()) == len(set(Delivery.objects.filter(letter__in=KINDS).values_list("cause_uuid", "recipient_key"))) == 9
