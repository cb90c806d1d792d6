"""A clock knows for how long it stood still: the figures leave that out, whatever stopped it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.utils.timezone import now

from intake import deadlines, periodic
from intake.deadlines import Course
from portal.calendars import Calendar
from tests import builders
from tests.intake.doing import clock, promising

T, HOUR, DAY = datetime(2026, 3, 2, 9, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)


def a_pause(begins, ends):
    return SimpleNamespace(starts_at=begins, ends_at=ends)


def test_waiting_and_pauses_add_up_and_are_not_counted_twice():
    waits = deadlines.wait(Course(due_at=T + 20 * DAY, counted_until=T), at=T + DAY)
    held = deadlines.through(waits, [a_pause(T + 2 * DAY, T + 6 * DAY)], at=T + 3 * DAY)
    still_held = deadlines.answered(held, at=T + 4 * DAY)
    gone_on = deadlines.through(still_held, [a_pause(T + 2 * DAY, T + 6 * DAY)], at=T + 7 * DAY)
    assert gone_on.stood_still == 5 * DAY
    again = deadlines.answered(deadlines.wait(gone_on, at=T + 8 * DAY), at=T + 9 * DAY)
    assert again.stood_still == 6 * DAY


def test_business_days_stand_still_for_the_time_that_passed():
    calendar = Calendar("UTC")
    waits = deadlines.wait(Course(due_at=T + 9 * DAY, counted_until=T), at=T + 2 * DAY)
    assert deadlines.answered(waits, at=T + 7 * DAY, calendar=calendar).stood_still == 5 * DAY


def test_it_is_stored(cast):
    update = {"milestone": "status_update", "latest": 7, "unit": "days", "anchor": "last_update", "recurring": True}
    promising(cast.mailat, update | {"waits_for_reporter": True})
    at = now()
    report = builders.a_report(cast.mailat, by=cast.rita, at=at)
    builders.a_team_reply(report, by=cast.bob, at=at + HOUR, waits=True)
    builders.a_reporter_reply(report, by=cast.rita, at=at + 31 * HOUR)
    running = clock(report, "status_update")
    assert (running.paused_at, running.stood_still) == (None, 30 * HOUR)
    builders.a_pause(cast.mailat, at=at + 32 * HOUR, days=1)
    for hours in (33, 57):
        periodic.sweep(at=at + hours * HOUR)
    running.refresh_from_db()
    assert (running.paused_at, running.stood_still) == (None, 54 * HOUR)
