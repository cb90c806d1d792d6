"""While the team waits for the reporter, the clocks that wait with it stand still; the answer lets them go on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import closure, periodic, triage
from intake.models import Deadline, Report
from portal.models.policy import Severity
from tests import builders
from tests.intake.doing import clock, is_open, keyed, letters, promising, said, worded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = "waits_for_reporter"


@pytest.fixture
def report(cast):
    return cast.report


def kinds(case):
    return [event.kind for event in case.events.order_by("seq") if event.kind.startswith("clocks_")]


def test_the_question_stops_the_clocks_and_the_answer_starts_them_with_the_time_that_was_left(cast, report):
    case, at = keyed(cast.case), report.received_at + DAY
    triage.set_severity(case, severity=Severity.HIGH, by=cast.bob, at=at)
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    update, fix = clock(report, "status_update"), clock(report, "remediation", severity="high")
    assert [(row.paused_at, row.waiting_at, row.next_reminder_at) for row in (update, fix)] == [(at, at, None)] * 2
    builders.a_reporter_reply(report, by=cast.rita, at=at + 10 * DAY)
    update.refresh_from_db(), fix.refresh_from_db()
    assert (update.due_at, fix.due_at) == (at + 17 * DAY, report.received_at + 24 * DAY)
    assert fix.earliest_at == report.received_at + 17 * DAY
    assert [(row.paused_at, row.waiting_at) for row in (update, fix)] == [(None, None)] * 2
    assert update.next_reminder_at == update.due_at - 3.5 * DAY, "half-way"
    assert kinds(cast.case) == ["clocks_stopped", "clocks_resumed"]
    stopped, resumed = cast.case.events.filter(kind__startswith="clocks_").order_by("seq")
    assert (stopped.by.user, stopped.facts) == (cast.bob, {"reason": "waiting"})
    assert (resumed.by.user, resumed.facts) == (cast.rita, {"reason": "answered"})


def test_the_case_says_stopped_in_place_of_a_date(cast, report):
    builders.a_team_reply(report, by=cast.bob, waits=True)
    case = keyed(cast.case)
    assert (case.next_due_at, case.next_milestone) == (None, "status_update")
    for who, path in (("bob", reverse("inbox")), ("rita", reverse("reports")), ("bob", case.get_absolute_url())):
        page = cast.client(who).get(path).content.decode()
        assert "stopped</span>" in page and "nothing due" not in page


def test_what_does_not_wait_runs_on_and_is_what_is_due_next(cast):
    promising(
        cast.mailat,
        {"milestone": "status_update", "latest": 7, "unit": "days", "anchor": "last_update", "recurring": True, "waits_for_reporter": True},
        {"milestone": "disclosure", "latest": 90, "unit": "days"},
    )
    report = builders.a_report(cast.mailat, by=cast.rita)
    builders.a_team_reply(report, by=cast.bob, waits=True)
    case = keyed(report.case)
    assert (case.next_due_at, case.next_milestone) == (report.received_at + 90 * DAY, "disclosure")


def test_no_reminder_goes_out_for_a_stopped_clock_and_none_that_was_on_its_way_arrives(cast, report):
    at = report.received_at + HOUR
    builders.a_team_reply(report, by=cast.bob, at=at)
    periodic.sweep(at=at + 6 * DAY)
    builders.a_team_reply(report, by=cast.bob, at=at + 6 * DAY, waits=True)
    assert not [letter for letter in letters(at + 6 * DAY) if "Due soon: status update" in letter.subject]
    assert periodic.sweep(at=at + 60 * DAY) == 0
    builders.a_reporter_reply(report, by=cast.rita, at=at + 60 * DAY)
    assert [periodic.sweep(at=at + 63.5 * DAY - HOUR), periodic.sweep(at=at + 63.5 * DAY)] == [0, 1]


def test_business_days_that_were_left_are_left_again(cast):
    promising(
        cast.mailat,
        {"milestone": "assessment", "latest": 5, "unit": "business_days", "waits_for_reporter": True},
        calendar_zone="Europe/Berlin",
        at=now().replace(year=2026, month=10, day=1),
    )
    friday = now().replace(year=2026, month=11, day=6, hour=9, minute=0, second=0, microsecond=0)
    report = builders.a_report(cast.mailat, by=cast.rita, at=friday)
    assert clock(report, "assessment").due_at == friday + 7 * DAY
    builders.a_team_reply(report, by=cast.bob, at=friday + 3 * DAY, waits=True)  # Monday: four business days are left
    builders.a_reporter_reply(report, by=cast.rita, at=friday + 13 * DAY)  # Thursday
    assert clock(report, "assessment").due_at == friday + 19 * DAY  # Wednesday


def test_a_message_without_the_tick_leaves_it_and_taking_the_tick_back_ends_it(cast, report):
    at = report.received_at + HOUR
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    builders.a_team_reply(report, by=cast.bob, at=at + DAY)
    newest = clock(report, "status_update")
    assert (newest.ordinal, newest.waiting_at) == (3, at + DAY)
    builders.a_team_reply(report, by=cast.bob, at=at + 2 * DAY, waits=False)
    newest = clock(report, "status_update")
    assert (newest.ordinal, newest.waiting_at, newest.due_at) == (4, None, at + 9 * DAY)
    assert kinds(cast.case) == ["clocks_stopped", "clocks_resumed"]
    assert cast.case.events.get(kind="clocks_resumed").facts == {"reason": "taken_back"}


def test_a_fix_window_that_begins_while_the_team_waits_begins_stopped(cast, report):
    at = report.received_at + HOUR
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    triage.set_severity(keyed(cast.case), severity=Severity.HIGH, by=cast.bob, at=at + DAY)
    assert clock(report, "remediation", severity="high").waiting_at == at + DAY


def test_an_overdue_clock_does_not_stop(cast, report):
    at = report.received_at + HOUR
    triage.set_severity(keyed(cast.case), severity=Severity.CRITICAL, by=cast.bob, at=at)
    builders.a_team_reply(report, by=cast.bob, at=at + 8 * DAY, waits=True)
    fix = clock(report, "remediation", severity="critical")
    assert fix.waiting_at is None and clock(report, "status_update").waiting_at


def test_what_is_met_while_it_stands_still_is_met_in_time(cast, report):
    case, at = keyed(cast.case), report.received_at + HOUR
    triage.accept(case, by=cast.bob, at=at, **worded())
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    builders.a_team_reply(report, by=cast.bob, at=at + 30 * DAY)
    page = cast.client("bob").get(case.get_absolute_url()).content.decode()
    assert "overdue" not in page
    met = report.deadlines.filter(milestone="status_update").exclude(met_at=None).order_by("ordinal").last()
    assert met.paused_at and met.met_at > met.due_at


@pytest.mark.parametrize("end", ["reject", "close"])
def test_a_verdict_against_it_or_its_closing_ends_the_waiting(cast, report, end):
    case, at = keyed(cast.case), report.received_at + HOUR
    builders.a_team_reply(report, by=cast.bob, at=at, waits=True)
    if end == "reject":
        triage.reject(case, reason="spam", by=cast.bob, at=at, **worded())
    else:
        triage.defer(case, by=cast.bob, at=at, **worded())
        closure.close(case, by=cast.alice, at=at)
    assert Report.objects.get(pk=report.pk).waiting_at is None
    assert not Deadline.objects.open().filter(waiting_at__isnull=False).exists()


def test_nothing_is_waited_for_where_no_clock_waits(cast):
    promising(cast.mailat, {"milestone": "disclosure", "latest": 90, "unit": "days"})
    report = builders.a_report(cast.mailat, by=cast.rita)
    builders.a_team_reply(report, by=cast.bob, waits=True)
    assert Report.objects.get(pk=report.pk).waiting_at is None and kinds(report.case) == []
    assert TICK not in cast.client("bob").get(report.case.get_absolute_url()).content.decode()


def test_the_tick_on_the_form_stops_the_clocks_and_both_sides_read_why(cast, report):
    team, path = cast.client("bob"), cast.case.get_absolute_url()
    assert "We need an answer from the reporter" in team.get(path).content.decode()
    sent = said("Which version is it?", **{TICK: "on", f"initial-{TICK}": "False"})
    assert team.post(reverse("case_reply", args=[cast.case.ref, report.ref]), sent).status_code == 302
    desk = team.get(path).content.decode()
    assert "The team waits for the reporter&#x27;s answer." in desk and "Stopped since" in desk
    assert f'name="{TICK}" id="{report.ref}_{TICK}" checked' in desk
    page = cast.client("rita").get(report.get_absolute_url()).content.decode()
    assert "The team waits for an answer from you." in page and "Time left when it goes on: 7 days." in page
    assert "Your next message starts the clocks again that stand still for it." in page
    assert "until the reporter answers" in team.get(reverse("case_timeline", args=[cast.case.ref])).content.decode()
    cast.client("rita").post(reverse("report_reply", args=[report.ref]), said())
    page = cast.client("rita").get(report.get_absolute_url()).content.decode()
    assert "The team waits" not in page and "It is due later by the time for which the clock stood still." in page


def test_a_tick_that_somebody_else_made_meanwhile_is_not_taken_back_unseen(cast, report):
    team, path = cast.client("bob"), reverse("case_reply", args=[cast.case.ref, report.ref])
    builders.a_team_reply(report, by=cast.alice, waits=True)
    team.post(path, said("Thanks.", **{f"initial-{TICK}": "False"}))  # from a page that showed no tick
    assert Report.objects.get(pk=report.pk).waiting_at
    team.post(path, said("No need any more.", **{f"initial-{TICK}": "True"}))
    assert Report.objects.get(pk=report.pk).waiting_at is None


def test_a_refused_message_keeps_its_tick(cast, report):
    path = reverse("case_reply", args=[cast.case.ref, report.ref])
    page = cast.client("bob").post(path, said("", **{TICK: "on", f"initial-{TICK}": "False"}))
    assert page.status_code == 422 and f'id="{report.ref}_{TICK}" checked' in page.content.decode()
    assert Report.objects.get(pk=report.pk).waiting_at is None


def test_a_note_is_no_answer(cast, report):
    builders.a_team_reply(report, by=cast.bob, waits=True)
    builders.a_note(cast.case, by=cast.alice)
    assert is_open(clock(report, "status_update")) and clock(report, "status_update").waiting_at
