"""Signing in, and making an account, with an account elsewhere; linking one and taking it off; a password for who has none.

A browser is sent to another site by a page and not by a redirect: under our policy a form may lead to this portal only, and
Chromium holds the policy against every further redirect of the site, which nobody knows beforehand.
"""

from allauth.account import utils  # first: allauth.account.adapter alone is a circular import
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.socialaccount.internal.flows.signup import clear_pending_signup
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from accounts import password_reset, social
from accounts.adapter import NEXT, NEXT_SECONDS
from accounts.identity_providers import Callback
from accounts.step_up import proved_anew
from accounts.views.sign_up import AskedWhileManyCome
from portal.lib import limits


def _found(request, name):
    provider = social.find(request, name)
    if provider is None:
        raise Http404
    return provider


def _away(request, provider, *, process, person=""):
    """Begin a round, and return the page that leads to the site."""
    limits.spend("signin.elsewhere", limits.network(request))
    try:
        response = provider.redirect(request, process=process, data=person)
    except (OAuth2Error, RequestException):
        return social.did_not_work(request, provider, linking=process == social.LINK)
    return render(request, "socialaccount/away.html", {"provider": provider, "address": response.url})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request, provider):
    """Lead to a site to sign in with; asked for by GET, ask first."""
    found = _found(request, provider)
    if request.user.is_authenticated:
        return redirect("desk")
    if request.method == "GET":
        return render(request, "socialaccount/sign_in.html", {"provider": found, "next": request.GET.get("next", "")})
    response = _away(request, found, process=social.SIGN_IN)
    wanted = request.POST.get("next", "")
    if wanted.isprintable() and wanted.startswith("/") and get_account_adapter(request).is_safe_url(wanted):
        response.set_signed_cookie(
            NEXT, wanted, max_age=NEXT_SECONDS, path=social.NEXT_PATH, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(NEXT, path=social.NEXT_PATH)
    return response


@login_not_required
@never_cache
@require_GET
def callback(request, provider):
    """Take what a site says of somebody who comes back from it."""
    adapter = _found(request, provider).get_oauth2_adapter(request)
    return Callback.adapter_view(adapter)(request)


class _SignUp(SignupView):
    """Ask a newcomer whom a site vouched for what it could not tell: the name to show, and an address."""

    def dispatch(self, request, *args, **kwargs):
        if not social.offered():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"provider": self.sociallogin.provider, "next": social.wanted(self.request)}

    def form_valid(self, form):
        clear_pending_signup(self.request)
        user, response = form.try_save(self.request)
        return response or utils.complete_signup(self.request, user, None, social.wanted(self.request) or None)

    def get_authenticated_redirect_url(self):
        return get_account_adapter(self.request).get_login_redirect_url(self.request)


@method_decorator([login_not_required, never_cache], name="dispatch")
class SignUp(AskedWhileManyCome, _SignUp):
    """The same, with what is asked of everybody while many accounts are made."""


sign_up = limits.per_network("signup.tries")(SignUp.as_view())


@never_cache
@require_http_methods(["GET", "POST"])
def link(request, provider):
    """Lead to a site whose account shall be linked."""
    return _link(request, _found(request, provider))


@proved_anew
def _link(request, provider):
    if request.method == "GET":
        return render(request, "socialaccount/link.html", {"provider": provider, "base": _base(request)})
    return _away(request, provider, process=social.LINK, person=str(request.user.uuid))


@never_cache
@require_http_methods(["GET", "POST"])
def unlink(request, provider):
    """Take an account elsewhere off, after saying what that does."""
    if not social.has_linked(request.user, provider):
        raise Http404
    return _unlink(request, provider)


@proved_anew
def _unlink(request, provider):
    site = dict(social.offered()).get(provider, provider)
    refusal = social.last_way_in(provider, user=request.user)
    if request.method == "POST":
        try:
            social.unlink(provider, user=request.user, at=now(), session_key=request.session.session_key)
        except social.NotPossible as late:
            refusal = str(late)
        else:
            messages.success(request, _("Unlinked. %(site)s no longer lets you in here.") % {"site": site})
            return redirect("account_security")
    page = {"site": site, "refusal": refusal, "base": _base(request)}
    return render(request, "socialaccount/unlink.html", page, status=409 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def set_password(request):
    """Send somebody who has no password the link to one: an open session alone must not be enough to set it."""
    if request.user.has_usable_password():
        return redirect("account_change_password")
    if request.method == "POST":
        limits.spend("reset.account", request.user.email.lower())
        password_reset.ask(request.user.email, at=now())
        return redirect("account_reset_password_done")
    return render(request, "account/password_set.html", {"base": _base(request), "asked": bool(request.GET.get("next"))})


def _base(request):
    return "base_team.html" if request.user.needs_second_factor else "base_desk.html"
