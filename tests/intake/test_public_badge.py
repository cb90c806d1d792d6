"""The badge that a project can choose: it says that reports wait, since when, and nothing else; and it goes by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from intake import escalation, periodic
from portal import ladders
from portal.models import Audience, Project, When
from tests import builders

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITS = "wait longer than promised"


@pytest.fixture
def chosen(cast):
    """Mailat tells everybody 48 hours after a deadline has passed."""
    ladders.add(cast.mailat, ladders.Step(When.AFTER, 48, Audience.BADGE), by=cast.olivia, at=cast.mailat.created_at)
    periodic.sweep(at=cast.mailat.created_at)
    return cast


def shown():
    """Where it stands: on the policy page, in the list, on the picture."""
    pages = [reverse("policy", args=["mailat"]), reverse("home"), reverse("badge", args=["mailat"])]
    return [WAITS in Client().get(page).content.decode() for page in pages]


def since(cast):
    return Project.objects.get(pk=cast.mailat.pk).unread_since


def test_it_appears_at_its_step_everywhere_and_goes_with_the_answer(chosen):
    report = builders.a_report(chosen.mailat, by=chosen.rita)
    at = report.received_at
    periodic.sweep(at=at + 96 * HOUR - timedelta(seconds=1))
    assert since(chosen) is None and shown() == [False] * 3
    periodic.sweep(at=at + 96 * HOUR)
    assert since(chosen) == at + 96 * HOUR and shown() == [True] * 3
    page = Client().get(reverse("policy", args=["mailat"])).content.decode()
    assert report.ref not in page and report.case.ref not in page
    periodic.sweep(at=at + 97 * HOUR)
    builders.a_team_reply(report, by=chosen.bob, at=at + 98 * HOUR)
    periodic.sweep(at=at + 98 * HOUR)
    assert since(chosen) is None and shown() == [False] * 3


def test_it_stays_while_another_report_waits(chosen):
    first, second = (builders.a_report(chosen.mailat, by=chosen.rita) for _number in range(2))
    at = second.received_at + 96 * HOUR
    periodic.sweep(at=at)
    builders.a_team_reply(first, by=chosen.bob, at=at)
    periodic.sweep(at=at + HOUR)
    assert since(chosen) == at


def test_a_project_that_chose_none_shows_none_and_one_that_takes_it_off_neither(chosen):
    report = builders.a_report(chosen.mailat, by=chosen.rita)
    at = report.received_at + 96 * HOUR
    periodic.sweep(at=at)
    ladders.reset(chosen.mailat, by=chosen.olivia, at=at)
    periodic.sweep(at=at + HOUR)
    assert since(chosen) is None
    periodic.sweep(at=at + 30 * DAY)
    assert since(chosen) is None


def test_recorded_reports_and_addresses_that_nobody_proved_do_not_count(chosen):
    recorded = builders.a_recorded_report(chosen.mailat, by=chosen.bob)
    chosen.rita.emailaddress_set.update(verified=False)
    report = builders.a_report(chosen.mailat, by=chosen.rita)
    escalation.remind(at=max(recorded.recorded_at, report.received_at) + 30 * DAY)
    assert since(chosen) is None
