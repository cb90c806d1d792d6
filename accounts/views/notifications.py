"""Notifications: what somebody was told, in the portal itself, and how much of it they have not opened."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import signing_in, told
from accounts.htmx import asked_by_the_page


@never_cache
@require_GET
def notifications(request):
    """What I was told, newest first."""
    page = told.page(request.user, after=request.GET.get("after", ""))
    base = "base_team.html" if request.user.needs_second_factor else "base_desk.html"
    return render(request, "accounts/notifications.html", {"page": page, "first": "after" not in request.GET, "base": base})


@never_cache
@require_POST
def read(request):
    """Note that I have read it all."""
    told.open_all(request.user, at=now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("notifications")


@login_not_required
@never_cache
@asked_by_the_page
@require_GET
def unread(request):
    """How much is unread, for the top of an open page; nothing for who is not signed in (any more), or not with their second factor.

    A page is never led elsewhere by it: somebody may be writing there.
    """
    user, count = request.user, 0
    if user.is_authenticated and not signing_in.is_over(request, at=now(), in_use=False):
        count = told.unread(user) if user.is_verified() or not user.needs_second_factor else 0
    return render(request, "accounts/_unread.html", {"count": count, "many": count > told.MANY, "most": told.MANY})
