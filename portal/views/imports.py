"""From a SECURITY.md to a draft: paste or upload it, then look over what was read and what was not."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.kept_text import keeps_text
from portal import access, drafting, importing, policies, provenance
from portal.lib.permissions import Action
from portal.policy_facts import facts_of
from portal.policy_forms import ImportForm, KeepForm

REFUSED, TOO_LARGE = 422, 413
A_PAGE = 100
SHOWN_LINES = 3000
DRAINED = 64 * 1024 * 1024  # bytes of a request refused for its size that are read, so that its sender hears the answer


@keeps_text
@csrf_exempt  # checked in _read: of a form that is too large no token can be read
@require_http_methods(["GET", "HEAD", "POST"])
def policy_import(request, slug):
    """Take a SECURITY.md, pasted or uploaded, and make a draft of it."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    try:
        request.POST  # noqa: B018 - reads what was sent
    except RequestDataTooBig:
        return _too_large(request, project)
    return _read(request, project)


@require_http_methods(["GET", "HEAD", "POST"])
def source(request, slug):
    """Show each fact of the draft beside the line that it came from, and what was not understood; keep lines of it."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    draft = policies.draft_of(project)
    imported = getattr(draft, "imported", None)
    if imported is None:
        return redirect("policy_draft", slug=slug)
    page = Paginator(imported.not_understood, A_PAGE).get_page(request.GET.get("page"))
    form = KeepForm(request.POST or None, passages=page.object_list)
    if request.method == "POST" and form.is_valid():
        return _keep(request, draft, form)
    lines = provenance.lines_of(imported)
    context = {
        "project": project,
        "draft": draft,
        "imported": imported,
        "parts": provenance.found(facts_of(drafting.fetched(draft)), imported),
        "page": page,
        "form": form,
        "lines": lines[:SHOWN_LINES],
        "more": max(0, len(lines) - SHOWN_LINES),
    }
    return render(request, "portal/draft_source.html", context, status=REFUSED if form.errors else 200)


@csrf_protect
def _read(request, project):
    if request.method != "POST":
        return _import_page(request, project, ImportForm())
    if (
        not request.FILES
        and int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        and not request.POST.get("text")
    ):
        return _too_large(request, project)  # a file beyond that is not even taken in
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            importing.draft_from(
                project,
                form.cleaned_data["text"],
                name=form.cleaned_data["name"],
                replace=form.cleaned_data["replace"],
                by=request.user,
                at=now(),
            )
            return redirect("policy_source", slug=project.slug)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return _import_page(request, project, form, status=REFUSED)


def _too_large(request, project):
    read = 0
    while read < DRAINED and (piece := request.read(65536)):
        read += len(piece)
    return _import_page(request, project, ImportForm(), too_large=True, status=TOO_LARGE)


def _import_page(request, project, form, *, too_large=False, status=200):
    context = {"project": project, "draft": policies.draft_of(project), "form": form, "too_large": too_large}
    return render(request, "portal/draft_import.html", context, status=status)


def _keep(request, draft, form):
    try:
        kept = provenance.keep(draft, form.chosen(), by=request.user, at=now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        said = ngettext("%(count)d line is kept in the draft.", "%(count)d lines are kept in the draft.", kept) % {"count": kept}
        messages.success(request, said) if kept else messages.info(request, _("Choose what a line is first, then keep it."))
    return redirect(request.get_full_path())
