"""Turning off a kind of letter by the link in the head of one, without signing in: the mail program's own button (RFC 8058).

The link is a signature over the letter's row. It can do this one thing, which its person undoes on the page of letters.
"""

from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts import digests, notices, outbox
from accounts.models import Delivery, How, Kind, NoticeChoice, User

SALT = "accounts.unsubscribing"


@dataclass(frozen=True)
class Wish:
    """Who no longer wants which kind of letter."""

    user: User
    kind: Kind


def may_turn_off(delivery) -> bool:
    """Say whether a letter is of a kind that its person may turn off."""
    return delivery.recipient_id is not None and How.OFF in notices.WAYS[outbox.kind_of(delivery.letter)]


def path_of(delivery) -> str:
    """Return the path at which the kind of this letter is turned off for its person."""
    return reverse("unsubscribe", args=[signing.Signer(salt=SALT).sign(delivery.uuid.hex)])


def wish_of(token: str) -> Wish | None:
    """Return what a link is for; None for one that was changed, or whose letter or person is gone."""
    try:
        uuid = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    delivery = Delivery.objects.select_related("recipient").filter(uuid=uuid, recipient__is_active=True).first()
    if delivery is None or not may_turn_off(delivery):
        return None
    return Wish(delivery.recipient, outbox.kind_of(delivery.letter))


@transaction.atomic
def turn_off(wish: Wish, *, at) -> None:
    """Send no more letters of this kind; to an owner of a project, who is told in any case, once a day (``notices``)."""
    User.objects.select_for_update(no_key=True).get(pk=wish.user.pk)  # the page of letters takes its turn likewise
    NoticeChoice.objects.update_or_create(user=wish.user, kind=wish.kind, defaults={"how": How.OFF})
    digests.follow(wish.user, at=at)


def how_now(wish: Wish) -> How:
    """Return how its person gets the kind."""
    return notices.ways_of(wish.kind, [wish.user]).get(wish.user.pk, How.AT_ONCE)
