"""What somebody says of themselves: name, links, credit, time zone; and the OpenPGP key to which their letters are encrypted."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, digests, outbox
from accounts.models import PublicKey, User


@transaction.atomic
def change(user, *, at) -> None:
    """Keep the profile as a form has set it on its person; letters that wait for an hour of the day follow a new zone."""
    user.save(update_fields=["display_name", "links", "credit", "credit_text", "timezone"])
    digests.follow(user, at=at)


@transaction.atomic
def give_key(user, certificate, *, at) -> None:
    """Encrypt letters to this certificate from now on, instead of any other; the person is told in clear."""
    facts = {"fingerprint": certificate.fingerprint, "armored": certificate.armored, "expires_at": certificate.expires_at}
    _hold(user)
    PublicKey.objects.filter(user=user).delete()
    PublicKey.objects.create(user=user, added_at=at, **facts)
    _tell(user, "openpgp.given", at=at, fingerprint=certificate.fingerprint)


@transaction.atomic
def remove_key(user, *, at) -> None:
    """Let letters leave unencrypted again; nothing happens where there is no key."""
    _hold(user)
    key = PublicKey.objects.filter(user=user).first()
    if key is not None:
        key.delete()
        _tell(user, "openpgp.removed", at=at, fingerprint=key.fingerprint)


def say_letters_arrive(user) -> None:
    """Forget that letters to somebody came back: they mended it, or have another address."""
    User.objects.filter(pk=user.pk).exclude(bounces_since=None).update(bounces_since=None)


def doubts(user, certificate) -> list[str]:
    """Return sentences about a certificate that can be used but may be the wrong one."""
    if any(user.has_verified(address) for address in certificate.addresses):
        return []
    return [_("None of your addresses stands in this key. Check that it is yours: only its owner will be able to read your letters.")]


def _hold(user):
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two windows take turns


def _tell(user, kind, *, at, fingerprint):
    audit.record(kind, by=user, at=at, fingerprint=fingerprint)
    outbox.send("openpgp_changed", cause=uuid4(), to=[user], facts={"what": kind}, at=at)
