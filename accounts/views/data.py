"""Everything about somebody, to take away; and the way out."""

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import exporting
from accounts.step_up import proved_anew
from portal.lib.downloads import apart


@never_cache
@require_safe
def data(request):
    """Say what can be taken away, and lead to the end of the account."""
    return _page(request, "data")


@never_cache
@require_http_methods(["GET", "POST"])
@proved_anew
def export(request):
    """Hand out everything about this person as a ZIP."""
    if request.method == "GET":
        return _page(request, "export")
    at = now()
    response = apart(StreamingHttpResponse(exporting.take(request, at=at)), "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="parley-{localtime(at):%Y-%m-%d}.zip"'
    return response


def _page(request, name):
    return render(request, f"accounts/{name}.html", {"base": "base_team.html" if request.user.needs_second_factor else "base_desk.html"})
