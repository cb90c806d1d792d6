"""Keeping what somebody is writing: by the page itself while they type, or by a button; and throwing it away."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.kept_text import keeps_text
from intake import access, drafts, unsent
from intake.forms import MessageForm, NoteForm, TeamMessageForm
from intake.texts import TextRefused
from intake.views import case_page, files, reporter, upload_doors
from portal.lib.permissions import Action
from portal.uploads import takes_files


@keeps_text
@takes_files(upload_doors.to_report)
@require_POST
def of_report(request, ref):
    """Keep the message that the reporter or a guest is writing."""
    report = access.report(request, ref, Action.REPLY)
    form = MessageForm(request.POST, auto_id="reply_%s")
    back = f"{report.get_absolute_url()}#reply"
    return _keep(request, form, back, lambda status: reporter.draw_report(request, report, form, status=status), report=report)


@keeps_text
@takes_files(upload_doors.to_reporter)
@require_POST
def of_case(request, ref, report_ref):
    """Keep the message that a person of the team is writing to a reporter."""
    report = access.report_of_case(request, ref, report_ref, Action.REPLY)
    form = TeamMessageForm(request.POST, auto_id=f"{report.ref}_%s")
    back = f"{report.case.get_absolute_url()}#{report.ref}"
    return _keep(
        request,
        form,
        back,
        lambda status: case_page.draw_case(request, report.case, status=status, replies={report.pk: form}),
        report=report,
    )


@keeps_text
@takes_files(upload_doors.to_notes)
@require_POST
def of_note(request, ref):
    """Keep the note that a person of the team is writing."""
    case = access.case(request, ref, Action.WRITE_NOTE)
    form = NoteForm(request.POST, auto_id="note_%s")
    back = f"{case.get_absolute_url()}#note"
    return _keep(request, form, back, lambda status: case_page.draw_case(request, case, status=status, note_form=form), case=case)


@keeps_text(draw=reporter.draw_new)
@takes_files(upload_doors.to_project)
@require_POST
def of_new(request, slug):
    """Keep a report that is not sent yet."""
    form = reporter.new_form(request, slug, request.POST)
    back = reverse("report_new", args=[slug]) if "discard" not in request.POST else reverse("reports")
    return _keep(
        request, form, back, lambda status: reporter.draw_new(request, slug, status=status, form=form), project=form.policy.project
    )


@require_POST
def discard_new(request, slug):
    """Throw a report away that was not sent, from the list of them. Its project may take no reports any more."""
    return _discard(request, reverse("reports"), access.unsent_report(request, slug))


def _keep(request, form, back, draw, **place):
    if "discard" in request.POST:
        return _discard(request, back, drafts.of(request.user, **place))
    unsent.fill(form, None)
    trouble, draft = files.attach(request, **place), None
    try:
        draft = drafts.save(request.user, **unsent.of_form(form), at=now(), **place)
    except (drafts.NotKept, TextRefused) as refused:
        trouble = trouble or str(refused)
        if isinstance(refused, drafts.SavedElsewhere) and not request.htmx:
            unsent.may_replace(form, refused.revision)
    if request.htmx:
        return render(request, "intake/_saved.html", {"draft": draft, "trouble": trouble}, status=409 if trouble else 200)
    if trouble:
        messages.warning(request, trouble)
        return draw(409)
    messages.success(request, _("Kept as a draft. Only you see it.") if draft else _("There is nothing to keep yet."))
    return redirect(back)


def _discard(request, back, draft):
    if draft is not None:
        unsent.discard(draft, at=now())
        messages.success(request, _("The draft is discarded."))
    return redirect(back)
