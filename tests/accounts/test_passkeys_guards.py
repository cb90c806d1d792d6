"""What a passkey must not do: each answer here differs from a good one in one thing, and opens nothing."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from django_otp_webauthn.models import WebAuthnCredential
from hypothesis import given
from hypothesis import strategies as st

from accounts import passkeys, two_factor
from accounts.models import AuditEvent, User
from tests.accounts import passkeys_at_work as at_work
from tests.accounts.conftest import is_signed_in, make_person, sign_in
from tests.accounts.soft_key import SoftKey

pytestmark = pytest.mark.django_db
CHALLENGE = "/account/second-factor/"


@pytest.fixture
def key(client, rita):
    sign_in(client, rita.email)
    key, _page = at_work.add(client)
    client.logout()
    return key


@pytest.mark.parametrize(
    "lie",
    [
        {"verifies": False},
        {"origin": "https://parley.example.net"},
        {"site": "example.net"},
        {"handle": b"somebody else"},
        {"handle": b""},
    ],
    ids=["it did not verify its user", "another page asked", "it is for another site", "another account", "no account"],
)
def test_a_sign_in_with_a_flaw_is_none(client, rita, key, lie):
    response = at_work.sign_in(client, key, wanted="/account/", **lie)
    assert response.url == "/accounts/login/?next=%2Faccount%2F"
    assert not is_signed_in(client)
    assert "Try again" in client.get(response.url).content.decode()


def test_what_was_asked_for_as_second_factor_is_no_sign_in(client, rita, key):
    """A key that was merely touched must not replace the password: ceremonies are for what they were begun for."""
    sign_in(client, rita.email)
    options = at_work.begin(client, "prove").json()
    client.post(reverse("passkey_sign_in"), {"credential": key.get(options)})
    assert not is_signed_in(client)
    options = at_work.begin(client, "sign_in").json()
    assert client.post(CHALLENGE, {"credential": key.get(options)}).status_code == 422, "nor the other way round"
    assert not is_signed_in(client)


def test_a_challenge_for_a_new_passkey_proves_none(ada_client):
    key, _page = at_work.add(ada_client)
    options = at_work.begin(ada_client, "add").json()
    assert ada_client.post(CHALLENGE, {"credential": key.get(options)}).status_code == 422


def test_an_answer_counts_once_and_for_five_minutes(client, rita, key, time_machine_of):
    sign_in(client, rita.email)
    options = at_work.begin(client, "prove").json()
    assert client.post(CHALLENGE, {"credential": "nonsense"}).status_code == 422
    assert client.post(CHALLENGE, {"credential": key.get(options)}).status_code == 422, "the challenge was used up"
    other = Client()
    options = at_work.begin(other, "sign_in").json()
    with time_machine_of(now() + timedelta(minutes=5, seconds=1)):
        other.post(reverse("passkey_sign_in"), {"credential": key.get(options)})
    assert not is_signed_in(other)


def test_it_proves_nobody_else(client, rita, key, ada):
    sign_in(client, ada.email)
    assert at_work.prove(client, key).status_code == 422
    assert not is_signed_in(client)
    assert AuditEvent.objects.get(kind="second_factor.refused").facts == {"way": "passkey"}
    assert WebAuthnCredential.objects.get().last_used_at is None


def test_a_challenge_is_of_the_person_on_the_way_in(client, rita, key, ada):
    """Begun by one, answered after somebody else gave their password in the same browser."""
    sign_in(client, rita.email)
    options = at_work.begin(client, "prove").json()
    client.post(CHALLENGE, {"somebody_else": ""})
    sign_in(client, ada.email)
    assert client.post(CHALLENGE, {"credential": key.get(options)}).status_code == 422
    assert not is_signed_in(client)


def test_a_copy_of_a_key_is_noticed(client, rita, key):
    at_work.sign_in(client, key)
    client.logout()
    key.used = 0
    at_work.sign_in(client, key)
    assert not is_signed_in(client), "its counter went backwards"


def test_an_inactive_account_stays_closed(client, rita, key):
    User.objects.update(is_active=False)
    assert at_work.sign_in(client, key).url == reverse("account_inactive")
    assert not is_signed_in(client)


def test_an_address_that_is_not_verified_is_verified_first(client, rita, key):
    rita.emailaddress_set.update(verified=False)
    assert at_work.sign_in(client, key).url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_a_passkey_that_is_gone_lets_nobody_in(client, rita, key):
    WebAuthnCredential.objects.all().delete()
    response = at_work.sign_in(client, key)
    assert not is_signed_in(client) and "removed" in client.get(response.url).content.decode()


def test_one_that_is_switched_off_lets_nobody_in(client, rita, key):
    WebAuthnCredential.objects.update(confirmed=False)
    at_work.sign_in(client, key)
    assert not is_signed_in(client)


def test_an_open_session_alone_adds_none(client, rita):
    client.force_login(rita)
    assert at_work.begin(client, "add").status_code == 403
    assert client.get(at_work.ENROL).url.startswith("/accounts/reauthenticate/")
    assert client.post(reverse("passkey_add"), {"credential": "{}"}).url.startswith("/accounts/reauthenticate/")


def test_a_passkey_is_made_for_the_one_who_asked(client, rita):
    """Options that one person asked for make no passkey of another in the same browser."""
    sign_in(client, rita.email)
    options = at_work.begin(client, "add").json()
    state = client.session[passkeys.CEREMONY]
    client.logout()
    olivia = make_person("olivia@example.org")
    sign_in(client, olivia.email)
    session = client.session
    session[passkeys.CEREMONY] = state
    session.save()
    client.post(reverse("passkey_add"), {"name": "x", "credential": SoftKey().create(options)})
    assert not WebAuthnCredential.objects.exists()


def test_a_stranger_learns_nothing_and_begins_only_so_often(client, rita, key, settings):
    options = at_work.begin(client, "sign_in").json()
    assert not options.get("allowCredentials") and options["userVerification"] == "required"
    settings.LIMITS = {"factor.challenge": "2/m"}
    answers = [at_work.begin(Client(), "sign_in").status_code for _number in range(3)]
    assert answers[-1] == 429


def test_nobody_is_asked_for_a_second_factor_who_is_not_on_the_way_in(client, rita, key):
    assert at_work.begin(client, "prove").status_code == 401


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "userHandle"]), inner),
    max_leaves=12,
)
ANSWERS = JSON | st.fixed_dictionaries(
    {
        "id": st.sampled_from(["AA", "x"]) | JSON,
        "rawId": st.just("AA") | JSON,
        "type": st.just("public-key") | JSON,
        "response": st.dictionaries(
            st.sampled_from(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle", "transports"]),
            st.sampled_from(["AA", "oA", "omNmbXRkbm9uZQ", "e30"]) | JSON,
        ),
    }
)


@given(ANSWERS.map(json.dumps) | st.text(max_size=40))
def test_strange_answers_are_refused_and_break_nothing(answer):
    at, session = now(), {}
    rita = User(pk=0, email="rita@example.org")
    for purpose, take in (
        (passkeys.Purpose.SIGN_IN, lambda: passkeys.recognise(session, answer=answer, at=at)),
        (passkeys.Purpose.ADD, lambda: passkeys._registered(_state(rita, at), rita, "", answer)),
    ):
        if purpose is passkeys.Purpose.SIGN_IN:
            passkeys.begin(session, purpose, at=at)
        with pytest.raises(two_factor.Refused):
            take()


def _state(user, at):
    return {"challenge": "AA", "require_user_verification": False, "user": str(user.uuid), "purpose": "add", "at": at.isoformat()}
