"""The calendar of deadlines, for whoever knows its secret address: no session, no sign-in."""

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import calendar_feed as addresses
from intake import calendar_feed
from portal.lib import limits
from portal.lib.public import public_page

FOR_ONE = "private, no-cache"  # kept by who asked, and asked for again with its ETag


@public_page
@require_safe
def feed(request, token):
    """Answer with the calendar at this address; 404 where there is none (any more)."""
    try:
        limits.spend("calendar.network", limits.network(request))
        found = addresses.found(token)
        if found is None:
            return _plain(_("There is no calendar at this address (any more)."), status=404)
        limits.spend("calendar", str(found.uuid))
    except limits.TooMany as met:
        return _plain(met.sentence, status=429, headers={"Retry-After": str(met.seconds)})
    addresses.note_use(found, at=now())
    body = calendar_feed.of(found.user)
    etag = f'"{salted_hmac("intake.calendar", body, algorithm="sha256").hexdigest()[:32]}"'
    headers = {"Cache-Control": FOR_ONE, "ETag": etag, "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    response.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return get_conditional_response(request, etag=etag, response=response)


def _plain(sentence, *, status, headers=None):
    return HttpResponse(
        sentence, status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": FOR_ONE, **(headers or {})}
    )
