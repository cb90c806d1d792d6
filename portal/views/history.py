"""The versions of a policy: what was in force when, and what each changed."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import condition, require_safe

from portal import access, policy_history, policy_page
from portal.lib.public import kept, public_page
from portal.models import SecurityPolicy


def _etag(request, slug, number=None):
    # A past version never changes, but the page says which one replaced it.
    request.policy = access.policy(slug)
    request.stamp = policy_page.stamp(request.policy, extra=f"{request.path}?{request.META['QUERY_STRING']}")
    return request.stamp


@public_page
@require_safe
@condition(etag_func=_etag)
def history(request, slug):
    """List the versions with what each changed."""
    return HttpResponse(_history(request) if request.META["QUERY_STRING"] else kept(request.stamp, lambda: _history(request)))


@public_page
@require_safe
@condition(etag_func=_etag)
def version(request, slug, number):
    """Show a policy as it stood in one version."""
    return HttpResponse(
        _version(request, number) if request.META["QUERY_STRING"] else kept(request.stamp, lambda: _version(request, number))
    )


def _history(request):
    laid = _periods(request)
    page = Paginator(laid, policy_history.PAGE).get_page(request.GET.get("page"))
    # The version before the last one of a page is what that one is compared with.
    shown = policy_history.with_changes(laid[page.start_index() - 1 : page.end_index() + 1])[: len(page)]
    context = {"project": request.policy.project, "policy": request.policy, "page": page, "periods": shown}
    return render_to_string("portal/policy_history.html", context)


def _version(request, number):
    period = next((one for one in _periods(request) if one.policy.number == number), None)
    if period is None:
        raise Http404
    whole = policy_page.whole(period.policy)
    context = {**policy_page.contents(whole), "period": period, "in_force": request.policy}
    return render_to_string("portal/policy_version.html", context)


def _periods(request):
    return policy_history.periods(SecurityPolicy.objects.in_force_for(request.policy.project.slug, now()))
