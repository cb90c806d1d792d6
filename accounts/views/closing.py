"""Closing an account: one's own, or as an administrator somebody else's. First what happens is said."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import closing
from accounts.forms import CloseForm
from accounts.models import User
from accounts.step_up import proved_anew
from accounts.views.sign_out import forgetting


@never_cache
@require_http_methods(["GET", "POST"])
@proved_anew
def close(request):
    """Say what closing my account does, and close it."""
    return _close(request, request.user)


@never_cache
@require_http_methods(["GET", "POST"])
def close_other(request, person):
    """The same for another person, by an administrator."""
    found = User.objects.filter(uuid=person).exclude(pk=request.user.pk).first() if request.user.is_staff else None
    if found is None:
        raise Http404
    return proved_anew(_close)(request, found)


def _close(request, person):
    form = CloseForm(request.POST if request.method == "POST" else None)
    own, refused = person.pk == request.user.pk, []
    if form.is_valid():
        try:
            closing.close(person, by=request.user, at=now())
        except closing.NotPossible as standing:
            refused = standing.sentences
        else:
            return _closed(request, own)
    farewell = closing.look(person, by=request.user, at=now())
    page = {
        "form": form,
        "person": person,
        "own": own,
        "obstacles": refused or farewell.obstacles,
        "consequences": farewell.consequences,
        "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html",
    }
    return render(request, "accounts/close.html", page, status=409 if refused else 422 if form.errors else 200)


def _closed(request, own):
    if own:
        request.session.flush()  # a sign-out would be recorded for a person who is no more
        request.user = AnonymousUser()
        return forgetting(render(request, "accounts/closed.html"))
    messages.success(request, _("The account is closed."))
    return redirect("admin:accounts_user_changelist")
