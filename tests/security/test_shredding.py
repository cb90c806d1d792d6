"""Destroyed keys are gone: in other processes at once, in the files of the database after the purge; in a backup not, as documented."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.timezone import now

from intake import closure, erasure, triage
from intake.models import Case, CaseEvent, Report
from portal import shredding
from portal.keys import Keys
from portal.models import Keyset
from tests import builders
from tests.cast import assemble
from tests.intake.doing import keyed, worded

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)

READS = """
import json, sys, django
django.setup()
from intake.models import Report
from portal.keys import Keys
from portal.lib.crypto import DecryptError
for line in sys.stdin:
    report = Report.objects.get(ref=line.strip())
    try:
        found = Keys.to(shared=[report.pk]).open(report)["title"]
    except DecryptError as refused:
        found = f"refused: {refused}"
    print(json.dumps(found), flush=True)
"""

DIES = """
import os, signal, sys, django
django.setup()
from datetime import datetime
from django.db import connection
from intake import erasure

def power_fails(execute, sql, params, many, context):
    if sys.argv[1] in sql:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(power_fails):
    erasure.sweep(at=datetime.fromisoformat(sys.argv[2]))
"""


def another_process(program, *arguments):
    """A process of its own on the database of the tests, with the same ring."""
    known = connection.settings_dict
    where = f"sqlite:///{known['NAME']}"
    if connection.vendor == "postgresql":
        where = f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"
    facts = {"DATABASE_URL": where, "PARLEY_RING": settings.KEY_RING, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment = {**os.environ, **facts, "PARLEY_DATA": str(settings.DATA_DIR)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", program, *arguments], env=environment, cwd=settings.BASE_DIR, **pipes)


def on_disk() -> bytes:
    """What the files of the running database hold of the table of keys, the write-ahead log of SQLite included."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return b"".join(path.read_bytes() for path in sorted(settings.DATA_DIR.glob("*.sqlite3*")) if str(path).startswith(name))
    try:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s))", [Keyset._meta.db_table])
            return bytes(cursor.fetchone()[0])
    except DatabaseError:
        pytest.skip("this database role may not read the server's files")


def purged():
    """Purge until it is done: other databases of the same server may be at work. Say of how many cases."""
    waiting = Case.objects.filter(erased_at__isnull=False, purged_at=None)
    tries = (erasure.purge(at=now() + WEEK) for _try in range(60) if waiting.exists())
    return next((count for count in tries if count), 0)


def scene(*, cases=6):
    """Closed cases whose erasure is decided, every second one, among others that stay."""
    cast = assemble()
    going = []
    for number in range(cases):
        report = builders.a_report(cast.mailat, by=cast.rita)
        triage.reject(keyed(report.case), reason="spam", by=cast.alice, at=now(), **worded())
        closure.close(keyed(report.case), by=cast.alice, at=now())
        if number % 2:
            erasure.decide(keyed(report.case), by=cast.olivia, at=now())
            going.append(report)
    scopes = [scope for report in going for scope in (report.pk, report.case_id)]
    wrapped = [bytes(one) for one in Keyset.objects.filter(scope_uuid__in=scopes).values_list("wrapped", flat=True)]
    assert len(wrapped) == cases
    return cast, going, wrapped


def parts(wrapped):
    """The secret part of wrapped keysets, whole and in pieces: what is left of half of one counts too."""
    return [one[start : start + 24] for one in wrapped for start in range(40, len(one) - 24, 24)]


def test_another_process_cannot_open_it_at_once():
    _cast, (report, *_others), _wrapped = scene()
    with another_process(READS) as reader:

        def read():
            reader.stdin.write(f"{report.ref}\n")
            reader.stdin.flush()
            return json.loads(reader.stdout.readline())

        assert read() == "Stored XSS in the inbox preview"
        erasure.sweep(at=now() + WEEK)
        assert read().startswith("refused: The key for shared")


