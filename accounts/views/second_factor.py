"""The second factor: its challenge, its enrolment, its recovery codes."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import agents, next_page, passkeys, signing_in, stages, step_up, two_factor
from accounts.factor_forms import PasskeyForm
from accounts.forms import CodeForm, FirstCodeForm
from accounts.models import RecoveryDevice
from accounts.step_up import proved_anew

LINK = "enrolment_link"
BEGUN = "enrolment_begun"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def challenge(request):
    """Ask for the second factor: on the way in, or of a session that has not proved it lately."""
    stage = stages.pending(request)
    user = stage.login.user if stage else request.user
    if not user.is_authenticated:
        return redirect("account_login")
    if stage and "somebody_else" in request.POST:
        return stage.abort()
    if not two_factor.has_factor(user):
        return redirect("second_factor_enrol")
    by_passkey = "credential" in request.POST
    form = CodeForm(request.POST if request.method == "POST" and not by_passkey else None)
    refused = ""
    if by_passkey or form.is_valid():
        try:
            device = _proved(request, user, form, by_passkey=by_passkey)
        except two_factor.Refused as refusal:
            refused = str(refusal)
        else:
            return _let_in(request, stage, device)
    page = {
        "form": form,
        "refused": refused,
        "on_the_way_in": bool(stage),
        "has_app": two_factor.app_of(user) is not None,
        "has_passkeys": passkeys.of(user).exists(),
        "next": next_page.wanted(request),
    }
    return render(request, "accounts/challenge.html", page, status=422 if refused or form.errors else 200)


@login_not_required
@never_cache
@require_safe
def enrol_link(request, token):
    """Take note of a one-time link, then go on to sign-in or enrolment, away from the address with the token in it."""
    link = two_factor.link_of_token(token, at=now())
    if link is None:
        return render(request, "accounts/enrolment_link_dead.html", status=410)
    request.session[LINK] = str(link.uuid)
    return redirect("second_factor_enrol")


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request):
    """Offer a passkey and an authenticator app; put the app into use with its first code."""
    return ready_to_enrol(request) or _enrol(request)


def _enrol(request):
    user, at = request.user, now()
    facts = enrolment_facts(request, at=at)
    try:
        device = two_factor.begin_enrolment(user, at=at, resume=request.session.get(BEGUN), **facts)
    except two_factor.Refused:
        return needs_link(request)
    request.session[BEGUN] = str(device.uuid)
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code, keep = form.cleaned_data["code"], request.session.session_key
            codes = two_factor.confirm_enrolment(user, device=device, code=code, at=at, keep=keep, **facts)
        except two_factor.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            signing_in.elevate(request, device=device, at=at)
            return enrolled(request, codes, _("Your authenticator app is in use."))
    uri = two_factor.app_uri(device)
    page = {
        "form": form,
        "passkey_form": PasskeyForm(initial={"name": agents.in_words(request.META.get("HTTP_USER_AGENT", ""))}),
        "qr": segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"),
        "uri": uri,
        "seed": two_factor.in_groups(device.seed),
        "another": two_factor.has_factor(user),
        "replaces": two_factor.app_of(user) is not None,
    }
    return render(request, "accounts/enrol.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request):
    """Say how many recovery codes are left; make new ones and show them, this once."""
    if not two_factor.has_factor(request.user):
        return redirect("second_factor_enrol")
    return _recovery_codes(request)


@proved_anew
def _recovery_codes(request):
    if request.method == "POST":
        at, key = now(), request.session.session_key
        codes = two_factor.new_recovery_codes(request.user, proved=True, at=at, keep=key)
        if isinstance(request.user.otp_device, RecoveryDevice):
            signing_in.elevate(request, device=two_factor.recovery_device(request.user), at=at)
        return show_codes(request, codes)
    return render(request, "accounts/recovery_codes.html", {"left": two_factor.codes_left(request.user), "base": signed_in_base(request)})


@never_cache
@require_http_methods(["GET", "POST"])
def remove_app(request):
    """Ask whether the authenticator app shall go, and take it away."""
    device = two_factor.app_of(request.user)
    if device is None:
        raise Http404
    return remove(request, device, _("your authenticator app"))


@proved_anew
def remove(request, device, name):
    """Take a factor away, after a last question."""
    if request.method == "POST":
        try:
            two_factor.remove(request.user, device=device, proved=True, keep=request.session.session_key, at=now())
        except two_factor.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("That is removed. Everywhere else you are signed out."))
        return redirect("account_security")
    page = {
        "name": name,
        "last": two_factor.is_only(request.user, device),
        "needed": request.user.needs_second_factor,
        "base": signed_in_base(request),
    }
    return render(request, "accounts/factor_remove.html", page)


# --- what enrolments of both kinds share -----------------------------------------------------------------------------


def enrolment_facts(request, *, at) -> dict:
    """Return what decides whether somebody may enrol: their one-time link, and whether a factor was proved lately."""
    link = two_factor.live_link(request.session.get(LINK, ""), at=at, user=request.user)
    return {"link": link, "proved": signing_in.proved_lately(request, at=at)}


def ready_to_enrol(request):
    """Return the page that asks for a proof first, or None. A one-time link is the proof of somebody without a factor."""
    user, at = request.user, now()
    # A page that asks for the password would be closed to staff without a factor.
    by_link = not two_factor.has_factor(user) and (user.needs_second_factor or enrolment_facts(request, at=at)["link"])
    if by_link or step_up.is_proved(request, at=at):
        return None
    return redirect(f"{resolve_url(step_up.page_that_asks(request.user))}?{urlencode({'next': resolve_url('second_factor_enrol')})}")


def needs_link(request):
    """Say that the first factor of staff needs a link."""
    return render(request, "accounts/enrolment_needs_link.html", {"other": LINK in request.session}, status=403)


def enrolled(request, codes, said):
    """Show the new recovery codes, or go back to the Security page where there are some already."""
    for name in (LINK, BEGUN):
        request.session.pop(name, None)
    if codes:
        return show_codes(request, codes)
    messages.success(request, said)
    return redirect("account_security")


def show_codes(request, codes):
    """Show recovery codes, this once."""
    return render(request, "accounts/recovery_codes_new.html", {"codes": [two_factor.in_groups(code, 6) for code in codes]})


def signed_in_base(request):
    """Return the frame of this person's side."""
    return "base_team.html" if request.user.needs_second_factor else "base_desk.html"


def _proved(request, user, form, *, by_passkey):
    if by_passkey:
        return passkeys.prove(request.session, user=user, answer=request.POST["credential"], at=now())
    return two_factor.prove(user, code=form.cleaned_data["code"], at=now())


def _let_in(request, stage, device):
    if stage:
        # Django's login makes a new session id; django-otp's receiver keeps the device of this user object.
        stage.login.user.otp_device = device
        return stage.exit()
    signing_in.elevate(request, device=device, at=now())
    return redirect(next_page.wanted(request) or resolve_url("desk"))
