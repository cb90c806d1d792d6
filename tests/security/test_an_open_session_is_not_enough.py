"""Whoever finds a session open cannot make the account theirs: the way in changes only for somebody who proves it anew."""

import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent, Delivery
from tests.builders import PASSWORD

EMAIL = "/accounts/email/"
ELSEWHERE = {"email": "somewhere@example.net", "action_add": ""}


def waits(user):
    return EmailAddress.objects.filter(user=user, email=ELSEWHERE["email"]).exists()


def test_a_new_address_asks_for_the_password_of_somebody_without_a_factor(cast):
    rita = cast.client("rita")
    assert rita.get(EMAIL).url == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    page = rita.post(EMAIL, ELSEWHERE)
    assert page.status_code == 403 and "Confirm that it is you" in page.content.decode()
    assert not waits(cast.rita) and not Delivery.objects.exists()
    assert "somewhere" not in str(dict(rita.session)), "nothing of the form is kept"

    assert rita.post("/accounts/reauthenticate/", {"password": "not the right one", "next": EMAIL}).status_code == 200
    assert rita.post(EMAIL, ELSEWHERE).status_code == 403 and not waits(cast.rita)
    assert rita.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": EMAIL}).url == EMAIL
    rita.post(EMAIL, ELSEWHERE)
    assert waits(cast.rita)


def test_the_password_counts_for_some_minutes(cast):
    rita = cast.client("rita")
    rita.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": EMAIL})
    with time_machine.travel(now().timestamp() + 11 * 60):
        rita.post(EMAIL, ELSEWHERE)
    assert not waits(cast.rita)


def test_a_new_address_asks_staff_for_the_second_factor_and_not_for_the_password(cast):
    alice = cast.client("alice")
    alice.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": EMAIL})
    assert alice.get(EMAIL).url == "/account/second-factor/?next=%2Faccounts%2Femail%2F"
    assert alice.post(EMAIL, {**ELSEWHERE, "step-up-password": PASSWORD}).status_code == 422
    assert not waits(cast.alice)


def test_the_admin_has_no_password_page_of_its_own(cast):
    ada = cast.client("ada")
    new = {"old_password": PASSWORD, "new_password1": "an owl of 1911 feathers", "new_password2": "an owl of 1911 feathers"}
    assert ada.get("/admin/password_change/").url == reverse("account_change_password")
    ada.post("/admin/password_change/", new)
    cast.ada.refresh_from_db()
    assert cast.ada.check_password(PASSWORD)
    assert not AuditEvent.objects.filter(kind="password.changed").exists()
