"""The one way out: every letter is a row first, unique for its cause and recipient, and sent afterwards.

The rows are the queue of record. A task only hurries them along; the sweep finds whatever it missed. A letter to somebody
with an OpenPGP key leaves encrypted to it.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.urls import reverse

from accounts import notices
from accounts.models import Delivery, How, Kind
from portal.lib import mail, openpgp

log = logging.getLogger("parley.outbox")

CLAIM = timedelta(minutes=5)
LONGEST_PAUSE_MINUTES = 6 * 60
TRIES = 20
DRAIN_SECONDS = 60  # a mail server that hangs must not keep the worker from its other work
BURST, MANY = timedelta(minutes=15), 5  # more letters than that about one case: the next wait for each other
STOPPED = UUID("7b3c9d52-0a9e-4f0e-9d57-3a2f4f8f2c61")  # names the letters that tell of a key that no longer works
TURNED_OFF = "the person wants no letters of this kind"


class Registered(NamedTuple):
    """How a letter is made up, whether it goes to addresses that are not proved, its kind, and whether it is never encrypted."""

    make_up: Callable
    to_unverified: bool = False
    kind: Kind = Kind.ACCOUNT
    in_clear: bool = False


_letters = {}


def letter(name, *, kind=Kind.ACCOUNT, to_unverified=False, in_clear=False):
    """Register how a letter is made up: the decorated function returns its context, or None when it is no longer wanted.

    It is asked when the letter is sent, so that a role lost or a case closed in the meantime counts. To a person whose
    address is not proved yet goes only what is registered with ``to_unverified``. By its ``kind`` people choose when they
    want it (``notices``), and one that says nothing of it always leaves at once. What tells of an OpenPGP key goes
    ``in_clear``: somebody else's key would hide it.
    """

    def register(make_up):
        _letters[name] = Registered(make_up, to_unverified, kind, in_clear)
        return make_up

    return register


def kind_of(letter: str) -> Kind:
    """Return the kind of a letter; of one that is not known any more, the kind that nobody turns off."""
    return _letters[letter].kind if letter in _letters else Kind.ACCOUNT


def send(letter: str, *, cause: UUID, to=(), address: str = "", facts: dict, at: datetime, due_at=None) -> None:
    """Queue a letter to each person of ``to``, or to a bare address; the same cause never goes twice to one recipient.

    Who wants this kind together once a day gets it then, and who wants none of it gets none.
    """
    if letter not in _letters:
        raise LookupError(f"No letter is called {letter}.")
    due_at = due_at or at
    row = partial(Delivery, cause_uuid=cause, letter=letter, facts=facts, made_at=at)
    rows = [row(recipient=user, recipient_key=f"user:{user.uuid}", **when) for user, when in _when(letter, to, facts, at, due_at)]
    if address:
        key = f"mail:{hashlib.sha256(address.lower().encode()).hexdigest()}"
        rows.append(row(address=address, recipient_key=key, due_at=due_at))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if due_at <= at:
        _hurry_on_commit()


def _when(letter, to, facts, at, due_at):
    """Yield (person, what their row says of when) for those who want this letter."""
    people, kind = list(to), kind_of(letter)
    chosen, busy = notices.ways_of(kind, people), _busy(kind, people, facts, at)
    for user in people:
        how = chosen.get(user.pk, How.AT_ONCE)
        if how == How.DIGEST:
            yield user, {"gather": True, "due_at": notices.next_digest(user, after=max(at, due_at))}
        elif how == How.AT_ONCE:
            yield user, {"gather": True, "due_at": max(due_at, at + BURST)} if user.pk in busy else {"due_at": due_at}


def _busy(kind, people, facts, at):
    """Return those of these people who got many letters about this case or report just now."""
    about = {f"facts__{name}": facts[name] for name in ("case", "report") if name in facts}
    if not about or not people or len(notices.WAYS[kind]) == 1:
        return set()
    lately = Delivery.objects.filter(recipient__in=people, made_at__gt=at - BURST, **about)
    return set(lately.values("recipient").annotate(many=Count("pk")).filter(many__gte=MANY).values_list("recipient", flat=True))


def attempt(delivery_pk, *, at) -> bool:
    """Try to send one letter, if nobody else is at it. A failure moves its due_at; return whether it was sent."""
    claim = at + CLAIM
    claimed = (
        _to_send()
        .filter(pk=delivery_pk, due_at__lte=at)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
        # Counted before the try, so that a letter that kills its process does not come back for ever.
        .update(claimed_until=claim, attempts=F("attempts") + 1)
    )
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("recipient__public_key").filter(pk=delivery_pk).first()
    if delivery is None:
        return False  # the account was closed at this very moment
    try:
        unwanted = _deliver(delivery, at=at)
    except Exception as error:
        _put_off(delivery, claim=claim, at=at, trouble=type(error).__name__)
        return False
    outcome = Delivery.Outcome.DROPPED if unwanted else Delivery.Outcome.ACCEPTED
    _settle(delivery, claim=claim, at=at, outcome=outcome, trouble=unwanted)
    return not unwanted


def drain(*, at, limit=200) -> int:
    """Try every open letter that is due; return how many were sent."""
    begun = time.monotonic()
    waiting = _to_send().filter(due_at__lte=at).filter(Q(claimed_until=None) | Q(claimed_until__lte=at)).order_by("due_at")
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


def made_up(delivery) -> dict | None:
    """Return the context of a letter as it is now, or None when nobody wants it any more."""
    facts = _letters[delivery.letter].make_up(delivery)
    if facts is None:
        return None
    person, base = delivery.recipient, {"public_url": settings.PUBLIC_URL, "delivery": delivery}
    if person:
        base["letters_link"] = settings.PUBLIC_URL + reverse("account_letters")
    return {"recipient": person, **base, **facts}


def _to_send():
    return Delivery.objects.filter(outcome=Delivery.Outcome.OPEN, gather=False)


def _deliver(delivery, *, at):
    """Send the letter, or return why it is not wanted."""
    registered, person = _letters[delivery.letter], delivery.recipient
    if person and not person.is_active:
        return "the account is closed"
    if person and not registered.to_unverified and not _verified(person):
        return "the address is not verified"
    context = made_up(delivery)
    if context is None:
        return "no longer wanted"
    key = None if registered.in_clear else getattr(person, "public_key", None)
    try:
        _send(delivery, context, key=key.armored if key else "")
    except openpgp.KeyUnusable:
        # Letters hold references and links only, so it is better that this one arrives.
        send(
            "openpgp_stopped",
            cause=uuid5(STOPPED, f"{key.pk} {key.fingerprint}"),
            to=[person],
            facts={"fingerprint": key.fingerprint},
            at=at,
        )
        _send(delivery, {**context, "key_stopped": True})
    return ""


def _send(delivery, context, *, key=""):
    person = delivery.recipient
    words = mail.render(
        delivery.letter,
        context,
        language=person.language if person else settings.LANGUAGE_CODE,
        zone=person.timezone if person else settings.TIME_ZONE,
    )
    host = urlsplit(settings.PUBLIC_URL).hostname
    mail.send(words, to=person.email if person else delivery.address, message_id=f"<{delivery.uuid}@{host}>", key=key)


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
