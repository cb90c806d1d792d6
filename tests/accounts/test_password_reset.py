"""A new password is no way around the second factor, and its link exists in the letter only."""

from django.urls import reverse

from accounts.models import Delivery, TotpDevice
from tests.accounts.conftest import is_signed_in, letters, link_in, make_person, sign_in

NEW = "another umbrella of 1908 days"


def reset(client, email):
    client.post(reverse("account_reset_password"), {"email": email})
    page = client.get(link_in(letters()[-1]), follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)


def test_a_reset_signs_nobody_in_and_keeps_the_factor(client, ada):
    response = reset(client, ada.email)
    assert response.status_code == 200 and not is_signed_in(client)
    assert TotpDevice.objects.filter(user=ada.user, confirmed=True).exists()
    assert sign_in(client, ada.email, NEW).url == reverse("second_factor_challenge")
    assert not is_signed_in(client)


def test_the_person_is_told_afterwards(client, ada):
    reset(client, ada.email)
    assert "Your password was changed." in letters()[-1].body


def test_the_row_holds_no_token(client, rita):
    client.post(reverse("account_reset_password"), {"email": rita.email})
    row = Delivery.objects.get()
    assert row.facts == {} and row.address == ""
    token = link_in(letters()[0]).rstrip("/").rsplit("-", 1)[-1]
    assert len(token) > 20
    row.refresh_from_db()
    assert token not in str(row.__dict__)


def test_an_unproved_address_gets_the_verification_instead(client, db):
    make_person("new@example.org", verified=False)
    client.post(reverse("account_reset_password"), {"email": "new@example.org"})
    assert "/confirm-email/" in letters()[0].body


def test_known_and_unknown_addresses_get_the_same_answer(client, rita):
    known = client.post(reverse("account_reset_password"), {"email": rita.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert [message.to for message in letters()] == [[rita.email]]


def test_a_used_link_says_so(client, rita):
    reset(client, rita.email)
    page = client.get(link_in(letters()[0]), follow=True)
    assert "no longer works" in page.content.decode()
