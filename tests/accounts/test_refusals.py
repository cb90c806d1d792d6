"""Who tries what they may not do leaves a line in the log; who does so often, one event an hour in the trail."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from accounts import refusals
from accounts.models import AuditEvent
from tests import builders


@pytest.fixture
def told(caplog):
    """Return a function that returns what the log was told, as the lines say it."""
    caplog.set_level(logging.WARNING, logger="parley.refused")
    return lambda: [json.loads(one.getMessage()) for one in caplog.records if one.name == "parley.refused"]


def test_a_403_and_a_404_are_told_with_who_and_where(cast, told):
    case = cast.case.ref
    assert cast.client("bob").get(f"/cases/{case}/erasure/").status_code == 403
    assert cast.client("charlie").post(f"/cases/{case}/note/", {"text": "let me in"}).status_code == 404
    one, other = told()
    assert (one["person"], one["page"], one["method"], one["status"], one["ref"]) == (str(cast.bob.uuid), "case_erasure", "GET", 403, case)
    assert (other["person"], other["page"], other["method"], other["status"]) == (str(cast.charlie.uuid), "case_note", "POST", 404)
    assert "let me in" not in json.dumps(other)


def test_the_api_is_told_of_as_well(cast, told):
    assert cast.client("charlie").get("/api/v1/projects/mailat/cases/").status_code == 404
    assert [(one["page"], one["slug"]) for one in told()] == [("api_cases", "mailat")]


def test_what_is_no_attempt_is_not_told(cast, told):
    cast.client(None).get(f"/cases/{cast.case.ref}/")
    alice = cast.client("alice")
    for path in ("/no/such/page/", "/p/nobody/", f"/cases/{cast.case.ref}/"):
        alice.get(path)
    assert alice.post(f"/cases/{cast.case.ref}/copy/", {"reason": "record"}).status_code == 403, "which asks for a proof"
    assert told() == []


def test_no_token_is_told_and_nothing_begins_another_line(cast, told):
    assert cast.client("charlie").get("/p/mailat%0a{}/team/").status_code == 404
    cast.client("charlie").get("/invitations/somebodys-token/")
    assert "somebodys-token" not in json.dumps(told())


def test_many_leave_one_event_and_so_many_lines_an_hour(cast, told, monkeypatch):
    monkeypatch.setattr(refusals, "LINES", refusals.OFTEN + 5)
    charlie, path = cast.client("charlie"), f"/cases/{cast.case.ref}/"
    with time_machine.travel((now() + timedelta(hours=1)).replace(minute=10), tick=False) as clock:
        for _ in range(refusals.OFTEN + 10):
            assert charlie.get(path).status_code == 404
        assert len(told()) == refusals.LINES
        event = AuditEvent.objects.get(kind="access.refused_often")
        assert (event.actor, event.facts) == (cast.charlie, {"count": refusals.OFTEN})
        clock.shift(timedelta(hours=1))
        charlie.get(path)
        assert len(told()) == refusals.LINES + 1, "the next hour counts anew"
    assert AuditEvent.objects.filter(kind="access.refused_often").count() == 1


def test_each_person_counts_alone(cast, told):
    other = cast.client(builders.a_person("Dora"))
    for client in (cast.client("charlie"), other):
        for _ in range(refusals.OFTEN - 1):
            client.get(f"/cases/{cast.case.ref}/")
    assert not AuditEvent.objects.filter(kind="access.refused_often").exists()


def test_without_its_cache_the_log_is_told_all_the_same(cast, told, monkeypatch):
    def broken(*_args):
        raise PermissionDenied

    monkeypatch.setattr(refusals.cache, "add", broken, raising=False)
    assert cast.client("charlie").get(f"/cases/{cast.case.ref}/").status_code == 404
    assert len(told()) == 1
