"""The letters of accounts, made up when they are sent: the links in them exist nowhere else."""

from urllib.parse import quote
from uuid import uuid4

from allauth.account import utils  # first: allauth.account.forms alone is a circular import
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.signals import email_changed, email_confirmed, password_changed, password_reset
from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit, outbox
from accounts.adapter import with_next

CHANGES = {
    "password": _("Your password was changed."),
    "second_factor": _("A second factor was set up for your account."),
    "recovery_codes": _("Your recovery codes were replaced. The old ones no longer work."),
    "recovery_used": _("Somebody signed in to your account with one of your recovery codes."),
    "address": _("The e-mail address of your account was changed."),
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
    """The link to a new password."""
    user = delivery.recipient
    key = f"{utils.user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return {"link": settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))}


@outbox.letter("account_exists")
def account_exists(delivery):
    """To somebody who signs up again."""
    return {
        "sign_in_link": settings.PUBLIC_URL + with_next(reverse("account_login"), delivery.facts),
        "reset_link": settings.PUBLIC_URL + reverse("account_reset_password"),
    }


@outbox.letter("account_changed")
def account_changed(delivery):
    """A notice that something about the account's safety changed."""
    return {"what": CHANGES[delivery.facts["what"]], "link": settings.PUBLIC_URL + reverse("account")}


@receiver([password_changed, password_reset])
def tell_of_password(sender, user, **_):
    """Record a new password and tell its person."""
    audit.record("password.changed", by=user, at=now())
    outbox.send("account_changed", cause=uuid4(), to=[user], facts={"what": "password"}, at=now())


@receiver(email_changed)
def tell_of_address(sender, user, from_email_address, **_):
    """Record a new address and tell the old one, which is where somebody would notice a theft."""
    audit.record("address.changed", by=user, at=now())
    if from_email_address:
        outbox.send("account_changed", cause=uuid4(), address=from_email_address.email, facts={"what": "address"}, at=now())


@receiver(email_confirmed)
def note_of_address(sender, email_address, **_):
    """Record that an address was proved."""
    audit.record("address.verified", by=email_address.user, at=now())
