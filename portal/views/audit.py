"""The audit trail: a project's for its owners, all of it for administrators; and copies of it to take away."""

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, audit_check, audit_trail
from accounts.step_up import proved_anew
from portal import access
from portal.audit_forms import Format, FormatForm, ProjectTrailForm, WholeTrailForm
from portal.lib import limits
from portal.lib.downloads import apart
from portal.lib.permissions import Action

FILES = {Format.CSV: (audit_trail.as_csv, "text/csv; charset=utf-8"), Format.LINES: (audit_trail.as_lines, "application/jsonl")}


@require_safe
def of_project(request, slug):
    """Show the owners what was done to their project."""
    return _page(request, access.team_project(request, slug, Action.READ_AUDIT))


@require_safe
def of_portal(request):
    """Show an administrator what was done anywhere."""
    access.administration(request, Action.READ_AUDIT)
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def project_export(request, slug):
    """Hand the owners a copy of what was done to their project."""
    return _export(request, access.team_project(request, slug, Action.READ_AUDIT))


@require_http_methods(["GET", "HEAD", "POST"])
def portal_export(request):
    """Hand an administrator a copy of the trail."""
    access.administration(request, Action.READ_AUDIT)
    return _export(request, None)


def _page(request, project):
    form = _form(request.GET, project)
    found = form.is_valid()
    before = request.GET.get("before", "")
    page = audit_trail.page(form.wanted(project), before=before) if found else None
    context = {
        **_around(project),
        "form": form,
        "page": page,
        "first": not before,
        "export": f"{_place(project, 'audit_export')}?{_query(request)}",
        "check": audit_check.latest(),
        "now": now(),
    }
    return render(request, "portal/audit.html", context, status=200 if found else 422)


@proved_anew
def _export(request, project):
    sent = request.POST if request.method == "POST" else None
    form, choice = _form(request.GET if sent is None else sent, project), FormatForm(sent)
    if form.is_valid() and sent is not None and choice.is_valid():
        limits.spend("export", str(request.user.uuid))
        return _file(request, form.wanted(project), Format(choice.cleaned_data["format"]), project)
    context = {**_around(project), "form": form, "choice": choice}
    return render(request, "portal/audit_export.html", context, status=422 if form.errors or choice.errors else 200)


def _file(request, wanted, chosen, project):
    facts = {"format": str(chosen), "group": wanted.group, "of": wanted.person}
    span = {name: getattr(wanted, name) and getattr(wanted, name).isoformat() for name in ("since", "until")}
    taken = audit.record("audit.exported", by=request.user, at=now(), project=wanted.project, **facts, **span)
    pieces, kind = FILES[chosen]
    response = apart(StreamingHttpResponse(pieces(wanted, upto=taken.seq)), kind)
    name = f"audit-{project.slug}-{taken.seq}.{chosen}" if project else f"audit-{taken.seq}.{chosen}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _form(sent, project):
    if project is None:
        return WholeTrailForm(sent)
    members = [one.user for one in project.memberships.select_related("user").order_by("since", "pk")]
    return ProjectTrailForm(sent, members=members)


def _around(project):
    name = _("Audit trail of %(name)s") % {"name": project.name} if project else _("Audit trail")
    return {"project": project, "name": name, "trail": _place(project, "audit")}


def _place(project, name):
    return reverse(f"project_{name}", args=[project.slug]) if project else reverse(name)


def _query(request):
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()
