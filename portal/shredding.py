"""Getting rid of what a database keeps of rows that were deleted, and saying when the last copy of it is gone.

Deleting a key leaves its bytes in the database's files, in its write-ahead log, and in every backup. ``purge`` clears the
files of the running database; the log, replicas and backups run out by themselves, at the latest at ``last_copy_gone``.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from portal.models import Keyset

log = logging.getLogger("parley.shredding")
PATIENCE_MS = 2000  # others must not wait longer than this for a lock that we wait for
# What keeps PostgreSQL from clearing away rows that were deleted before a transaction: an older one that still writes, in any
# database of the server; somebody in this database, or a replica, who still reads what was before.
OLDER_THAN = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()) < %(ours)s::xid8 OR EXISTS (
        SELECT 1 FROM (
            SELECT backend_xmin AS oldest FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
            UNION ALL SELECT xmin FROM pg_replication_slots
        ) AS readers
        WHERE oldest IS NOT NULL AND age(oldest) > age(%(ours)s::xid8::xid)
    )
"""


def purge() -> bool:
    """Rid the files of the running database of keys that were deleted; say whether it is done. Not in a transaction.

    It is not an error when it cannot be done now, because somebody still reads what was before: try again later.
    """
    if connection.in_atomic_block:
        return False
    try:
        return _postgresql() if connection.vendor == "postgresql" else _sqlite()
    except DatabaseError as trouble:
        log.warning("Deleted keys could not be cleared from the database's files yet (%s); the next sweep tries again.", trouble)
        return False


def last_copy_gone(deleted_at) -> datetime:
    """Return when the last backup, replica or log that may still hold a deleted key has run out (the shred horizon)."""
    return deleted_at + max(timedelta(days=settings.BACKUP_DAYS), timedelta(hours=settings.WAL_HOURS))


def _sqlite():
    # secure_delete has overwritten them in the pages; the log still has the pages as they were.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _pages, _moved = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(patience)}")
    return not busy


def _postgresql():
    with connection.cursor() as cursor:
        if not _all_have_ended(cursor):
            return False
        cursor.execute(f"SET lock_timeout = {PATIENCE_MS}")
        try:
            # FULL writes the small table anew. A plain VACUUM frees the room of a deleted row, but leaves its bytes there.
            cursor.execute(f"VACUUM FULL {Keyset._meta.db_table}")
        finally:
            cursor.execute("RESET lock_timeout")
    _checkpoint()
    return True


def _all_have_ended(cursor):
    """Wait a little for whoever began before now: they may still see the deleted rows, and then no vacuum takes those away."""
    cursor.execute("SELECT pg_current_xact_id()::text")
    ours, until = cursor.fetchone()[0], time.monotonic() + PATIENCE_MS / 1000
    while True:
        cursor.execute(OLDER_THAN, {"ours": ours})
        if not cursor.fetchone()[0]:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)


def _checkpoint():
    try:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
    except DatabaseError:
        # For superusers and pg_checkpoint only. The server makes one by itself within minutes.
        log.info("This database role may not ask for a checkpoint; the server makes the next one by itself.")
