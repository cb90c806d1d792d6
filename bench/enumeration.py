"""Whether the time of an answer tells who has an account: forms about known and unknown addresses, sent in turn.

Taken twice: by the clock on the wall around one request through the whole stack, which is what a stranger next to the server
could measure at best, and as CPU of this process and of the database's, which a busy machine disturbs less: it has the goal. Mann and
Whitney's rank test says whether the two series differ at all (normal approximation, ties corrected); the figure is how far
apart the medians lie. Limits are off, or there would be five samples of each address.
"""

import random
import time
from dataclasses import dataclass, field
from statistics import NormalDist, median

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings

from accounts.models import User
from bench.asking import Backend
from bench.figures import Figure
from portal.lib import limits

ROUNDS = 100
PERCENT = 2.0
PASSWORD, WRONG = "an umbrella of 1907 days", "another umbrella of 1908 days"


@dataclass
class Kind:
    """A form that is sent about addresses of some kind of account, and about those that nobody has."""

    name: str
    path: str
    fields: dict
    facts: dict = field(default_factory=dict)
    verified: bool = True

    def addresses(self):
        """Make an account for each round; return their addresses, and as many that nobody has."""
        name, password = self.name.replace(" ", "-").replace(",", ""), make_password(PASSWORD)
        known = [f"k{number:04}-{name}@example.org" for number in range(ROUNDS)]
        facts = {"password": password, **self.facts}
        people = User.objects.bulk_create([User(email=email, **facts) for email in known])
        EmailAddress.objects.bulk_create(
            [EmailAddress(user=user, email=user.email, primary=True, verified=self.verified) for user in people]
        )
        return known, [f"u{number:04}-{name}@example.org" for number in range(ROUNDS)]


SIGN_IN, RESET, SIGN_UP = "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"
KINDS = [
    Kind("sign-in, wrong password", SIGN_IN, {"password": WRONG}),
    Kind("sign-in, closed account", SIGN_IN, {"password": WRONG}, {"is_active": False}),
    Kind("sign-in, unproved address", SIGN_IN, {"password": WRONG}, verified=False),
    Kind("sign-in, account without a password", SIGN_IN, {"password": WRONG}, {"password": "!"}),
    Kind("password reset", RESET, {}),
    Kind("password reset, closed account", RESET, {}, {"is_active": False}),
    Kind("sign-up", SIGN_UP, {"password1": PASSWORD, "password2": PASSWORD}),
    Kind("sign-up, unproved address", SIGN_UP, {"password1": PASSWORD, "password2": PASSWORD}, verified=False),
]


def measure() -> list[Figure]:
    """Return, for each kind and both clocks, how far apart the medians of known and unknown addresses lie, in percent."""
    with override_settings(LIMITS=dict.fromkeys(limits.TABLE, "off"), ALLOWED_HOSTS=["testserver"]):
        backend = Backend()
        return [figure for kind in KINDS for figure in _measure(kind, backend)]


def _measure(kind, backend):
    known, unknown = kind.addresses()
    spent = {True: [], False: []}
    for number in range(-5, ROUNDS):
        turns = [(True, known[number]), (False, unknown[number])]
        random.shuffle(turns)
        for has_account, email in turns:
            milliseconds = _ask(kind, email if number >= 0 else f"warm{number}-{email}", backend)
            if number >= 0:
                spent[has_account].append(milliseconds)
    for which, clock in enumerate(("wall", "CPU")):
        yield _figure(f"{kind.name} ({clock})", *([one[which] for one in spent[has_account]] for has_account in (True, False)))


def _ask(kind, email, backend):
    """Return the milliseconds of one request: on the wall, and of CPU."""
    client = Client()
    database, cpu, begun = backend.spent_ms(), time.process_time(), time.perf_counter()
    answer = client.post(kind.path, {"login": email, "email": email, **kind.fields})
    answer.close()
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{kind.name}: {answer.status_code}")
    return wall * 1000, cpu * 1000 + backend.spent_ms() - database


def _figure(name, known, unknown):
    apart = 100 * (median(known) - median(unknown)) / median(unknown)
    chance, p = rank_test(known, unknown)
    told = "told apart" if p < 0.01 else "not told apart"
    note = f"known {median(known):.2f} ms, unknown {median(unknown):.2f} ms; {told}: p = {p:.3f}, one sample guesses right in {chance:.0%}"
    return Figure(f"{name}: known and unknown apart", None, abs(apart), "%", PERCENT if "CPU" in name else None, note)


def rank_test(some, others):
    """Return (how often one of each lies on the side of its kind, at least 1/2; the two-sided p of no difference)."""
    pooled = sorted((value, which) for which, values in enumerate((some, others)) for value in values)
    count, ranks, ties, begin = len(pooled), 0.0, 0, 0
    while begin < count:
        end = begin
        while end < count and pooled[end][0] == pooled[begin][0]:
            end += 1
        ranks += (begin + 1 + end) / 2 * sum(which == 0 for _value, which in pooled[begin:end])
        ties += (end - begin) ** 3 - (end - begin)
        begin = end
    size, other = len(some), len(others)
    u = ranks - size * (size + 1) / 2
    spread = (size * other / 12 * (count + 1 - ties / (count * (count - 1)))) ** 0.5
    p = 2 * (1 - NormalDist().cdf(abs(u - size * other / 2) / spread)) if spread else 1.0
    share = u / (size * other)
    return max(share, 1 - share), p
