"""The list of cases for programs: what stands in the inbox, page by page, and not a word that anybody wrote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from intake import api, triage
from portal import tokens
from tests import builders
from tests.intake.doing import keyed

pytestmark = pytest.mark.django_db
CASES = "/api/v1/projects/mailat/cases/"


@pytest.fixture
def asks(cast):
    _token, secret = tokens.make(cast.mailat, name="bot", scopes=["list_cases"], lives=tokens.USUAL, by=cast.bob, at=now())
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_it_tells_what_the_inbox_tells(cast, asks):
    triage.set_severity(keyed(cast.case), severity="high", by=cast.bob, at=now())
    builders.a_report(cast.mail_auth, by=cast.rita)
    cast.case.refresh_from_db()
    (found,) = asks.get(CASES).json()["results"]
    due = found.pop("next_deadline")
    assert (due["milestone"], due["due_at"][:19]) == (cast.case.next_milestone, f"{cast.case.next_due_at:%Y-%m-%dT%H:%M:%S}")
    assert found.pop("received_at")[:19] == found.pop("opened_at")[:19] == f"{cast.report.received_at:%Y-%m-%dT%H:%M:%S}"
    assert found == {"ref": cast.case.ref, "stage": "received", "severity": "high", "closed_at": None}


def test_nothing_sealed_is_read_and_nothing_of_it_said(cast, asks):
    builders.a_report(cast.mailat, by=cast.rita, title="Unheard-of overflow in the parser")
    with CaptureQueriesContext(connection) as asked:
        page = asks.get(CASES).content.decode()
    assert "overflow" not in page and "rita" not in page.lower()
    assert not any('"sealed"' in query["sql"] for query in asked)


def test_it_works_without_the_ring(cast, asks, settings):
    assert cast.case
    settings.KEY_RING = "none:"
    assert asks.get(CASES).status_code == 200


def test_pages_follow_each_other_and_cost_the_same(cast, asks, monkeypatch, django_assert_max_num_queries):
    refs = {builders.a_report(cast.mailat, by=cast.rita, at=now() + timedelta(minutes=number)).case.ref for number in range(7)}
    asks.get(CASES)
    monkeypatch.setattr(api, "PAGE", 3)
    seen, path = [], CASES
    while path:
        with django_assert_max_num_queries(5):
            page = asks.get(path).json()
        seen += [one["ref"] for one in page["results"]]
        path = page["next"] and page["next"].removeprefix("http://testserver")
    assert len(seen) == 7 and set(seen) == refs
    due = [one["next_deadline"]["due_at"] for one in asks.get(CASES).json()["results"]]
    assert due == sorted(due)


def test_closed_cases_are_asked_for(cast, asks):
    builders.a_report(cast.mailat, by=cast.rita)
    cast.case.__class__.objects.filter(pk=cast.case.pk).update(closed_at=now())
    (found,) = asks.get(f"{CASES}?show=closed").json()["results"]
    assert (found["ref"], found["stage"]) == (cast.case.ref, "closed")
    refused = asks.get(f"{CASES}?show=all")
    assert refused.status_code == 400 and refused.json() == {"show": "Write open or closed."}


@pytest.mark.parametrize("after", ["x", "%00", "e30=", "W251bGwsIm4iXQ=="])
def test_a_cursor_that_was_tampered_with_begins_at_the_start(cast, asks, after):
    assert cast.case
    assert len(asks.get(f"{CASES}?after={after}").json()["results"]) == 1
