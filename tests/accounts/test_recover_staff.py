"""manage.py recover_staff: the last resort on the host, for staff only, told to everybody whom it concerns."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import recovery
from accounts.models import AuditEvent, Delivery, Session, TotpDevice
from accounts.two_factor import _replace_codes
from tests.accounts.conftest import letters
from tests.accounts.recovering import asked, at_the_second_factor
from tests.builders import PASSWORD


def recover(address):
    out = io.StringIO()
    call_command("recover_staff", address, stdout=out)
    return out.getvalue().strip()


def test_it_takes_factors_away_and_prints_the_one_link(cast):
    _replace_codes(cast.bob)
    lost, open_one = asked(cast.bob), cast.client("bob")
    link = recover("BOB@example.org")
    assert link.startswith("http://localhost:8000/account/second-factor/enrol/")
    assert not TotpDevice.objects.filter(user=cast.bob).exists() and not cast.bob.recovery_codes.exists()
    assert not Session.objects.filter(user=cast.bob).exists() and open_one.get("/inbox/").status_code == 302
    lost.refresh_from_db()
    assert lost.outcome == "done" and recovery.open_of(cast.bob) is None
    event = AuditEvent.objects.get(kind="recovery.by_operator")
    assert event.actor is None and event.facts["person"] == str(cast.bob.uuid)

    told = {message.to[0]: message for message in letters() if "runs the portal" in message.body}
    assert set(told) == {cast.bob.email, cast.olivia.email, cast.ada.email}
    token = link.rstrip("/").rsplit("/", 1)[-1]
    assert not any(token in message.body for message in told.values()) and token not in str(list(Delivery.objects.values()))
    client = at_the_second_factor(cast.bob)
    client.get(link.removeprefix("http://localhost:8000"))
    assert client.get(reverse("second_factor_enrol")).status_code == 200
    cast.bob.refresh_from_db()
    assert cast.bob.check_password(PASSWORD), "nothing else"
    assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 302


@pytest.mark.parametrize("address, why", [("nobody@example.org", "Nobody has an account"), ("rita@example.org", "no administrator")])
def test_it_is_for_staff_who_exist(cast, address, why):
    with pytest.raises(CommandError, match=why):
        recover(address)
    assert TotpDevice.objects.filter(user=cast.bob).exists()
