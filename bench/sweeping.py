"""What a sweep of the deadlines costs while few, many and very many of them are open, and a thousand are due."""

import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils.timezone import now

from bench import database, people
from bench.asking import Backend
from bench.figures import Figure
from bench.filling import Filler
from intake import periodic
from intake.models import Deadline

OPEN, DUE, ROUNDS = (1_000, 100_000, 1_000_000), 1_000, 3
GROWTH = 1.3

# Open promises far ahead: spread over the reports that are there, as status updates of a long series.
MORE = """
INSERT INTO intake_deadline
    (uuid, report_id, level_id, milestone, ordinal, severity, starts_at, due_at, late, counted_until, stood_still,
     next_reminder_at, reminders)
SELECT gen_random_uuid(), report.uuid, one.level_id, 'status_update', %(first)s + series.number, '', now(), now() + interval '90 days',
    false, now(), interval '0', now() + interval '45 days' + series.number * interval '1 second', 0
FROM intake_report report JOIN intake_deadline one ON one.report_id = report.uuid AND one.milestone = 'acknowledgement',
    generate_series(1, %(each)s) series (number)
"""


def measure() -> list[Figure]:
    """Return the CPU of a thousand reminders, of a sweep with nothing to do, and how both grow with what is open."""
    gathered = people.gather()
    Filler(gathered).fill(3 * DUE)
    found, costs, idle = [], [], []
    for size in OPEN:
        _open(size)
        database.tidy_up()
        costs.append(min((_sweep_of(_fall_due) for _ in range(ROUNDS)), key=lambda cost: cost[0]))
        idle.append(min(_sweep_of(lambda: None) for _ in range(ROUNDS)))
        milliseconds, statements = costs[-1]
        note = f"{statements / DUE:.1f} statements a reminder; nothing due: {idle[-1][0]:.1f} ms, {idle[-1][1]} statements"
        found.append(Figure(f"{DUE:,} reminders, {size:,} deadlines open", None, milliseconds, "ms", None, note))
    grown = f"{OPEN[0]:,} to {OPEN[-1]:,} open deadlines"
    found.append(Figure(f"{DUE:,} reminders: growth from {grown}", None, costs[-1][0] / costs[0][0], "x", GROWTH))
    found.append(Figure(f"statements: growth from {grown}", None, costs[-1][1] / costs[0][1], "x", 1))
    return found


def _open(size):
    """Bring the number of open deadlines up to about ``size``: what is not needed is met."""
    Deadline.objects.open().update(next_reminder_at=now() + timedelta(days=30), paused_at=None, waiting_at=None, held_at=None)
    is_open, reports = Deadline.objects.open().count(), Deadline.objects.filter(milestone="acknowledgement").count()
    if is_open > size:
        spare = Deadline.objects.open().exclude(milestone="acknowledgement").values("pk")[: is_open - size]
        Deadline.objects.filter(pk__in=list(spare.values_list("pk", flat=True))).update(met_at=now(), next_reminder_at=None)
        return
    each = max(1, (size - is_open) // reports)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(ordinal), 0) FROM intake_deadline WHERE milestone = 'status_update'")
        cursor.execute(MORE, {"first": cursor.fetchone()[0], "each": each})


def _fall_due():
    """Let a thousand deadlines of as many reports be due now."""
    rows = Deadline.objects.filter(milestone="acknowledgement").order_by("pk").values_list("pk", flat=True)[:DUE]
    at = now() - timedelta(seconds=1)
    changed = Deadline.objects.filter(pk__in=list(rows)).update(
        starts_at=at - timedelta(hours=24),
        due_at=at + timedelta(hours=24),
        met_at=None,
        cancelled_at=None,
        climbed=None,
        next_reminder_at=at,
    )
    assert changed == DUE


def _sweep_of(prepare):
    """Return (milliseconds of CPU here and in the database, statements) of sweeping until nothing is due."""
    prepare()
    backend = Backend()
    with _counted() as statements:
        before, begun = backend.spent_ms(), time.process_time()
        while periodic.sweep(at=now()):
            pass
        here, there = time.process_time() - begun, backend.spent_ms() - before
    return 1000 * here + there, len(statements)


@contextmanager
def _counted():
    statements = []

    def count(execute, sql, params, many, context):
        statements.append(1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield statements
