"""What another site, or somebody between, gets wrong or wrongs: a calm page, and nobody is signed in."""

import re
import socket

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.urls import reverse

from accounts.identity_providers import ENDPOINTS, check_config
from accounts.models import User
from tests.accounts.conftest import is_signed_in, sign_in
from tests.accounts.elsewhere import begin, begin_link, come, path_of
from tests.openid.running import walk

pytestmark = pytest.mark.django_db


def refused(client, answer, status=502):
    text = answer.content.decode()
    assert answer.status_code == status, text
    assert "Nothing changed" in text and "Try again" in text and "Traceback" not in text
    assert not is_signed_in(client) and not SocialAccount.objects.exists() and not User.objects.exists()
    assert client.get(reverse("socialaccount_signup")).status_code == 302, "nothing waits to be finished"


@pytest.mark.parametrize(
    "who",
    [
        "other-key", "no-signature", "key-as-secret", "other-issuer", "other-audience", "also-for-others",
        "other-round", "no-round", "too-old", "other-subject",
    ],
)  # fmt: skip
def test_a_token_that_is_not_right_in_everything_is_refused(client, sites_set, who):
    refused(client, come(client, who))


def test_the_round_is_ours_only_with_our_nonce(client, sites_set):
    refused(client, come(client, "nyx", change=lambda address: re.sub(r"nonce=[^&]+", "nonce=of-another-round", address)))


def test_a_wrong_state_and_one_that_was_used(client, sites_set):
    back = walk(begin(client), "nyx")
    refused(client, client.get(re.sub(r"state=[^&]+", "state=x", back)), 400)
    refused(type(client)(), type(client)().get(back), 400)
    assert client.get(back).status_code == 302
    client.get(reverse("account_login"))
    assert client.get(back).status_code == 400


def test_a_code_counts_once_and_for_its_own_browser(client, sites_set):
    back = walk(begin(client), "nyx")
    code = re.search(r"code=([^&]+)", back)[1]
    other = type(client)()
    # Somebody else's code in a round of one's own: PKCE binds it to the browser that began.
    theirs = re.sub(r"code=[^&]+", f"code={code}", walk(begin(other), "ravi"))
    refused(other, other.get(theirs))
    own = walk(begin(client), "nyx")
    assert client.get(own).status_code == 302
    used = re.search(r"code=([^&]+)", own)[1]
    again = type(client)()
    refused(again, again.get(re.sub(r"code=[^&]+", f"code={used}", walk(begin(again), "nyx"))))


def test_what_one_site_gave_is_not_taken_for_anothers(client, sites_set):
    back = walk(begin(client, "example"), "nyx")
    refused(client, client.get(back.replace("/with/example/", "/with/twin/")), 400)
    refused(client, client.get(re.sub(r"iss=[^&]+", "iss=http%3A%2F%2Fevil.example", walk(begin(client), "nyx"))))
    refused(client, client.get(re.sub(r"&iss=[^&]+", "", walk(begin(client), "nyx"))))


@pytest.mark.parametrize("linking", [False, True])
def test_who_does_not_agree_there_is_where_they_were(client, sites_set, request, linking):
    if linking:
        sign_in(client, request.getfixturevalue("rita").email)
    address = begin_link(client) if linking else begin(client)
    answer = client.get(walk(address, "nyx", agrees=False), follow=True)
    assert answer.redirect_chain[0][0] == reverse("account_security" if linking else "account_login")
    assert "You did not go on at Example. Nothing changed." in answer.content.decode()


def test_a_site_that_calls_itself_otherwise_is_not_followed(client, sites_set, settings, openid_site):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["issuer"] = f"{openid_site.url}/o/"  # answers there, as somebody else
    refused(client, client.post(reverse("social_sign_in", args=["example"])))


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_a_protected_site_does_not_send_us_to_unprotected_places(name):
    config = {"issuer": "https://id.example.org"} | {one: f"https://id.example.org/{one}" for one in (*ENDPOINTS, "userinfo_endpoint")}
    check_config(config, "https://id.example.org")
    for address in ("http://id.example.org/", "file:///etc/passwd", "//id.example.org/"):
        with pytest.raises(OAuth2Error):
            check_config(config | {name: address}, "https://id.example.org")


def test_a_site_that_is_out_of_order_or_does_not_answer(client, sites_set, settings, openid_site):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["issuer"] = f"{openid_site.url}/down"
    refused(client, client.post(reverse("social_sign_in", args=["example"])))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
        app["settings"]["issuer"] = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        refused(client, client.post(reverse("social_sign_in", args=["example"])))


def test_github_that_answers_rubbish(client, sites_set):
    refused(client, come(client, "broken", "github"))


def test_nobody_adds_to_what_the_site_is_asked(client, sites_set):
    path = reverse("social_sign_in", args=["example"])
    page = client.post(f"{path}?auth_params=prompt%3Dnone&scope=admin&process=connect").content.decode()
    assert "prompt" not in page and "admin" not in page


def test_the_address_to_come_back_to_is_ours_whatever_the_request_says(client, sites_set):
    answer = client.post(reverse("social_sign_in", args=["example"]), headers={"host": "127.0.0.1"})
    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Faccounts%2Flogin%2Fwith%2Fexample%2Fcallback%2F" in answer.content.decode()


def test_too_many_rounds_from_one_place(client, sites_set, settings):
    settings.LIMITS = {"signin.elsewhere": "1/m"}
    begin(client)
    assert client.post(reverse("social_sign_in", args=["example"])).status_code == 429


def test_the_log_has_no_word_of_the_site(client, sites_set, caplog):
    path_of_callback = walk(begin(client), "other-round")
    client.get(path_of_callback)
    assert "OAuth2Error" in caplog.text
    assert not re.search(r"eyJ|elsewhere\.example|code=", caplog.text)
    assert path_of(client.get(reverse("socialaccount_signup"))) == reverse("account_login")
