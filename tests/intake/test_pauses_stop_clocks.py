"""A planned pause of a project stops its clocks and lets them go on, at its own instants, but for critical reports."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake import periodic, stops, triage
from intake.models import CaseEvent, Deadline
from portal import pauses
from portal.models import ProjectPause
from portal.models.policy import Severity
from tests import builders
from tests.cast import assemble
from tests.intake.doing import clock, keyed, letters, promising

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def report(cast):
    return cast.report


def kinds(report):
    return list(CaseEvent.objects.filter(report=report, kind__startswith="clocks_").order_by("seq").values_list("kind", flat=True))


def a_pause(project, *, begins, lasts, at, critical_ok=False):
    return builders.a_pause(project, at=at, begins=begins - at, days=lasts / DAY, critical_ok=critical_ok)


def test_clocks_stop_at_its_beginning_and_go_on_at_its_end_whenever_the_sweep_comes(cast, report):
    at = report.received_at
    pause = a_pause(cast.mailat, begins=at + 12 * HOUR, lasts=10 * DAY, at=at)
    periodic.sweep(at=at + 12 * HOUR - timedelta(seconds=1))
    assert kinds(report) == []
    periodic.sweep(at=at + 15 * HOUR)  # three hours late
    answer = clock(report, "acknowledgement")
    assert (answer.paused_at, answer.held_at, answer.next_reminder_at) == (pause.starts_at, pause.starts_at, None)
    case = keyed(cast.case)
    assert (case.next_due_at, case.next_milestone) == (None, "acknowledgement")
    assert periodic.sweep(at=pause.ends_at - timedelta(seconds=1)) == 0, "no reminder"
    periodic.sweep(at=pause.ends_at + 5 * HOUR)
    answer.refresh_from_db()
    assert (answer.paused_at, answer.held_at, answer.due_at) == (None, None, at + 48 * HOUR + 10 * DAY)
    assert answer.next_reminder_at == answer.due_at - DAY
    assert clock(report, "status_update").due_at == at + 17 * DAY
    assert keyed(cast.case).next_due_at == answer.due_at
    assert kinds(report) == ["clocks_stopped", "clocks_resumed"]


def test_sweeping_again_changes_nothing(cast, report):
    pause = a_pause(cast.mailat, begins=report.received_at + HOUR, lasts=DAY, at=report.received_at)
    for at in (pause.starts_at, pause.ends_at):
        assert [periodic.let_pauses_act(at=at), periodic.let_pauses_act(at=at), periodic.let_pauses_act(at=at)] == [1, 0, 0]
    assert len(kinds(report)) == 2


def test_a_pause_that_came_and_went_unseen_counts_all_the_same(cast, report):
    at = report.received_at
    a_pause(cast.mailat, begins=at + HOUR, lasts=10 * DAY, at=at)
    a_pause(cast.mailat, begins=at + 11 * DAY, lasts=2 * DAY, at=at)
    periodic.sweep(at=at + 11 * DAY + HOUR)
    assert clock(report, "acknowledgement").held_at == at + 11 * DAY
    periodic.sweep(at=at + 20 * DAY)
    assert clock(report, "acknowledgement").due_at == at + 14 * DAY


def test_only_this_project_stops(cast, report):
    other = builders.a_report(cast.mail_auth, by=cast.rita)
    a_pause(cast.mailat, begins=report.received_at, lasts=DAY, at=report.received_at)
    periodic.sweep(at=report.received_at + HOUR)
    assert kinds(report) and not kinds(other)


def test_the_critical_exception_runs_on_and_follows_the_severity(cast, report):
    at = report.received_at
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=at)
    pause = a_pause(cast.mailat, begins=at + HOUR, lasts=10 * DAY, at=at, critical_ok=True)
    periodic.sweep(at=at + 2 * HOUR)
    assert not Deadline.objects.filter(report=report, paused_at__isnull=False).exists()
    triage.set_severity(keyed(cast.case), severity=Severity.LOW, by=cast.bob, at=at + 3 * HOUR)
    periodic.sweep(at=at + 3 * HOUR)
    assert clock(report, "acknowledgement").held_at == pause.starts_at
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=at + 5 * HOUR)
    periodic.sweep(at=at + 5 * HOUR)
    assert clock(report, "acknowledgement").due_at == at + 52 * HOUR
    assert not Deadline.objects.open().filter(report=report, paused_at__isnull=False).exists()
    assert stops.out_of_step(at=at + 6 * HOUR, limit=9) == []


def test_without_the_exception_critical_ones_stop_too(cast, report):
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=report.received_at)
    a_pause(cast.mailat, begins=report.received_at + HOUR, lasts=DAY, at=report.received_at)
    periodic.sweep(at=report.received_at + 2 * HOUR)
    assert not Deadline.objects.open().filter(report=report, held_at=None).exists()


@pytest.mark.parametrize("how", ["cancelled", "deleted"])
def test_a_pause_that_is_taken_back_lets_the_clocks_go_on(cast, report, how):
    at = report.received_at
    pause = a_pause(cast.mailat, begins=at + HOUR, lasts=30 * DAY, at=at)
    periodic.sweep(at=at + HOUR)
    if how == "cancelled":
        pauses.cancel(pause, by=cast.olivia, at=at + 5 * HOUR)
    else:
        ProjectPause.objects.all().delete()
    periodic.sweep(at=at + 5 * HOUR)
    assert clock(report, "acknowledgement").due_at == at + 52 * HOUR
    assert periodic.let_pauses_act(at=at + 9 * DAY) == 0


@pytest.mark.parametrize("moved, due", [(2 * DAY, 4 * DAY), (20 * DAY, 22 * DAY)])
def test_a_pause_that_ends_earlier_or_later_than_planned_is_followed(cast, report, moved, due):
    at = report.received_at
    pause = a_pause(cast.mailat, begins=at + HOUR, lasts=10 * DAY, at=at)
    periodic.sweep(at=at + HOUR)
    facts = {"starts_at": pause.starts_at, "message": "Away.", "critical_ok": False}
    pauses.change(pause, ends_at=pause.starts_at + moved, by=cast.olivia, at=at + DAY, **facts)
    for day in range(1, 25):
        periodic.sweep(at=at + day * DAY)
    assert clock(report, "acknowledgement").due_at == at + due


def test_both_reasons_overlap_and_the_reporter_reads_both(cast, report):
    at = report.received_at
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    pause = a_pause(cast.mailat, begins=at, lasts=10 * DAY, at=at)
    periodic.sweep(at=at)
    page = cast.client("rita").get(report.get_absolute_url()).content.decode()
    assert "The team waits for an answer from you. Mailat is on a planned pause until" in page
    builders.a_reporter_reply(report, by=cast.rita, at=at + 2 * DAY)
    held = clock(report, "status_update")
    assert (held.paused_at, held.waiting_at, held.held_at) == (at, None, at)
    assert "waits for an answer" not in cast.client("rita").get(report.get_absolute_url()).content.decode()
    periodic.sweep(at=pause.ends_at)
    assert clock(report, "status_update").due_at == pause.ends_at + 7 * DAY


def test_an_answer_in_a_pause_that_the_sweep_has_not_seen_counts_no_hour_twice(cast, report):
    at = report.received_at
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    pause = a_pause(cast.mailat, begins=at + DAY, lasts=10 * DAY, at=at)
    builders.a_reporter_reply(report, by=cast.rita, at=at + 3 * DAY)
    periodic.sweep(at=at + 3 * DAY)
    assert clock(report, "status_update").held_at == at + 3 * DAY
    periodic.sweep(at=pause.ends_at)
    assert clock(report, "status_update").due_at == pause.ends_at + 7 * DAY


def test_what_was_overdue_stays_overdue(cast, report):
    at = report.received_at
    a_pause(cast.mailat, begins=at + 3 * DAY, lasts=DAY, at=at)
    periodic.sweep(at=at + 3 * DAY)
    assert clock(report, "acknowledgement").paused_at is None
    assert clock(report, "status_update").paused_at == at + 3 * DAY
    assert periodic.let_pauses_act(at=at + 3 * DAY) == 0


def test_a_reminder_that_was_on_its_way_does_not_arrive(cast, report):
    at = report.received_at + 24 * HOUR
    periodic.sweep(at=at)
    a_pause(cast.mailat, begins=at, lasts=DAY, at=at)
    periodic.sweep(at=at)
    assert not [letter for letter in letters(at) if "Due soon" in letter.subject]
    periodic.sweep(at=at + DAY)
    assert clock(report, "acknowledgement").next_reminder_at == at + 2 * DAY, "the one before has had its turn"


def test_a_report_that_is_recorded_after_a_pause_has_the_pause_counted(cast):
    at = now()
    ProjectPause.objects.create(project=cast.mailat, starts_at=at - 20 * DAY, ends_at=at - DAY, message="Away.")
    report = builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=at - 10 * DAY, at=at)
    answer = clock(report, "acknowledgement")
    assert (answer.due_at, answer.late) == (at + DAY, False)
    assert keyed(report.case).next_due_at == at + DAY


def test_a_report_that_is_recorded_in_a_pause_begins_stopped(cast):
    at = now()
    pause = builders.a_pause(cast.mailat, at=at - HOUR)
    report = builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=at - 10 * HOUR, at=at)
    answer = clock(report, "acknowledgement")
    assert (answer.held_at, answer.next_reminder_at) == (pause.starts_at, None)
    case = keyed(report.case)
    assert (case.next_due_at, case.next_milestone) == (None, "acknowledgement")
    assert "Mailat is on a planned pause until" in cast.client("bob").get(case.get_absolute_url()).content.decode()


def test_a_fix_window_that_is_set_after_a_pause_is_not_born_overdue(cast, report):
    at = report.received_at
    a_pause(cast.mailat, begins=at + HOUR, lasts=30 * DAY, at=at)
    periodic.sweep(at=at + 31 * DAY)
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=at + 31 * DAY)
    fix = clock(report, "remediation", severity="critical")
    assert (fix.due_at, fix.late) == (at + 37 * DAY, False)


def test_business_days_go_on_as_business_days(cast):
    monday = now().replace(year=2026, month=11, day=9, hour=9, minute=0, second=0, microsecond=0)
    level = {"milestone": "acknowledgement", "latest": 3, "unit": "business_days"}
    promising(cast.mailat, level, calendar_zone="UTC", at=monday - 30 * DAY)
    report = builders.a_report(cast.mailat, by=cast.rita, at=monday)  # due on Thursday
    ProjectPause.objects.create(
        project=cast.mailat, starts_at=monday + DAY, ends_at=monday + 11 * DAY, message="Away."
    )  # Tuesday to Friday
    periodic.sweep(at=monday + DAY)
    periodic.sweep(at=monday + 11 * DAY)
    assert clock(report, "acknowledgement").due_at == monday + 15 * DAY  # Tuesday


def test_pages_ask_the_database_no_more_for_it(cast, report):
    client, path, asked = cast.client("rita"), report.get_absolute_url(), []
    for stopped in (False, True):
        if stopped:
            a_pause(cast.mailat, begins=report.received_at, lasts=DAY, at=report.received_at)
            periodic.sweep(at=report.received_at)
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            page = client.get(path).content.decode()
        asked.append(len(found))
        assert ("on a planned pause until" in page) == stopped
    assert asked[0] == asked[1]


def test_the_timeline_says_it(cast, report):
    a_pause(cast.mailat, begins=report.received_at, lasts=DAY, at=report.received_at)
    periodic.sweep(at=report.received_at + HOUR)
    page = cast.client("bob").get(reverse("case_timeline", args=[cast.case.ref])).content.decode()
    assert "Clocks stopped" in page and "planned pause of the project" in page


def test_one_that_fails_stops_no_other_and_is_tried_again(cast, report, monkeypatch, caplog):
    other = builders.a_report(cast.mailat, by=cast.rita)
    a_pause(cast.mailat, begins=other.received_at, lasts=DAY, at=report.received_at)
    at, record = other.received_at + HOUR, periodic.events.record

    def breaking(case, *args, **facts):
        if case.pk == report.case_id:
            raise RuntimeError("the disk is full")
        return record(case, *args, **facts)

    with monkeypatch.context() as broken:
        broken.setattr(periodic.events, "record", breaking)
        assert periodic.let_pauses_act(at=at) == 1
    assert "the next sweep tries again" in caplog.text
    assert clock(report, "acknowledgement").paused_at is None and clock(other, "acknowledgement").paused_at
    assert periodic.let_pauses_act(at=at) == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_stop_each_clock_once():
    cast = assemble()
    reports = [builders.a_report(cast.mailat, by=cast.rita) for _number in range(3)]
    at = reports[-1].received_at
    pause = builders.a_pause(cast.mailat, at=at)
    for moment in (at + HOUR, pause.ends_at):
        start, changed = threading.Barrier(4), []

        def run(moment=moment, start=start, changed=changed):
            start.wait()
            changed.append(periodic.let_pauses_act(at=moment))
            connection.close()

        threads = [threading.Thread(target=run) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(changed) == 4 and sum(changed) == 3
    assert [kinds(report) for report in reports] == [["clocks_stopped", "clocks_resumed"]] * 3
