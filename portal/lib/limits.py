"""How often something may be done: one table of limits, counted in the shared cache before the work is done.

``spend(name, *keys)`` takes one from each window of that name, or raises ``TooMany`` and takes none. A window of N in S
seconds never lets more than N through in any S seconds: it is counted in steps of a sixth, and what was spent is given
back after S to 7/6 S. Keys (an address, an account's UUID) reach the cache as keyed digests only.

Without Redis each process counts for itself, and ``up`` has one. When the shared cache is down, ``Down`` of a limit
says what then: most are counted by each process alone, so that a report or a sign-in still goes through.
"""

import json
import logging
import re
from datetime import timedelta
from enum import Enum
from functools import cache as keep
from functools import wraps
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import NamedTuple

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import caches
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from portal.lib.times import DAY, HOUR, MINUTE, span

log = logging.getLogger("parley.limits")
SAFE = ("GET", "HEAD", "OPTIONS")
STEPS = 6
UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}
RATE = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,4})?([smhd])")


class Down(Enum):
    """What to do while the shared cache is down."""

    ALONE = "each process counts for itself"
    CLOSED = "refuse: it can wait, and would harm others or give away much at once"


class Rate(NamedTuple):
    """At most ``number`` in ``seconds``."""

    number: int
    seconds: int


class Limit(NamedTuple):
    """The rates of a name, the sentence for who meets them, and what to do without the cache."""

    rates: str
    sentence: str | Promise
    down: Down = Down.ALONE


FROM_HERE = gettext_lazy("There were many tries from your network in a short time.")
BY_YOU = gettext_lazy("That was often in a short time.")

GUESSED = gettext_lazy(
    "There were too many wrong passwords from many places. A passkey still works, and so does a browser in which you signed in before."
)

# docs/limits.md explains each; PARLEY_LIMITS changes their rates. What is counted by rows of the database is not here.
TABLE = {
    # sign-up: past `network` or `portal` a proof of work is asked, past `heavy` one that takes longer, or to wait.
    "signup.tries": Limit("30/m", FROM_HERE),
    "signup.network": Limit("5/h", gettext_lazy("There were many new accounts from your network.")),
    "signup.portal": Limit("60/h", gettext_lazy("There are many new accounts at the moment.")),
    "signup.heavy": Limit("30/h", gettext_lazy("There were many new accounts from your network.")),
    "signup.waiting": Limit("5/h", gettext_lazy("There were many new accounts from your network.")),
    # signing in: tries with a wrong password.
    "signin.account": Limit("5/5m", gettext_lazy("There were too many wrong passwords.")),
    "signin.account.anywhere": Limit("50/h", GUESSED),
    "signin.network": Limit("30/m", FROM_HERE),
    "signin.elsewhere": Limit("30/m", FROM_HERE),
    "reset.account": Limit("5/h", gettext_lazy("Several letters went to this address already.")),
    "reset.network": Limit("20/h", FROM_HERE),
    "reset.link": Limit("20/m", FROM_HERE),
    "verification.address": Limit("1/3m", gettext_lazy("A letter went to this address a moment ago.")),
    "password.change": Limit("5/m", BY_YOU),
    "password.again": Limit("5/m + 20/h", gettext_lazy("There were too many wrong passwords.")),
    "email.change": Limit("10/h", BY_YOU),
    "factor.challenge": Limit("30/m", FROM_HERE),
    # reports: past `project` new accounts are asked for a proof of work, or to wait.
    "report.account.new": Limit("10/d", gettext_lazy("A new account sends only some reports a day.")),
    "report.account": Limit("50/d", gettext_lazy("These were many reports for one day.")),
    "report.project": Limit("30/h", gettext_lazy("This project gets many reports at the moment.")),
    "report.waiting": Limit("5/h", gettext_lazy("This project gets many reports at the moment.")),
    "message": Limit("30/h", gettext_lazy("These were many messages within an hour.")),
    "render": Limit("60/m + 600/h", BY_YOU),
    "search": Limit("10/m", gettext_lazy("These were many searches within a minute.")),
    "export": Limit("3/h", gettext_lazy("You took several copies within an hour."), Down.CLOSED),
    "invite.project": Limit("20/d", gettext_lazy("This project sent many invitations within a day."), Down.CLOSED),
    "webhook.test": Limit("20/h", gettext_lazy("This webhook was tried many times within an hour.")),
    "calendar": Limit("120/h", gettext_lazy("This calendar was asked for very often.")),
    "calendar.network": Limit("600/h", FROM_HERE),
    "api": Limit("600/h", gettext_lazy("This token was used very often.")),
    "api.write": Limit("60/h", gettext_lazy("This token wrote very often."), Down.CLOSED),
}


class TooMany(Exception):
    """A limit was met: ``wait`` says for how long, ``sentence`` is for the person. Becomes an answer of 429."""

    def __init__(self, name: str, wait: timedelta):
        super().__init__(name)
        self.name, self.wait = name, wait

    @property
    def seconds(self) -> int:
        """How long to wait, in whole seconds, for ``Retry-After``."""
        return ceil(self.wait.total_seconds())

    @property
    def sentence(self) -> str:
        what = TABLE[self.name].sentence if self.name in TABLE else BY_YOU
        # Rounded up, as `span` rounds down: nobody is told to come back too early.
        unit = MINUTE if self.seconds <= 89 * MINUTE else HOUR if self.seconds <= 47 * HOUR else DAY
        when = span(ceil(self.seconds / unit) * unit)
        return _("%(what)s Try again in %(when)s.") % {"what": what, "when": when}


