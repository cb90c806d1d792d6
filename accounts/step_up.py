"""Step-up: before a change to how somebody gets in, they prove anew who they are. An open session alone must not take an account over.

A page is asked for first, and the proof leads on to it. A form that arrives too late is not sent away: the answer asks for
the proof with the form still in it, and both are sent together. So nothing is lost and nothing of the form is kept here;
that is why it is not allauth's own way, which keeps the form in the session and calls the view past the middleware.
"""

import time
from functools import wraps

from allauth.account import utils  # noqa: F401  first: allauth.account.internal alone is a circular import
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts import audit, htmx, kept_text, passkeys, signing_in, two_factor
from accounts.factor_forms import ConfirmForm
from portal.lib import limits

SAFE = ("GET", "HEAD", "OPTIONS")
PREFIX = "step-up"  # of the fields of the proof, beside those of the form that it comes with


def proved_anew(view):
    """Let through who proved their second factor, or without one gave their password, within the last minutes."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        if is_proved(request, at=now()):
            return view(request, *args, **kwargs)
        refusal = _ask(request)
        return refusal or view(request, *args, **kwargs)

    return asked


def is_proved(request, *, at) -> bool:
    """Say whether this session is proved: by the factor of who has one, else by the password of who has one; never by nothing."""
    if two_factor.has_factor(request.user):
        return signing_in.proved_lately(request, at=at)
    return request.user.has_usable_password() and _gave_password_lately(request)


def page_that_asks(user) -> str:
    """Return the name of the page at which this person proves who they are."""
    if two_factor.has_factor(user):
        return "second_factor_challenge"
    # Who signs in on another site and has no password here has nothing to prove it with: they get one by letter.
    return "account_reauthenticate" if user.has_usable_password() else "account_set_password"


def _gave_password_lately(request):
    records = get_authentication_records(request, request.user)
    given = [record["at"] for record in records if record.get("method") == "password"]
    return bool(given) and time.time() - max(given) < signing_in.FRESH.total_seconds()


def _ask(request):
    """Return the page that asks for the proof, or None if the proof came along and is right."""
    asks = page_that_asks(request.user)
    if request.headers.get("HX-Request"):
        return htmx.lead_to(reverse(asks), request)
    if not request.accepts("text/html"):
        raise PermissionDenied(_("Confirm first that it is you."))
    if request.method in SAFE or not (two_factor.has_factor(request.user) or request.user.has_usable_password()):
        wanted = request.get_full_path() if request.method in SAFE else request.path
        return redirect(f"{reverse(asks)}?{urlencode({'next': wanted})}")
    return _with_the_form(request)


def _with_the_form(request):
    by_password = not two_factor.has_factor(request.user)
    came = any(name.startswith(f"{PREFIX}-") for name in request.POST)
    form = ConfirmForm(request.POST if came else None, by_password=by_password, prefix=PREFIX)
    if came and form.is_valid():
        try:
            _check(request, form.cleaned_data)
        except two_factor.Refused as refusal:
            form.add_error("password" if by_password else "code", str(refusal))
        else:
            return None
    sent = [field for field in kept_text.sent(request, but=("csrfmiddlewaretoken",)) if not field["name"].startswith(f"{PREFIX}-")]
    page = {
        "form": form,
        "sent": sent,
        "files": bool(request.FILES),
        "has_passkeys": not by_password and passkeys.of(request.user).exists(),
        "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html",
    }
    response = render(request, "accounts/confirm.html", page, status=422 if form.errors else 403)
    add_never_cache_headers(response)
    return response


def _check(request, given):
    """Take the proof into the session, or raise Refused."""
    user, at = request.user, now()
    if "password" in given:
        _check_password(request, given["password"], at=at)
    elif given["credential"]:
        device = passkeys.prove(request.session, user=user, answer=given["credential"], at=at)
        signing_in.elevate(request, device=device, at=at)
    else:
        signing_in.elevate(request, device=two_factor.prove(user, code=given["code"], at=at), at=at)


def _check_password(request, password, *, at):
    try:
        limits.spend("password.again", str(request.user.uuid))
    except limits.TooMany as refusal:
        raise two_factor.Refused(refusal.sentence) from None
    if not request.user.check_password(password):
        audit.record("step_up.refused", by=request.user, at=at)
        raise two_factor.Refused(_("This is not your password. Type it again."))
    request.session.cycle_key()
    reauthenticate_by_password(request)
