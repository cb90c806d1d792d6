"""The one way out: whatever leaves is a row first, unique for its cause, recipient and channel, and sent afterwards.

The rows are the queue of record. A task only hurries them along; the sweep finds whatever it missed. How a row leaves is
the matter of its channel: letters by ``mailing``; floors above register theirs with ``channel`` and queue with ``post``.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils.functional import Promise

from accounts import timing
from accounts.models import Delivery, Kind, User

log = logging.getLogger("parley.outbox")

LONGEST_PAUSE_MINUTES = 6 * 60
TRIES = 20
DRAIN_SECONDS = 60  # a mail server that hangs must not keep the worker from its other work
MAIL = Delivery.Channel.MAIL
Outcome = Delivery.Outcome

# Sent once for a letter that was refused for good, came back or was given up, with ``delivery`` and ``at``, in a transaction of
# its own. The delivery's row is written after the receivers: they take the case first, as everybody does.
undeliverable = Signal()


class Trouble(Exception):
    """A try that failed. The message is kept with the delivery: classes and numbers, never the words of others."""


class Refused(Trouble):
    """It is refused for good, so that to try again is of no use. ``address``: because of the address, not of what was sent."""

    def __init__(self, trouble: str, *, address: bool = False):
        super().__init__(trouble)
        self.address = address


class Registered(NamedTuple):
    """How a letter is made up, whether it goes to addresses that are not proved, its kind, whether it is never encrypted, its sentence."""

    make_up: Callable
    to_unverified: bool = False
    kind: Kind = Kind.ACCOUNT
    in_clear: bool = False
    says: str | Promise = ""


class Channel(NamedTuple):
    """How what waits for a channel leaves, and the task that hurries it along."""

    leave: Callable
    task: str


_letters = {}
_channels = {}


def letter(name, *, kind=Kind.ACCOUNT, to_unverified=False, in_clear=False, says=""):
    """Register how a letter is made up: the decorated function returns its context, or None when it is no longer wanted.

    It is asked when the letter is sent, so that a role lost or a case closed in the meantime counts. To a person whose
    address is not proved yet goes only what is registered with ``to_unverified``. By its ``kind`` people choose when they
    want it (``notices``), and one that says nothing of it always leaves at once. What tells of an OpenPGP key goes
    ``in_clear``: somebody else's key would hide it. ``says`` is what the page of notifications says of it, beside the reference.
    """

    def register(make_up):
        _letters[name] = Registered(make_up, to_unverified, kind, in_clear, says)
        return make_up

    return register


def channel(name: Delivery.Channel, *, task: str):
    """Register how what waits for a channel leaves; ``task`` is the name of the task that calls ``drain`` for it.

    The decorated function gets ``(delivery, at=)``, outside any transaction. It returns "" once the other side has taken it, or
    why nobody wants it any more; it raises ``Refused`` for what is refused for good. Whatever else it raises is tried again with
    back-off, up to ``TRIES``; of a ``Trouble`` the message is kept, of anything else the class.
    """

    def register(leave):
        _channels[name] = Channel(leave, task)
        return leave

    return register


def kind_of(letter: str) -> Kind:
    """Return the kind of a letter; of one that is not known any more, the kind that nobody turns off."""
    return _letters[letter].kind if letter in _letters else Kind.ACCOUNT


def registered(letter: str) -> Registered | None:
    """Return how a letter is registered; None for one that is not known any more."""
    return _letters.get(letter)


def send(letter: str, *, cause: UUID, to=(), address: str = "", facts: dict, at: datetime, due_at=None, not_after=None) -> None:
    """Queue a letter to each person of ``to``, or to a bare address; the same cause never goes twice to one recipient.

    Who wants this kind together once a day gets it then, in quiet hours it waits for their end, and who wants none of it gets a
    row that says so, for the page of notifications. Who would get it later than ``not_after`` by any of that gets it at once.
    """
    if letter not in _letters:
        raise LookupError(f"No letter is called {letter}.")
    due_at, about = due_at or at, _about(facts)
    row = partial(Delivery, cause_uuid=cause, letter=letter, facts=facts, about=about, made_at=at)
    when = timing.of_people(kind_of(letter), to, about=about, at=at, due_at=due_at, not_after=not_after)
    rows = [row(recipient=user, recipient_key=f"user:{user.uuid}", **facts_of) for user, facts_of in when]
    if address:
        key = f"mail:{hashlib.sha256(address.lower().encode()).hexdigest()}"
        rows.append(row(address=address, recipient_key=key, due_at=due_at))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if due_at <= at:
        _hurry_on_commit(MAIL)


def post(channel: Delivery.Channel, what: str, *, cause: UUID, to: Iterable[str], facts: dict, at: datetime, about="", due_at=None) -> None:
    """Queue something on a channel other than mail to each key of ``to`` ("hook:…"); the same cause never goes twice to one of them."""
    if channel not in _channels or channel == MAIL:
        raise LookupError(f"Nothing is posted on the channel {channel}.")
    due_at = due_at or at
    row = partial(Delivery, channel=channel, cause_uuid=cause, letter=what, facts=facts, about=about, made_at=at, due_at=due_at)
    Delivery.objects.bulk_create([row(recipient_key=key) for key in to], ignore_conflicts=True)
    if due_at <= at:
        _hurry_on_commit(channel)


def attempt(delivery_pk, *, at) -> bool:
    """Try to send one row, if nobody else is at it. A failure moves its due_at; return whether it was sent."""
    claim = at + timedelta(seconds=settings.CLAIM_SECONDS)
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
        unwanted = _channels[delivery.channel].leave(delivery, at=at)
    except Refused as refused:
        log.warning("Letter %s was refused (%s), try %d.", delivery.uuid, refused, delivery.attempts)
        if refused.address:
            note_bounce(delivery, at=at)
        settle_undelivered(delivery, Outcome.REFUSED, trouble=str(refused), at=at, seen={"claimed_until": claim})
        return False
    except Exception as error:
        _put_off(delivery, claim=claim, at=at, trouble=str(error) if isinstance(error, Trouble) else type(error).__name__)
        return False
    outcome = Outcome.DROPPED if unwanted else Outcome.ACCEPTED
    _settle(delivery, outcome, trouble=unwanted, at=at, seen={"claimed_until": claim})
    return not unwanted


def drain(*, at, limit=200, channel=MAIL, seconds=DRAIN_SECONDS) -> int:
    """Try every open row of a channel that is due, beginning none after so many seconds; return how many were sent."""
    begun = time.monotonic()
    waiting = _to_send().filter(channel=channel, due_at__lte=at).filter(Q(claimed_until=None) | Q(claimed_until__lte=at)).order_by("due_at")
    sent = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        elapsed = time.monotonic() - begun
        if elapsed > seconds:
            break
        # A claim counts from now, not from when the drain began.
        sent += attempt(pk, at=at + timedelta(seconds=elapsed))
    return sent


def settle_undelivered(delivery, outcome, *, trouble: str, at, seen: dict) -> bool:
    """Settle a delivery that did not arrive, and tell of it if it is a letter; ``seen`` is what must still be so of its row.

    What a digest told did not arrive either. That is settled before the digest, so that whoever goes on after a crash finds what is left.
    A database that did not answer is no reason to tell nobody: it is raised, and the letter tried or the bounce brought again.
    """
    for told in delivery.gathered.filter(outcome=Outcome.GATHERED):
        settle_undelivered(told, outcome, trouble=trouble, at=at, seen={"outcome": Outcome.GATHERED})
    try:
        with transaction.atomic():
            if delivery.channel == MAIL and Delivery.objects.filter(pk=delivery.pk, **seen).exists():
                undeliverable.send(sender=Delivery, delivery=delivery, at=at)
            settled = _settle(delivery, outcome, trouble=trouble, at=at, seen=seen)
            if not settled:
                transaction.set_rollback(True)  # somebody else settled it, and told of it
            return settled
    except OperationalError:
        raise
    except Exception as error:
        log.error("Nobody could be told that letter %s did not arrive (%s).", delivery.uuid, type(error).__name__)
        return _settle(delivery, outcome, trouble=trouble, at=at, seen=seen)


def note_bounce(delivery, *, at) -> None:
    """Note that a letter to its person's address came back, unless that is known."""
    if delivery.recipient_id:
        User.objects.filter(pk=delivery.recipient_id, bounces_since=None).update(bounces_since=at)


