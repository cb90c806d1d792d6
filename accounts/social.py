"""Signing in with an account elsewhere: what allauth does after a site vouched for somebody, and how such accounts are linked.

Nobody gets to an account by an address: only by an account elsewhere that was linked to it, or made it. Whose address is
known here already signs in as ever, and links the other account on the Security page.
"""

import logging
from functools import partial
from uuid import uuid4

import requests
from allauth.account import utils  # first: allauth.socialaccount.adapter alone is a circular import
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings, get_adapter
from allauth.socialaccount.internal.flows.signup import redirect_to_signup
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts import audit, outbox, sessions
from accounts.adapter import NEXT, NEXT_SECONDS
from accounts.identity_providers import PROVIDERS
from accounts.models import User

log = logging.getLogger("parley.sign_in")
SIGN_IN, LINK = "login", "connect"  # what a round is for; allauth's words
NEXT_PATH = "/accounts/"


class NotPossible(Exception):
    """An account elsewhere cannot be linked, or not be taken off; the message is for the person."""


class SocialAdapter(DefaultSocialAccountAdapter):
    """How allauth's part for accounts elsewhere is fitted in: sites from the settings only, tokens kept nowhere."""

    def list_apps(self, request, provider=None, client_id=None):
        # By our name for a site alone: allauth would also find them by how they speak.
        found = _build_apps_from_settings(client_id=client_id)
        return [app for apps in found.values() for app in apps if provider in (None, app.provider_id)]

    def get_provider(self, request, provider, client_id=None):
        app = self.get_app(request, provider)
        return PROVIDERS[app.provider](request, app=app)

    def get_requests_session(self):
        session = requests.Session()
        session.request = partial(session.request, timeout=app_settings.REQUESTS_TIMEOUT)
        session.max_redirects = 0  # what is for the site goes to no other
        return session

    def pre_social_login(self, request, sociallogin):
        """Take over from allauth, which would put the access token, and later the whole account, into the session."""
        sociallogin.token = None
        state, sociallogin.state = sociallogin.state, {}
        if state["process"] == LINK:
            raise ImmediateHttpResponse(_linked(request, sociallogin, state))
        raise ImmediateHttpResponse(_signed_in(request, sociallogin))

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """Answer with a calm page. The log has the kind of the error, never what a site sent."""
        state = (extra_context or {}).get("state") or {}
        linking = state.get("process") == LINK
        log.warning("A round with %s ended: %s %s", provider.sub_id, error, type(exception).__name__ if exception else "")
        if error == AuthError.CANCELLED:
            messages.info(request, _("You did not go on at %(site)s. Nothing changed.") % {"site": provider.name})
            raise ImmediateHttpResponse(redirect("account_security" if linking else "account_login"))
        raise ImmediateHttpResponse(did_not_work(request, provider, linking=linking, begun=bool(state)))

    def get_signup_form_initial_data(self, sociallogin):
        addresses = sorted(sociallogin.email_addresses, key=lambda one: (one.verified, one.primary), reverse=True)
        return {"email": addresses[0].email if addresses else "", "display_name": sociallogin.account.extra_data["name"]}

    def populate_user(self, request, sociallogin, data):
        return sociallogin.user

    def save_user(self, request, sociallogin, form=None):
        """Make the account, with the address of the form: proved only if the site says that it is this person's."""
        # A known address costs the hashing of a password (accounts.adapter): a new one must cost as much.
        make_password("as long as for a new account")
        chosen = form.cleaned_data["email"].lower()
        sociallogin.email_addresses = [one for one in sociallogin.email_addresses if one.verified and one.email.lower() == chosen]
        user = super().save_user(request, sociallogin, form)
        audit.record("sign_in.linked", by=user, at=now(), site=sociallogin.account.provider)
        return user


def did_not_work(request, provider, *, linking=False, begun=True):
    """Return the page for a round that failed at the site, or (not ``begun``) is unknown to this browser."""
    page = {"provider": provider, "linking": linking, "begun": begun}
    return render(request, "socialaccount/did_not_work.html", page, status=502 if begun else 400)


