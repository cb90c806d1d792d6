"""One's calendar of deadlines: its address is made, replaced, revoked."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import calendar_feed
from accounts.step_up import proved_anew


@never_cache
@require_safe
def calendar(request):
    """Say whether there is a calendar, and when it was last asked for."""
    return _page(request, "calendar", {"feed": calendar_feed.of(request.user)})


@never_cache
@require_POST
@proved_anew
def make(request):
    """Make an address, in place of any other, and show it this once."""
    address = settings.PUBLIC_URL + calendar_feed.path_of(calendar_feed.make(request.user, at=now()))
    # Not after a redirect: then it would have to lie somewhere in between.
    return _page(request, "calendar_made", {"address": address, "subscribe": f"webcal://{address.partition('://')[2]}"})


@never_cache
@require_POST
def revoke(request):
    """Make the address worthless."""
    if calendar_feed.revoke(request.user, by=request.user, at=now()):
        messages.success(request, _("The calendar is revoked. Its address shows nothing any more."))
    return redirect("account_calendar")


def _page(request, name, facts):
    base = "base_team.html" if request.user.needs_second_factor else "base_desk.html"
    return render(request, f"accounts/{name}.html", {"base": base, **facts})
