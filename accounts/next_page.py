"""Where somebody was going, if that is a place of ours."""

from django.utils.http import url_has_allowed_host_and_scheme


def wanted(request) -> str:
    """Return the path that the form or the address asks to go on to, or an empty string."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if safe else ""
