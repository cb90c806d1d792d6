"""Files that other places fetch: SECURITY.md, security.txt, the policy as JSON and its schema, the badge, the portal's key."""

import functools
import json

from django.http import Http404, HttpResponse
from django.utils.http import http_date
from django.utils.timezone import now
from django.views.decorators.http import condition, require_safe

from portal import access, directory, policy_files, policy_json, policy_page
from portal.lib import openpgp
from portal.lib.public import kept, public_page

MARKDOWN, PLAIN, JSON, SVG = "text/markdown; charset=utf-8", "text/plain; charset=utf-8", "application/json", "image/svg+xml"


def for_any_site(view):
    """Mark a view as public, and let the pages and programs of other sites read it."""

    @functools.wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return public_page(require_safe(answered))


def _stamp(request, slug):
    request.policy = access.policy(slug)
    request.stamp = policy_page.stamp(request.policy, extra=policy_files.address("home") + request.path)
    return request.stamp


@for_any_site
@condition(etag_func=_stamp)
def policy_markdown(request, slug):
    """Show the policy in force as a SECURITY.md."""
    text = kept(request.stamp, lambda: policy_files.markdown(request.policy))
    return _file(text, MARKDOWN, policy_files.changed_at(request.policy))


@for_any_site
@condition(etag_func=_stamp)
def policy_as_json(request, slug):
    """Show the policy in force for programs."""
    return _file(kept(request.stamp, lambda: _pretty(policy_files.json_of(request.policy))), JSON)


@for_any_site
@condition(etag_func=_stamp)
def badge(request, slug):
    """Draw how soon a person answers."""
    text = kept(request.stamp, lambda: policy_files.badge_of(request.policy))
    return _file(text, SVG, policy_files.changed_at(request.policy))


def _etag_of_project(request, slug):
    day, stamp = now().date(), _stamp(request, slug)
    request.text = policy_files.signed(kept(stamp, lambda: policy_files.security_txt_of(request.policy, on=day)))
    request.changed_at = policy_files.changed_at(request.policy, on=day)
    return _etag_of_text(request)


@for_any_site
@condition(etag_func=_etag_of_project)
def project_security_txt(request, slug):
    """Show whom to tell about a vulnerability in a project, as RFC 9116 has it."""
    return _file(request.text, PLAIN, request.changed_at)


def _etag_of_portal(request):
    request.text = policy_files.signed(policy_files.security_txt_of_portal(on=now().date()))
    return _etag_of_text(request)


@for_any_site
@condition(etag_func=_etag_of_portal)
def security_txt(request):
    """Show whom to tell about a vulnerability in the portal itself."""
    return _file(request.text, PLAIN)


def _etag_of_text(request):
    # Of the text as it is sent: each process signs by itself.
    if request.text is None:
        raise Http404
    return directory.etag(request.text)


@for_any_site
@condition(etag_func=lambda request: directory.etag("policy-1"))
def policy_schema(request):
    """Show what the JSON of a policy looks like."""
    return _file(policy_json.SCHEMA.read_text(), "application/schema+json")


@for_any_site
def openpgp_key(request):
    """Show the key that signs security.txt, where there is one."""
    try:
        key = openpgp.signing_key()
    except openpgp.KeyUnusable:
        key = None
    if key is None:
        raise Http404
    return _file(key.public, "application/pgp-keys")


def _pretty(document):
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _file(text, content_type, changed_at=None):
    headers = {"Last-Modified": http_date(changed_at.timestamp())} if changed_at else {}
    return HttpResponse(text, content_type=content_type, headers=headers)
