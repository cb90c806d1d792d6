"""When somebody of a team is away, in their own time zone, and who takes cases in turn."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import absences
from portal.models import Absence, Membership
from tests import builders

DAY = timedelta(days=1)
CHRISTMAS = {"starts_on": date(2026, 12, 24), "ends_on": date(2026, 12, 26)}


@pytest.mark.parametrize(
    "zone, hour, day, away",
    [
        ("UTC", 0, 24, True),
        ("UTC", 23, 26, True),
        ("UTC", 23, 23, False),
        ("Pacific/Auckland", 11, 23, True),  # it is the 24th there already
        ("Pacific/Auckland", 11, 26, False),
        ("America/Los_Angeles", 7, 24, False),
        ("America/Los_Angeles", 7, 27, True),
    ],
)
def test_days_are_those_of_the_person(cast, zone, hour, day, away):
    cast.bob.timezone = zone
    Absence.objects.create(user=cast.bob, **CHRISTMAS)
    at = datetime(2026, 12, day, hour, 30, tzinfo=UTC)
    assert absences.until_of([cast.alice, cast.bob], at=at) == ({cast.bob.pk: date(2026, 12, 26)} if away else {})


@pytest.mark.parametrize(
    "facts",
    [
        {"starts_on": date(2026, 12, 26), "ends_on": date(2026, 12, 24)},
        {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2)},
        {"starts_on": date(2026, 12, 1), "ends_on": date(2028, 12, 2)},
    ],
)
def test_times_that_cannot_be(cast, facts):
    with pytest.raises(absences.CannotBeAway):
        absences.add(cast.bob, **facts, at=datetime(2026, 11, 1, tzinfo=UTC))


def test_the_page_adds_and_takes_back_and_the_team_sees_it(cast):
    bob, page, today = cast.client("bob"), reverse("absences"), now().date()
    last = today + 3 * DAY
    assert bob.post(page, {"starts_on": f"{today}", "ends_on": f"{last}"}).status_code == 302
    assert bob.post(page, {"starts_on": f"{last}", "ends_on": f"{today}"}).status_code == 422
    absence = Absence.objects.get()
    assert "away until" in cast.client("alice").get(reverse("team", args=["mailat"])).content.decode()
    assert cast.client("alice").post(reverse("absence_remove", args=[absence.pk])).status_code == 404
    assert bob.post(reverse("absence_remove", args=[absence.pk])).status_code == 302
    assert not Absence.objects.exists()


def test_turns_are_changed_by_oneself_and_by_owners(cast):
    url = reverse("team_turns", args=["mailat", cast.bob.uuid])
    for who, takes, status, after in (("bob", "no", 302, False), ("alice", "yes", 403, False), ("olivia", "yes", 302, True)):
        assert cast.client(who).post(url, {"takes": takes}).status_code == status
        assert Membership.objects.get(user=cast.bob).takes_cases is after
    assert AuditEvent.objects.filter(kind="team.turns_changed").count() == 2


def test_the_team_page_asks_no_more_for_more_people(cast, django_assert_max_num_queries):
    client, url = cast.client("olivia"), reverse("team", args=["mailat"])
    for number in range(20):
        builders.on_team(builders.a_person(f"Member-{number}"), cast.mailat, "triager")
    client.get(url)
    with django_assert_max_num_queries(20):
        client.get(url)
