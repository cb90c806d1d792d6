"""The second factor: its challenge, its enrolment, its recovery codes."""

import segno
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import signing_in, stages, two_factor
from accounts.forms import CodeForm, FirstCodeForm
from accounts.models import RecoveryDevice

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
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = two_factor.prove(user, code=form.cleaned_data["code"], at=now())
        except two_factor.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return _let_in(request, stage, device)
    status = 422 if form.errors else 200
    return render(request, "accounts/challenge.html", {"form": form, "on_the_way_in": bool(stage), "next": _next(request)}, status=status)


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
    """Show the seed of a new authenticator app, and put it into use with its first code."""
    user, at = request.user, now()
    proved = signing_in.proved_lately(request, at=at)
    if two_factor.has_factor(user) and not proved:
        return redirect(f"{resolve_url('second_factor_challenge')}?next={request.path}")
    link = two_factor.live_link(request.session.get(LINK, ""), at=at, user=user)
    try:
        device = two_factor.begin_enrolment(user, link=link, proved=proved, at=at, resume=request.session.get(BEGUN))
    except two_factor.Refused:
        return render(request, "accounts/enrolment_needs_link.html", {"other": LINK in request.session}, status=403)
    request.session[BEGUN] = str(device.uuid)
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = two_factor.confirm_enrolment(user, device=device, code=form.cleaned_data["code"], link=link, proved=proved, at=at)
        except two_factor.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            for name in (LINK, BEGUN):
                request.session.pop(name, None)
            signing_in.elevate(request, device=device, at=at)
            return _show_codes(request, codes)
    uri = two_factor.app_uri(device)
    facts = {
        "form": form,
        "qr": segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"),
        "uri": uri,
        "seed": two_factor.in_groups(device.seed),
        "replaces": proved and two_factor.has_factor(user),
    }
    return render(request, "accounts/enrol.html", facts, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request):
    """Say how many recovery codes are left; make new ones and show them, this once."""
    at = now()
    if not signing_in.proved_lately(request, at=at):
        name = "second_factor_challenge" if two_factor.has_factor(request.user) else "second_factor_enrol"
        return redirect(f"{resolve_url(name)}?next={request.path}")
    if request.method == "POST":
        codes = two_factor.new_recovery_codes(request.user, proved=True, at=at)
        if isinstance(request.user.otp_device, RecoveryDevice):
            signing_in.elevate(request, device=two_factor.recovery_device(request.user), at=at)
        return _show_codes(request, codes)
    return render(request, "accounts/recovery_codes.html", {"left": two_factor.codes_left(request.user)})


def _let_in(request, stage, device):
    if stage:
        # Django's login makes a new session id; django-otp's receiver keeps the device of this user object.
        stage.login.user.otp_device = device
        return stage.exit()
    signing_in.elevate(request, device=device, at=now())
    return redirect(_next(request) or resolve_url("desk"))


def _show_codes(request, codes):
    return render(request, "accounts/recovery_codes_new.html", {"codes": [two_factor.in_groups(code, 6) for code in codes]})


def _next(request):
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""
