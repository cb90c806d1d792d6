"""A proof of work, asked of who comes while many come: the browser computes for some seconds, nobody else is involved.

ALTCHA's challenges (https://altcha.org/docs/v2), made and checked by its library: find the counter behind a PBKDF2 key
whose first half is told. A challenge is signed, bound to a purpose, good for an hour and for one time. Who cannot compute
(no JavaScript, no secure connection) waits instead: a ticket is made with the form, and counts after some minutes, once.
"""

import hashlib
import json
import logging
import secrets
from datetime import timedelta
from typing import NamedTuple

import altcha
from django.core import signing
from django.core.cache import caches
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from redis.exceptions import RedisError

from portal.lib import limits

log = logging.getLogger("parley.limits")
ALGORITHM = "PBKDF2/SHA-256"
ITERATIONS = 20_000  # of one try: making a challenge costs one, checking its answer none
TRIES = 800  # at most; half of them at least
HEAVY = 8  # times as many
LIVES = timedelta(hours=1)
WAIT = timedelta(minutes=10)
TICKET_LIVES = timedelta(hours=24)
LONGEST = 4096  # characters of an answer that is looked at


class Asked(NamedTuple):
    """What a form asks for: a challenge (JSON, for the browser), the most tries that it takes, a ticket and when that will do."""

    challenge: str
    tries: int
    ticket: str
    wait_minutes: int


class NotDone(Exception):
    """A form came without what was asked for."""


def ask(purpose: str, *keys: str, heavy: bool = False, ticket: str = "") -> Asked:
    """Return a new challenge for one purpose, such as "signup"; ``keys`` bind it further, to a person for one.

    Who has a ``ticket`` already keeps it, so that sending a form too early does not begin the wait anew.
    """
    tries = TRIES * (HEAVY if heavy else 1)
    challenge = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS,
        counter=tries // 2 + secrets.randbelow(tries // 2),
        expires_at=now() + LIVES,
        # The level is signed with it: an easy one is no answer where a heavy one is asked.
        data={"tries": tries},
        hmac_secret=_secret(purpose, keys, "challenge"),
        hmac_key_secret=_secret(purpose, keys, "answer"),
    )
    if not ticket or still_to_wait(ticket, purpose, *keys) == WAIT:
        ticket = signing.dumps({"at": int(now().timestamp()), "number": secrets.token_hex(16)}, salt=_secret(purpose, keys, "ticket"))
    left = still_to_wait(ticket, purpose, *keys).total_seconds()
    return Asked(json.dumps(challenge.to_dict()), tries, ticket, max(0, int(-(-left // 60))))


def check(form, purpose: str, *keys: str, heavy: bool = False, waiting: tuple[str, ...]) -> None:
    """Take the answer, or the ticket of who waited, from what a form sent (a dict of strings); raise NotDone without.

    ``waiting`` is the limit of those who wait instead, and its keys: tickets cost nothing, so they must be scarce.
    """
    if is_answer(form.get("proof", ""), purpose, *keys, heavy=heavy):
        return
    if still_to_wait(form.get("ticket", ""), purpose, *keys) > timedelta(0):
        raise NotDone
    limits.spend(*waiting)
    if not has_waited(form["ticket"], purpose, *keys):
        limits.give_back(*waiting)
        raise NotDone


def is_answer(answer: str, purpose: str, *keys: str, heavy: bool = False) -> bool:
    """Say whether this answers a challenge of this purpose that was not used before; from now on it is used."""
    if not answer or len(answer) > LONGEST:
        return False
    try:
        payload = altcha.Payload.from_base64(answer)
        found = altcha.verify_solution(
            payload,
            _secret(purpose, keys, "challenge"),
            hmac_key_secret=_secret(purpose, keys, "answer"),
        )
        fits = found.verified and payload.challenge.parameters.data["tries"] >= TRIES * (HEAVY if heavy else 1)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # somebody made it up
        return False
    return fits and _first_use(payload.challenge.signature, LIVES)


def has_waited(ticket: str, purpose: str, *keys: str) -> bool:
    """Say whether this ticket is old enough and was not used before; from now on it is used."""
    return still_to_wait(ticket, purpose, *keys) <= timedelta(0) and _first_use(ticket, TICKET_LIVES)


def still_to_wait(ticket: str, purpose: str, *keys: str) -> timedelta:
    """Return how long somebody with this ticket has to wait yet; the whole time for what is no ticket."""
    try:
        made = signing.loads(ticket, salt=_secret(purpose, keys, "ticket"), max_age=TICKET_LIVES)["at"]
    except signing.BadSignature:
        return WAIT
    return timedelta(seconds=made + WAIT.total_seconds() - now().timestamp())


def _first_use(what, lives):
    key = f"proof:{hashlib.sha256(what.encode()).hexdigest()}"
    seconds = int(lives.total_seconds()) + 60
    try:
        return caches["default"].add(key, 1, seconds)
    except (RedisError, OSError) as failure:
        log.error("The shared cache is out of reach, so each process remembers used proofs alone: %s", type(failure).__name__)
        return caches["alone"].add(key, 1, seconds)


def _secret(purpose, keys, part):
    return salted_hmac(f"portal.lib.proof_of_work.{part}", json.dumps([purpose, *keys]), algorithm="sha256").hexdigest()
