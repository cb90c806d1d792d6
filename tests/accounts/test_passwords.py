"""Which passwords are taken: long ones whole, none that everybody tries, and none that is somebody's own name."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
LONG = "Ein Schirm, sieben Lampen \N{SNOWMAN} und ein Fluss; " * 3  # of more than 128 characters, spaces and signs among them


def change(client, password):
    return client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": password, "password2": password})


@pytest.mark.parametrize("password", [LONG.strip(), "x1" * 32, "0f" * 64])
def test_long_ones_are_taken_and_every_character_counts(client, rita, password):
    sign_in(client, rita.email)
    assert change(client, password).status_code == 302
    rita.refresh_from_db()
    assert rita.check_password(password) and not rita.check_password(password[:-1]) and not rita.check_password(password[:64] + "?")
    other = type(client)()
    sign_in(other, rita.email, password[:72])
    assert is_signed_in(other) == (len(password) <= 72)


@pytest.mark.parametrize("password", ["qwertyqwerty", "Password1234", "1234567890123", "rita@example.org", "elevenchars"])
def test_what_everybody_tries_is_refused_with_a_reason(client, rita, password):
    sign_in(client, rita.email)
    page = change(client, password)
    assert page.status_code == 200 and page.context["form"].errors["password1"]
    assert User.objects.get(pk=rita.pk).check_password(PASSWORD)


def test_the_same_holds_where_an_account_is_made(client, db):
    given = {"email": "new@example.org", "password1": "qwertyqwerty", "password2": "qwertyqwerty"}
    assert client.post(reverse("account_signup"), given).context["form"].errors["password1"]
    assert not User.objects.exists()
