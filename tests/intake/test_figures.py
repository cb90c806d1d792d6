"""A team's figures: what is due, how promises were kept, who has what; only of cases that the reader may open."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake.models import Case, CaseReader
from tests.intake.measured import a_case, a_deadline, answered

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _shared_sessions(settings):
    settings.SESSION_CACHE_ALIAS = "default"


@pytest.fixture
def begun():
    """When the clocks of these tests started: ten days ago."""
    return now() - 10 * DAY


def seen(cast, who="bob", path=None, **query):
    return cast.client(who).get(path or reverse("figures"), query)


def of(page, milestone="Answer", severity="any"):
    return next(row for row in page.context["times"] if (row.milestone, row.severity) == (milestone, severity))


def test_times_by_milestone_and_severity(cast, begun):
    answered(cast.mailat, (1, 2, 3, 4, 60), starts_at=begun)
    for case, severity in ((a_case(cast.mailat), "high"), (a_case(cast.mailat), "low")):
        a_deadline(case, milestone="remediation", severity=severity, starts_at=begun, hours=24, within=100)
    overdue = a_case(cast.mailat, at=begun, next_due_at=begun + 2 * DAY, next_milestone="acknowledgement")
    a_deadline(overdue, starts_at=begun)
    page = seen(cast)
    row = of(page)
    assert (row.met, row.overdue, row.kept, row.median, row.p90) == (5, 1, "66 %", "3 h", "37 h")
    assert [(one.milestone, one.severity) for one in page.context["times"]] == [("Answer", "any"), ("Fix", "High"), ("Fix", "Low")]


def test_the_time_for_which_a_clock_stood_still_is_left_out(cast, begun):
    case, halted = a_case(cast.mailat), a_case(cast.mailat)
    a_deadline(case, starts_at=begun, hours=100, within=120, stood_still=90 * HOUR)
    a_deadline(halted, starts_at=begun, hours=100, paused_at=begun + 10 * HOUR, waiting_at=begun + 10 * HOUR)
    row = of(seen(cast))
    assert (row.median, row.p90, row.kept) == ("10 h", "10 h", "100 %")  # what is met while it stands still is met in time


def test_a_window_is_chosen_in_the_address(cast, begun):
    answered(cast.mailat, (5,), starts_at=begun)
    answered(cast.mailat, (5, 5), starts_at=begun - 200 * DAY)
    assert of(seen(cast)).met == 1
    assert of(seen(cast, days="365")).met == 3
    assert of(seen(cast, days="7; DROP")).met == 1


def test_what_is_due_when(cast):
    at = now()
    for due in (-DAY, -HOUR, 20 * DAY):
        a_case(cast.mailat, next_due_at=at + due)
    a_case(cast.mailat, next_milestone="status_update")
    a_case(cast.mailat, closed_at=at, next_due_at=at - DAY)
    due = seen(cast).context["due"]
    assert (due["late"], due["later"], due["still"], due.total()) == (2, 1, 1, 4)


def test_today_ends_at_midnight_of_the_reader(cast):
    cast.bob.timezone = "Pacific/Kiritimati"  # 14 hours ahead
    cast.bob.save()
    case = a_case(cast.mailat)
    page = seen(cast)
    here = page.context["now"].astimezone(ZoneInfo("Pacific/Kiritimati"))
    midnight = (here + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    for due, name in ((midnight - timedelta(seconds=1), "today"), (midnight + timedelta(seconds=1), "week")):
        Case.objects.filter(pk=case.pk).update(next_due_at=due)
        assert seen(cast).context["due"] == {name: 1}


def test_who_has_what_and_how_old_it_is(cast):
    at = now()
    a_case(cast.mailat, assignee=cast.bob, next_due_at=at - HOUR)
    a_case(cast.mailat, assignee=cast.bob, at=at - 40 * DAY, verdict="accepted", verdict_at=at)
    a_case(cast.mailat, at=at - 400 * DAY, verdict="rejected", verdict_at=at)
    page = seen(cast)
    load, ages = page.context["load"].rows, page.context["ages"].rows
    assert load == (("nobody yet", "1", "0"), ("Bob", "2", "1"), ("Alice", "0", "0"), ("Olivia", "0", "0"))
    assert ages[0] == ("up to 7 days", "1", "0", "0", "0", "0", "1")
    assert ages[2] == ("30 to 90 days", "0", "0", "1", "0", "0", "1")
    assert ages[4] == ("older than 180 days", "0", "0", "0", "1", "0", "1")


def test_of_one_project(cast, begun):
    answered(cast.mailat, (5,), starts_at=begun)
    answered(cast.mail_auth, (5, 5), starts_at=begun)
    cast.mail_auth.memberships.create(user=cast.bob, role="triager")
    assert of(seen(cast)).met == 3
    assert of(seen(cast, path=reverse("project_figures", args=["mailat"]))).met == 1


def test_cases_of_other_teams_are_not_counted(cast, begun):
    answered(cast.mail_auth, (5, 5), starts_at=begun)
    page = seen(cast)
    assert (page.context["times"], page.context["number_of_open"]) == ([], 0)


def test_a_restricted_case_is_counted_only_for_whom_it_names(cast, begun):
    (case,) = answered(cast.mailat, (5,), starts_at=begun)
    late = {"next_due_at": begun + DAY, "next_milestone": "assessment"}
    Case.objects.filter(pk=case.pk).update(restricted_at=begun, assignee=cast.alice, **late)
    a_deadline(case, milestone="acknowledgement", starts_at=begun, within=1, ordinal=2)
    CaseReader.objects.create(case=case, user=cast.alice, named_at=begun)
    unnamed, named = seen(cast, "bob"), seen(cast, "alice")
    assert (unnamed.context["times"], unnamed.context["number_of_open"], unnamed.context["load"]) == ([], 0, None)
    assert case.ref not in unnamed.content.decode()
    assert (of(named).met, of(named).overdue, named.context["number_of_open"]) == (1, 1, 1)


def test_the_same_number_of_questions_whatever_the_number_of_cases(cast, begun):
    client, counts = cast.client("bob"), []
    for more in (3, 30):
        for case in answered(cast.mailat, range(more), starts_at=begun):
            Case.objects.filter(pk=case.pk).update(next_due_at=begun, assignee=cast.bob)
        client.get(reverse("figures"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("figures")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 11, [query["sql"] for query in asked.captured_queries]


def test_each_chart_has_words_and_a_table(cast, begun):
    answered(cast.mailat, (5, 6), starts_at=begun)
    html = seen(cast).content.decode()
    charts = html.count('role="img"')
    assert charts == 3 == html.count("As a table") == html.count("<desc")
    assert "style=" not in html
