"""What a page that stays open asks for: what is new, and to note what somebody has seen of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts.htmx import asked_by_the_page
from intake import access, news, seen
from intake.forms import ReadForm
from portal.lib.permissions import Action

UNCHANGED = 204


@asked_by_the_page
@require_GET
def of_report(request, ref):
    """What is new in a report, for its reporter and guests; 204 where nothing is."""
    stamp, shown = access.stamp_of_report(request, ref), news.read_stamp(request.GET.get("stamp"))
    if stamp == shown:
        return HttpResponse(status=UNCHANGED)
    report = access.report(request, ref, Action.READ_REPORT)
    found = news.of_report(report, viewer=request.user, since=shown)
    return render(request, "intake/_news.html", {"news": found, "stamp": stamp, "report": report, "form_id": "reply"})


@asked_by_the_page
@require_GET
def of_case(request, ref):
    """What is new in a case, for its team; 204 where nothing is."""
    stamp, shown = access.stamp_of_case(request, ref), news.read_stamp(request.GET.get("stamp"))
    if stamp == shown:
        return HttpResponse(status=UNCHANGED)
    case = access.case(request, ref, Action.READ_CASE)
    found = news.of_case(case, viewer=request.user, since=shown)
    return render(request, "intake/_news_of_case.html", {"news": found, "stamp": stamp, "case": case})


@asked_by_the_page
@require_POST
def read_report(request, ref):
    """Note that the reporter or a guest has seen a message that arrived on the open page."""
    report = access.report(request, ref, Action.READ_REPORT)
    return _read(request, access.message, report)


@asked_by_the_page
@require_POST
def read_case(request, ref):
    """The same for the team."""
    case = access.case(request, ref, Action.READ_CASE)
    return _read(request, access.message_of_case, case)


def _read(request, door, opened):
    form = ReadForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    message = door(opened, form.cleaned_data["until"])
    seen.open_row(opened, by=request.user, at=now())
    seen.mark([message.report], by=request.user, at=now(), until={message.report_id: message.at})
    return HttpResponse(status=UNCHANGED)
