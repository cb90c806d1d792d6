"""Ending sessions from the Security page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import sessions
from accounts.models import Session


@never_cache
@require_POST
def end(request, session):
    """Sign out one of the sessions."""
    found = Session.objects.select_related("user").filter(user=request.user, uuid=session).first()
    if found is None:
        raise Http404
    sessions.sign_out(found, by=request.user, at=now())
    if found.session_key == request.session.session_key:
        return redirect("account_login")
    messages.success(request, _("That session is ended."))
    return redirect("account_security")


@never_cache
@require_POST
def end_others(request):
    """Sign out every session but the one that asks."""
    count = sessions.sign_out_everywhere(request.user, by=request.user, at=now(), why="asked", but=request.session.session_key)
    said = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count) % {"count": count}
    messages.success(request, said if count else _("There is no other session."))
    return redirect("account_security")
