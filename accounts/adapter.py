"""How allauth is fitted in: its letters leave through the outbox, its sign-in passes the second factor."""

from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account import utils  # noqa: F401  first: allauth.account.adapter alone is a circular import
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit, known_browsers, outbox, proved_address
from accounts.models import User
from portal.lib import limits

NEXT = "parley-next"
NEXT_SECONDS = 3 * 24 * 60 * 60


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together. Check both, or set a new password."),
        "incorrect_password": _("This is not your password. Type it again."),
        "enter_current_password": _("This is not your present password. Type it again."),
        "duplicate_email": _("Your account uses this address already."),
        "email_taken": _("Somebody has an account with this address already."),
    }

    def get_login_stages(self):
        return [*super().get_login_stages(), "accounts.stages.SecondFactorStage"]

    def authenticate(self, request, **credentials):
        """Count the try before the password is looked at; a right one does not count against its account."""
        address = (credentials.get("email") or "").strip().lower()
        limits.spend("signin.network", limits.network(request))
        counts = _counts_of_wrong_passwords(request, address)
        for number, count in enumerate(counts):
            try:
                limits.spend(*count)
            except limits.TooMany:
                for spent in counts[:number]:
                    limits.give_back(*spent)
                raise
        user = super().authenticate(request, **credentials)
        if user:
            for count in counts:
                limits.give_back(*count)
        return user

    def is_ajax(self, request):
        """Never: allauth's answers to scripts are pages of another kind, with the passwords of the form in them."""
        return False

    def post_login(self, request, user, *, email, **facts):
        response = super().post_login(request, user, email=email, **facts)
        known_browsers.remember(request, response, user.email)
        return response

    def authentication_failed(self, request, **credentials):
        email = credentials.get("email") or ""
        known = User.objects.with_address(email)
        audit.record("sign_in.refused", by=None, at=now(), person=known and known.uuid)

    # --- letters: facts hold ids only; links are made when the letter is sent -------------------------------------

    def send_mail(self, template_prefix, email, context):
        """Refuse what has no letter of ours: allauth must not write to anybody past the outbox."""
        raise LookupError(f"allauth wants to send {template_prefix}, for which there is no letter.")

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        self._ask_to_verify(emailconfirmation.email_address)

    def send_account_already_exists_mail(self, email):
        address = EmailAddress.objects.filter(email=email.lower()).order_by("-verified").first()
        if address and not address.verified:
            self._ask_to_verify(address)
        elif not _had_a_letter(email):
            outbox.send("account_exists", cause=uuid4(), address=email, facts=self._next(), at=now())

    def _ask_to_verify(self, address):
        if _had_a_letter(address.email):
            return
        facts = {"address": address.pk, **self._next()}
        outbox.send("account_verify_address", cause=uuid4(), address=address.email, facts=facts, at=now())

    def _next(self):
        """Where the person was going: the letter's link leads there after verifying. No link with a token in it."""
        wanted = self._wanted()
        return {"next": wanted} if wanted and not _holds_token(wanted) else {}

    def _wanted(self):
        request = self.request
        wanted = (request.POST.get("next") or request.GET.get("next") or "") if request else ""
        return wanted if _is_plain(wanted) and self.is_safe_url(wanted) else ""

    # --- where to go ------------------------------------------------------------------------------------------------

    def get_email_verification_redirect_url(self, email_address):
        if self.request.user.is_authenticated:
            return reverse("account")
        return with_next(reverse("account_login"), {"next": self.place_kept()})

    def place_kept(self):
        """Return the place that this browser was going to when it made the account, or an empty string."""
        return self.request.get_signed_cookie(NEXT, default="", max_age=NEXT_SECONDS)

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def respond_email_verification_sent(self, request, user):
        if user is not None:
            proved_address.note(request, user)
        response = HttpResponseRedirect(reverse("account_email_verification_sent"))
        if wanted := self._wanted():
            # An invitation's link must not lie in the database, so it waits where it came from.
            response.set_signed_cookie(
                NEXT, wanted, max_age=NEXT_SECONDS, path="/accounts/", secure=request.is_secure(), httponly=True, samesite="Lax"
            )
        return response

    def get_signup_redirect_url(self, request):
        return resolve_url("desk")


def _had_a_letter(address):
    """Say whether a letter to prove this address went out a moment ago: its link still works, and one is enough."""
    try:
        limits.spend("verification.address", address.lower())
    except limits.TooMany:
        return True
    return False


def _counts_of_wrong_passwords(request, address):
    """Return the limits that a wrong password counts for, with their keys.

    Nobody can make an account's owner wait in a browser of theirs, nor from another network short of a siege from many.
    """
    known = known_browsers.count_of(request, address)
    if known:
        return [("signin.account", *known)]
    return [("signin.account", address, limits.network(request)), ("signin.account.anywhere", address)]


def _is_plain(path):
    # No address of ours needs a control character, and PostgreSQL keeps no NUL.
    return path.startswith("/") and path.isprintable()


def _holds_token(path):
    try:
        return "token" in resolve(urlsplit(path).path).kwargs
    except Resolver404:
        return True


def with_next(path, facts):
    """Return the path with the place that the person was going to."""
    return f"{path}?{urlencode({'next': facts['next']})}" if facts.get("next") else path
