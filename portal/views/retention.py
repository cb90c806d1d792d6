"""How long the content of closed cases is kept, for the owners who decide it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import proved_anew
from portal import access, retention
from portal.forms import RetentionForm
from portal.lib.permissions import Action


@require_http_methods(["GET", "POST"])
def retained(request, slug):
    """Say how long cases are kept and what a change would do; change it once that was confirmed."""
    project = access.team_project(request, slug, Action.SET_RETENTION)
    # To look needs no proof; what erases later does.
    return (proved_anew(_retained) if request.method == "POST" else _retained)(request, project)


def _retained(request, project):
    slug = project.slug
    form = RetentionForm(request.POST if request.method == "POST" else None, initial={"months": project.retention_months})
    if form.is_valid():
        months, touched = form.cleaned_data["months"], retention.touched(project)
        if months == project.retention_months:
            return redirect("team", slug=slug)
        if form.cleaned_data["confirmed"] != f"{months}:{touched}":
            asked = {"project": project, "months": months, "touched": touched, "confirmed": f"{months}:{touched}"}
            return render(request, "portal/retention_confirm.html", asked)
        retention.set_months(project, months=months, by=request.user, at=now())
        messages.success(request, _("Saved. Dates of closed cases follow within some minutes."))
        return redirect("team", slug=slug)
    context = {"project": project, "form": form, "touched": retention.touched(project)}
    return render(request, "portal/retention.html", context, status=422 if form.errors else 200)
