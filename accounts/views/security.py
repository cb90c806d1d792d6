"""The page of how somebody gets in: factors, password, sessions and whatever else is registered for it."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import security_page


@never_cache
@require_safe
def security(request):
    """Show the parts of the Security page, each drawn with its own facts."""
    page = {
        "parts": security_page.parts(request),
        "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html",
    }
    return render(request, "accounts/security.html", page)
