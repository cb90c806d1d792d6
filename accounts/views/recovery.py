"""A lost second factor: asking for its recovery at the sign-in, agreeing to it, stopping it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import recovery, stages, two_factor
from accounts.models import FactorRecovery
from accounts.recovery_forms import SureOfPersonForm
from accounts.step_up import proved_anew
from portal.lib.permissions import Standing

PAGE = 20


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request):
    """Say what a recovery is, and begin one: for who gave the right password and has no second factor at hand."""
    person = _who_lacks_a_factor(request)
    if person is None:
        return redirect("second_factor_challenge" if request.user.is_authenticated else "account_login")
    refused = ""
    if request.method == "POST":
        try:
            recovery.ask(person, at=now())
        except two_factor.Refused as refusal:
            refused = str(refusal)
        else:
            return redirect("recovery_ask")
    under_way = recovery.open_of(person)
    page = {
        "recovery": under_way,
        "agreed": under_way.approvals.count() if under_way else 0,
        "on_team": person.memberships.exists(),
        "is_staff": person.needs_second_factor,
        "hours": settings.RECOVERY_HOURS,
        "days": recovery.OPEN_FOR.days,
        "refused": refused,
    }
    return render(request, "accounts/recovery_ask.html", page, status=409 if refused else 200)


@never_cache
@require_POST
def stop_own(request):
    """Stop the recovery of my own factor."""
    return _stop(request, recovery.open_of(request.user), to="account_security")


@never_cache
@require_safe
def listed(request):
    """The recoveries that the reader may agree to or stop, the newest first, with those that are over."""
    if not request.user.is_staff and not request.user.memberships.filter(role=Standing.OWNER).exists():
        raise Http404
    found = FactorRecovery.objects.answerable_by(request.user).select_related("user", "stopped_by").order_by("-asked_at", "-pk")
    return render(request, "accounts/recoveries.html", {"page": Paginator(found, PAGE).get_page(request.GET.get("page"))})


@never_cache
@require_safe
def one(request, recovery):
    """One recovery: who asks, who agreed, until when."""
    return _draw(request, _of_another(request, recovery))


@never_cache
@require_http_methods(["GET", "POST"])
def approve(request, recovery):
    """Say that this is the person, after proving anew who I am."""
    return _approve(request, _of_another(request, recovery))


@never_cache
@require_POST
def stop(request, recovery):
    """Stop the recovery of somebody else's factor."""
    found = _of_another(request, recovery)
    return _stop(request, found, to=found)


@proved_anew
def _approve(request, found):
    form = SureOfPersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            recovery.approve(found, by=request.user, at=now())
        except two_factor.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. It is noted, and the person and all who may stop it are told."))
        return redirect(found)
    page = {"recovery": found, "form": form, "hours": settings.RECOVERY_HOURS}
    return render(request, "accounts/recovery_approve.html", page, status=422 if form.errors else 200)


def _draw(request, found):
    approvals = list(found.approvals.select_related("approver").order_by("at"))
    page = {
        "recovery": found,
        "approvals": approvals,
        "may_agree": found.is_open and not found.ready_at and all(one.approver_id != request.user.pk for one in approvals),
        "memberships": found.user.memberships.select_related("project").order_by("project__name")[:PAGE],
        "enough": recovery.ENOUGH,
    }
    return render(request, "accounts/recovery.html", page)


def _stop(request, found, *, to):
    try:
        if found is None:
            raise two_factor.Refused(_("It cannot be stopped any more: it is over."))
        recovery.stop(found, by=request.user, at=now())
    except two_factor.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The recovery is stopped. Nothing was taken away."))
    return redirect(to)


def _who_lacks_a_factor(request):
    """Return who waits at the second factor after the right password, or is signed in and has none but needs one."""
    stage = stages.pending(request)
    if stage:
        return stage.login.user
    user = request.user
    lacks = user.is_authenticated and user.needs_second_factor and not two_factor.has_factor(user)
    return user if lacks else None


def _of_another(request, uuid):
    found = FactorRecovery.objects.answerable_by(request.user).select_related("user", "stopped_by").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found
