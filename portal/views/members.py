"""What owners do with members of a team, and members with themselves. Each act has a page that says what follows from it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import proved_anew
from portal import access, team_list, teams
from portal.forms import RoleForm, TransferForm
from portal.lib.permissions import Action

ASKED = ["GET", "HEAD", "POST"]


@require_http_methods(ASKED)
def role(request, slug, person):
    """Give a member another role."""
    return _role(request, membership=access.member(request, slug, person))


@proved_anew
def _role(request, membership):
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": membership.role})
    if form.is_valid():
        wanted, own = form.cleaned_data["role"], membership.user == request.user
        session = request.session.session_key if own else None
        if _done(request, lambda at: teams.change_role(membership, role=wanted, by=request.user, at=at, session=session)):
            said = _("You have another role now.") if own else _("%(name)s has another role now.")
            messages.success(request, said % {"name": membership.user.shown_name})
        return redirect("team", slug=membership.project.slug)
    return _draw(request, "portal/team_role.html", membership, status=422 if form.errors else 200, form=form)


@require_http_methods(ASKED)
def remove(request, slug, person):
    """Take somebody else off the team."""
    membership = access.member(request, slug, person)
    if membership.user == request.user:
        return redirect("team_leave", slug=slug)
    return _remove(request, membership=membership)


@proved_anew
def _remove(request, membership):
    if request.method != "POST":
        return _draw(request, "portal/team_remove.html", membership)
    if _done(request, lambda at: teams.remove(membership, by=request.user, at=at)):
        messages.success(request, _("%(name)s is not on the team any more.") % {"name": membership.user.shown_name})
    return redirect("team", slug=membership.project.slug)


@require_http_methods(ASKED)
def leave(request, slug):
    """Leave a team oneself."""
    return _leave(request, membership=access.own_membership(request, slug, Action.LEAVE_TEAM))


@proved_anew
def _leave(request, membership):
    if request.method == "POST":
        session = request.session.session_key
        if _done(request, lambda at: teams.remove(membership, by=request.user, at=at, session=session)):
            messages.success(request, _("You have left the team of %(project)s.") % {"project": membership.project})
            return redirect("desk")
        return redirect("team", slug=membership.project.slug)
    return _draw(request, "portal/team_leave.html", membership, last_owner=teams.is_last_owner(membership))


@require_http_methods(ASKED)
def transfer(request, slug):
    """Hand ownership on."""
    return _transfer(request, own=access.own_membership(request, slug, Action.CHANGE_TEAM))


@proved_anew
def _transfer(request, own):
    others = list(own.project.memberships.exclude(pk=own.pk).filter(user__is_active=True).select_related("user", "project").order_by("pk"))
    form = TransferForm(request.POST if request.method == "POST" else None, others=others)
    if form.is_valid():
        to = next(one for one in others if str(one.user.uuid) == form.cleaned_data["to"])
        facts = {"to": to, "stays": form.cleaned_data["stays"] == "yes", "session": request.session.session_key}
        if _done(request, lambda at: teams.transfer(own, by=request.user, at=at, **facts)):
            messages.success(request, _("%(name)s is an owner now.") % {"name": to.user.shown_name})
        return redirect("team", slug=own.project.slug)
    return _draw(request, "portal/team_transfer.html", own, status=422 if form.errors else 200, form=form, others=others)


def _done(request, verb):
    """Do it, or say why not."""
    try:
        verb(now())
    except teams.NotNow as refusal:
        messages.error(request, refusal.messages[0])
        return False
    return True


def _draw(request, template, membership, *, status=200, **facts):
    touched = team_list.touched(membership, at=now(), viewer=request.user)
    page = {"project": membership.project, "membership": membership, "touched": touched, "own": membership.user == request.user, **facts}
    return render(request, template, page, status=status)
