"""Browsers that signed in to an account before: a stranger's wrong passwords do not make its owner wait in one of these.

A signed cookie holds a random number and which accounts it is known to, as keyed digests of their addresses, so that the
portal answers alike for addresses that nobody has. It opens nothing: it only decides which count a wrong password is of.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

NAME = "__Host-parley-known" if settings.HTTPS else "parley-known"
SALT = "accounts.known-browsers"
SECONDS = 400 * 24 * 60 * 60  # browsers keep none for longer
MOST = 5


class Browser(NamedTuple):
    """The number of a browser, and the digests of the addresses that signed in there, the last one first."""

    number: str
    addresses: tuple[str, ...]


def count_of(request, address: str) -> tuple[str, ...]:
    """Return the keys under which a wrong password for this address is counted, or () in a browser that it does not know."""
    browser = _read(request)
    return (browser.number, _digest(address)) if browser and _digest(address) in browser.addresses else ()


def remember(request, response, address: str) -> None:
    """Note in the answer to a sign-in that this browser is known to the account from now on."""
    old, mine = _read(request), _digest(address)
    others = [digest for digest in (old.addresses if old else ()) if digest != mine]
    number = old.number if old else secrets.token_hex(16)
    kept = signing.dumps([number, mine, *others[: MOST - 1]], salt=SALT)
    response.set_cookie(NAME, kept, max_age=SECONDS, path="/", secure=settings.HTTPS, httponly=True, samesite="Lax")


def _read(request):
    try:
        number, *addresses = signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return Browser(number, tuple(addresses))


def _digest(address):
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()[:32]
