"""Whether a project's response times are public, for the owners who decide it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import proved_anew
from portal import access, responsiveness
from portal.lib.permissions import Action


@require_http_methods(["GET", "POST"])
def shown(request, slug):
    """Say what the public page would show; show it, or stop."""
    project = access.team_project(request, slug, Action.SHOW_FIGURES)
    # To look needs no proof; to make something public does.
    return (proved_anew(_shown) if request.method == "POST" else _shown)(request, project)


def _shown(request, project):
    if request.method == "POST":
        wanted = request.POST.get("shown") == "yes"
        if responsiveness.show(project, shown=wanted, by=request.user, at=now()):
            told = _("The response times are public from now on.") if wanted else _("The response times are no longer public.")
            messages.success(request, told)
        return redirect("responsiveness_settings", slug=project.slug)
    return render(request, "portal/responsiveness.html", {"project": project})
