"""When I am away, and whether I take cases in turn: for people on teams, and of others for their owners."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import absences, access, teams
from portal.forms import AbsenceForm


@require_http_methods(["GET", "HEAD", "POST"])
def own(request):
    """Show when I am away; add a time."""
    access.on_a_team(request)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            absences.add(request.user, **form.cleaned_data, at=now())
        except absences.CannotBeAway as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved. Your teams see it, and cases and reminders go to others meanwhile."))
            return redirect("absences")
    context = {"ahead": absences.ahead(request.user, at=now()), "form": form, "projects": access.own_projects(request)}
    return render(request, "portal/absences.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request, number):
    """Take one back, or end it."""
    absences.remove(access.own_absence(request, number))
    messages.success(request, _("Taken back. Cases and reminders reach you as before."))
    return redirect("absences")


@require_POST
def turns(request, slug, person):
    """Take cases of a project in turn, or not any more: decided by everybody for themselves, and by owners for all."""
    membership = access.turns(request, slug, person)
    takes = request.POST.get("takes") == "yes"
    if teams.take_turns(membership, takes=takes, by=request.user, at=now()):
        said = _("%(name)s takes cases in turn.") if takes else _("%(name)s takes no cases in turn any more.")
        messages.success(request, said % {"name": membership.user.shown_name})
    return redirect("team", slug=slug)
