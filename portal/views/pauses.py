"""Pauses of a project, for the maintainers and owners who plan them. Times are the project's own."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.kept_text import keeps_text
from portal import access, pauses
from portal.forms import PauseForm
from portal.lib.permissions import Action

PAGE = 20


@keeps_text
@require_http_methods(["GET", "POST"])
def planned(request, slug):
    """List the pauses of a project; plan another one."""
    project = access.team_project(request, slug, Action.PLAN_PAUSE)
    with timezone.override(project.timezone):
        form = PauseForm(request.POST if request.method == "POST" else None, initial={"starts_at": now()})
        if form.is_valid() and _done(form, lambda facts: pauses.plan(project, **facts, by=request.user, at=now())):
            messages.success(request, _("The pause is planned. The policy page says so from now on."))
            return redirect("pauses", slug=slug)
        at = now()
        over = Paginator(project.pauses.filter(ends_at__lte=at).order_by("-ends_at", "pk"), PAGE).get_page(request.GET.get("page"))
        context = {"project": project, "ahead": project.pauses.ahead(at), "page": over, "form": form, "now": at}
        return render(request, "portal/pauses.html", context, status=422 if form.errors else 200)


@keeps_text
@require_http_methods(["GET", "POST"])
def changed(request, slug, number):
    """Change a pause that is not over."""
    pause = access.pause(request, slug, number)
    with timezone.override(pause.project.timezone):
        initial = {name: getattr(pause, name) for name in PauseForm.base_fields}
        form = PauseForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_valid() and _done(form, lambda facts: pauses.change(pause, **facts, by=request.user, at=now())):
            messages.success(request, _("The pause is changed. The policy page says so from now on."))
            return redirect("pauses", slug=slug)
        context = {"project": pause.project, "pause": pause, "form": form, "now": now()}
        return render(request, "portal/pause.html", context, status=422 if form.errors else 200)


@require_POST
def cancelled(request, slug, number):
    """Take back a pause, or end it now."""
    pause = access.pause(request, slug, number)
    try:
        pauses.cancel(pause, by=request.user, at=now())
    except pauses.CannotPause as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The pause is cancelled."))
    return redirect("pauses", slug=slug)


def _done(form, verb):
    """Do it, or say in the form why not."""
    try:
        verb(form.cleaned_data)
    except pauses.CannotPause as refused:
        form.add_error(None, refused)
        return False
    return True
