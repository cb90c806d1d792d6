"""Making an account: an address is proved before anything else, and nobody learns who has one."""

import pytest
from django.urls import reverse

from accounts.models import Delivery, User
from tests.accounts.conftest import PASSWORD, is_signed_in, letters, link_in, make_person, sign_in
from tests.hashers import QuickArgon2

SIGN_UP = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "display_name": "Nyx", "timezone": "Europe/Berlin"}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**SIGN_UP, **changes}, follow=True)


def test_sign_up_verify_and_land_where_one_was_going(client, db):
    sign_up(client, next="/p/mailat/report/")
    assert not is_signed_in(client)
    link = link_in(letters()[0])
    assert client.get(link).status_code == 200
    assert client.post(link).url == "/p/mailat/report/"
    assert sign_in(client, "new@example.org", next="/p/mailat/report/").url == "/p/mailat/report/"
    user = User.objects.get()
    assert (user.display_name, user.timezone) == ("Nyx", "Europe/Berlin")


def test_who_opens_the_letter_in_another_browser_chooses_a_password(client, db):
    """Else whoever signed up with somebody else's address could wait, and come in with a password of their own."""
    sign_up(client)
    other = type(client)()
    page = other.post(link_in(letters()[0]), follow=True)
    assert "choose a password now" in page.content.decode()
    assert not User.objects.get().has_usable_password()
    chosen = "seven quiet lamps at noon"
    page = other.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen}, follow=True)
    assert page.status_code == 200 and User.objects.get().check_password(chosen)
    sign_in(client, "new@example.org")
    assert not is_signed_in(client)


def test_after_the_choice_of_a_password_one_goes_where_one_was_going(client, db):
    sign_up(client, next="/p/mailat/report/")
    other, chosen = type(client)(), "seven quiet lamps at noon"
    link = link_in(letters()[0])
    page = other.post(link, {"next": "/p/mailat/report/"}, follow=True)
    assert "choose a password now" in page.content.decode() and 'value="/p/mailat/report/"' in page.content.decode()
    sent = {"password1": chosen, "password2": chosen, "next": page.context["redirect_field_value"]}
    assert other.post(page.context["action_url"], sent).url == "/p/mailat/report/"
    assert User.objects.get().check_password(chosen)


def test_after_the_choice_of_a_password_nobody_is_sent_to_another_site(client, db):
    sign_up(client)
    other, chosen = type(client)(), "seven quiet lamps at noon"
    page = other.post(link_in(letters()[0]), {"next": "https://evil.example/"}, follow=True)
    assert "evil" not in page.redirect_chain[-1][0]
    sent = {"password1": chosen, "password2": chosen, "next": "//evil.example/"}
    assert other.post(page.context["action_url"], sent).url == reverse("account_reset_password_from_key_done")


def test_a_browser_that_knows_the_password_keeps_it(client, db):
    sign_up(client)
    other = type(client)()
    sign_in(other, "new@example.org")
    assert not is_signed_in(other)
    assert other.post(link_in(letters()[0])).url == reverse("account_login")
    assert User.objects.get().check_password(PASSWORD)


def test_signing_up_over_an_account_that_nobody_proved_does_not_make_a_browser_its_own(client, db):
    sign_up(client)
    owner = type(client)()
    sign_up(owner)
    owner.post(link_in(letters()[0]))
    assert not User.objects.get().has_usable_password()


def test_a_link_with_a_token_waits_in_the_browser_and_not_in_the_database(client, db):
    sign_up(client, next="/invitations/abc:def/")
    assert "invitations" not in letters()[0].body
    assert "next" not in Delivery.objects.get().facts
    link = link_in(letters()[0])
    assert client.post(link).url == "/accounts/login/?next=%2Finvitations%2Fabc%3Adef%2F"


def test_without_a_place_to_go_one_is_led_to_the_sign_in(client, db):
    sign_up(client)
    assert client.post(link_in(letters()[0])).url == reverse("account_login")


def test_another_site_is_not_taken_into_the_letter(client, db):
    sign_up(client, next="//evil.example/")
    assert "evil" not in letters()[0].body


def test_nobody_signs_in_before_the_address_is_proved(client, db):
    sign_up(client)
    assert sign_in(client, "new@example.org").url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_the_row_of_the_letter_holds_no_link_and_forgets_the_address(client, db):
    sign_up(client)
    row = Delivery.objects.get()
    assert set(row.facts) == {"address"}
    key = link_in(letters()[0]).strip("/").split("/")[-1]
    row.refresh_from_db()
    assert key not in str(row.__dict__) and row.address == ""


def test_an_existing_address_gets_the_same_pages_and_another_letter(client, rita):
    new, known = sign_up(client), sign_up(type(client)(), email=rita.email)
    assert new.redirect_chain == known.redirect_chain
    assert new.content == known.content
    assert User.objects.filter(email=rita.email).count() == 1
    assert {message.to[0]: message.subject for message in letters()} == {
        "new@example.org": "Prove your address for Parley",
        rita.email: "You have an account at Parley already",
    }


def test_an_existing_address_costs_the_hashing_of_a_password_too(client, rita, monkeypatch):
    hashed = []
    real = QuickArgon2.encode
    monkeypatch.setattr(QuickArgon2, "encode", lambda self, *args: hashed.append(1) or real(self, *args))
    sign_up(client)
    for_new = len(hashed)
    sign_up(type(client)(), email=rita.email)
    assert len(hashed) == 2 * for_new > 0


def test_an_address_that_was_never_proved_is_asked_again(client, db):
    make_person("new@example.org", verified=False)
    sign_up(client)
    assert [message.subject for message in letters()] == ["Prove your address for Parley"]


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"email": "no address"}, "Enter a valid email address."),
        ({"email": "a\0b@example.org"}, "Null characters are not allowed."),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": PASSWORD + "x"}, "the same password"),
        ({"display_name": "n" * 81}, "at most 80 characters"),
    ],
)
def test_what_is_wrong_is_said(client, db, changes, sentence):
    response = sign_up(client, **changes)
    assert sentence in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "A" * 300])
def test_a_strange_time_zone_becomes_utc(client, db, zone):
    sign_up(client, timezone=zone)
    assert User.objects.get().timezone == "UTC"


def test_a_dead_link_says_so(client, db):
    assert "no longer works" in client.get("/accounts/confirm-email/abc:def:ghi/").content.decode()
