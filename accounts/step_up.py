"""Step-up: before a change to how somebody gets in, they prove anew who they are. An open session alone must not take an account over."""

from functools import wraps

from allauth.account import utils  # noqa: F401  first: allauth.account.internal alone is a circular import
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now

from accounts import signing_in, two_factor


def proved_anew(view):
    """Let through who proved their second factor, or without one gave their password again, within the last minutes.

    Not allauth's own way: it keeps the form in the session and calls the view past the middleware.
    """

    @wraps(view)
    def asked(request, *args, **kwargs):
        if two_factor.has_factor(request.user):
            proved, name = signing_in.proved_lately(request, at=now()), "second_factor_challenge"
        else:
            # allauth counts somebody who has no password at all as proved.
            proved = request.user.has_usable_password() and did_recently_reauthenticate(request)
            name = "account_reauthenticate"
        if proved:
            return view(request, *args, **kwargs)
        return redirect(f"{reverse(name)}?{urlencode({'next': request.path})}")

    return asked
