"""Attempts at what somebody may not do, or may not know of: each is told to the log, and many at once to the audit trail.

Not each to the trail: whoever has an account could make it grow at will, and all who write in it wait for one lock. So a
person leaves so many lines an hour in the log, whose files are rotated, and one event an hour in the trail, once there
were many. Visitors are sent to sign in instead, and an address that is not ours is nobody's attempt at anything.
"""

import json
import logging

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.timezone import now

from accounts import audit

log = logging.getLogger("parley.refused")
HOUR_SECONDS = 60 * 60
LINES = 100  # a person and hour, in the log
OFTEN = 20  # refusals within an hour that the trail should know of
TOLD = ("slug", "ref", "report_ref")  # of an address; never a token, which others carry


class Refusals:
    """Notes what views refuse to people who are signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in (403, 404) and _is_of_somebody(request):
            note(request.user, request.resolver_match, method=request.method, status=response.status_code, at=now())
        return response

    def process_exception(self, request, exception):
        # A 403 that asks for a proof, or keeps a text, is none.
        request.refused = isinstance(exception, PermissionDenied | Http404)


def note(user, found, *, method, status, at) -> None:
    """Tell the log that somebody was refused, and the trail if that happens often."""
    count = _count(user, at)
    if count <= LINES:
        facts = {name: str(value) for name, value in found.kwargs.items() if name in TOLD}
        said = {"at": at.isoformat(), "person": str(user.uuid), "page": found.view_name, "method": method, "status": status}
        log.warning(json.dumps(said | facts, sort_keys=True))
    if count == OFTEN:
        audit.record("access.refused_often", by=user, at=at, count=OFTEN)


def _is_of_somebody(request):
    found = request.resolver_match
    if found is None or getattr(found.func, "public_page", False):
        return False
    # The API answers by itself, without an exception that a middleware would see.
    return (getattr(request, "refused", False) or request.path.startswith("/api/")) and request.user.is_authenticated


def _count(user, at):
    key = f"refused:{at:%Y%m%d%H}:{user.uuid}"
    try:
        cache.add(key, 0, HOUR_SECONDS)
        return cache.incr(key)
    except Exception:  # whatever a cache that is down raises: the log is told, the trail is not
        return 0
