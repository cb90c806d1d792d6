"""The doors to projects: unknown is 404, forbidden is 403 with a sentence."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal import pauses, tokens, webhooks
from portal.lib.permissions import Action, Standing, may
from portal.models import Project, SecurityPolicy

SECOND_FACTOR_NEEDED = _("Sign in with your second factor first: this page belongs to a team.")


def policy(slug):
    """Return the policy in force of a public project, with its project, what pauses it, and the moment of asking; or raise 404."""
    at = now()
    found = pauses.annotated(SecurityPolicy.objects.in_force_for(slug, at), at).first()
    if found is None:
        raise Http404
    found.asked_at = at
    return found


def project(slug):
    """Return a project whose policy is in force, or raise 404."""
    return policy(slug).project


def responsive_policy(slug):
    """Return the policy in force of a project whose owners let everybody read its response times, or raise 404."""
    found = policy(slug)
    if not found.project.shows_responsiveness:
        raise Http404
    return found


def team_project(request, slug, action):
    """Return a project of the reader's own team; 404 for outsiders, 403 for team members who may not do this."""
    found = Project.objects.of_team(request.user).filter(slug=slug).first() if request.user.is_authenticated else None
    if found is None:
        raise Http404
    if not request.user.is_verified():
        raise PermissionDenied(SECOND_FACTOR_NEEDED)
    if not may(found.standing_of(request.user), action):
        raise PermissionDenied(action.refusal)
    return found


def administration(request, action):
    """Let administrators through who proved their second factor; for everybody else there is nothing here."""
    if not request.user.is_authenticated or not request.user.is_staff or not may(Standing.ADMINISTRATOR, action):
        raise Http404
    if not request.user.is_verified():
        raise PermissionDenied(SECOND_FACTOR_NEEDED)


def pause(request, slug, number):
    """Return a pause of a project of the reader's own team, for those who plan them."""
    found = team_project(request, slug, Action.PLAN_PAUSE).pauses.select_related("project").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def member(request, slug, person, action=Action.CHANGE_TEAM):
    """Return somebody's membership in a project of the reader's own team."""
    return _found(team_project(request, slug, action).memberships.select_related("user", "project").filter(user__uuid=person))


def turns(request, slug, person):
    """Return a membership whose turns the reader may change: their own, and an owner's any."""
    own = request.user.is_authenticated and person == request.user.uuid
    return member(request, slug, person, Action.SEE_TEAM if own else Action.CHANGE_TEAM)


def on_a_team(request):
    """Let people through who are on a team and proved their second factor; for everybody else there is nothing here."""
    if not request.user.memberships.exists():
        raise Http404
    if not request.user.is_verified():
        raise PermissionDenied(SECOND_FACTOR_NEEDED)


def own_absence(request, number):
    """Return a time in which the reader is away."""
    on_a_team(request)
    return _found(request.user.absences.filter(pk=number))


def own_membership(request, slug, action):
    """Return the reader's membership in a project."""
    return member(request, slug, request.user.uuid if request.user.is_authenticated else None, action)


def invitation(request, slug, uuid):
    """Return an open invitation to a team, for those who invite."""
    project = team_project(request, slug, Action.INVITE)
    return _found(project.invitations.select_related("project").filter(pk=uuid, used_at=None, expires_at__gt=now()))


def token(request, slug, uuid):
    """Return a live API token for a project: one's own, or an owner's any."""
    project = team_project(request, slug, Action.MAKE_TOKEN)
    rows = tokens.listed(project.api_tokens, at=now()).filter(uuid=uuid)
    return _found(rows if may(project.standing_of(request.user), Action.REVOKE_TOKENS) else rows.filter(user=request.user))


def webhook(request, slug, uuid):
    """Return a webhook of a project of the reader's own team, for those who keep them."""
    project = team_project(request, slug, Action.MANAGE_WEBHOOKS)
    return _found(project.webhooks.select_related("project").filter(uuid=uuid))


def webhook_delivery(hook, uuid):
    """Return something that was sent, or is to be sent, to a webhook from its door."""
    return _found(webhooks.of(hook).filter(uuid=uuid))


def _found(rows):
    found = rows.first()
    if found is None:
        raise Http404
    return found


def own_projects(request):
    """The projects on whose team the reader is, by name."""
    return Project.objects.of_team(request.user)
