"""What pages ask by themselves, and answers to htmx where the person has to go to another page first."""

from django.http import HttpResponse
from django.utils.http import urlencode


def asked_by_the_page(view):
    """Mark a view that open pages ask by themselves: it does not show that somebody is there, so a session left alone ends."""
    view.asked_by_the_page = True
    return view


def lead_to(path, request) -> HttpResponse:
    """Send the whole page to ``path``, and from there back: a sign-in page must not be swapped into a fragment."""
    shown = request.headers.get("HX-Current-URL", "").removeprefix(f"{request.scheme}://{request.get_host()}")
    query = f"?{urlencode({'next': shown})}" if shown.startswith("/") else ""
    return HttpResponse(status=401, headers={"HX-Redirect": f"{path}{query}"})
