"""The public page of response times: only where owners allow it, nothing of fewer than five cases, and new once a month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from intake import measures, responsiveness
from intake.models import Case, Deadline, MonthlyFigures
from portal import policies
from portal.models import Project
from tests import builders
from tests.intake.measured import a_case, a_deadline, answered

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THIS_MONTH = now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
LAST_MONTH = THIS_MONTH - 10 * DAY
SHOWN = reverse("responsiveness", args=["mailat"])


@pytest.fixture
def project(cast):
    Project.objects.filter(pk=cast.mailat.pk).update(shows_responsiveness=True)
    cast.mailat.refresh_from_db()
    return cast.mailat


def rows(project, at=None):
    """What the page says of each promise in this month: (milestone, severity, at least, kept)."""
    page = responsiveness.page(policies.in_force(project, at or now()), at=at or now())
    return [(row["milestone"], row["severity"], row["at_least"], row["kept"]) for row in page["rows"]]


def fixed(project, severity, count, *, starts_at=LAST_MONTH):
    for _number in range(count):
        a_deadline(a_case(project, at=starts_at), milestone="remediation", severity=severity, starts_at=starts_at, hours=30)


def test_there_is_none_unless_owners_allow_it(cast, client):
    assert client.get(SHOWN).status_code == 404
    Project.objects.filter(pk=cast.mailat.pk).update(shows_responsiveness=True)
    assert client.get(SHOWN).status_code == 200
    assert client.get(reverse("responsiveness", args=["mail-auth"])).status_code == 404
    assert client.get(reverse("responsiveness", args=["nobody"])).status_code == 404


def test_of_five_cases_it_shows_times_and_of_four_nothing(project):
    answered(project, (1, 2, 3, 60), starts_at=LAST_MONTH)
    assert rows(project) == []
    MonthlyFigures.objects.all().delete()
    answered(project, (5,), starts_at=LAST_MONTH)
    assert rows(project) == [("Answer", "any", 5, "80 %")]


def test_five_deadlines_of_one_case_are_one_case(project):
    case = a_case(project, at=LAST_MONTH)
    for ordinal in range(1, 8):
        a_deadline(case, milestone="status_update", starts_at=LAST_MONTH, hours=5, ordinal=ordinal)
    assert rows(project) == []


def test_what_came_due_and_was_never_met_counts(project):
    answered(project, (1, 2, 3, None, None), starts_at=LAST_MONTH)
    assert rows(project) == [("Answer", "any", 5, "60 %")]
    (row,) = MonthlyFigures.objects.get().figures["rows"]
    assert (row["median"], row["p90"]) == (None, None)  # only three were met


def test_severities_stand_apart_only_if_each_has_five_cases(project):
    for severity in ("critical", "high", "medium"):
        fixed(project, severity, 6)
    fixed(project, "low", 4)
    assert rows(project) == [("Fix", "", 20, "100 %")]  # 22; no three rows beside it from which the fourth would follow
    MonthlyFigures.objects.all().delete()
    fixed(project, "low", 1)
    assert rows(project) == [("Fix", severity, 5, "100 %") for severity in ("Critical", "High", "Medium", "Low")]


def test_a_severity_without_any_case_is_not_told_apart_either(project):
    for severity in ("high", "medium", "low"):
        fixed(project, severity, 5)
    assert rows(project) == [("Fix", "", 15, "100 %")]


def test_months_with_fewer_than_five_cases_leave_a_gap_and_none_has_a_count(project):
    first, second = LAST_MONTH, LAST_MONTH - 62 * DAY
    answered(project, (10,) * 6, starts_at=first)
    answered(project, (20,) * 4, starts_at=second)
    figures = responsiveness.of_month(project, at=now()).figures
    assert figures["months"] == {"acknowledgement": {first.date().replace(day=1).isoformat(): [10 * 3600, 10 * 3600]}}


def test_the_month_that_runs_is_not_counted(project):
    answered(project, (1,) * 9, starts_at=THIS_MONTH + HOUR)
    assert rows(project) == []


def test_nothing_changes_before_the_month_is_over(project):
    cases = answered(project, (1,) * 9, starts_at=LAST_MONTH)
    shown = rows(project)
    answered(project, (1,) * 5, starts_at=LAST_MONTH)
    Case.objects.filter(pk=cases[0].pk).update(rejection_reason="spam", verdict="rejected", verdict_at=now())
    Deadline.objects.filter(report__case=cases[1]).delete()
    assert rows(project) == shown == [("Answer", "any", 5, "100 %")]
    after = datetime.combine(measures.next_month(THIS_MONTH.date()), datetime.min.time(), tzinfo=UTC) + HOUR
    assert rows(project, at=after) == [("Answer", "any", 10, "100 %")]  # 12
    assert MonthlyFigures.objects.count() == 2


def test_a_month_begins_at_midnight_of_the_project(project):
    Project.objects.filter(pk=project.pk).update(timezone="Pacific/Kiritimati")
    project.refresh_from_db()
    found = responsiveness.of_month(project, at=datetime(2027, 3, 31, 11, tzinfo=UTC))  # 1 April, 01:00 there
    assert found.month == date(2027, 4, 1)


def test_spam_and_restricted_cases_are_left_out(project):
    spam, secret, *_others = answered(project, (1,) * 6, starts_at=LAST_MONTH)
    Case.objects.filter(pk=spam.pk).update(rejection_reason="spam", verdict="rejected", verdict_at=LAST_MONTH)
    Case.objects.filter(pk=secret.pk).update(restricted_at=LAST_MONTH)
    assert rows(project) == []


def test_other_projects_do_not_count(cast, project):
    answered(cast.mail_auth, (1,) * 6, starts_at=LAST_MONTH)
    assert rows(project) == []


def test_pauses_are_explained(project, client):
    builders.a_pause(project, at=LAST_MONTH - 3 * DAY, days=4, message="We are away, and Bob is ill.")
    html = client.get(SHOWN).content.decode()
    assert "clocks stood still." in html
    assert "Bob is ill" not in html


def test_it_is_kept_like_other_public_pages(project, client):
    answered(project, (1,) * 6, starts_at=LAST_MONTH)
    page = client.get(SHOWN)
    assert page["Cache-Control"] == "public, max-age=60"
    assert "5 or more" in page.content.decode()
    assert client.get(SHOWN, headers={"If-None-Match": page["ETag"]}).status_code == 304
    assert "style=" not in page.content.decode()


def test_it_asks_little_once_it_is_made(project, client):
    client.get(f"{SHOWN}?again")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{SHOWN}?again")
    assert len(asked) <= 3, [query["sql"] for query in asked.captured_queries]


def test_policy_and_directory_link_to_it(cast, client):
    for path in ("/", "/p/mailat/"):
        assert SHOWN not in client.get(path).content.decode()
    page = cast.client("olivia").get(reverse("responsiveness_settings", args=["mailat"]))
    assert "Nobody but your team" in page.content.decode()
    Project.objects.filter(pk=cast.mailat.pk).update(shows_responsiveness=True, changed_at=now())
    for path in ("/", "/p/mailat/"):
        assert SHOWN in client.get(path).content.decode()