def made_up(delivery) -> dict | None:
    """Return the context of a letter as it is now, or None when nobody wants it any more."""
    facts = _letters[delivery.letter].make_up(delivery)
    if facts is None:
        return None
    person, base = delivery.recipient, {"public_url": settings.PUBLIC_URL, "delivery": delivery}
    if person:
        base["letters_link"] = settings.PUBLIC_URL + reverse("account_letters")
    return {"recipient": person, **base, **facts}


def _about(facts):
    return str(facts.get("case") or facts.get("report") or "")


def _hurry_on_commit(channel):
    # One message for a transaction, however many letters it sends.
    hurry = _hurry_of(channel)
    if not any(waiting[1] is hurry for waiting in connection.run_on_commit):
        transaction.on_commit(hurry)


@cache
def _hurry_of(channel):
    return partial(_hurry, channel)


def _hurry(channel):
    # By name: the task module stands above this one. A broker that is down costs some seconds, until the next sweep.
    try:
        current_app.send_task(_channels[channel].task)
    except Exception as error:
        log.warning("The broker took no message (%s); the sweep will send the letters.", type(error).__name__)


def _to_send():
    return Delivery.objects.filter(outcome=Outcome.OPEN, gather=False)


def _put_off(delivery, *, claim, at, trouble):
    log.warning("Letter %s was not taken (%s), try %d.", delivery.uuid, trouble, delivery.attempts)
    if delivery.attempts >= TRIES:
        settle_undelivered(delivery, Outcome.FAILED, trouble=trouble, at=at, seen={"claimed_until": claim})
        return
    pause = timedelta(minutes=min(2 ** (delivery.attempts - 1), LONGEST_PAUSE_MINUTES))
    Delivery.objects.filter(pk=delivery.pk, claimed_until=claim).update(claimed_until=None, due_at=at + pause, trouble=trouble)


def _settle(delivery, outcome, *, trouble, at, seen):
    rows = Delivery.objects.filter(pk=delivery.pk, **seen)
    return bool(rows.update(outcome=outcome, settled_at=at, claimed_until=None, address="", trouble=trouble))
