"""The one way out: every letter is a row first, unique for its cause and recipient, and sent afterwards.

The rows are the queue of record. A task only hurries them along; the sweep finds whatever it missed.
"""

import hashlib
import logging
import time
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.models import EmailAddress
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import Delivery
from portal.lib import mail

log = logging.getLogger("parley.outbox")

CLAIM = timedelta(minutes=5)
LONGEST_PAUSE_MINUTES = 6 * 60
TRIES = 20
DRAIN_SECONDS = 60  # a mail server that hangs must not keep the worker from its other work

_letters = {}


def letter(name, *, to_unverified=False):
    """Register how a letter is made up: the decorated function returns its context, or None when it is no longer wanted.

    It is asked when the letter is sent, so that a role lost or a case closed in the meantime counts. To a person whose
    address is not proved yet goes only what is registered with ``to_unverified``.
    """

    def register(make_up):
        _letters[name] = (make_up, to_unverified)
        return make_up

    return register


def send(letter: str, *, cause: UUID, to=(), address: str = "", facts: dict, at: datetime, due_at=None) -> None:
    """Queue a letter to each person of ``to``, or to a bare address; the same cause never goes twice to one recipient."""
    if letter not in _letters:
        raise LookupError(f"No letter is called {letter}.")
    row = partial(Delivery, cause_uuid=cause, letter=letter, facts=facts, made_at=at, due_at=due_at or at)
    rows = [row(recipient=user, recipient_key=f"user:{user.uuid}") for user in to]
    if address:
        rows.append(row(address=address, recipient_key=f"mail:{hashlib.sha256(address.lower().encode()).hexdigest()}"))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if due_at is None or due_at <= at:
        _hurry_on_commit()


def attempt(delivery_pk, *, at) -> bool:
    """Try to send one letter, if nobody else is at it. A failure moves its due_at; return whether it was sent."""
    claim = at + CLAIM
    claimed = (
        Delivery.objects.filter(pk=delivery_pk, outcome=Delivery.Outcome.OPEN, due_at__lte=at)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
        # Counted before the try, so that a letter that kills its process does not come back for ever.
        .update(claimed_until=claim, attempts=F("attempts") + 1)
    )
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("recipient").filter(pk=delivery_pk).first()
    if delivery is None:
        return False  # the account was closed at this very moment
    try:
        unwanted = _deliver(delivery)
    except Exception as error:
        _put_off(delivery, claim=claim, at=at, trouble=type(error).__name__)
        return False
    outcome = Delivery.Outcome.DROPPED if unwanted else Delivery.Outcome.ACCEPTED
    _settle(delivery, claim=claim, at=at, outcome=outcome, trouble=unwanted)
    return not unwanted


def drain(*, at, limit=200) -> int:
    """Try every open letter that is due; return how many were sent."""
    begun = time.monotonic()
    waiting = (
        Delivery.objects.filter(outcome=Delivery.Outcome.OPEN, due_at__lte=at)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
        .order_by("due_at")
    )
    sent = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        elapsed = time.monotonic() - begun
        if elapsed > DRAIN_SECONDS:
            break
        # A claim counts from now, not from when the drain began.
        sent += attempt(pk, at=at + timedelta(seconds=elapsed))
    return sent


def _hurry_on_commit():
    # One message for a transaction, however many letters it sends.
    if not any(waiting[1] is _hurry for waiting in connection.run_on_commit):
        transaction.on_commit(_hurry)


def _hurry():
    # By name: the task module stands above this one. A broker that is down costs some seconds, until the next sweep.
    try:
        current_app.send_task("accounts.tasks.drain_outbox")
    except Exception as error:
        log.warning("The broker took no message (%s); the sweep will send the letters.", type(error).__name__)


def _deliver(delivery):
    """Send the letter, or return why it is not wanted."""
    make_up, to_unverified = _letters[delivery.letter]
    person = delivery.recipient
    if person and not person.is_active:
        return "the account is closed"
    if person and not to_unverified and not _verified(person):
        return "the address is not verified"
    facts = make_up(delivery)
    if facts is None:
        return "no longer wanted"
    context = {"recipient": person, "public_url": settings.PUBLIC_URL, "delivery": delivery, **facts}
    words = mail.render(
        delivery.letter,
        context,
        language=person.language if person else settings.LANGUAGE_CODE,
        zone=person.timezone if person else settings.TIME_ZONE,
    )
    host = urlsplit(settings.PUBLIC_URL).hostname
    mail.send(words, to=person.email if person else delivery.address, message_id=f"<{delivery.uuid}@{host}>")
    return ""


def _verified(person):
    return EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists()


def _put_off(delivery, *, claim, at, trouble):
    log.warning("Letter %s was not taken (%s), try %d.", delivery.uuid, trouble, delivery.attempts)
    if delivery.attempts >= TRIES:
        _settle(delivery, claim=claim, at=at, outcome=Delivery.Outcome.FAILED, trouble=trouble)
        return
    pause = timedelta(minutes=min(2 ** (delivery.attempts - 1), LONGEST_PAUSE_MINUTES))
    Delivery.objects.filter(pk=delivery.pk, claimed_until=claim).update(claimed_until=None, due_at=at + pause, trouble=trouble)


def _settle(delivery, *, claim, at, outcome, trouble):
    Delivery.objects.filter(pk=delivery.pk, claimed_until=claim).update(
        outcome=outcome, settled_at=at, claimed_until=None, address="", trouble=trouble
    )
