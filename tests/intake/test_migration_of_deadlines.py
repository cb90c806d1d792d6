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
