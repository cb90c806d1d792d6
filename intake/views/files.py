"""Files: attached before they are sent, removed again, fetched, and looked at as a picture or as text."""

import logging

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.htmx import asked_by_the_page
from intake import access, attachments, previews
from intake.texts import TextRefused
from intake.views import upload_doors
from portal import access as projects
from portal import uploads
from portal.lib import downloads
from portal.lib.crypto import DecryptError
from portal.lib.permissions import Action
from portal.uploads import takes_files

log = logging.getLogger("parley.files")


def attach(request, **place):
    """Hang the files that came with a form on the draft of its place, and take off what it leaves out.

    Return a sentence where a file was not taken, else "". What hangs there stays when the form itself is refused.
    """
    attachments.leave_out(request.POST.getlist("leave_out"), by=request.user, at=now())
    refused = uploads.refusal(request)
    files = [file for name in request.FILES for file in request.FILES.getlist(name) if isinstance(file, uploads.Staged)]
    if files:
        try:
            attachments.add(files, by=request.user, at=now(), **place)
        except TextRefused as full:
            request.refused_file = refused = refused or str(full)
    return refused


def picker(request, to, *, draft):
    """Return what the part of a form shows that takes files: what hangs on the draft already, and where scripts send more."""
    return {
        "unsent": attachments.unsent(draft),
        "to": to,
        "mb": settings.ATTACHMENT_MB,
        "number": settings.ATTACHMENTS_OF_A_MESSAGE,
        "refused": uploads.refusal(request) if request.method == "POST" else "",
    }


@takes_files(upload_doors.to_report)
@require_POST
def add_to_report(request, ref):
    """Attach files to the message that I am writing."""
    return _attached(request, report=access.report(request, ref, Action.REPLY))


@takes_files(upload_doors.to_reporter)
@require_POST
def add_to_reply(request, ref, report_ref):
    """Attach files to the team's message to the reporter."""
    return _attached(request, report=access.report_of_case(request, ref, report_ref, Action.REPLY))


@takes_files(upload_doors.to_notes)
@require_POST
def add_to_note(request, ref):
    """Attach files to a note of the team."""
    return _attached(request, case=access.case(request, ref, Action.WRITE_NOTE))


@takes_files(upload_doors.to_project)
@require_POST
def add_to_new(request, slug):
    """Attach files to a report that is not sent yet."""
    return _attached(request, project=projects.project(slug))


@require_POST
def remove(request, uuid):
    """Take back a file that I have not sent."""
    attachments.shred([access.own_file(request, uuid)], at=now())
    if not request.accepts("text/html"):
        return HttpResponse(status=204)
    back = request.headers.get("Referer", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "desk")


@require_safe
def of_report(request, ref, uuid):
    """A file of a conversation, for its reporter or a guest."""
    found = access.report(request, ref, Action.READ_REPORT)
    return _download(request, access.file_of_report(found, uuid), found.keys)


@require_safe
def of_case(request, ref, uuid):
    """A file of a case, for its team."""
    found = access.case(request, ref, Action.READ_CASE)
    return _download(request, access.file_of_case(found, uuid), found.keys)


@asked_by_the_page
@require_GET
def preview_of_report(request, ref, uuid):
    """The picture that was made of a file."""
    found = access.report(request, ref, Action.READ_REPORT)
    return _preview(request, access.file_of_report(found, uuid), found.keys)


@asked_by_the_page
@require_GET
def preview_of_case(request, ref, uuid):
    """The picture that was made of a file, for the team."""
    found = access.case(request, ref, Action.READ_CASE)
    return _preview(request, access.file_of_case(found, uuid), found.keys)


@require_GET
def text_of_report(request, ref, uuid):
    """A file shown as text."""
    found = access.report(request, ref, Action.READ_REPORT)
    return _text(request, access.file_of_report(found, uuid), found)


@require_GET
def text_of_case(request, ref, uuid):
    """A file shown as text, to the team."""
    found = access.case(request, ref, Action.READ_CASE)
    return _text(request, access.file_of_case(found, uuid), found)


def _attached(request, **place):
    refused = attach(request, **place)
    if refused:
        return JsonResponse({"detail": refused}, status=413)
    if not request.FILES:
        return JsonResponse({"detail": _("No file arrived. Choose one, and attach it again.")}, status=422)
    sent = request.FILES.getlist("files")
    return JsonResponse({"files": [{"uuid": str(file.uuid), "name": file.name, "size": file.size} for file in sent]}, status=201)


def _download(request, row, keys):
    return _handed_out(request, row, lambda: _file(request, row, attachments.known(row, keys)))


def _file(request, row, known):
    pieces = attachments.content_of(row, known)
    return downloads.attachment(pieces, name=known["name"], size=known["size"], head=request.method == "HEAD")


def _preview(request, row, keys):
    return _handed_out(request, row, lambda: downloads.apart(HttpResponse(previews.content_of(row, keys)), previews.TYPE))


def _text(request, row, whose):
    def page():
        known = attachments.known(row, whose.keys)
        text = attachments.text_of(row, known)
        base = "intake/_file_text.html" if request.htmx else "intake/file_text.html"
        return render(request, base, {"whose": whose, "file": row, "name": known["name"], "text": text})

    return _handed_out(request, row, page)


def _handed_out(request, row, answer):
    """Answer, or say calmly that the file is gone or damaged; the log says more."""
    if row.shredded_at:
        return render(request, "intake/file_gone.html", {"gone": True}, status=410)
    try:
        return answer()
    except (attachments.NotText, previews.NoPreview):
        raise Http404 from None
    except (DecryptError, OSError) as failure:
        log.error("The file %s cannot be handed out: %s", row.pk, failure)
        return render(request, "intake/file_gone.html", {"gone": False}, status=500)
