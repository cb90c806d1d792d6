"""A new account stays its maker's only in the browser that it was made in.

Anybody can make an account with somebody else's address, and wait for its owner to open the letter. So whoever proves the
address in another browser than the one that knows the password gets the account without its maker's ways in, and chooses
a password at once: the letter is worth what one to a new password is.
"""

from allauth.account import utils  # noqa: F401  first: allauth.account.signals alone is a circular import
from allauth.account.signals import email_confirmed
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.dispatch import receiver
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts import audit, password_reset

WAITS = "waits_for_its_address"  # in the session: the UUID of the account that somebody made in it, or gave the password of


def note(request, user) -> None:
    """Note that this browser made the account, or knows its password."""
    request.session[WAITS] = str(user.uuid)


@receiver(email_confirmed)
def take_over(sender, request, email_address, **_kwargs):
    """Take the maker's ways in off an account that was never used, unless its maker proved the address."""
    user = email_address.user
    if user.last_login or request.session.pop(WAITS, None) == str(user.uuid):
        return
    for account in SocialAccount.objects.filter(user=user):
        account.delete()
        audit.record("sign_in.unlinked", by=user, at=now(), site=account.provider)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    email_address.chooses_password = True
    messages.info(request, _("This is another browser than the one that made the account. To be safe, choose a password now."))


def next_page(email_address, *, then="") -> str:
    """Return where a password is chosen after ``take_over``, on the way to ``then``, a place of ours; or nothing."""
    if not getattr(email_address, "chooses_password", False):
        return ""
    path = password_reset.path_of(email_address.user)
    return f"{path}?{urlencode({'next': then})}" if then else path
