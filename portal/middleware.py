"""What every answer says about itself: who may keep it, what its page may load and do."""

import logging

from csp.constants import NONCE
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import kept_text
from portal.lib import limits
from portal.lib.crypto import DecryptError
from portal.lib.keyring import KeylessProcess, RingUnusable

log = logging.getLogger("parley.keys")
FOR_EVERYBODY = "public, max-age=60"
FOR_NOBODY_ELSE = "no-store"
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()"
# Scripts of signed-in pages carry a nonce, and only htmx's own policy may turn text into markup.
SIGNED_IN = {"script-src": [NONCE], "require-trusted-types-for": ["'script'"], "trusted-types": ["htmx"]}


class PageHeaders:
    """Public pages may be kept for a minute by anybody; everything else is kept by nobody.

    Stands behind the CSP middleware, which writes the header from what is set here, and never reads the session:
    a public page that did would vary by cookie. The admin gets no nonce and no Trusted Types: its scripts are files of
    our own, and it assigns markup. Referrer-Policy stays "same-origin" (settings): under "no-referrer" browsers send
    ``Origin: null`` with every form, and Django's CSRF check refuses that.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # its length stays in the header; the server would complain of a body that it must drop
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "public_page", False) and request.method in ("GET", "HEAD") and response.status_code < 500:
            response.headers.setdefault("Cache-Control", FOR_EVERYBODY)
            return response
        response.headers["Cache-Control"] = FOR_NOBODY_ELSE
        if not _of_admin(request) and response.headers.get("Content-Type", "").startswith("text/html"):
            response._csp_update = SIGNED_IN
        return response

    def process_view(self, request, view, args, kwargs):
        request.public_page = getattr(view, "public_page", False)


class KeysOutOfReach:
    """What needs a key that this process does not have answers 503 and says so calmly; the log has the reason, the page has not."""

    REASONS = (KeylessProcess, RingUnusable, DecryptError)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, self.REASONS):
            return None
        found = request.resolver_match
        log.error("The page %s needs a key that is out of reach: %s", found.view_name, exception)
        if not request.accepts("text/html"):
            return JsonResponse({"detail": _("This cannot be opened now. Try again in a few minutes.")}, status=503)
        if request.headers.get("HX-Request"):
            sentence = _("This cannot be opened now. Nothing is lost: try again in a few minutes.")
            return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
        if request.method == "POST" and getattr(found.func, "keeps_text", False):
            try:
                return kept_text.show_again(request, found.func, found.args, found.kwargs, status=503, why="no_keys")
            except self.REASONS:
                pass  # its own form needs a key as well
        return render(request, "503.html", status=503)


class LimitsMet:
    """What was done too often answers 429, says when to try again, and keeps what was written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, limits.TooMany):
            return None
        response = self._answer(request, exception)
        response.headers["Retry-After"] = str(exception.seconds)
        return response

    def _answer(self, request, met):
        found = request.resolver_match
        if request.path.startswith("/api/") or not request.accepts("text/html"):
            return JsonResponse({"detail": met.sentence}, status=429)
        if request.headers.get("HX-Request"):
            return HttpResponse(met.sentence, status=429, content_type="text/plain; charset=utf-8")
        request.limit_met = met
        if request.method == "POST" and getattr(found.func, "keeps_text", False):
            return kept_text.show_again(request, found.func, found.args, found.kwargs, status=429, why="too_many")
        return render(request, "429.html", {"met": met}, status=429)


def _of_admin(request):
    found = request.resolver_match
    return found is not None and "admin" in found.namespaces
