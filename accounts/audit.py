"""The audit trail's one pen: who touched accounts, teams, policies and keys."""

import json
import logging
from datetime import UTC
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction

from accounts.models import AuditEvent
from portal.lib import chain

LOCK = 0x50415254  # any constant: the number of the lock under which entries are appended
DAY_SECONDS = 24 * 60 * 60
# Each event leaves as one line of JSON, for a copy that nobody changes here (docs/audit.md).
shipped = logging.getLogger("parley.audit")


@transaction.atomic
def record(kind: str, *, by, at, project: UUID | None = None, **facts) -> AuditEvent:
    """Append an event to the trail, hash-chained to the one before it. Facts are references and states, never prose.

    After the commit it goes to the log ``parley.audit`` as well. Words for each kind stand in ``accounts.audit_words``.
    """
    if connection.vendor == "postgresql":
        # Held to the end of the transaction. On SQLite every transaction holds the write lock from its start.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first() or (0, chain.GENESIS)
    event = AuditEvent(
        seq=last[0] + 1,
        at=at.astimezone(UTC),
        actor=by,
        actor_uuid=by.uuid if by else None,
        kind=kind,
        project_uuid=project,
        facts={name: str(value) if isinstance(value, UUID) else value for name, value in facts.items()},
    )
    event.hash = chain.link(last[1], event.entry())
    event.save(force_insert=True)
    transaction.on_commit(partial(_ship, event))
    return event


def opened(ref: str, *, by, at, project: UUID) -> None:
    """Record that somebody opened what is sealed: once a person, reference and day (of UTC).

    What was recorded already is known to the cache, so that only the first opening of a day asks the database anything.
    Where that forgets, or is not shared, an opening is recorded once more rather than not at all.
    """
    try:
        first = cache.add(f"opened:{at.astimezone(UTC):%Y%m%d}:{by.uuid}:{ref}", 1, DAY_SECONDS)
    except Exception:  # whatever a cache that is down raises
        first = True
    if first:
        record("case.opened", by=by, at=at, project=project, case=ref)


def line(event: AuditEvent) -> str:
    """Return an event as one line of JSON in ASCII: no fact can begin another line. It says all that the hash covers, and the hash."""
    return json.dumps(event.entry() | {"hash": event.hash}, separators=(",", ":"), sort_keys=True)


def _ship(event):
    shipped.info(line(event))
