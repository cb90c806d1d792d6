"""The policy page: what is covered, what is promised and by when, how to report."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import condition, require_safe

from portal import access, policies, policy_page
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
    """Show the policy in force; with ``?version=`` also what it says of that version."""
    # Pages that answer about a version are not kept: anybody could ask for any number of them.
    return HttpResponse(_page(request) if request.GET else kept(request.stamp, lambda: _page(request)))


def _page(request):
    whole = policy_page.whole(request.policy)
    asked = VersionForm(request.GET if "version" in request.GET else None)
    answers = policies.version_answers(whole, asked.cleaned_data["version"], at=now()) if asked.is_valid() else ()
    return render_to_string("portal/policy.html", {**policy_page.contents(whole), "asked": asked, "answers": answers})
