"""The audit trail's one pen: who touched accounts, teams, policies and keys."""

from datetime import UTC
from uuid import UUID

from django.db import connection, transaction

from accounts.models import AuditEvent
from portal.lib import chain

LOCK = 0x50415254  # any constant: the number of the lock under which entries are appended


@transaction.atomic
def record(kind: str, *, by, at, project: UUID | None = None, **facts) -> AuditEvent:
    """Append an event to the trail, hash-chained to the one before it. Facts are references and states, never prose."""
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
    return event


def first_break() -> int | None:
    """Return the number of the first event that does not follow from those before it, or None."""
    events = list(AuditEvent.objects.order_by("seq"))
    index = chain.first_break((event.entry(), event.hash) for event in events)
    return None if index is None else events[index].seq
