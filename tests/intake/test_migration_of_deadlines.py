"""Deadlines from before promises could stop find the promise that they come from."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

BEFORE, AFTER = ("intake", "0001_initial"), ("intake", "0002_clocks_that_stop")


@pytest.mark.django_db(transaction=True)
def test_each_finds_the_level_of_its_milestone_and_severity():
    call_command("load_policies", verbosity=0)
    executor = MigrationExecutor(connection)
    old = executor.migrate([BEFORE, *[one for one in executor.loader.graph.leaf_nodes() if one[0] == "portal"]]).apps
    try:
        report, at = _a_report(old), now()
        clocks = old.get_model("intake", "Deadline").objects
        for milestone, severity in (("acknowledgement", ""), ("remediation", "high")):
            clocks.create(report=report, milestone=milestone, severity=severity, starts_at=at, due_at=at + timedelta(days=1))
    finally:
        executor = MigrationExecutor(connection)
        new = executor.migrate([AFTER, *executor.loader.graph.leaf_nodes()]).apps
    found = new.get_model("intake", "Deadline").objects.select_related("level").order_by("milestone")
    assert [(row.level.milestone, row.level.severity, row.level.latest) for row in found] == [
        ("acknowledgement", "", 48),
        ("remediation", "high", 14),
    ]
    assert all(row.counted_until == row.starts_at and row.paused_at is None for row in found)


def _a_report(apps):
    policy, at = apps.get_model("portal", "SecurityPolicy").objects.get(project__slug="mailat"), now()
    case = apps.get_model("intake", "Case").objects.create(
        ref="MAILAT-2026-0001", project_id=policy.project_id, year=2026, number=1, opened_at=at, sealed=b"x"
    )
    return apps.get_model("intake", "Report").objects.create(
        ref="MAILAT-R-1", case=case, policy=policy, received_at=at, recorded_at=at, client_id=case.uuid, renderer=1, sealed=b"x"
    )


LADDERLESS, LADDER = ("intake", "0007_reports_are_joined"), ("intake", "0008_assigned_restricted_extended")


@pytest.mark.django_db(transaction=True)
def test_each_goes_on_up_the_ladder_from_the_reminder_that_went_out_last():
    call_command("load_policies", verbosity=0)
    executor = MigrationExecutor(connection)
    old = executor.migrate([LADDERLESS, *[one for one in executor.loader.graph.leaf_nodes() if one[0] == "portal"]]).apps
    try:
        report, at = _a_report(old), now()
        level = report.policy.service_levels.get(milestone="acknowledgement")  # within 48 hours
        rows = [
            {"reminders": 0, "next_reminder_at": at},
            {"reminders": 1, "next_reminder_at": at},  # the one before it was due
            {"reminders": 2, "next_reminder_at": None},
            {"reminders": 1, "next_reminder_at": None},  # only the one after: nothing had swept for days
            {"reminders": 1, "next_reminder_at": None, "paused_at": at, "waiting_at": at},
            {"reminders": 2, "next_reminder_at": None, "met_at": at},
        ]
        for number, row in enumerate(rows, 1):
            facts = {
                "milestone": "acknowledgement",
                "ordinal": number,
                "starts_at": at,
                "due_at": at + timedelta(days=2),
                "counted_until": at,
            }
            old.get_model("intake", "Deadline").objects.create(report=report, level=level, **facts, **row)
    finally:
        executor = MigrationExecutor(connection)
        new = executor.migrate([LADDER, *executor.loader.graph.leaf_nodes()]).apps
    found = new.get_model("intake", "Deadline").objects.order_by("ordinal").values_list("climbed", flat=True)
    assert list(found) == [None, -24 * 60, 0, 0, -24 * 60, None]
    assert not new.get_model("portal", "Project").objects.filter(ladder_changed_at=None).exists(), "the next sweep lets them follow"
