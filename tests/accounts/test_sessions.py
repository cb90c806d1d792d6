"""How long a session lasts, and what it does to pages that are the same for everybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from tests.accounts.conftest import is_signed_in, sign_in

pytestmark = [pytest.mark.urls("tests.accounts.text_urls"), pytest.mark.django_db]


def test_a_session_ends_after_twelve_hours_whatever_is_done(client, rita, time_machine_of):
    sign_in(client, rita.email)
    begun = now()
    for hours in (3, 6, 9, 11.9):
        with time_machine_of(begun + timedelta(hours=hours)):
            assert client.get("/plain/").status_code == 200
    with time_machine_of(begun + timedelta(hours=12, minutes=1)):
        assert client.get("/plain/").status_code == 302


def test_staff_are_signed_out_after_half_an_hour_without_a_request(ada_client, time_machine_of):
    begun = now()
    for minutes in (20, 45, 70):
        with time_machine_of(begun + timedelta(minutes=minutes)):
            assert ada_client.get("/plain/").status_code == 200
    with time_machine_of(begun + timedelta(minutes=101)):
        assert ada_client.get("/plain/").url.startswith(reverse("account_login"))
        assert not is_signed_in(ada_client)


def test_researchers_may_think_for_longer(client, rita, time_machine_of):
    sign_in(client, rita.email)
    with time_machine_of(now() + timedelta(hours=5)):
        assert client.get("/plain/").status_code == 200


def test_the_session_is_written_once_a_minute_at_most(client, rita, time_machine_of):
    sign_in(client, rita.email)
    begun = now()
    for seconds, written in ((30, 0), (61, 1), (90, 0)):
        with time_machine_of(begun + timedelta(seconds=seconds)), CaptureQueriesContext(connection) as statements:
            client.get("/plain/")
        assert sum("UPDATE" in statement["sql"] for statement in statements) == written, seconds
        assert seconds == 61 or len(statements) <= 3  # session, person, on a team?


def test_public_pages_read_no_session(ada_client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = ada_client.get("/")
    assert "Cookie" not in response.get("Vary", "") and not response.cookies
    assert response.content == b"UTC"


def test_times_are_shown_in_the_zone_of_the_reader(client, rita):
    type(rita).objects.update(timezone="Asia/Tokyo")
    sign_in(client, rita.email)
    assert client.get("/plain/").content == b"Asia/Tokyo"
    assert client.get("/").content == b"UTC"
    client.logout()
    assert client.get("/advisories/").content == b"UTC", "the thread does not remember the last reader"


def test_a_zone_that_is_gone_is_no_error(client, rita):
    type(rita).objects.update(timezone="Mars/Olympus")
    sign_in(client, rita.email)
    assert client.get("/plain/").content == b"UTC"


def test_the_trail_knows_of_sign_in_refusal_and_sign_out(client, rita):
    sign_in(client, rita.email, "a wrong one")
    sign_in(client, "nobody@example.org", "a wrong one")
    sign_in(client, rita.email)
    client.post(reverse("account_logout"))
    told = [(event.kind, event.actor, event.facts) for event in AuditEvent.objects.order_by("seq")]
    assert told == [
        ("sign_in.refused", None, {"person": str(rita.uuid)}),
        ("sign_in.refused", None, {"person": None}),
        ("signed_in", rita, {"second_factor": False}),
        ("signed_out", rita, {}),
    ]
