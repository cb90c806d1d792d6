"""Guessing at the second step: who has no password causes nothing; who has it gets ten tries, and the person is told."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts import two_factor
from accounts.models import AuditEvent, TotpDevice
from tests.accounts.conftest import code_of, give_factor, is_signed_in, letters, make_person, sign_in

CHALLENGE = "/account/second-factor/"


def counted():
    return TotpDevice.objects.get().throttling_failure_count


def test_a_stranger_cannot_lock_the_second_step(client, ada):
    """The lock is reached by a right password only, or anybody who knows an address could shut its person out."""
    for _try in range(3):
        sign_in(client, ada.email, "not the password")
        client.post(CHALLENGE, {"code": "000000"})
    assert counted() == 0
    sign_in(client, ada.email)
    assert client.post(CHALLENGE, {"code": code_of(ada.device)}).status_code == 302


def test_pauses_double_and_the_tenth_wrong_code_closes_the_way_for_an_hour(client, ada, time_machine_of):
    at = now()
    for tries in range(1, 11):
        with time_machine_of(at):
            sign_in(client, ada.email)
            assert "does not fit" in client.post(CHALLENGE, {"code": "000000"}).content.decode()
            if tries < 8:
                soon = client.post(CHALLENGE, {"code": code_of(ada.device)})
                assert soon.status_code == 422 and counted() == tries, "a try within the pause is not even looked at"
        at += timedelta(seconds=2 ** (tries - 1) + 1)
    with time_machine_of(at):
        sign_in(client, ada.email)
        page = client.post(CHALLENGE, {"code": code_of(ada.device)})
        assert page.status_code == 422 and "minutes" in page.content.decode()
        # The way is closed, not the person: their recovery codes, and passkeys, let them in.
        assert client.post(CHALLENGE, {"code": ada.codes[0]}).status_code == 302
    with time_machine_of(at + timedelta(hours=1)):
        client.logout()
        sign_in(client, ada.email)
        client.post(CHALLENGE, {"code": code_of(ada.device)})
        assert is_signed_in(client) and counted() == 0


def test_the_person_is_told_once(ada):
    at = now() - timedelta(hours=3)
    TotpDevice.objects.update(throttling_failure_count=9, throttling_failure_timestamp=at)
    for _try in range(3):
        with pytest.raises(two_factor.Refused):
            two_factor.prove(ada.user, code="000000", at=now())
    assert [message.body for message in letters() if "ten wrong codes" in message.body][1:] == []
    assert "ten wrong codes" in letters()[-1].body
    assert AuditEvent.objects.get(kind="second_factor.stopped").facts == {"way": "app"}


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_four_times_at_once_opens_one_session():
    user = make_person()
    device, _codes = give_factor(user)
    code, start, results = code_of(device), threading.Barrier(4), []

    def run():
        start.wait()
        try:
            two_factor.prove(user, code=code, at=now())
            results.append("in")
        except two_factor.Refused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["in", "refused", "refused", "refused"]


class TestOnTheWayIn:
    """A sign-in that waits for its second factor belongs to one person, for five minutes, and opens nothing."""

    def test_it_is_nobody_until_then(self, client, ada):
        sign_in(client, ada.email)
        assert not is_signed_in(client) and "otp_device_id" not in client.session
        for name in ("account_security", "account", "second_factor_enrol", "second_factor_codes", "inbox"):
            assert client.get(reverse(name)).url.startswith(reverse("account_login")), name

    def test_an_id_that_was_planted_before_is_worth_nothing(self, client, ada):
        """Session fixation: who planted the session's id, or saw it while it waited, has nothing afterwards."""
        client.get(reverse("account_login"))
        sign_in(client, ada.email)
        planted = client.cookies["parley"].value
        client.post(CHALLENGE, {"code": code_of(ada.device)})
        assert client.cookies["parley"].value != planted
        thief = Client()
        thief.cookies["parley"] = planted
        assert thief.get(reverse("account_security")).url.startswith(reverse("account_login"))
        assert thief.get(CHALLENGE).url == reverse("account_login")

    def test_another_password_takes_the_place_of_the_first(self, client, ada):
        """Who begins as one and goes on as another cannot use the code of the first for the second."""
        olivia = make_person("olivia@example.org", is_staff=True)
        device, _codes = give_factor(olivia)
        sign_in(client, ada.email)
        client.post(CHALLENGE, {"somebody_else": ""})
        sign_in(client, olivia.email)
        assert client.post(CHALLENGE, {"code": code_of(ada.device)}).status_code == 422
        TotpDevice.objects.update(throttling_failure_count=0)
        client.post(CHALLENGE, {"code": code_of(device)})
        assert client.session["_auth_user_id"] == str(olivia.pk)

    def test_a_person_who_is_closed_meanwhile_is_not_let_in(self, client, ada):
        sign_in(client, ada.email)
        type(ada.user).objects.update(is_active=False)
        client.post(CHALLENGE, {"code": code_of(ada.device)})
        assert client.get(reverse("account_security")).status_code == 302


def test_no_browser_is_remembered(client, ada):
    """Every sign-in asks for the second factor again: there is no cookie that stands in for it."""
    sign_in(client, ada.email)
    client.post(CHALLENGE, {"code": code_of(ada.device)})
    client.post(reverse("account_logout"))
    assert sign_in(client, ada.email).url == CHALLENGE
    assert not is_signed_in(client)
