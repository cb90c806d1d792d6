"""The policy page: what is covered, what is promised and by when, how to report."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import condition, require_safe

from portal import access, policy_page, version_check
from portal.forms import VersionForm
from portal.lib.public import kept, public_page


def _etag(request, slug):
    request.policy = access.policy(slug)
    request.stamp = policy_page.stamp(request.policy, extra=f"{request.path}?{request.META['QUERY_STRING']}")
    return request.stamp


@public_page
@require_safe
@condition(etag_func=_etag)
def policy(request, slug):
    """Show the policy in force; with ``?version=`` also what it says of that version, or those."""
    # Pages that answer about a version are not kept: anybody could ask for any number of them.
    return HttpResponse(_page(request) if request.META["QUERY_STRING"] else kept(request.stamp, lambda: _page(request)))


def _page(request):
    policy, at = policy_page.whole(request.policy), request.policy.asked_at
    asked = VersionForm(request.GET if "version" in request.GET else None)
    checked = version_check.check(policy, asked.cleaned_data["version"], at=at) if asked.is_valid() else ()
    context = {**policy_page.contents(policy, on=at.date()), **policy_page.pauses_of(policy, at=at), "asked": asked, "checked": checked}
    return render_to_string("portal/policy.html", context)
