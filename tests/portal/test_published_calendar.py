"""A published policy keeps its public holidays as they were known, and says in words how business days are counted."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from portal import policies, service_levels
from portal.models import SecurityPolicy
from portal.policies import CannotPublish
from portal.service_levels import Level

AT = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # in Berlin it is 2027 already
ANSWER = {"milestone": "acknowledgement", "latest": 2, "unit": "business_days"}


@pytest.fixture
def draft(cast):
    draft = policies.new_draft(cast.mailat, by=None, at=AT)
    draft.calendar_zone, draft.holiday_calendar = "Europe/Berlin", "DE-BY"
    draft.save()
    draft.service_levels.all().delete()
    draft.service_levels.create(**ANSWER)
    return draft


def test_the_holidays_of_ten_years_are_kept_with_their_names(draft):
    published = policies.publish(draft, by=None, at=AT)
    kept = SecurityPolicy.objects.get(pk=draft.pk).holidays
    assert kept == published.holidays and kept["2027-05-27"] == "Corpus Christi"
    assert {day[:4] for day in kept} == {str(year) for year in range(2027, 2037)}
    assert policies.calendar_of(published).add(datetime(2027, 5, 26, 10, tzinfo=UTC), 1) == datetime(2027, 5, 28, 10, tzinfo=UTC)


def test_the_year_is_that_in_which_it_comes_into_force(draft):
    draft.effective_at = datetime(2028, 7, 1, tzinfo=UTC)
    draft.save()
    assert min(policies.publish(draft, by=None, at=AT).holidays)[:4] == "2028"


def test_a_next_version_works_its_holidays_out_anew(draft):
    policies.publish(draft, by=None, at=AT)
    following = policies.new_draft(draft.project, by=None, at=AT)
    assert (following.holiday_calendar, following.holidays) == ("DE-BY", {})


def test_without_a_place_there_are_none(draft):
    draft.holiday_calendar = ""
    draft.save()
    assert policies.publish(draft, by=None, at=AT).holidays == {}


@pytest.mark.parametrize(
    "place, said", [("XX", "No public holidays are known for “XX”"), ("BV", "No public holidays of Bouvet Island are known")]
)
def test_a_place_that_nobody_knows_is_not_published(draft, place, said):
    draft.holiday_calendar = place
    draft.save()
    with pytest.raises(CannotPublish, match=said):
        policies.publish(draft, by=None, at=AT)
    assert not SecurityPolicy.objects.get(pk=draft.pk).published


def test_a_promise_that_no_clock_can_keep_is_not_published(draft):
    draft.service_levels.create(milestone="assessment", latest=3, unit="days", anchor="accepted")
    draft.service_levels.create(milestone="disclosure", latest=3, unit="days", recurring=True)
    with pytest.raises(CannotPublish) as refused:
        policies.publish(draft, by=None, at=AT)
    assert refused.value.messages == [
        "Assessment: counted after acceptance, this clock would never start. Count it from the report's arrival.",
        "Advisory: only updates come again and again. Promise this one once.",
    ]


def test_the_page_says_it_in_words(client, draft):
    draft.service_levels.create(milestone="remediation", latest=30, unit="days", anchor="accepted", waits_for_reporter=True)
    policies.publish(draft, by=None, at=draft.project.policies.get(number=1).published_at)
    page = client.get(reverse("policy", args=["mailat"])).content.decode()
    for said in (
        "A person answers within 2 business days.",
        "A fix is out within 30 days after acceptance.",
        "Business days are Monday to Friday in Europe/Berlin, without the public holidays of Germany (Bayern).",
        "The dates of these holidays were fixed when this version was published, from ",
        "These clocks stop while the team waits for an answer from you: fix.",
    ):
        assert said in page


def test_a_draft_speaks_of_its_days_without_dates_and_a_policy_in_plain_days_not_at_all(cast, draft):
    assert policies.conditions_of(draft) == [
        "Business days are Monday to Friday in Europe/Berlin, without the public holidays of Germany (Bayern)."
    ]
    assert policies.conditions_of(cast.mailat.policies.get(number=1)) == [
        "These clocks stop while the team waits for an answer from you: update, fix."
    ]


def test_without_a_zone_of_its_own_a_policy_counts_in_that_of_the_project(cast, draft):
    draft.calendar_zone, draft.project.timezone = "", "Asia/Tokyo"
    assert policies.calendar_of(draft).zone == "Asia/Tokyo"
    assert "in Asia/Tokyo" in policies.conditions_of(draft)[0]


@pytest.mark.parametrize(
    "level, said",
    [
        (Level("acknowledgement", "", "received", None, 5, "business_days"), "A person answers within 5 business days."),
        (Level("acknowledgement", "", "received", None, 1, "business_days"), "A person answers within 1 business day."),
        (Level("assessment", "", "acknowledged", 3, 5, "business_days"), "within 3 to 5 business days after the first answer."),
        (Level("disclosure", "", "fixed", None, 7, "days"), "An advisory is published within 7 days after the fix."),
        (
            Level("status_update", "", "accepted", None, 14, "days", recurring=True),
            "You hear from us again every 14 days after acceptance.",
        ),
    ],
)
def test_levels_in_words(level, said):
    assert service_levels.sentence(level).endswith(said)


def test_a_line_of_mixed_units_names_both():
    fixes = [Level("remediation", "critical", "received", 24, 48, "hours"), Level("remediation", "low", "received", 5, 30, "business_days")]
    assert "24 hours to 30 business days, by severity" in [mark.text for mark in service_levels.marks(fixes)]
    assert service_levels.as_hours(5, "business_days") == 7 * 24


def test_which_clocks_wait_is_said_by_severity_where_not_all_do():
    waits, runs = {"waits_for_reporter": True}, {}
    fixes = [
        Level("remediation", severity, "received", None, 9, "days", **facts)
        for severity, facts in [("low", waits), ("high", runs), ("medium", waits)]
    ]
    assert service_levels.waiting(fixes) == "These clocks stop while the team waits for an answer from you: fix (medium, low)."
    assert service_levels.waiting(fixes[1:2]) == ""
