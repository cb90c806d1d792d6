"""Gates that every request passes. Public pages are cached for everybody, so none of these looks at who reads them."""

import zoneinfo

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import htmx, kept_text, signing_in, two_factor

SAFE = ("GET", "HEAD", "OPTIONS")
# What somebody who still owes a second factor may open. Names, not prefixes: a prefix lets later pages in unseen.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "second_factor_challenge",
        "passkey_prove_begin",
        "second_factor_enrol",
        "second_factor_enrol_link",
        "recovery_ask",
        "passkey_add_begin",
        "passkey_add",
        "account_logout",
        "notifications_unread",
    }
)


class LoginRequired(LoginRequiredMiddleware):
    """Every page needs a session unless its view says otherwise; a form with text in it is given back, not lost."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        # Before request.user: to look at it reads the session, and the page would vary by cookie.
        if not getattr(view_func, "login_required", True):
            return None
        # What a page asks by itself shows nobody at the keyboard.
        in_use = not getattr(view_func, "asked_by_the_page", False)
        if request.user.is_authenticated and signing_in.is_over(request, at=timezone.now(), in_use=in_use):
            logout(request)
        if request.user.is_authenticated:
            return None
        if request.method not in SAFE and getattr(view_func, "keeps_text", False):
            return kept_text.show_again(request, view_func, view_args, view_kwargs, status=401, why="signed_out")
        return self.handle_no_permission(request, view_func)

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request"):
            return htmx.lead_to(reverse("account_login"), request)
        if not request.accepts("text/html"):
            return JsonResponse({"detail": _("Sign in first.")}, status=401)
        if request.method not in SAFE:
            # The address of a form's target is often no page; the sign-in leads to the desk instead.
            return redirect("account_login")
        return super().handle_no_permission(request, view_func)


class StaffAssurance:
    """Staff without a proved second factor reach the challenge or the enrolment, and nothing else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if getattr(view_func, "public_page", False) or not request.user.is_authenticated or request.user.is_verified():
            return None
        if request.resolver_match.view_name in BEFORE_SECOND_FACTOR or not request.user.needs_second_factor:
            return None
        name = "second_factor_challenge" if two_factor.has_factor(request.user) else "second_factor_enrol"
        if request.headers.get("HX-Request"):
            return htmx.lead_to(reverse(name), request)
        if not request.accepts("text/html"):
            raise PermissionDenied(_("This needs a second factor. Sign in with it first."))
        if request.method not in SAFE:
            if getattr(view_func, "keeps_text", False):
                return kept_text.show_again(request, view_func, view_args, view_kwargs, status=403, why="second_factor")
            return redirect(name)
        return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


class ReaderTimezone:
    """Shows times in the zone, and words in the language, of who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        timezone.deactivate()  # the thread may still know the last reader's
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if getattr(view_func, "public_page", False) or not request.user.is_authenticated:
            return None
        try:
            timezone.activate(zoneinfo.ZoneInfo(request.user.timezone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()
        if translation.check_for_language(request.user.language):
            translation.activate(request.user.language)
        return None
