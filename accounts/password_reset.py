"""A new password by mail: the same for known and unknown addresses, never soon after a change of address, and the end of other sessions.

The request writes one row for whatever address was typed, and knows nothing of accounts; who has one is looked up when the
outbox comes to that row. So neither the answer nor its time tells who has an account.
"""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from allauth.account import utils  # first: allauth.account.forms alone is a circular import
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed, password_reset, password_set
from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from accounts import outbox, sessions
from accounts.models import User

# Whoever made another address the account's must not get its password by it, before its person could say something.
FREEZE = timedelta(hours=72)


def ask(email: str, *, at) -> None:
    """Note that somebody wants a new password for the account of this address, if there is one."""
    outbox.send("account_reset_asked", cause=uuid4(), address=email, facts={}, at=at)


def freeze(user, *, at) -> None:
    """Let no password be reset by mail for a while, and tell the address that it was until now."""
    user.reset_frozen_until = at + FREEZE
    User.objects.filter(pk=user.pk).update(reset_frozen_until=user.reset_frozen_until)


def is_frozen(user, *, at) -> bool:
    """Say whether the address changed so lately that no password is reset by mail."""
    return user.reset_frozen_until is not None and user.reset_frozen_until > at


def tell_former_address(email: str, *, until, at) -> None:
    """Write to the address that an account had until now, which is where its person would notice a theft."""
    outbox.send("account_address_changed", cause=uuid4(), address=email, facts={"until": until.isoformat()}, at=at)


def path_of(user) -> str:
    """Return the path of the page on which this person sets a new password; made when it is needed, it lies nowhere."""
    key = f"{utils.user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return path.replace("UID-KEY", quote(key))


@outbox.letter("account_reset_asked")
def answer(delivery):
    """Never a letter itself: queue the one that the owner of the address gets, and none for an address that nobody has."""
    user, at = User.objects.with_address(delivery.address), now()
    if user is None or not user.is_active:
        return None
    address = EmailAddress.objects.filter(user=user, email=delivery.address.lower()).first()
    if address is None or not address.verified:
        # Nothing but the verification goes to an address that nobody has shown to be theirs.
        address = address or EmailAddress.objects.create(user=user, email=delivery.address.lower())
        outbox.send("account_verify_address", cause=delivery.uuid, address=address.email, facts={"address": address.pk}, at=at)
    elif is_frozen(user, at=at):
        outbox.send("account_reset_frozen", cause=delivery.uuid, to=[user], facts={}, at=at)
    else:
        outbox.send("account_password_reset", cause=delivery.uuid, to=[user], facts={}, at=at)
    return None


@outbox.letter("account_reset_frozen")
def frozen(delivery):
    """Why no link to a new password comes; nothing once it could."""
    user = delivery.recipient
    return {"until": user.reset_frozen_until} if is_frozen(user, at=now()) else None


@outbox.letter("account_address_changed")
def address_changed(delivery):
    """To the former address: what happened, until when no password is reset by mail, and what to do about a theft."""
    return {
        "until": parse_datetime(delivery.facts["until"]),
        "contact": (settings.SECURITY_CONTACT or [settings.DEFAULT_FROM_EMAIL])[0].removeprefix("mailto:"),
        "link": settings.PUBLIC_URL + reverse("account_security"),
    }


@receiver([password_changed, password_set])
def end_others(sender, request, user, **_):
    """A new password ends all sessions but the one that it was set in."""
    sessions.sign_out_everywhere(user, by=user, at=now(), why="password", but=request.session.session_key)


@receiver(password_reset)
def end_all(sender, user, **_):
    """A password that was reset by mail ends all sessions."""
    sessions.sign_out_everywhere(user, by=user, at=now(), why="password")
