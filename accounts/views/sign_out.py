"""Signing out: the session ends here, and the browser forgets what it kept of it."""

import allauth.account.utils  # noqa: F401  first: allauth.account.views alone is a circular import
from allauth.account import views

# Not the cookies: that of the session is taken back by its name, and the mark of a known browser is to stay (known_browsers).
FORGET = '"cache", "storage"'


def forgetting(response):
    """Have the browser forget the pages and whatever else it kept of the portal."""
    response.headers["Clear-Site-Data"] = FORGET
    return response


class SignOut(views.LogoutView):
    """Ask whether to sign out, then do it."""

    def post(self, *args, **kwargs):
        return forgetting(super().post(*args, **kwargs))


sign_out = SignOut.as_view()