def test_the_files_of_the_database_hold_nothing_of_the_keys_after_the_purge():
    _cast, going, wrapped = scene()
    assert any(part in on_disk() for part in parts(wrapped)), "the search finds what is there"
    assert erasure.sweep(at=now() + WEEK) == len(going)
    assert purged() or not Case.objects.filter(erased_at__isnull=False, purged_at=None).exists()
    held = on_disk()
    assert not [part for part in parts(wrapped) if part in held]
    assert Case.objects.filter(erased_at__isnull=False, purged_at__isnull=False).count() == len(going)
    assert Keyset.objects.count() == len(wrapped), "those of the others are where they were"
    other = Report.objects.filter(case__erased_at=None).first()
    assert Keys.to(shared=[other.pk]).open(other)["title"]


def test_a_purge_that_cannot_be_done_now_is_done_by_a_later_sweep():
    scene()
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if reader.vendor == "postgresql" else "BEGIN")
            cursor.execute("SELECT count(*) FROM portal_keyset")  # somebody reads what was before
            assert erasure.sweep(at=now() + WEEK) == 3
            assert not Case.objects.exclude(purged_at=None).exists()
            cursor.execute("ROLLBACK")
    finally:
        reader.close()
    assert purged() == 3
    assert Case.objects.exclude(purged_at=None).count() == 3


@pytest.mark.parametrize("reads", [True, False])
def test_who_began_before_the_keys_were_deleted_and_has_not_ended_puts_the_purge_off(reads):
    """Whatever a clock says: a deed takes time, and others begin while it lasts."""
    if connection.vendor == "sqlite":
        pytest.skip("its log is emptied or not, and says so")
    _cast, going, wrapped = scene(cases=2)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if reads else "BEGIN")
            cursor.execute("SELECT count(*) FROM portal_project" if reads else "SELECT pg_current_xact_id()")
            Case.objects.filter(pk=going[0].case_id).update(erase_at=now() - WEEK)
            assert erasure.sweep(at=now() - WEEK / 2) == 1
            assert not Case.objects.exclude(purged_at=None).exists()
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert purged() == 1
    held = on_disk()
    assert not [part for part in parts(wrapped) if part in held]


@pytest.mark.parametrize("moment", ["portal_keyset", "intake_message", "intake_caseevent"])
def test_killed_in_the_middle_it_leaves_nothing_half_done_and_is_done_by_the_next(moment):
    _cast, going, wrapped = scene(cases=2)
    at = now() + WEEK
    writes = {"portal_keyset": 'DELETE FROM "portal_keyset"', "intake_message": 'UPDATE "intake_message"'}
    killed = another_process(DIES, writes.get(moment, f'INSERT INTO "{moment}"'), at.isoformat())
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    (report,) = going
    fresh = Report.objects.get(pk=report.pk)
    assert Keys.to(shared=[report.pk]).open(fresh)["title"] and not Case.objects.exclude(erased_at=None).exists()
    assert [erasure.sweep(at=at) for _again in range(2)] == [1, 0]
    assert CaseEvent.objects.filter(case=report.case, kind="erased").count() == 1
    assert purged() or Case.objects.get(pk=report.case_id).purged_at
    held = on_disk()
    assert not [part for part in parts(wrapped) if part in held]


def test_an_older_backup_can_be_opened_while_the_ring_of_then_is_kept():
    """That is why pages name the day on which the last backup is gone."""
    _cast, (report, *_others), _wrapped = scene()
    backup = Report.objects.get(pk=report.pk), list(Keyset.objects.filter(scope_uuid=report.pk))
    erasure.sweep(at=now() + WEEK)
    row, keysets = backup
    Keyset.objects.bulk_create(keysets)
    assert Keys.to(shared=[report.pk]).open(row)["title"] == "Stored XSS in the inbox preview"


@pytest.mark.parametrize("days, hours, horizon", [(30, 24, timedelta(days=30)), (0, 72, timedelta(days=3)), (1, 24, timedelta(days=1))])
def test_the_last_copy_is_that_which_is_kept_longest(settings, days, hours, horizon):
    settings.BACKUP_DAYS, settings.WAL_HOURS = days, hours
    at = now()
    assert shredding.last_copy_gone(at) == at + horizon


def test_the_command_says_how_it_stands():
    _cast, going, _wrapped = scene()
    erasure.sweep(at=now() + WEEK)
    purged()
    out = StringIO()
    call_command("shred_status", stdout=out)
    said = out.getvalue()
    assert "3 cases erased" in said and "0 still to be cleared" in said and going[0].case.ref in said
    assert "last backup" in said
