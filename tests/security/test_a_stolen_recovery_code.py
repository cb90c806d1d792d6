"""Somebody got in with a recovery code that was not theirs: new codes, or a new app, put them out again."""

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts import two_factor
from tests.builders import PASSWORD

INBOX = "/inbox/"


@pytest.fixture
def thief(cast):
    codes = two_factor.new_recovery_codes(cast.alice, proved=True, at=now())
    return signed_in_with(cast.alice, codes[0])


def signed_in_with(user, code):
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/account/second-factor/", {"code": code})
    assert client.get(INBOX).status_code == 200
    return client


def test_new_codes_end_what_the_old_ones_opened(cast, thief):
    two_factor.new_recovery_codes(cast.alice, proved=True, at=now())
    assert thief.get(INBOX).url.startswith("/accounts/login/")


def test_who_makes_new_codes_after_using_one_stays_in(cast, thief):
    own = signed_in_with(cast.alice, two_factor.new_recovery_codes(cast.alice, proved=True, at=now())[0])
    assert own.post("/account/second-factor/recovery-codes/").status_code == 200
    assert own.get(INBOX).status_code == 200
    assert thief.get(INBOX).status_code == 302
