"""A team's page: who is on it, who was asked."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from portal import access, teams
from portal.forms import InvitationForm
from portal.lib.permissions import Action, may


def team(request, slug):
    """Show the team to its members; owners invite."""
    project = access.team_project(request, slug, Action.INVITE if request.method == "POST" else Action.READ_CASE)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            teams.invite(project, **form.cleaned_data, by=request.user, at=now())
        except teams.AlreadyOnTeam as refusal:
            form.add_error("email", refusal)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("team", slug=slug)
    standing = project.standing_of(request.user)
    context = {
        "project": project,
        "members": project.memberships.select_related("user").order_by("since", "pk"),
        "invitations": project.invitations.filter(used_at=None, expires_at__gt=now()).order_by("-made_at"),
        "form": form if may(standing, Action.INVITE) else None,
        "ahead": project.policies.published().filter(effective_at__gt=now()).order_by("effective_at"),
        "edits_policy": may(standing, Action.EDIT_POLICY),
        "plans_pauses": may(standing, Action.PLAN_PAUSE),
        "sets_retention": may(standing, Action.SET_RETENTION),
    }
    return render(request, "portal/team.html", context, status=422 if form.errors else 200)
