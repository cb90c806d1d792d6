"""A factor is taken away: who needs one keeps their last, everybody else is signed out elsewhere, and the person is told."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from django_otp_webauthn.models import WebAuthnCredential

from accounts import two_factor
from accounts.models import AuditEvent, RecoveryCode, RecoveryDevice, TotpDevice
from tests.accounts import passkeys_at_work as at_work
from tests.accounts.conftest import code_of, give_factor, is_signed_in, letters, make_person, sign_in

REMOVE_APP = "/account/second-factor/app/remove/"
SECURITY = "/account/security/"


def removal_of(device):
    return reverse("passkey_remove", args=[device.credential_id_sha256])


def test_the_last_one_of_staff_stays(ada_client, ada):
    page = ada_client.get(REMOVE_APP).content.decode()
    assert "your place on a team needs one" in page and "Remove it" not in page
    refused = ada_client.post(REMOVE_APP, follow=True).content.decode()
    assert "your place on a team needs one" in refused
    assert TotpDevice.objects.filter(user=ada.user).exists() and RecoveryCode.objects.count() == 10
    assert not AuditEvent.objects.filter(kind="second_factor.removed").exists()


def test_one_of_two_goes_and_other_sessions_with_it(ada_client, ada):
    at_work.add(ada_client)
    other = Client()
    sign_in(other, ada.email)
    other.post(reverse("second_factor_challenge"), {"code": ada.codes[0]})
    device = WebAuthnCredential.objects.get()
    assert ada_client.post(removal_of(device)).url == SECURITY
    assert not WebAuthnCredential.objects.exists() and RecoveryCode.objects.filter(used_at=None).count() == 9
    assert ada_client.get(SECURITY).status_code == 200, "this session was proved by the other one"
    assert other.get(SECURITY).url.startswith(reverse("account_login"))
    assert AuditEvent.objects.get(kind="second_factor.removed").facts == {"way": "passkey", "last": False}
    assert "taken away" in letters()[-1].body


def test_who_removes_what_they_came_in_with_proves_the_other_one(ada_client, ada):
    key, _page = at_work.add(ada_client)
    assert ada_client.post(REMOVE_APP).status_code == 302
    assert ada_client.get(SECURITY).url.startswith(reverse("second_factor_challenge"))
    assert at_work.prove(ada_client, key).status_code == 302
    assert ada_client.get(SECURITY).status_code == 200


def test_a_researcher_may_do_without_and_the_codes_go_too(client, rita):
    sign_in(client, rita.email)
    at_work.add(client)
    client.get("/account/second-factor/enrol/")  # begun, and left
    device = WebAuthnCredential.objects.get()
    assert "your recovery codes are deleted" in client.get(removal_of(device)).content.decode()
    assert client.post(removal_of(device)).url == SECURITY
    for kind in (WebAuthnCredential, TotpDevice, RecoveryDevice, RecoveryCode):
        assert not kind.objects.exists()
    assert client.get(SECURITY).status_code == 200
    other = Client()
    sign_in(other, rita.email)
    assert is_signed_in(other)


def test_an_open_session_removes_nothing(ada_client, ada):
    at_work.add(ada_client)
    thief = Client()
    thief.force_login(ada.user)
    device = WebAuthnCredential.objects.get()
    for path in (removal_of(device), REMOVE_APP, reverse("passkey_rename", args=[device.credential_id_sha256])):
        assert thief.get(path).url.startswith(reverse("second_factor_challenge"))
        thief.post(path, {"name": "mine"})
    session = ada_client.session
    session.pop("second_factor_at")
    session.save()
    for path in (removal_of(device), REMOVE_APP, reverse("passkey_rename", args=[device.credential_id_sha256])):
        assert ada_client.post(path, {"name": "mine"}).status_code == 403
    assert WebAuthnCredential.objects.get().name == "Laptop" and two_factor.app_of(ada.user)


@pytest.mark.parametrize("what", ["passkey", "app"])
def test_a_session_whose_factor_was_deleted_elsewhere_is_not_verified_any_more(client, ada_client, ada, what):
    key, _page = at_work.add(ada_client)
    other = Client()
    if what == "passkey":
        at_work.sign_in(other, key)
    else:
        sign_in(other, ada.email)
        other.post(reverse("second_factor_challenge"), {"code": code_of(ada.device, steps=1)})
    assert other.get(SECURITY).status_code == 200
    (WebAuthnCredential if what == "passkey" else TotpDevice).objects.all().delete()
    assert other.get(SECURITY).url.startswith(reverse("second_factor_challenge"))
    assert not other.session.get("otp_device_id")


@pytest.mark.django_db(transaction=True)
def test_of_two_removals_at_once_one_leaves_a_factor():
    user = make_person("ada@example.org", is_staff=True)
    app, _codes = give_factor(user)
    key = WebAuthnCredential.objects.create(user=user, name="key", credential_id=b"x", public_key=b"x")
    start, results = threading.Barrier(2), []

    def run(device):
        start.wait()
        try:
            two_factor.remove(user, device=device, proved=True, keep=None, at=now())
            results.append("gone")
        except two_factor.Refused:
            results.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[device]) for device in (app, key)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["gone", "stays"] and two_factor.has_factor(user)
