"""Quiet hours: letters that can wait do, until they end; never beyond what they are about, and never what cannot wait."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils.timezone import now
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from accounts import digests, notices, outbox
from accounts.models import Delivery, How, Kind, NoticeChoice, User
from tests import builders

PATH = "/account/letters/"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham")
HOURS = st.integers(0, 23)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    "zone, begin, end, at, expected",
    [
        ("Europe/Berlin", 22, 7, "2026-11-23T23:30+01:00", "2026-11-24T07:00+01:00"),
        ("Europe/Berlin", 22, 7, "2026-11-24T06:59+01:00", "2026-11-24T07:00+01:00"),
        ("Europe/Berlin", 22, 7, "2026-11-24T07:00+01:00", None),
        ("Europe/Berlin", 22, 7, "2026-11-24T21:59+01:00", None),
        ("Europe/Berlin", 12, 14, "2026-11-24T13:00+01:00", "2026-11-24T14:00+01:00"),
        ("Europe/Berlin", 22, 7, "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),  # the night in which an hour is left out
        ("Europe/Berlin", 22, 2, "2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00"),  # the hour at which they end is left out
        ("Europe/Berlin", 22, 7, "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),  # an hour comes twice
        ("Europe/Berlin", 22, 3, "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00"),
        ("UTC", None, None, "2026-11-24T03:00+00:00", None),
        ("UTC", 5, 5, "2026-11-24T05:00+00:00", None),
    ],
)
def test_they_end_at_an_hour_of_the_person_s_day(zone, begin, end, at, expected):
    person = SimpleNamespace(timezone=zone, quiet_from=begin, quiet_until=end)
    over = notices.quiet_end(person, datetime.fromisoformat(at))
    assert over == (expected and datetime.fromisoformat(expected))


@given(zone=st.sampled_from(ZONES), begin=HOURS, end=HOURS, at=MOMENTS)
def test_they_end_within_a_day_at_a_time_that_is_not_quiet(zone, begin, end, at):
    person = SimpleNamespace(timezone=zone, quiet_from=begin, quiet_until=end)
    over = notices.quiet_end(person, at)
    if over is None:
        assert begin == end or not _quiet(at.astimezone(ZoneInfo(zone)).hour, begin, end)
    else:
        assert at < over <= at + timedelta(hours=25) and notices.quiet_end(person, over) is None


def _quiet(hour, begin, end):
    return begin <= hour < end if begin < end else hour >= begin or hour < end


@pytest.fixture
def writer(cast):
    """Somebody to whom reminders go, and whose choices a test sets."""
    return builders.a_person("Wanda")


@with_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    quiet=st.tuples(HOURS, HOURS),
    hour=HOURS,
    how=st.sampled_from([How.AT_ONCE, How.DIGEST]),
    at=MOMENTS,
    left=st.timedeltas(timedelta(0), timedelta(days=2)),
    before=st.integers(0, 6),
    then=HOURS,
)
def test_nobody_hears_of_a_deadline_after_it(writer, zone, quiet, hour, how, at, left, before, then):
    Delivery.objects.all().delete()
    User.objects.filter(pk=writer.pk).update(timezone=zone, quiet_from=quiet[0], quiet_until=quiet[1], digest_hour=hour)
    NoticeChoice.objects.update_or_create(user=writer, kind=Kind.DEADLINES, defaults={"how": how})
    person = User.objects.get(pk=writer.pk)
    for number in range(before + 1):  # so many about one case within minutes that the next would wait for each other
        outbox.send("deadline_near", cause=UUID(int=number), to=[person], facts={"case": "MAILAT-2026-0001"}, at=at, not_after=at + left)
    rows = list(Delivery.objects.all())
    assert len(rows) == before + 1 and all(row.due_at <= at + left for row in rows)
    person.digest_hour = then
    digests.follow(person, at=at)
    assert all(row.due_at <= at + left for row in Delivery.objects.all()), "neither does a change of the choices put it off"


def test_what_can_wait_comes_in_the_morning_together_and_what_cannot_at_once(cast):
    report, rita = cast.report, cast.rita
    night = (now() + timedelta(days=1)).replace(hour=2, minute=0, second=0, microsecond=0)
    User.objects.filter(pk=rita.pk).update(quiet_from=22, quiet_until=7)
    outbox.drain(at=now())
    mail.outbox.clear()
    for _number in range(2):
        builders.a_team_reply(report, by=cast.bob, at=night)
    outbox.send("account_changed", cause=UUID(int=7), to=[User.objects.get(pk=rita.pk)], facts={"what": "password"}, at=night)
    assert digests.gather(at=night) == 0
    outbox.drain(at=night)
    assert [one.subject for one in mail.outbox if one.to == [rita.email]] == ["Your account at Parley was changed"]
    morning = night.replace(hour=7)
    assert set(Delivery.objects.filter(recipient=rita, gather=True).values_list("due_at", flat=True)) == {morning}
    assert digests.gather(at=morning) == 1
    outbox.drain(at=morning)
    assert "(2×)" in mail.outbox[-1].body


def test_a_person_chooses_them_and_takes_them_back(cast):
    rita = cast.client("rita")
    form = {"messages": "at_once", "news": "at_once", "mentions": "at_once", "hour": "8"}
    assert rita.post(PATH, {**form, "quiet_from": "22", "quiet_until": "7"}).status_code == 302
    cast.rita.refresh_from_db()
    assert (cast.rita.quiet_from, cast.rita.quiet_until) == (22, 7)
    page = rita.get(PATH)
    assert page.context["form"]["quiet_until"].value() == 7
    for wrong in ({"quiet_from": "22"}, {"quiet_from": "5", "quiet_until": "5"}, {"quiet_from": "24", "quiet_until": "7"}):
        assert rita.post(PATH, {**form, **wrong}).status_code == 422
    assert rita.post(PATH, {**form, "quiet_from": "", "quiet_until": ""}).status_code == 302
    cast.rita.refresh_from_db()
    assert (cast.rita.quiet_from, cast.rita.quiet_until) == (None, None)


def test_a_change_of_hours_puts_nothing_off(writer):
    at = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    NoticeChoice.objects.create(user=writer, kind=Kind.DEADLINES, how=How.DIGEST)
    facts = {"to": [writer], "facts": {"case": "MAILAT-2026-0001"}, "at": at, "not_after": at + timedelta(hours=4)}
    outbox.send("deadline_near", cause=UUID(int=1), **facts)
    due = Delivery.objects.get().due_at
    assert due == at + timedelta(hours=2)
    writer.digest_hour = 20
    digests.follow(writer, at=at)
    assert Delivery.objects.get().due_at == due
    writer.digest_hour = 7
    digests.follow(writer, at=at)
    assert Delivery.objects.get().due_at == at + timedelta(hours=1)
