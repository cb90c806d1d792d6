"""The team's pages: begin, write, look at, publish, withdraw. Each is behind the door of the case."""

from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from advisories import access, drafting, publication
from advisories.forms import BeginForm, ConfirmForm, RecordForms, ReviseForm, WithdrawForm
from intake.texts import TextRefused
from portal.lib.permissions import Action, Standing, may

REFUSED = 422
CHANGED = 409


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, ref):
    """Write the draft, or offer to begin one."""
    case = access.case(request, ref, Action.DRAFT_ADVISORY)
    if case.draft is None:
        return render(request, "advisories/begin.html", {"case": case, "form": BeginForm(case=case)})
    if request.method == "POST":
        return _save(request, case)
    parts = RecordForms(record=case.draft.record, revision=case.draft.revision)
    return _draft_page(request, case, parts)


@require_POST
def begin(request, ref):
    """Begin the draft with what was chosen."""
    case = access.case(request, ref, Action.DRAFT_ADVISORY)
    form = BeginForm(request.POST, case=case)
    if not form.is_valid():
        return render(request, "advisories/begin.html", {"case": case, "form": form}, status=REFUSED)
    try:
        drafting.begin(case, take=form.cleaned_data["take"], by=request.user, at=now())
    except TextRefused as refused:
        messages.error(request, str(refused))
        return redirect(case)
    return redirect("advisories:draft", case.ref)


@require_safe
def preview(request, ref):
    """Show the draft as its page will look."""
    found = access.draft(request, ref, Action.DRAFT_ADVISORY)
    return render(request, "advisories/preview.html", _previewed(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, ref):
    """Show all of what becomes public, and publish it (or its next revision) once confirmed."""
    return _publish(request, access.draft(request, ref, Action.PUBLISH_ADVISORY))


@proved_anew
def _publish(request, found):
    published = found.case.published
    make = ReviseForm if published else ConfirmForm
    form = make(request.POST or None, initial={"revision": found.revision})
    if request.method != "POST" or not form.is_valid():
        return _publish_page(request, found, form, status=REFUSED if form.is_bound else 200)
    seen = form.cleaned_data["revision"]
    try:
        if published:
            publication.revise(found, change=form.cleaned_data["change"], seen=seen, by=request.user, at=now())
        else:
            published = publication.publish(found, seen=seen, by=request.user, at=now())
    except publication.NotPublishable as refused:
        return _publish_page(request, found, make(initial={"revision": found.revision}), refused=refused.sentences, status=CHANGED)
    messages.success(request, _("%(ref)s is public. Its page and the feeds show it within a minute.") % {"ref": published.ref})
    return redirect("advisories:draft", found.case.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, ref):
    """Withdraw what was published, with a reason that everybody may read."""
    return _withdraw(request, access.published(request, ref, Action.PUBLISH_ADVISORY))


@proved_anew
def _withdraw(request, advisory):
    form = WithdrawForm(request.POST or None)
    context = {"case": advisory.case, "advisory": advisory, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "advisories/withdraw.html", context, status=REFUSED if form.is_bound else 200)
    try:
        publication.withdraw(advisory, reason=form.cleaned_data["reason"], by=request.user, at=now())
    except publication.NotPublishable as refused:
        return render(request, "advisories/withdraw.html", {**context, "refused": refused.sentences}, status=CHANGED)
    messages.success(request, _("%(ref)s is withdrawn. Its page stays and says why.") % {"ref": advisory.ref})
    return redirect(advisory.case if advisory.case.erased_at else resolve_url("advisories:draft", advisory.case.ref))


def _save(request, case):
    parts = RecordForms(request.POST)
    if not parts.is_valid():
        return _draft_page(request, case, parts, status=REFUSED)
    revision = parts.form.cleaned_data["revision"]
    try:
        drafting.save(case.draft, content=parts.content(), expected_revision=revision, by=request.user, at=now())
    except TextRefused as refused:
        parts.form.add_error(None, str(refused))
        return _draft_page(request, case, parts, status=REFUSED)
    except drafting.SavedMeanwhile as meanwhile:
        # The next press saves over the other text: they were told, and it is one link away.
        parts = RecordForms({**request.POST.dict(), "revision": meanwhile.current.revision})
        parts.is_valid()
        case.draft = meanwhile.current
        return _draft_page(request, case, parts, refused=str(meanwhile), status=CHANGED)
    messages.success(request, _("Saved. Only the team can read it."))
    return redirect("advisories:preview" if "preview" in request.POST else "advisories:draft", case.ref)


def _draft_page(request, case, parts, *, refused="", status=200):
    lacking = publication.missing(case.draft.record) if case.published is None else ()
    may_publish = may(Standing(case.viewer_role), Action.PUBLISH_ADVISORY)
    context = {"case": case, "parts": parts, "lacking": lacking, "may_publish": may_publish, "refused": refused}
    return render(request, "advisories/draft.html", context, status=status)


def _previewed(request, found):
    may_publish = may(Standing(found.case.viewer_role), Action.PUBLISH_ADVISORY)
    record = publication.preview(found)
    return {"case": found.case, "draft": found, "record": record, "lacking": publication.missing(record), "may_publish": may_publish}


def _publish_page(request, found, form, *, refused=(), status=200):
    context = {**_previewed(request, found), "form": form, "refused": refused}
    return render(request, "advisories/publish.html", context, status=status)
