"""The owners' pages of a policy draft: begin, edit, preview, publish, throw away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from portal import access, drafting, policies, policy_page
from portal.lib.limits import per_person
from portal.lib.permissions import Action
from portal.models import SecurityPolicy
from portal.policy_difference import difference
from portal.policy_facts import facts_of
from portal.policy_forms import DraftForms, PublishForm
from portal.security_md.facts import Facts

REFUSED, CHANGED = 422, 409


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, slug):
    """Edit the draft; where there is none, a POST begins one."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    found = policies.draft_of(project)
    if request.method == "POST" and "seen" in request.POST:
        return _edit(request, project, found)
    if request.method == "POST":
        return _begin(request, project)
    if found is None:
        return render(request, "portal/draft_begin.html", {"project": project, "policy": policies.in_force(project, now())})
    return _editor(request, found, DraftForms.of(found, seen=drafting.stamp(found)))


@keeps_text
@per_person("render")
@require_POST
def preview(request, slug):
    """Show how the draft as typed will look. Nothing is kept."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    found = policies.draft_of(project) or _nothing(project)
    parts = DraftForms(project, request.POST)
    if request.htmx:
        return render(request, "portal/_draft_preview.html", _preview(found, _typed(found, parts)))
    return _editor(request, found, parts)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, slug):
    """Show what publishing changes and what is lacking, and publish once confirmed."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    return _publish(request, project)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, slug):
    """Throw the draft away, once confirmed."""
    project = access.team_project(request, slug, Action.EDIT_POLICY)
    found = policies.draft_of(project)
    if found is None:
        return redirect("policy_draft", slug=slug)
    if request.method != "POST":
        return render(request, "portal/draft_discard.html", {"project": project, "draft": found})
    try:
        policies.discard(found, by=request.user, at=now())
    except policies.NotADraft as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The draft of version %(number)s is gone.") % {"number": found.number})
    return redirect("team", slug=slug)


def _begin(request, project):
    try:
        policies.new_draft(project, by=request.user, at=now())
    except policies.DraftExists as refusal:
        messages.info(request, refusal.messages[0])
    return redirect("policy_draft", slug=project.slug)


def _edit(request, project, found):
    parts = DraftForms(project, request.POST)
    if "row" in request.POST:
        return _editor(request, found or _nothing(project), parts.rearranged(request.POST["row"]), previewed=False)
    if not parts.is_valid():
        return _editor(request, found or _nothing(project), parts, status=REFUSED)
    seen = parts.form.cleaned_data["seen"]
    if found is None and seen:
        # The next press begins a draft with this text: they were told.
        return _ask_again(request, _nothing(project), parts, policies.NO_DRAFT)
    try:
        if found is None:
            found, seen = policies.new_draft(project, by=request.user, at=now()), None
        drafting.save(found, parts.facts(), seen=seen, by=request.user, at=now())
    except (drafting.SavedMeanwhile, policies.NotADraft, policies.DraftExists) as meanwhile:
        return _ask_again(request, policies.draft_of(project) or _nothing(project), parts, meanwhile.messages[0])
    except drafting.Refused as refusal:
        parts.form.add_error(None, refusal.messages)
        return _editor(request, found, parts, status=REFUSED)
    messages.success(request, _("Saved as a draft. It counts once you publish it."))
    return redirect("policy_publish" if "publish" in request.POST else "policy_draft", slug=project.slug)


def _ask_again(request, found, parts, refused):
    """Draw what was typed again, over what is stored now: the next press saves it."""
    parts.form.data = request.POST.copy()
    parts.form.data["seen"] = drafting.stamp(found) if found.pk else ""
    return _editor(request, found, parts, refused=refused, status=CHANGED)


def _editor(request, found, parts, *, previewed=True, refused="", status=200):
    context = {
        "project": found.project,
        "draft": found,
        "parts": parts,
        "refused": refused,
        "wrong": status == REFUSED,
        "most": drafting.MOST,
    }
    if status == REFUSED:
        parts.focus_on_errors()
    if previewed:
        preview = _preview(found, _typed(found, parts))
        parts.warn(preview["warnings"])
        context["preview"] = render_to_string("portal/_draft_preview.html", preview, request)
    return render(request, "portal/draft.html", context, status=status)


def _typed(found, parts):
    """Return what the forms say, as far as they can be read; of forms that nobody sent, what is stored."""
    stored = facts_of(drafting.fetched(found)) if found.pk else Facts()
    if not parts.form.is_bound:
        return stored
    parts.is_valid()
    return drafting.tidied(parts.facts(otherwise=stored))


def _preview(found, said):
    shown = drafting.as_policy(found, said)
    at = now()
    context = policy_page.contents(shown, on=at.date())
    return {**context, "lacking": policies.missing(shown), "warnings": policies.version_warnings(shown, at=at)}


@proved_anew
def _publish(request, project):
    found = policies.draft_of(project)
    if found is None:
        return redirect("policy_draft", slug=project.slug)
    form = PublishForm(request.POST or None, project=project, initial={"seen": drafting.stamp(found)})
    if request.method != "POST" or not form.is_valid():
        return _publish_page(request, found, form, status=REFUSED if form.is_bound else 200)
    seen, begins = form.cleaned_data["seen"], form.cleaned_data["begins"]
    try:
        published = drafting.publish(found, seen=seen, effective_at=begins, by=request.user, at=now())
    except ValidationError as refusal:
        form = PublishForm(project=project, initial={"seen": drafting.stamp(found)})
        return _publish_page(request, found, form, refused=refusal.messages, status=CHANGED)
    if begins:
        messages.success(
            request, _("Version %(number)s is published. It is in force from the date that you chose.") % {"number": published.number}
        )
        return redirect("team", slug=project.slug)
    return redirect(project)


def _publish_page(request, found, form, *, refused=(), status=200):
    before = policies.in_force(found.project, now())
    context = {
        **_preview(found, facts_of(drafting.fetched(found))),
        "draft": found,
        "form": form,
        "refused": refused,
        "before": before,
        "groups": difference(facts_of(drafting.fetched(before)), facts_of(found)) if before else (),
    }
    return render(request, "portal/draft_publish.html", context, status=status)


def _nothing(project):
    """Return what stands for a draft that is not there (any more)."""
    return SecurityPolicy(project=project, number=policies.next_number(project), title="")
