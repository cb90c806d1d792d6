"""A person's own page, and the change of an address."""

from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import AuditEvent
from tests.accounts.conftest import PASSWORD, letters, link_in, sign_in

ACCOUNT = "/account/"


def test_name_and_zone_are_changed(client, rita):
    sign_in(client, rita.email)
    assert client.post(ACCOUNT, {"display_name": "Rita R.", "timezone": "Asia/Tokyo"}).url == ACCOUNT
    rita.refresh_from_db()
    assert (rita.display_name, rita.timezone) == ("Rita R.", "Asia/Tokyo")


def test_an_unknown_zone_is_refused(client, rita):
    sign_in(client, rita.email)
    assert client.post(ACCOUNT, {"display_name": "", "timezone": "Mars/Olympus"}).status_code == 422


def test_nothing_else_is_changed_from_here(client, rita):
    sign_in(client, rita.email)
    client.post(ACCOUNT, {"display_name": "R", "timezone": "UTC", "is_staff": "on", "email": "x@example.org"})
    rita.refresh_from_db()
    assert not rita.is_staff and rita.email == "rita@example.org"


def test_a_new_address_counts_once_it_is_proved_and_the_old_one_is_told(client, rita):
    sign_in(client, rita.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "rita@example.net", "action_add": ""})
    rita.refresh_from_db()
    assert rita.email == "rita@example.org"
    assert letters()[-1].to == ["rita@example.net"]
    client.post(link_in(letters()[-1]))
    rita.refresh_from_db()
    assert rita.email == "rita@example.net"
    assert letters()[-1].to == ["rita@example.org"] and "address of your account was changed" in letters()[-1].body
    assert [row.email for row in EmailAddress.objects.filter(user=rita)] == ["rita@example.net"]
    assert AuditEvent.objects.filter(kind="address.changed", actor=rita).exists()


def test_a_new_password_needs_the_present_one(client, rita):
    sign_in(client, rita.email)
    new = {"password1": "a ladder of 1909 rungs", "password2": "a ladder of 1909 rungs"}
    assert client.post(reverse("account_change_password"), {"oldpassword": "wrong", **new}).status_code == 200
    assert client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new}).url == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200, "this session goes on"
    assert "Your password was changed." in letters()[-1].body