def find(request, name):
    """Return the provider that is set under a name, or None."""
    try:
        return get_adapter(request).get_provider(request, name)
    except SocialApp.DoesNotExist:
        return None


def offered():
    """Return (id, name) of each site that is set, in the order of the settings."""
    return [(app.provider_id, app.name) for app in get_adapter().list_apps(None)]


def links_of(user):
    """Return what this person linked, and which sites are left: for the Security page, with one statement."""
    names = dict(offered())
    linked = list(SocialAccount.objects.filter(user=user).order_by("date_joined"))
    for account in linked:
        account.site, account.name = names.get(account.provider, ""), account.extra_data.get("name", "")
    left = [(name, shown) for name, shown in names.items() if name not in {account.provider for account in linked}]
    return {"linked": linked, "left": left, "has_password": user.has_usable_password()} if linked or left else None


# --- after a site vouched for somebody --------------------------------------------------------------------------------


def _signed_in(request, login):
    if request.user.is_authenticated:
        get_account_adapter(request).logout(request)
    if login.is_existing:
        # All stages of a sign-in follow: address, second factor.
        response = utils.perform_login(request, login.user, redirect_url=wanted(request) or None)
        response.delete_cookie(NEXT, path=NEXT_PATH)
        return response
    return redirect_to_signup(request, login)


def _linked(request, login, state):
    if not request.user.is_authenticated or state["data"] != str(request.user.uuid):
        raise PermissionDenied  # begun by somebody else
    try:
        link(login, user=request.user, at=now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Linked. From now on you can sign in with %(site)s.") % {"site": login.provider.name})
    return redirect("account_security")


def wanted(request):
    """Return where somebody was going when they set out to another site. It waits in the browser: a path may hold a token."""
    path = request.get_signed_cookie(NEXT, default="", max_age=NEXT_SECONDS)
    return path if get_account_adapter(request).is_safe_url(path) else ""


# --- linking ----------------------------------------------------------------------------------------------------------


def link(login, *, user, at) -> None:
    """Let somebody in with an account elsewhere from now on; raise NotPossible."""
    site = {"site": login.provider.name}
    elsewhere = _("This account at %(site)s belongs to another account here. Sign in with it, and unlink it there first.") % site
    if login.is_existing:
        if login.user.pk != user.pk:
            raise NotPossible(elsewhere)
        return
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            if SocialAccount.objects.filter(user=user, provider=login.account.provider).exists():
                raise NotPossible(_("You have linked another account at %(site)s already. Unlink that one first.") % site)
            login.account.user = user
            login.account.save()
            _tell("linked", login.account.provider, user=user, at=at)
    except IntegrityError:
        raise NotPossible(elsewhere) from None  # it was linked by somebody else at this very moment


@transaction.atomic
def unlink(provider, *, user, at, session_key) -> None:
    """Take an account elsewhere off, and end what else is signed in; raise NotPossible if it is the last way in."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if refusal := last_way_in(provider, user=user):
        raise NotPossible(refusal)
    SocialAccount.objects.filter(user=user, provider=provider).delete()
    _tell("unlinked", provider, user=user, at=at)
    sessions.sign_out_everywhere(user, by=user, at=at, why="sign_in_unlinked", but=session_key)


def last_way_in(provider, *, user) -> str:
    """Say why this account elsewhere cannot be taken off, or nothing."""
    others = {name for name, _shown in offered()} - {provider}
    if user.has_usable_password() or SocialAccount.objects.filter(user=user, provider__in=others).exists():
        return ""
    return _("You could not sign in any more: you have no password here. Set one first.")


def has_linked(user, provider) -> bool:
    """Say whether somebody linked an account at a site, be it still set or not."""
    return SocialAccount.objects.filter(user=user, provider=provider).exists()


def _tell(what, provider, *, user, at):
    audit.record(f"sign_in.{what}", by=user, at=at, site=provider)
    outbox.send("account_changed", cause=uuid4(), to=[user], facts={"what": f"sign_in_{what}"}, at=at)
