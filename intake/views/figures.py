"""How a team is doing, for the team; how soon it answers, for everybody where its owners allow that."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import condition, require_GET, require_safe

from intake import access, figures_page, promise, reading, responsiveness
from intake.paging import by_due
from portal import access as projects
from portal import policy_page
from portal.lib.permissions import Action
from portal.lib.public import kept, public_page

NEXT = 10


@require_GET
def of_all(request):
    """The figures of all projects of this person."""
    cases = access.inbox(request)
    return _draw(request, cases, list(projects.own_projects(request)))


@require_GET
def of_project(request, slug):
    """The figures of one project."""
    project = projects.team_project(request, slug, Action.SEE_FIGURES)
    return _draw(request, access.inbox(request).filter(project=project), [project], project=project)


def _draw(request, cases, of_projects, project=None):
    at, wanted = now(), request.GET.get("days", "")
    window = wanted if wanted in figures_page.WINDOWS else "90"
    page = by_due(cases.filter(closed_at=None), after="", size=NEXT)
    reading.titles(page.rows, access.keys_of_cases(page.rows))
    promise.say_what_is_next(page.rows, now=at)
    context = {"project": project, "projects": of_projects, "window": window, "page": page, "now": at}
    context |= figures_page.dashboard(cases, access.hidden_cases(request, of_projects), of_projects, window=window, now=at)
    return render(request, "intake/figures.html", context)


def _etag(request, slug):
    # Made anew each day at the latest, as every page of a project; its figures change with the month.
    request.policy = projects.responsive_policy(slug)
    request.stamp = policy_page.stamp(request.policy, extra=f"{request.path}?{request.META['QUERY_STRING']}")
    return request.stamp


@public_page
@require_safe
@condition(etag_func=_etag)
def public(request, slug):
    """Show how soon a project's team answered, by months that are over."""
    return HttpResponse(_public(request) if request.META["QUERY_STRING"] else kept(request.stamp, lambda: _public(request)))


def _public(request):
    policy = request.policy
    return render_to_string("intake/responsiveness.html", responsiveness.page(policy, at=policy.asked_at))
