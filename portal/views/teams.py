"""A team's page: who is on it, who was asked, and inviting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from portal import access, team_list, teams
from portal.forms import InvitationForm
from portal.lib import limits
from portal.lib.permissions import Action, may

PAGE = 50
TOO_MANY = 429


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def team(request, slug):
    """Show the team to its members; owners invite, once they have confirmed that it is them."""
    if request.method == "POST":
        return _invite(request, project=access.team_project(request, slug, Action.INVITE))
    return _draw(request, access.team_project(request, slug, Action.SEE_TEAM), InvitationForm())


@proved_anew
def _invite(request, project):
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            teams.invite(project, **form.cleaned_data, by=request.user, at=now())
        except teams.AlreadyOnTeam as refusal:
            form.add_error("email", refusal)
        except limits.TooMany as refusal:
            form.add_error(None, refusal.sentence)
            return _draw(request, project, form, status=TOO_MANY)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("team", slug=project.slug)
    return _draw(request, project, form, status=422)


def _draw(request, project, form, *, status=200):
    at, standing = now(), project.standing_of(request.user)
    page = Paginator(team_list.members(project, at=at), PAGE).get_page(request.GET.get("page"))
    team_list.say_who_is_away(page, at=at)
    context = {
        "project": project,
        "page": page,
        "invitations": team_list.invitations(project, at=at),
        "form": form if may(standing, Action.INVITE) else None,
        "changes_team": may(standing, Action.CHANGE_TEAM),
        "reads_audit": may(standing, Action.READ_AUDIT),
        "ahead": project.policies.published().filter(effective_at__gt=at).order_by("effective_at"),
        "edits_policy": may(standing, Action.EDIT_POLICY),
        "plans_pauses": may(standing, Action.PLAN_PAUSE),
        "sets_retention": may(standing, Action.SET_RETENTION),
        "sets_ladder": may(standing, Action.SET_LADDER),
        "shows_figures": may(standing, Action.SHOW_FIGURES),
        "manages_webhooks": may(standing, Action.MANAGE_WEBHOOKS),
    }
    return render(request, "portal/team.html", context, status=status)


@require_POST
def resend(request, slug, uuid):
    """Send an open invitation once more."""
    return _resend(request, invitation=access.invitation(request, slug, uuid))


@proved_anew
def _resend(request, invitation):
    try:
        teams.resend(invitation, by=request.user, at=now())
    except teams.AlreadyOnTeam as refusal:
        messages.error(request, refusal.messages[0])
    except limits.TooMany as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The invitation is on its way to %(email)s again.") % {"email": invitation.email})
    return redirect("team", slug=invitation.project.slug)


@require_POST
def withdraw(request, slug, uuid):
    """Take an open invitation back."""
    invitation = access.invitation(request, slug, uuid)
    teams.withdraw(invitation, by=request.user, at=now())
    messages.success(request, _("The invitation to %(email)s is withdrawn. Its link leads nowhere now.") % {"email": invitation.email})
    return redirect("team", slug=slug)
