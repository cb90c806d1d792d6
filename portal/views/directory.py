"""The front page: who promises what."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import condition, require_safe

from portal import directory
from portal.lib.public import kept, public_page


def _etag(request):
    request.stamp = directory.stamp(at=now(), extra=request.get_full_path())
    return request.stamp


@public_page
@require_safe
@condition(etag_func=_etag)
def projects(request):
    """List the projects with what each promises first."""
    return HttpResponse(_page(request) if request.META["QUERY_STRING"] else kept(request.stamp, lambda: _page(request)))


def _page(request):
    page = Paginator(directory.listed(at=now()), directory.PAGE).get_page(request.GET.get("page"))
    return render_to_string("portal/projects.html", {"page": page, "entries": directory.entries(page.object_list, on=now().date())})
