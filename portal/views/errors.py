"""When a form's token does not fit."""

from urllib.parse import urlsplit

from django.shortcuts import render

from accounts import kept_text


def csrf_failure(request, reason=""):
    """Refuse a form without a valid token; one of our own pages from before a sign-in is shown again with its text.

    Django renews the token at each sign-in, so whoever signed in anew in another tab lands here with the old one.
    """
    match = request.resolver_match
    if match and getattr(match.func, "keeps_text", False) and _from_here(request):
        return kept_text.show_again(request, match.func, match.args, match.kwargs, status=403, why="stale")
    return render(request, "accounts/form_out_of_date.html", {"path": request.path}, status=403)


def _from_here(request):
    # Another site's form must not be dressed up with a valid token.
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
