"""A passkey is set up, proved as second factor, and lets in by itself where it verified its user."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential

from accounts import closing, two_factor
from accounts.models import AuditEvent, EnrolmentLink, RecoveryCode, TotpDevice
from tests.accounts import passkeys_at_work as at_work
from tests.accounts.conftest import code_of, is_signed_in, letters, make_person, sign_in
from tests.accounts.test_enrolment import codes_on, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(client, rita):
    """Rita's passkey, set up in a browser that she then left."""
    sign_in(client, rita.email)
    key, _page = at_work.add(client)
    client.logout()
    return key


def test_a_researcher_sets_one_up_and_gets_recovery_codes(client, rita):
    sign_in(client, rita.email)
    before = client.session.session_key
    _key, page = at_work.add(client, name="Ri\u202eta's\nlaptop")
    assert len(codes_on(page)) == 10
    device = WebAuthnCredential.objects.get()
    assert (device.user, device.name, device.discoverable) == (rita, "Rita's laptop", True)
    assert not WebAuthnAttestation.objects.exists(), "of what make it is is nobody's business"
    assert client.session.session_key != before and client.session["otp_device_id"] == device.persistent_id
    assert two_factor.has_factor(rita)
    assert "A second factor was set up" in letters()[-1].body
    event = AuditEvent.objects.get(kind="second_factor.enrolled")
    assert event.facts == {"way": "passkey", "replaced": False}


def test_staff_need_their_link_for_a_passkey_as_well(client, bare_ada):
    sign_in(client, bare_ada.email)
    assert at_work.begin(client, "add").status_code == 403
    assert client.post(reverse("passkey_add"), {"credential": "{}"}).status_code == 302
    assert not WebAuthnCredential.objects.exists()
    client.get(two_factor.enrolment_path(make_link(bare_ada)))
    _key, page = at_work.add(client)
    assert len(codes_on(page)) == 10 and EnrolmentLink.objects.get().used_at
    assert client.get(reverse("account")).status_code == 200


def test_a_link_that_is_used_between_the_two_halves_sets_nothing_up(client, bare_ada):
    link = make_link(bare_ada)
    client.get(two_factor.enrolment_path(link))
    sign_in(client, bare_ada.email)
    options = at_work.begin(client, "add").json()
    EnrolmentLink.objects.update(used_at=now())
    client.post(reverse("passkey_add"), {"name": "x", "credential": at_work.SoftKey().create(options)})
    assert not WebAuthnCredential.objects.exists() and not RecoveryCode.objects.exists()


def test_it_lets_in_by_itself_with_both_factors(client, rita, key):
    assert at_work.sign_in(client, key, wanted="/account/?from=here").url == "/account/?from=here"
    assert is_signed_in(client) and client.session["second_factor_at"]
    assert client.get(reverse("second_factor_codes")).status_code == 200, "both factors were proved just now"
    event = AuditEvent.objects.get(kind="signed_in", facts__second_factor=True)
    assert event.actor == rita
    device = WebAuthnCredential.objects.get()
    assert device.last_used_at and device.sign_count == key.used


def test_it_is_the_second_step_after_a_password(client, rita, key):
    sign_in(client, rita.email)
    assert not is_signed_in(client)
    page = client.get(reverse("second_factor_challenge")).content.decode()
    assert "Use a passkey" in page
    options = at_work.begin(client, "prove").json()
    assert [one["id"] for one in options["allowCredentials"]] and options["userVerification"] == "preferred"
    before = client.session.session_key
    assert at_work.prove(client, key, verifies=False).status_code == 302
    assert is_signed_in(client) and client.session.session_key != before
    assert AuditEvent.objects.get(kind="second_factor.proved").facts == {"way": "passkey"}


def test_a_recovery_code_stands_in_for_a_lost_passkey(client, rita):
    sign_in(client, rita.email)
    _key, page = at_work.add(client)
    other = Client()
    sign_in(other, rita.email)
    assert other.post(reverse("second_factor_challenge"), {"code": codes_on(page)[0]}).status_code == 302
    assert is_signed_in(other)


