"""A right password is half of a sign-in for whoever has a second factor."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.accounts.conftest import PASSWORD, code_of, give_factor, is_signed_in, sign_in

CHALLENGE = "/account/second-factor/"


def test_a_researcher_without_a_factor_is_in(client, rita):
    response = sign_in(client, rita.email)
    assert response.status_code == 302 and response.url == reverse("desk")
    assert is_signed_in(client)


def test_the_password_alone_leaves_the_session_to_nobody(client, ada):
    response = sign_in(client, ada.email)
    assert response.url == CHALLENGE
    assert not is_signed_in(client)
    assert client.get(reverse("account")).url.startswith(reverse("account_login"))


def test_the_right_code_lets_in_with_a_new_session_id(client, ada):
    sign_in(client, ada.email)
    before = client.session.session_key
    response = client.post(CHALLENGE, {"code": code_of(ada.device)})
    assert response.status_code == 302
    assert is_signed_in(client)
    assert client.session.session_key != before
    assert client.get(reverse("account")).status_code == 200


def test_where_the_person_was_going_survives_both_steps(client, ada):
    sign_in(client, ada.email, next="/account/?from=here")
    assert client.post(CHALLENGE, {"code": code_of(ada.device)}).url == "/account/?from=here"


def test_another_site_is_no_place_to_go(client, ada):
    sign_in(client, ada.email, next="https://evil.example/")
    assert client.post(CHALLENGE, {"code": code_of(ada.device)}).url == reverse("desk")


@pytest.mark.parametrize("wrong", ["000000", "12345", "not a code", "ＡＢＣＤＥＦ", "１２３４５６", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_wrong_code_says_so(client, ada, wrong):
    sign_in(client, ada.email)
    response = client.post(CHALLENGE, {"code": wrong})
    assert response.status_code == 422
    assert "does not fit" in response.content.decode()
    assert not is_signed_in(client)


def test_after_a_wrong_code_there_is_a_pause_that_is_told(client, ada):
    sign_in(client, ada.email)
    for _try in range(3):
        response = client.post(CHALLENGE, {"code": "000000"})
    assert response.status_code == 422 and "Wait" in response.content.decode()
    assert client.post(CHALLENGE, {"code": code_of(ada.device)}).status_code == 422, "a right code within the pause is refused too"


def test_a_pause_of_the_app_does_not_lock_the_recovery_codes(client, ada):
    sign_in(client, ada.email)
    client.post(CHALLENGE, {"code": "000000"})
    assert client.post(CHALLENGE, {"code": ada.codes[0]}).status_code == 302


def test_one_code_opens_one_session(client, ada):
    code = code_of(ada.device)
    sign_in(client, ada.email)
    assert client.post(CHALLENGE, {"code": code}).status_code == 302
    other = type(client)()
    sign_in(other, ada.email)
    assert other.post(CHALLENGE, {"code": code}).status_code == 422
    assert not is_signed_in(other)


def test_one_may_start_over_as_somebody_else(client, ada, rita):
    sign_in(client, ada.email)
    assert client.get(reverse("account_login")).url == CHALLENGE
    assert client.post(CHALLENGE, {"somebody_else": ""}).url == reverse("account_login")
    assert client.get(reverse("account_login")).status_code == 200
    sign_in(client, rita.email)
    assert is_signed_in(client)


def test_the_code_is_awaited_for_five_minutes(client, ada, time_machine_of):
    sign_in(client, ada.email)
    with time_machine_of(now() + timedelta(minutes=6)):
        assert client.post(CHALLENGE, {"code": code_of(ada.device)}).url == reverse("account_login")
    assert not is_signed_in(client)


def test_the_challenge_without_a_password_leads_to_the_sign_in(client, ada):
    assert client.get(CHALLENGE).url == reverse("account_login")
    assert client.post(CHALLENGE, {"code": code_of(ada.device)}).url == reverse("account_login")


def test_a_wrong_password_never_reaches_the_challenge(client, ada):
    response = sign_in(client, ada.email, PASSWORD + "x")
    assert response.status_code == 200 and "do not belong together" in response.content.decode()
    assert client.get(CHALLENGE).url == reverse("account_login")


def test_a_code_of_somebody_else_does_not_fit(client, ada, rita):
    _device, codes = give_factor(rita)
    sign_in(client, ada.email)
    assert client.post(CHALLENGE, {"code": codes[0]}).status_code == 422
    assert not is_signed_in(client)
