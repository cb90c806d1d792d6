"""B13: whoever brings another address to an account does not get its password by it, and the former address is told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts import outbox, password_reset
from accounts.models import Delivery
from tests.accounts.conftest import PASSWORD, letters, link_in, make_person, sign_in

NEW = "thief@example.net"


def ask_for_reset(email):
    answer = Client().post(reverse("account_reset_password"), {"email": email})
    return answer.status_code, answer.url


def change_address(client, new=NEW):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": new, "action_add": ""})
    client.post(link_in(letters()[-1]))


@pytest.fixture
def rita(db):
    return make_person()


@pytest.fixture
def changed(client, rita):
    """Rita's account, whose address somebody with her password just changed."""
    sign_in(client, rita.email)
    change_address(client)
    rita.refresh_from_db()
    assert rita.email == NEW
    return rita


def test_for_three_days_the_new_address_gets_the_reason_instead_of_a_link(changed):
    usual = ask_for_reset("nobody@example.org")
    for hours, link in ((0, False), (71, False), (73, True)):
        with time_machine.travel(now() + timedelta(hours=hours), tick=True):
            assert ask_for_reset(NEW) == usual, "the page says the same as ever"
            letter = letters()[-1]
            assert letter.to == [NEW] and ("/password/reset/key/" in letter.body) == link
            assert ("no password is set by mail before" in letter.body) != link
    sign_in(Client(), NEW)  # with the password it goes on as before


def test_the_former_address_is_told_what_to_do_and_resets_nothing(changed, settings):
    letter = letters()[-1]
    assert letter.to == ["rita@example.org"] and "address of your account was changed" in letter.body
    assert f"{(now() + timedelta(hours=72)):%Y}" in letter.body and "say that this was not you" in letter.body
    assert "/account/security/" in letter.body and NEW not in letter.body
    before = len(letters())
    ask_for_reset("rita@example.org")
    assert len(letters()) == before, "it is nobody's any more"


def test_a_link_from_before_the_change_is_dead(client, rita):
    ask_for_reset(rita.email)
    path = link_in(letters()[-1])
    sign_in(client, rita.email)
    change_address(client)
    page = Client().get(path, follow=True)
    assert "no longer works" in page.content.decode() and 'name="password1"' not in page.content.decode()


def test_a_letter_that_was_late_does_not_carry_a_link_to_the_new_address(client, rita):
    """Asked for before the change, made up after it."""
    password_reset.ask(rita.email, at=now())
    outbox.attempt(Delivery.objects.get().pk, at=now())
    Delivery.objects.filter(letter="account_password_reset").update(due_at=now() + timedelta(hours=1))
    sign_in(client, rita.email)
    change_address(client)
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert not any("/password/reset/key/" in letter.body for letter in letters())


def test_the_first_address_of_an_account_freezes_nothing(db):
    user = make_person("new@example.org", verified=False)
    ask_for_reset(user.email)
    client = Client()
    client.post(link_in(letters()[-1]))
    user.refresh_from_db()
    assert user.reset_frozen_until is None