def test_the_second_of_a_kind_keeps_the_recovery_codes(client, ada_client, ada):
    _key, page = at_work.add(ada_client)
    assert page.url == reverse("account_security")
    assert RecoveryCode.objects.filter(digest=RecoveryCode.digest_of(ada.codes[0]), used_at=None).exists()
    assert TotpDevice.objects.filter(user=ada.user, confirmed=True).exists()
    shown = ada_client.get(page.url).content.decode()
    assert "Laptop" in shown and "Authenticator app" in shown and "10 recovery codes" in shown


def test_one_passkey_is_set_up_once(ada_client):
    key, _page = at_work.add(ada_client)
    _key, page = at_work.add(ada_client, key)
    assert page.url == at_work.ENROL and "set up already" in ada_client.get(page.url).content.decode()
    assert WebAuthnCredential.objects.count() == 1
    excluded = at_work.begin(ada_client, "add").json()["excludeCredentials"]
    assert len(excluded) == 1, "the browser is told which there are"


def test_there_is_room_for_twenty(ada_client, ada):
    WebAuthnCredential.objects.bulk_create(
        WebAuthnCredential(user=ada.user, name=str(number), credential_id=b"x", public_key=b"x", credential_id_sha256=str(number))
        for number in range(20)
    )
    refused = at_work.begin(ada_client, "add")
    assert refused.status_code == 403 and "20 passkeys" in refused.json()["detail"]


def test_the_security_page_costs_the_same_with_more_passkeys(ada_client, ada, django_assert_num_queries):
    at_work.add(ada_client)
    with CaptureQueriesContext(connection) as statements:
        ada_client.get(reverse("account_security"))
    before = len(statements)
    for _number in range(2):
        at_work.add(ada_client)
    with django_assert_num_queries(before):
        ada_client.get(reverse("account_security"))


def test_it_gets_another_name(ada_client, ada):
    at_work.add(ada_client)
    device = WebAuthnCredential.objects.get()
    path = reverse("passkey_rename", args=[device.credential_id_sha256])
    assert ada_client.post(path, {"name": ""}).status_code == 422
    assert ada_client.post(path, {"name": "Key ring"}).status_code == 302
    device.refresh_from_db()
    assert device.name == "Key ring" and AuditEvent.objects.filter(kind="second_factor.renamed").exists()


@pytest.mark.parametrize("what", ["rename", "remove"])
def test_nobody_touches_that_of_somebody_else(ada_client, client, ada, what):
    rita = make_person()
    other = Client()
    sign_in(other, rita.email)
    at_work.add(other)
    device = WebAuthnCredential.objects.get(user=rita)
    path = reverse(f"passkey_{what}", args=[device.credential_id_sha256])
    assert ada_client.get(path).status_code == 404 and ada_client.post(path, {"name": "mine"}).status_code == 404
    device.refresh_from_db()
    assert device.name == "Laptop"


def test_a_closed_account_takes_them_along(client, rita, key):
    closing.close(rita, by=rita, at=now())
    assert not WebAuthnCredential.objects.exists()
    assert at_work.sign_in(client, key).url == reverse("account_login")


def test_the_link_is_for_whoever_has_no_factor(client, rita, key):
    """A one-time link is no way around the proof of a factor that there is."""
    link = make_link(rita)
    client.force_login(rita)
    client.get(two_factor.enrolment_path(link))
    assert client.get(at_work.ENROL).url.startswith(reverse("second_factor_challenge"))
    assert at_work.begin(client, "add").status_code == 403
    with pytest.raises(two_factor.Refused, match="Sign in with it first"):
        two_factor.check_may_enrol(rita, link=link, proved=False, at=now())


def test_the_app_still_works_beside_it(ada_client, ada):
    at_work.add(ada_client)
    other = Client()
    sign_in(other, ada.email)
    assert other.post(reverse("second_factor_challenge"), {"code": code_of(ada.device, steps=1)}).status_code == 302
    assert is_signed_in(other)


def test_without_https_there_are_no_passkeys_and_all_else_works(settings):
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://10.0.0.1:8000"]
    call_command("check")
