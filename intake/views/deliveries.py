"""Who was told of what happened to a case."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from intake import access, deliveries, reading
from portal.lib.permissions import Action


@require_GET
def of_case(request, ref):
    """Of each event, newest first: who was told, by which channel, and what became of it."""
    case = access.case(request, ref, Action.SEE_DELIVERIES)
    before = reading.place(request.GET.get("before"))
    page = deliveries.page(case, before=before)
    return render(request, "intake/deliveries.html", {"case": case, "page": page, "first": before is None})
