"""The doors of the API: who asks, and whether they may. Nothing is open that does not say what it asks for.

A program shows a token (RFC 6750, in the header ``Authorization``); a page of the portal has its session. A token opens
what its scopes name, what the role of its person still allows, and nothing outside its project. A session of staff counts
only with the second factor proved, as everywhere.
"""

import logging

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts import signing_in
from portal import access, tokens
from portal.lib import limits
from portal.lib.permissions import Action
from portal.models import ApiToken, Project

log = logging.getLogger("parley.api")

DEAD = _("This token is not known, was revoked, has expired, or its person lost the role or the second factor. Make a new one.")
NOT_FOR_IT = _("This token was not made for that: make one that may.")
NEEDS_TOKEN = _("Show an API token here, in the header Authorization: Bearer.")


class BearerToken(BaseAuthentication):
    """Finds the person of a token, and the token as ``request.auth``."""

    def authenticate(self, request):
        kind, _space, given = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        at = now()
        found = tokens.bearer(given.strip().decode("ascii", "replace"), at=at)
        if found is None:
            log.warning("An API token was refused.")
            raise AuthenticationFailed(DEAD)
        _count(request, str(found.uuid))
        tokens.note_use(found, at=at)
        # Doors of pages ask the person for a second factor: a token is none, whatever it was made with.
        found.user.is_verified = _never
        return found.user, found

    def authenticate_header(self, request):
        return 'Bearer realm="Parley"'


class OpenSession(SessionAuthentication):
    """A session that has not had its time: the gate of pages does not see what is open without a sign-in, as the API is."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is None or signing_in.is_over(request._request, at=now(), in_use=False):
            return None
        _count(request, str(found[0].uuid))
        return found


class MayDo(BasePermission):
    """Asks for the view's ``action`` in the project of the address, which becomes ``request.project``.

    404 for what one may not know of, 403 with a sentence for what one may not do; a view without an action is shut.
    """

    def has_permission(self, request, view):
        action = getattr(view, "action", None)
        if action is None or not request.user.is_authenticated:
            return False
        request.project = _project(request, view.kwargs.get("slug", ""), action)
        return True


class IsToken(BasePermission):
    """Lets any live token ask what it is."""

    message = NEEDS_TOKEN

    def has_permission(self, request, view):
        return isinstance(request.auth, ApiToken)


def _project(request, slug, action: Action) -> Project:
    token = request.auth
    if not isinstance(token, ApiToken):
        return access.team_project(request, slug, action)
    if token.project.slug != slug:
        raise Http404
    if action not in token.scopes:
        raise PermissionDenied(NOT_FOR_IT)
    if not tokens.holds(token, action):
        raise PermissionDenied(action.refusal)
    return token.project


def _count(request, key):
    limits.spend("api", key)
    if request.method not in SAFE_METHODS:
        limits.spend("api.write", key)


def _never():
    return False
