"""Who is reminded when, and who takes cases in turn: for the owners who decide it. To look needs no proof; what changes it does."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.step_up import proved_anew
from intake import ladder_words
from intake.deadline_forms import RungForm, TurnsForm
from portal import access as projects
from portal import ladders
from portal.lib.permissions import Action


@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request, slug):
    """Show the ladder of a project; add a step."""
    project = projects.team_project(request, slug, Action.SET_LADDER)
    return _add(request, project=project) if request.method == "POST" else _draw(request, project)


@proved_anew
def _add(request, project):
    form = RungForm(request.POST)
    if form.is_valid():
        try:
            ladders.add(project, form.step, by=request.user, at=now())
        except ladders.CannotClimb as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The step is on the ladder. Open deadlines follow within some minutes."))
            return redirect("ladder", slug=project.slug)
    return _draw(request, project, form=form, status=422)


@require_POST
def remove(request, slug):
    """Take a step off."""
    return _remove(request, project=projects.team_project(request, slug, Action.SET_LADDER))


@proved_anew
def _remove(request, project):
    form = RungForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This step is not on the ladder."))
        return redirect("ladder", slug=project.slug)
    try:
        ladders.remove(project, form.step, by=request.user, at=now())
    except ladders.CannotClimb as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The step is off the ladder. Open deadlines follow within some minutes."))
    return redirect("ladder", slug=project.slug)


@require_POST
def reset(request, slug):
    """Go back to the usual ladder."""
    return _reset(request, project=projects.team_project(request, slug, Action.SET_LADDER))


@proved_anew
def _reset(request, project):
    if ladders.reset(project, by=request.user, at=now()):
        messages.success(request, _("The project has the usual ladder again. Open deadlines follow within some minutes."))
    return redirect("ladder", slug=project.slug)


@require_POST
def turns(request, slug):
    """Say after how many hours a case that nobody took is assigned."""
    return _turns(request, project=projects.team_project(request, slug, Action.SET_LADDER))


@proved_anew
def _turns(request, project):
    form = TurnsForm(request.POST, auto_id="turns_%s")
    if form.is_valid():
        try:
            ladders.assign_after(project, hours=form.cleaned_data["hours"], by=request.user, at=now())
        except ladders.CannotClimb as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved. It counts for cases that begin to wait from now on."))
            return redirect("ladder", slug=project.slug)
    return _draw(request, project, turns_form=form, status=422)


def _draw(request, project, *, form=None, turns_form=None, status=200):
    rungs = ladders.of_project(project.pk)
    context = {
        "project": project,
        "steps": ladder_words.sentences(rungs),
        "example": ladder_words.example(rungs),
        "days": ladder_words.EXAMPLE_DAYS,
        "own": rungs != ladders.DEFAULT,
        "form": form or RungForm(),
        "turns_form": turns_form or TurnsForm(initial={"hours": project.assign_after_hours}, auto_id="turns_%s"),
    }
    return render(request, "intake/ladder.html", context, status=status)
