"""A promise counts from what it says: arrival, the first answer, the acceptance, the fix, the last message."""

from datetime import timedelta

import pytest

from intake import closure, remediation, triage
from intake.models import Deadline
from portal.models.policy import Severity
from tests import builders
from tests.intake.doing import clock, is_open, keyed, promising, worded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASSESSMENT = {"milestone": "assessment", "latest": 3, "unit": "days", "anchor": "acknowledged"}
FIX = {"milestone": "remediation", "latest": 10, "unit": "days", "anchor": "accepted"}
CRITICAL_FIX = {**FIX, "severity": "critical", "latest": 2}
ADVISORY = {"milestone": "disclosure", "latest": 5, "unit": "days", "anchor": "fixed"}
UPDATE = {"milestone": "status_update", "latest": 7, "unit": "days", "anchor": "last_update", "recurring": True}


def arrived(cast, *levels):
    promising(cast.mailat, *levels)
    report = builders.a_report(cast.mailat, by=cast.rita)
    return report, report.received_at


def open_clocks(report):
    return {(row.milestone, row.severity): row.due_at for row in Deadline.objects.open().filter(report=report)}


def test_arrival_starts_only_what_counts_from_it(cast):
    report, at = arrived(cast, ASSESSMENT, FIX, ADVISORY, UPDATE)
    assert open_clocks(report) == {("acknowledgement", ""): at + 2 * DAY, ("status_update", ""): at + 7 * DAY}


def test_the_first_answer_starts_what_counts_from_it_once(cast):
    report, at = arrived(cast, ASSESSMENT)
    builders.a_team_reply(report, by=cast.bob, at=at + DAY)
    builders.a_team_reply(report, by=cast.bob, at=at + 2 * DAY)
    assert open_clocks(report) == {("assessment", ""): at + 4 * DAY}
    assert report.deadlines.filter(milestone="assessment").count() == 1


def test_a_first_answer_that_is_the_assessment_starts_no_clock_for_one(cast):
    report, at = arrived(cast, ASSESSMENT)
    builders.a_team_reply(report, by=cast.bob, at=at + DAY, assessment=True)
    assert open_clocks(report) == {}


def test_a_first_answer_after_the_verdict_starts_no_assessment(cast):
    report, at = arrived(cast, ASSESSMENT)
    triage.accept(keyed(report.case), by=cast.bob, at=at + HOUR)
    builders.a_team_reply(report, by=cast.bob, at=at + DAY)
    assert open_clocks(report) == {}


def test_acceptance_starts_what_counts_from_it_also_once_the_severity_is_set(cast):
    report, at = arrived(cast, FIX, CRITICAL_FIX)
    triage.set_severity(keyed(report.case), severity=Severity.CRITICAL, by=cast.bob, at=at)
    assert clock(report, "remediation", severity="critical") is None
    triage.accept(keyed(report.case), by=cast.bob, at=at + DAY, **worded())
    assert open_clocks(report) == {("remediation", ""): at + 11 * DAY, ("remediation", "critical"): at + 3 * DAY}
    triage.set_severity(keyed(report.case), severity=Severity.LOW, by=cast.bob, at=at + 2 * DAY)
    assert open_clocks(report) == {("remediation", ""): at + 11 * DAY}
    triage.set_severity(keyed(report.case), severity=Severity.CRITICAL, by=cast.bob, at=at + 2 * DAY)
    assert clock(report, "remediation", severity="critical").due_at == at + 3 * DAY


def test_an_acceptance_after_a_verdict_against_it_counts_anew(cast):
    report, at = arrived(cast, FIX)
    triage.accept(keyed(report.case), by=cast.bob, at=at, **worded())
    triage.defer(keyed(report.case), by=cast.bob, at=at + DAY, **worded())
    assert open_clocks(report) == {}
    triage.accept(keyed(report.case), by=cast.bob, at=at + 4 * DAY)
    assert open_clocks(report) == {("remediation", ""): at + 14 * DAY}


def test_the_fix_starts_what_counts_from_it_and_not_after_the_advisory(cast):
    report, at = arrived(cast, ADVISORY)
    triage.accept(keyed(report.case), by=cast.bob, at=at, **worded())
    remediation.remediate(keyed(report.case), by=cast.bob, at=at + DAY)
    assert open_clocks(report) == {("disclosure", ""): at + 6 * DAY}
    assert keyed(report.case).next_due_at == at + 6 * DAY
    closure.disclose(keyed(report.case), by=cast.alice, at=at + 2 * DAY, advisory_ref="MAILAT-SA-2026-0001")
    assert clock(report, "disclosure").met_at == at + 2 * DAY


def test_a_fix_after_the_advisory_starts_no_advisory(cast):
    report, at = arrived(cast, ADVISORY)
    triage.accept(keyed(report.case), by=cast.bob, at=at, **worded())
    closure.disclose(keyed(report.case), by=cast.alice, at=at, advisory_ref="MAILAT-SA-2026-0001")
    remediation.remediate(keyed(report.case), by=cast.bob, at=at + DAY)
    assert not is_open(clock(report, "disclosure"))


@pytest.mark.parametrize("anchor, started", [("acknowledged", "answered"), ("accepted", "accepted"), ("fixed", "fixed")])
def test_updates_may_begin_later_and_then_follow_each_message(cast, anchor, started):
    report, at = arrived(cast, {**UPDATE, "anchor": anchor})
    assert clock(report, "status_update") is None
    builders.a_team_reply(report, by=cast.bob, at=at)
    if started != "answered":
        assert clock(report, "status_update") is None
        triage.accept(keyed(report.case), by=cast.bob, at=at)
    if started == "fixed":
        assert clock(report, "status_update") is None
        remediation.remediate(keyed(report.case), by=cast.bob, at=at)
    assert clock(report, "status_update").due_at == at + 7 * DAY
    builders.a_team_reply(report, by=cast.bob, at=at + DAY)
    assert (clock(report, "status_update").ordinal, clock(report, "status_update").due_at) == (2, at + 8 * DAY)


def test_updates_for_a_severity_run_beside_those_for_any(cast):
    report, at = arrived(cast, UPDATE, {**UPDATE, "severity": "critical", "latest": 1})
    triage.set_severity(keyed(report.case), severity=Severity.CRITICAL, by=cast.bob, at=at + 3 * DAY)
    assert open_clocks(report)["status_update", "critical"] == at + 4 * DAY, "from now on, not from the arrival"
    builders.a_team_reply(report, by=cast.bob, at=at + 3 * DAY)
    updates = {severity: due for (milestone, severity), due in open_clocks(report).items() if milestone == "status_update"}
    assert updates == {"": at + 10 * DAY, "critical": at + 4 * DAY}
    assert sorted(report.deadlines.filter(milestone="status_update").values_list("ordinal", flat=True)) == [1, 2, 3, 4]


def test_an_update_that_is_promised_once_comes_once(cast):
    report, at = arrived(cast, {**UPDATE, "recurring": False})
    builders.a_team_reply(report, by=cast.bob, at=at + DAY)
    triage.accept(keyed(report.case), by=cast.bob, at=at + 2 * DAY, **worded())
    assert not is_open(clock(report, "status_update"))


def test_the_page_says_what_a_clock_counts_from(cast):
    report, at = arrived(cast, {"milestone": "assessment", "latest": 3, "unit": "business_days", "anchor": "acknowledged"})
    builders.a_team_reply(report, by=cast.bob, at=at)
    page = cast.client("rita").get(report.get_absolute_url()).content.decode()
    assert "Mailat promises this within 3 business days after the first answer." in page