class Misspelt(ValueError):
    """A rate that says nothing: the message is for whoever set it."""


def spend(name: str, *keys: str) -> None:
    """Take one of what this name allows these keys, in each of its windows; raise TooMany and take none."""
    taken = []
    try:
        for rate in rates(name):
            _take(name, rate, keys)
            taken.append(rate)
    except TooMany:
        for rate in taken:
            _give_back(name, rate, keys)
        raise


def give_back(name: str, *keys: str) -> None:
    """Undo one ``spend``: of something that turned out not to count, such as a right password."""
    for rate in rates(name):
        _give_back(name, rate, keys)


def ask(name: str, *keys: str) -> None:
    """Raise TooMany if nothing is left; take nothing."""
    for rate in rates(name):
        at = now().timestamp()
        counts = _counts(name, rate, keys, at)
        if sum(counts.values()) >= rate.number:
            raise TooMany(name, _wait(rate, counts, at, room=1))


def exceeded(name: str, *keys: str) -> bool:
    """Say whether nothing is left."""
    try:
        ask(name, *keys)
    except TooMany:
        return True
    return False


def per_network(name: str):
    """Decorate a view: each form that is sent to it takes one from what this name allows the network that it comes from."""

    def decorate(view):
        @wraps(view)
        def limited(request, *args, **kwargs):
            if request.method not in SAFE:
                spend(name, network(request))
            return view(request, *args, **kwargs)

        return limited

    return decorate


def per_person(name: str):
    """Decorate a view for signed-in people: each form that somebody sends to it takes one from what this name allows them."""

    def decorate(view):
        @wraps(view)
        def limited(request, *args, **kwargs):
            if request.method not in SAFE:
                spend(name, str(request.user.uuid))
            return view(request, *args, **kwargs)

        return limited

    return decorate


def network(request) -> str:
    """Return where a request comes from: the address, or the /64 of an IPv6 one, which is what one household has.

    Headers of proxies are believed as far as ``PARLEY_TRUSTED_PROXIES`` says, and no further.
    """
    address = get_client_ip(request) or ""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False).network_address)
    return str(found)


def rates(name: str) -> tuple[Rate, ...]:
    """Return the windows of a name, as set or by default."""
    return read(settings.LIMITS.get(name, TABLE[name].rates))


@keep
def read(text: str) -> tuple[Rate, ...]:
    """Read rates such as "5/5m + 30/h"; "off" is none."""
    if text.strip() == "off":
        return ()
    return tuple(_read_one(part.strip()) for part in text.split("+"))


def _read_one(text):
    found = RATE.fullmatch(text)
    if found is None:
        raise Misspelt(f"{text!r} is no rate. Write a number and a time, such as 5/10m, 30/h or 20/d, several with +, or off.")
    return Rate(int(found[1]), int(found[2] or 1) * UNITS[found[3]])


# --- counting -------------------------------------------------------------------------------------------------------


def _take(name, rate, keys):
    at = now().timestamp()
    step = _step(rate, at)
    count = _added(name, _key(name, rate, keys, step), rate)
    before = _counts(name, rate, keys, at)
    before[step] = count  # our own number, not what others have made of it meanwhile
    if sum(before.values()) <= rate.number:
        return
    _give_back(name, rate, keys, step)
    before[step] -= 1
    raise TooMany(name, _wait(rate, before, at, room=1))


def _wait(rate, counts, at, *, room):
    """Return after how long there is room: old steps fall away one by one, each a window and a sixth after it began."""
    left = sum(counts.values())
    for step in sorted(counts):
        left -= counts[step]
        if left + room <= rate.number:
            return timedelta(seconds=max(1, ceil((step + STEPS + 1) * rate.seconds / STEPS - at)))
    return timedelta(seconds=rate.seconds)


def _counts(name, rate, keys, at):
    """Return what was spent in each step that still counts, {step: number}."""
    last = _step(rate, at)
    names = {_key(name, rate, keys, step): step for step in range(last - STEPS, last + 1)}
    found = _with_cache(name, lambda cache: cache.get_many(names))
    return {step: int(found.get(key) or 0) for key, step in names.items()}


def _added(name, key, rate):
    def add(cache):
        # It outlives every moment at which it is looked at, so that it never expires between the two.
        cache.add(key, 0, 2 * rate.seconds + MINUTE)
        return cache.incr(key)

    return _with_cache(name, add)


def _give_back(name, rate, keys, step=None):
    key = _key(name, rate, keys, _step(rate, now().timestamp()) if step is None else step)

    def lower(cache):
        if (cache.get(key) or 0) > 0:
            cache.decr(key)

    _with_cache(name, lower)


def _with_cache(name, do):
    try:
        return do(caches["default"])
    except (RedisError, OSError) as failure:
        log.error("The shared cache is out of reach, so the limit %s counts without it: %s", name, type(failure).__name__)
        if TABLE[name].down is Down.CLOSED:
            raise TooMany(name, timedelta(minutes=5)) from failure
        return do(caches["alone"])


def _step(rate, at):
    return int(at * STEPS // rate.seconds)


def _key(name, rate, keys, step):
    digest = salted_hmac("portal.lib.limits", json.dumps([name, *rate, *keys]), algorithm="sha256").hexdigest()
    return f"limit:{digest}:{step}"
