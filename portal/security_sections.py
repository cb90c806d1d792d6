"""What this app shows on the Security page of an account."""

from django.utils.timezone import now

from accounts.security_page import section
from portal import tokens


@section("portal/_tokens.html", place=60)
def api_tokens(request):
    """Show one's API tokens over all projects; nothing for somebody who is on no team, and so has none that is worth anything."""
    found = list(tokens.listed(request.user.api_tokens, at=now()))
    return {"tokens": found, "now": now()} if found else None
