"""The trail: in order, chained, and written by one pen."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from accounts import audit
from accounts.models import AuditEvent


def test_events_are_numbered_and_chained(rita):
    project = uuid4()
    at = datetime(2026, 11, 22, 14, 30, 1, 123456, tzinfo=timezone(timedelta(hours=1)))
    for number in range(1, 4):
        event = audit.record("team.joined", by=rita, at=at, project=project, zebra=number, ant=uuid4(), nested={"b": [1], "a": None})
        assert event.seq == number
    stored = AuditEvent.objects.get(seq=2)
    assert (stored.actor, stored.actor_uuid, stored.project_uuid) == (rita, rita.uuid, project)
    assert stored.at == at.astimezone(UTC)
    assert audit.first_break() is None, "what the database gives back has the hash of what was written"


@pytest.mark.parametrize("change", [{"kind": "x"}, {"facts": {"hours": 73}}, {"actor_uuid": None}, {"at": now()}, {"hash": "0" * 64}])
def test_a_changed_event_is_found(rita, change):
    for _number in range(3):
        audit.record("second_factor.link_made", by=rita, at=now() - timedelta(days=1), hours=72)
    AuditEvent.objects.filter(seq=2).update(**change)
    assert audit.first_break() in (2, 3)


def test_a_removed_event_is_found(rita):
    for _number in range(3):
        audit.record("signed_in", by=rita, at=now())
    AuditEvent.objects.filter(seq=2).delete()
    assert audit.first_break() == 3


def test_what_did_not_happen_is_not_recorded(rita):
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("signed_in", by=rita, at=now())
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_at_the_same_moment_take_turns():
    start = threading.Barrier(4)

    def run():
        start.wait()
        for _number in range(5):
            audit.record("signed_in", by=None, at=now())
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))
    assert audit.first_break() is None
