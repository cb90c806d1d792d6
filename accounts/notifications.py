"""The letters of accounts, made up when they are sent: the links in them exist nowhere else."""

from uuid import uuid4

from allauth.account import utils  # noqa: F401  first: allauth.account.models alone is a circular import
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.signals import email_changed, email_confirmed, password_changed, password_set
from allauth.account.signals import password_reset as password_was_reset
from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit, digests, outbox, password_reset, profile
from accounts.adapter import with_next
from accounts.models import PublicKey

CHANGES = {
    "password": _("Your password was changed."),
    "second_factor": _("A second factor was set up for your account."),
    "second_factor_removed": _("A second factor was taken away from your account."),
    "second_factor_stopped": _("Somebody who knows your password typed ten wrong codes. For an hour your codes let nobody in."),
    "sign_in_linked": _("An account on another site was linked to yours, and can be used to sign in."),
    "sign_in_unlinked": _("An account on another site was unlinked from yours, and can no longer be used to sign in."),
    "recovery_codes": _("Your recovery codes were replaced. The old ones no longer work."),
    "recovery_used": _("Somebody signed in to your account with one of your recovery codes."),
}
KEYS = {
    "openpgp.given": _("From now on, letters to you are encrypted to the OpenPGP key that was given on your account."),
    "openpgp.removed": _("The OpenPGP key of your account was removed. Letters to you are not encrypted any more."),
}


@outbox.letter("account_verify_address")
def verify_address(delivery):
    """The link that proves an address."""
    address = EmailAddress.objects.select_related("user").filter(pk=delivery.facts["address"], verified=False).first()
    if address is None:
        return None
    path = reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(address).key])
    return {"link": settings.PUBLIC_URL + with_next(path, delivery.facts), "person": address.user}


@outbox.letter("account_password_reset")
def new_password(delivery):
    """The link to a new password; none if the address was changed after it was asked for."""
    user = delivery.recipient
    if password_reset.is_frozen(user, at=now()):
        return None
    return {"link": settings.PUBLIC_URL + password_reset.path_of(user)}


@outbox.letter("account_exists")
def account_exists(delivery):
    """To somebody who signs up again."""
    return {
        "sign_in_link": settings.PUBLIC_URL + with_next(reverse("account_login"), delivery.facts),
        "reset_link": settings.PUBLIC_URL + reverse("account_reset_password"),
        "security_link": settings.PUBLIC_URL + reverse("account_security") if settings.SOCIALACCOUNT_PROVIDERS else "",
    }


@outbox.letter("account_changed")
def account_changed(delivery):
    """A notice that something about the account's safety changed."""
    return {"what": CHANGES[delivery.facts["what"]], "link": settings.PUBLIC_URL + reverse("account")}


@outbox.letter("openpgp_changed", in_clear=True)
def openpgp_changed(delivery):
    """A notice that another OpenPGP key, or none, is used for one's letters."""
    return {"what": KEYS[delivery.facts["what"]], "link": settings.PUBLIC_URL + reverse("account")}


@outbox.letter("openpgp_stopped", in_clear=True)
def openpgp_stopped(delivery):
    """That a key no longer works; none once there is another one, or none."""
    key = PublicKey.objects.filter(user=delivery.recipient).first()
    if key is None or key.fingerprint != delivery.facts["fingerprint"]:
        return None
    return {"link": settings.PUBLIC_URL + reverse("account_key")}


outbox.letter("digest")(digests.told)


@receiver([password_changed, password_was_reset, password_set])
def tell_of_password(sender, user, **_):
    """Record a new password and tell its person."""
    audit.record("password.changed", by=user, at=now())
    outbox.send("account_changed", cause=uuid4(), to=[user], facts={"what": "password"}, at=now())


@receiver(email_changed)
def tell_of_address(sender, user, from_email_address, **_):
    """Record a new address, let no password be reset by it for a while, and tell the former one."""
    at = now()
    audit.record("address.changed", by=user, at=at)
    profile.say_letters_arrive(user)
    if from_email_address:
        password_reset.freeze(user, at=at)
        password_reset.tell_former_address(from_email_address.email, until=user.reset_frozen_until, at=at)


@receiver(email_confirmed)
def note_of_address(sender, email_address, **_):
    """Record that an address was proved."""
    audit.record("address.verified", by=email_address.user, at=now())
