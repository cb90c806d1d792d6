"""The trail: in order, chained, and written by one pen."""

import json
import logging
import os
import stat
import threading
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from accounts import audit, audit_check
from accounts.audit_log import PrivateFile
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
    assert audit_check.first_break() is None, "what the database gives back has the hash of what was written"


@pytest.mark.parametrize("change", [{"kind": "x"}, {"facts": {"hours": 73}}, {"actor_uuid": None}, {"at": now()}, {"hash": "0" * 64}])
def test_a_changed_event_is_found(rita, change):
    for _number in range(3):
        audit.record("second_factor.link_made", by=rita, at=now() - timedelta(days=1), hours=72)
    AuditEvent.objects.filter(seq=2).update(**change)
    assert audit_check.first_break() in (2, 3)


def test_a_removed_event_is_found(rita):
    for _number in range(3):
        audit.record("signed_in", by=rita, at=now())
    AuditEvent.objects.filter(seq=2).delete()
    assert audit_check.first_break() == 3


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
    assert audit_check.first_break() is None


@pytest.fixture
def shipped(tmp_path):
    """A file to which the trail is shipped, and what lies in it."""
    handler = PrivateFile(tmp_path / "log" / "audit.jsonl")
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("parley.audit")
    log.addHandler(handler)
    yield tmp_path / "log" / "audit.jsonl"
    log.removeHandler(handler)
    handler.close()


def test_each_event_is_shipped_as_one_line_after_its_commit(rita, shipped, django_capture_on_commit_callbacks):
    forged = 'x\r\n{"seq": 99}\u2028\u0085é'
    with django_capture_on_commit_callbacks(execute=True):
        event = audit.record("team.joined", by=rita, at=now(), project=uuid4(), role=forged)
        assert not shipped.exists(), "not before the commit"
    text = shipped.read_bytes()
    assert text.isascii() and text.count(b"\n") == len(text.splitlines()) == len(text.decode().splitlines()) == 1
    assert json.loads(text) == event.entry() | {"hash": event.hash}
    assert stat.S_IMODE(os.stat(shipped).st_mode) == 0o600
    shipped.rename(shipped.with_suffix(".1"))
    with django_capture_on_commit_callbacks(execute=True):
        audit.record("signed_in", by=rita, at=now())
    assert shipped.read_text().count("\n") == 1, "a file that was moved away is followed by a new one"


def test_what_was_rolled_back_is_not_shipped(rita, shipped, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError), transaction.atomic():
            audit.record("signed_in", by=rita, at=now())
            raise RuntimeError
        audit.record("signed_out", by=rita, at=now())
    assert [json.loads(line)["kind"] for line in shipped.read_text().splitlines()] == ["signed_out"]


def test_an_opening_is_recorded_once_a_day_and_asks_nothing_else(rita, django_assert_num_queries):
    at, project = datetime(2026, 11, 22, 23, 59, tzinfo=UTC), uuid4()
    audit.opened("MAILAT-2026-0001", by=rita, at=at, project=project)
    with django_assert_num_queries(0):
        audit.opened("MAILAT-2026-0001", by=rita, at=at, project=project)
    audit.opened("MAILAT-2026-0002", by=rita, at=at, project=project)
    audit.opened("MAILAT-2026-0001", by=rita, at=at + timedelta(minutes=2), project=project)
    assert [event.facts["case"] for event in AuditEvent.objects.order_by("seq")] == [f"MAILAT-2026-000{n}" for n in (1, 2, 1)]
