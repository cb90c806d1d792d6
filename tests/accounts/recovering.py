"""Doing with recoveries what people do: asking at the second factor, agreeing, letting time pass."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts import recovery
from accounts.models import AuditEvent, FactorRecovery
from tests.accounts.conftest import code_of, letters
from tests.builders import PASSWORD, sign_in

ASK = reverse("recovery_ask")


def at_the_second_factor(person, *, password=PASSWORD):
    """A browser in which somebody gave this person's password and nothing else."""
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": password})
    return client


def asked(person) -> FactorRecovery:
    """A recovery that this person asked for from the sign-in."""
    at_the_second_factor(person).post(ASK)
    return FactorRecovery.objects.get(user=person, outcome="")


def proved(person):
    """A browser in which somebody signed in with their factor just now."""
    client = sign_in(Client(), person)
    client.post(reverse("second_factor_challenge"), {"code": code_of(person.totpdevice_set.get(confirmed=True))})
    return client


def agree(who, lost, *, sure="on"):
    """Agree on the page, after proving it anew."""
    client = who if isinstance(who, Client) else proved(who)
    return client.post(reverse("recovery_approve", args=[lost.uuid]), {"sure": sure} if sure else {})


def after(**span):
    """Travel ahead; the clock goes on from there."""
    return time_machine.travel(now() + timedelta(**span), tick=True)


def swept(**span) -> int:
    """What the clock does some time from now, letters included; how many recoveries were done."""
    with after(**span):
        done = recovery.sweep(at=now())
        letters()
    return done


def kinds():
    """What the audit trail has of recoveries, in order."""
    return list(AuditEvent.objects.filter(kind__startswith="recovery.").order_by("seq").values_list("kind", flat=True))
