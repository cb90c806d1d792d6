"""Joining a report to another case of its project: which one, what was found, and then it is done."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from intake import access, joining, reading
from intake.forms import JoinForm
from portal.lib.permissions import Action, may

REFUSED, CHANGED = 422, 409


@require_http_methods(["GET", "POST"])
def join(request, ref, report_ref):
    """Ask for the case of which a report is a duplicate, show what was found, and join it."""
    report = access.report_of_case(request, ref, report_ref, Action.TRIAGE)
    posted = request.method == "POST"
    form = JoinForm(request.POST if posted else request.GET or None, find=lambda ref: access.joins_to(request, report.case, ref))
    found = form.cleaned_data["into"] if form.is_valid() else None
    if found and (why := _refusal(report, found)):
        form.add_error("into", why)
    elif posted and found:
        try:
            taking = joining.join(report, into=found, by=request.user, at=now(), opens="opens" in request.POST)
        except joining.NotPossible as refused:
            form.add_error("into", str(refused))
        else:
            messages.success(request, _("%(ref)s was joined to this case. Its reporter was told.") % {"ref": report.ref})
            return redirect(taking)
    return _drawn(request, report, form, found, status=(CHANGED if found else REFUSED) if posted else 200)


def _refusal(report, found):
    why = joining.refusal(report, report.case, found)
    if not why and joining.opens_up(report.case, found) and not may(report.viewer_role, Action.RESTRICT_CASE):
        names = {"left": report.case.ref, "taking": found.ref}
        return _("%(left)s is restricted and %(taking)s is not. Ask a maintainer or an owner whom %(left)s names to join it.") % names
    return why


def _drawn(request, report, form, found, *, status):
    shown = [found] if found else []
    likely = [one for one in access.joinable(request, report.case) if one not in shown]
    reading.titles([report.case], report.case.keys)
    reading.titles([*likely, *shown], access.keys_of_cases([*likely, *shown]))
    page = {
        "report": report,
        "case": report.case,
        "last": len(report.case.opened_reports) == 1,
        "content": reading.opened(report),
        "form": form,
        "found": None if form.errors else found,
        "opens_up": found and joining.opens_up(report.case, found),
        "likely": likely,
    }
    return render(request, "intake/join.html", page, status=status)
