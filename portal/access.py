"""The doors to projects: unknown is 404, forbidden is 403 with a sentence."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal import pauses
from portal.lib.permissions import Action, may
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


def pause(request, slug, number):
    """Return a pause of a project of the reader's own team, for those who plan them."""
    found = team_project(request, slug, Action.PLAN_PAUSE).pauses.select_related("project").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def own_projects(request):
    """The projects on whose team the reader is, by name."""
    return Project.objects.of_team(request.user)
