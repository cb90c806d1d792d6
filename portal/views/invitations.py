"""The page behind the link of a team invitation."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts import two_factor
from portal import teams


def invitation(request, token):
    """Show what one is asked to join; a POST joins and leads on to the second factor."""
    found = teams.invitation_of(token)
    if found is None:
        return render(request, "portal/invitation_unknown.html", status=404)
    refusal = None
    if request.method == "POST":
        try:
            link = teams.accept(found, user=request.user, at=now())
        except teams.NotAcceptable as error:
            refusal = error.messages[0]
        else:
            messages.success(request, _("You are on the team of %(project)s.") % {"project": found.project})
            return redirect(two_factor.enrolment_path(link) if link else "inbox")
    context = {
        "invitation": found,
        "for_me": teams.is_for(found, request.user),
        "over": found.used_at is not None or found.expires_at <= now(),
        "refusal": refusal,
    }
    return render(request, "portal/invitation.html", context, status=409 if refusal else 200)
