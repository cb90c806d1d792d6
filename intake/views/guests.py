"""Guests of a report, from the reporter's side and from the team's; the page behind an invitation's link."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intake import access, guests
from intake.forms import GuestForm
from intake.models import Report
from portal.lib.permissions import Action


@dataclass(frozen=True)
class Side:
    """A report with the side from which somebody looks at its guests: where its pages lie, and on which base."""

    report: Report
    name: str
    base: str
    args: tuple

    @property
    def of_team(self):
        return self.name == "case"

    @property
    def ref(self):
        return self.args[0]

    @property
    def path(self):
        return reverse(f"{self.name}_guests", args=self.args)

    @property
    def back(self):
        return reverse(self.name, args=self.args[:1])


def _of_reporter(request, ref):
    return Side(access.report(request, ref, Action.INVITE_GUEST), "report", "base_desk.html", (ref,))


def _of_team(request, ref, report_ref):
    return Side(access.report_of_case(request, ref, report_ref, Action.INVITE_GUEST), "case", "base_team.html", (ref, report_ref))


@require_http_methods(["GET", "POST"])
def of_report(request, ref):
    """The reporter sees and invites guests."""
    return _guests(request, _of_reporter(request, ref))


@require_http_methods(["GET", "POST"])
def of_case(request, ref, report_ref):
    """The team sees and invites guests of one report."""
    return _guests(request, _of_team(request, ref, report_ref))


@require_http_methods(["GET", "POST"])
def remove_of_report(request, ref, uuid):
    """The reporter removes a guest of theirs, after being asked."""
    return _remove(request, _of_reporter(request, ref), uuid)


@require_http_methods(["GET", "POST"])
def remove_of_case(request, ref, report_ref, uuid):
    """The team removes a guest, after being asked."""
    return _remove(request, _of_team(request, ref, report_ref), uuid)


@require_POST
def withdraw_of_report(request, ref, uuid):
    """The reporter takes an invitation back."""
    return _withdraw(request, _of_reporter(request, ref), uuid)


@require_POST
def withdraw_of_case(request, ref, report_ref, uuid):
    """The team takes an invitation back."""
    return _withdraw(request, _of_team(request, ref, report_ref), uuid)


@require_http_methods(["GET", "POST"])
def leave(request, ref):
    """Stop being a guest, after being asked."""
    report = access.report(request, ref, Action.LEAVE)
    if request.method == "GET":
        return render(request, "intake/guest_leave.html", {"report": report, "project": report.policy.project})
    guests.leave(report, by=request.user, at=now())
    messages.success(request, _("You left %(ref)s. What you wrote stays there.") % {"ref": report.ref})
    return redirect("reports")


@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Show what one is asked to take part in; a POST joins."""
    found, at, refused = guests.invitation_of(token), now(), ""
    if found is None:
        return render(request, "intake/guest_unknown.html", status=404)
    if request.method == "POST":
        try:
            guests.accept(found, user=request.user, at=at)
        except guests.NotPossible as error:
            refused = str(error)
        else:
            messages.success(request, _("You are a guest of %(ref)s now.") % {"ref": found.report.ref})
            return redirect(found.report)
    why = refused or guests.refusal(found, user=request.user, at=at)
    context = {"invitation": found, "report": found.report, "project": found.report.policy.project, "why": why}
    return render(request, "intake/guest_invitation.html", context, status=409 if refused else 200)


def _guests(request, side):
    form, at = GuestForm(request.POST if request.method == "POST" else None), now()
    if request.method == "POST" and form.is_valid():
        try:
            guests.invite(side.report, **form.cleaned_data, by=request.user, at=at)
        except guests.NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect(side.path)
    context = {
        "side": side,
        "report": side.report,
        "project": side.report.policy.project,
        "form": form,
        "guests": access.guests(side.report),
        "invitations": guests.open_invitations(side.report, at=at),
        "preview": guests.preview(side.report),
    }
    return render(request, "intake/guests.html", context, status=422 if form.errors else 200)


def _remove(request, side, uuid):
    guest = access.guest(side.report, uuid)
    if request.method == "GET" and guest.left_at is None:
        return render(request, "intake/guest_remove.html", {"side": side, "report": side.report, "guest": guest})
    try:
        guests.remove(side.report, guest, by=request.user, at=now())
        messages.success(request, _("%(name)s is no guest any more.") % {"name": guest.shown_name})
    except guests.NotPossible as refused:
        messages.warning(request, str(refused))
    return redirect(side.path)


def _withdraw(request, side, uuid):
    try:
        guests.withdraw(access.guest_invitation(side.report, uuid), by=request.user, at=now())
        messages.success(request, _("The invitation is taken back; its link does not work any more."))
    except guests.NotPossible as refused:
        messages.warning(request, str(refused))
    return redirect(side.path)
