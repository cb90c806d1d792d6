"""People with a password, an address and, some, an authenticator app."""

import base64
import re
import time
from types import SimpleNamespace

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from django_otp.oath import TOTP

from accounts import outbox, two_factor
from accounts.models import TotpDevice, User
from tests.openid.running import Site

PASSWORD = "an umbrella of 1907 days"


def make_person(email="rita@example.org", *, verified=True, **facts):
    user = User.objects.create_user(email, PASSWORD, **facts)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def give_factor(user):
    """Put an app into use, without the pages: their own tests walk through them."""
    device = TotpDevice.with_new_seed(user, name="app")
    device.confirmed = True
    device.save()
    return device, two_factor._replace_codes(user)


def code_of(device, *, steps=0, seed=None):
    """What the app shows, ``steps`` times 30 s from now."""
    totp = TOTP(base64.b32decode(seed or device.seed))
    totp.time = time.time() + steps * 30
    return f"{totp.token():06d}"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def letters():
    """Send what is queued, and what that queued, and return all mails that left so far."""
    for _round in range(2):
        outbox.drain(at=now())
    return mail.outbox


def link_in(message):
    return re.search(r"https?://[^/\s]+(/\S+)", message.body).group(1)


@pytest.fixture
def rita(db):
    return make_person()


@pytest.fixture
def ada(db):
    """An administrator with an app."""
    user = make_person("ada@example.org", is_staff=True)
    device, codes = give_factor(user)
    return SimpleNamespace(user=user, device=device, codes=codes, email=user.email)


@pytest.fixture
def bare_ada(db):
    """An administrator who has not set up a second factor."""
    return make_person("ada@example.org", is_staff=True)


@pytest.fixture
def ada_client(client, ada):
    """A client of Ada's that passed the challenge."""
    sign_in(client, ada.email)
    client.post(reverse("second_factor_challenge"), {"code": code_of(ada.device)})
    assert client.session.get("otp_device_id")
    return client


@pytest.fixture
def strict_client():
    """A browser's worth of CSRF checking."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})


@pytest.fixture
def time_machine_of():
    """Travel to a moment; the clock goes on from there."""
    return lambda moment: time_machine.travel(moment, tick=True)


@pytest.fixture(scope="session")
def openid_site():
    """Another site to sign in with, as a process of its own."""
    with Site(settings.PUBLIC_URL) as site:
        yield site


@pytest.fixture
def sites_set(settings, openid_site):
    """The portal offers that site: as OpenID Connect under two issuers, and in GitHub's dialect."""
    settings.SOCIALACCOUNT_PROVIDERS = openid_site.as_set()
