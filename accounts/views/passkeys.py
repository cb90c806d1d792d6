"""Passkeys: the options that a browser asks for by script, and the forms with what it made of them.

Each ceremony has two halves. ``…_begin`` answers a script with JSON; the other half is an ordinary form, so that refusals
are pages like all others.
"""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import next_page, passkeys, signing_in, stages, two_factor
from accounts.factor_forms import NameForm, PasskeyForm
from accounts.passkeys import Purpose
from accounts.step_up import proved_anew
from accounts.views import second_factor
from portal.lib import limits


@login_not_required
@never_cache
@require_POST
def sign_in_begin(request):
    """Options for signing in with a passkey alone: whoever it is, their authenticator must have verified them."""
    try:
        limits.spend("factor.challenge", limits.network(request))
    except limits.TooMany as refusal:
        return _refused(refusal.sentence, status=429)
    return JsonResponse(passkeys.begin(request.session, Purpose.SIGN_IN, at=now()))


@login_not_required
@never_cache
@require_POST
def sign_in(request):
    """Let in whose passkey this is. allauth's sign-in goes on from here: closed accounts and unproved addresses are stopped there."""
    if request.user.is_authenticated:
        return redirect("desk")
    wanted = next_page.wanted(request)
    try:
        device = passkeys.recognise(request.session, answer=request.POST.get("credential", ""), at=now())
    except two_factor.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}" if wanted else "account_login")
    device.user.otp_device = device  # the stage of the second factor lets it pass
    return perform_login(request, device.user, redirect_url=wanted or None)


@login_not_required
@never_cache
@require_POST
def prove_begin(request):
    """Options for a passkey as second factor: of who is on the way in, or of who is signed in already."""
    stage = stages.pending(request)
    user = stage.login.user if stage else request.user
    if not user.is_authenticated:
        return _refused(_("Sign in first."), status=401)
    return JsonResponse(passkeys.begin(request.session, Purpose.PROVE, user=user, at=now()))


@never_cache
@require_POST
def add_begin(request):
    """Options for a new passkey, for who may have one."""
    if second_factor.ready_to_enrol(request):
        return _refused(_("Confirm first that it is you: open this page again."), status=403)
    try:
        two_factor.check_may_enrol(request.user, at=now(), **second_factor.enrolment_facts(request, at=now()))
        passkeys.check_room(request.user)
    except two_factor.Refused as refusal:
        return _refused(str(refusal), status=403)
    return JsonResponse(passkeys.begin(request.session, Purpose.ADD, user=request.user, at=now()))


@never_cache
@require_POST
def add(request):
    """Take the new passkey into use."""
    asked = second_factor.ready_to_enrol(request)
    if asked:
        return asked
    form, at = PasskeyForm(request.POST), now()
    if not form.is_valid():
        return _not_added(request, _("That did not work. Give it a shorter name, or try again."))
    facts = second_factor.enrolment_facts(request, at=at)
    try:
        device, codes = passkeys.add(
            request.session, user=request.user, name=form.cleaned_data["name"], answer=form.cleaned_data["credential"], at=at, **facts
        )
    except two_factor.Refused as refusal:
        return _not_added(request, str(refusal))
    if not facts["proved"]:
        signing_in.elevate(request, device=device, at=at)
    return second_factor.enrolled(request, codes, _("The passkey is in use."))


@never_cache
@require_http_methods(["GET", "POST"])
def rename(request, key):
    """Call a passkey something else."""
    return _rename(request, _own(request, key))


@proved_anew
def _rename(request, device):
    form = NameForm(request.POST or None, initial={"name": device.name})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(device, name=form.cleaned_data["name"], by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("account_security")
    page = {"form": form, "device": device, "base": second_factor.signed_in_base(request)}
    return render(request, "accounts/passkey_rename.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def remove(request, key):
    """Ask whether a passkey shall go, and take it away."""
    device = _own(request, key)
    return second_factor.remove(request, device, _("the passkey “%(name)s”") % {"name": device.name})


def _own(request, key):
    device = passkeys.of(request.user).filter(credential_id_sha256=key).first()
    if device is None:
        raise Http404
    return device


def _not_added(request, sentence):
    messages.error(request, sentence)
    return redirect("second_factor_enrol")


def _refused(sentence, *, status):
    return JsonResponse({"detail": sentence}, status=status)
