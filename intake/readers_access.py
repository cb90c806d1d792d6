"""The doors to who may open a case: whom a restricted one names, and what owners know of those that do not name them."""

from django.http import Http404

from intake.models import Case
from intake.models.case import open_to
from portal import access as projects
from portal.lib.permissions import Action


def readers(case) -> list:
    """Whom a case that a door has opened names, as people who may open it, who was named first on top."""
    return list(case.readers.select_related("user", "named_by").order_by("named_at", "pk"))


def reader(case, uuid):
    """Somebody whom a case that a door has opened names."""
    found = case.readers.select_related("user").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def restricted_cases(request, slug):
    """A project's owners know of its restricted cases, and open those that name them (``named``). Return the project and the cases."""
    project = projects.team_project(request, slug, Action.SEE_RESTRICTED)
    rows = project.cases.filter(restricted_at__isnull=False).annotate(named=open_to(request.user))
    return project, rows.defer("sealed").prefetch_related("readers__user")


def restricted_case(request, slug, ref) -> Case:
    """A restricted case of which an owner knows, to step into."""
    project, rows = restricted_cases(request, slug)
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Http404
    found.project = project
    return found
