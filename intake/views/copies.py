"""Copies to take away: of a report by its reporter, of a case by its team; each can be checked offline."""

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from accounts.step_up import proved_anew
from intake import access, copies
from intake.forms import CopyForm
from portal.lib.downloads import apart
from portal.lib.permissions import Action


@require_http_methods(["GET", "POST"])
def of_report(request, ref):
    """Say what a copy holds and proves, and hand it to the reporter."""
    return _of_report(request, access.report(request, ref, Action.TAKE_COPY))


@proved_anew
def _of_report(request, report):
    refused = ""
    if request.method == "POST":
        try:
            return _zip(report.ref, copies.of_report(report, by=request.user, at=now()))
        except copies.TooOften as enough:
            refused = str(enough)
    page = {"base": "base_desk.html", "report": report, "script": copies.SCRIPT, "refused": refused}
    return render(request, "intake/copy.html", page, status=429 if refused else 200)


@require_http_methods(["GET", "POST"])
def of_case(request, ref):
    """Say what a copy of the whole case holds, and hand it to a maintainer or an owner."""
    return _of_case(request, access.case(request, ref, Action.TAKE_COPY))


@proved_anew
def _of_case(request, case):
    form, status, refused = CopyForm(request.POST or None), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _zip(case.ref, copies.of_case(case, reason=form.cleaned_data["reason"], by=request.user, at=now()))
            except copies.TooOften as enough:
                status, refused = 429, str(enough)
    page = {"base": "base_team.html", "case": case, "form": form, "script": copies.SCRIPT, "refused": refused}
    return render(request, "intake/copy.html", page, status=status)


def _zip(ref, pieces):
    response = apart(StreamingHttpResponse(pieces), "application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{ref}.zip")
    return response
