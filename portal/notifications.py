"""Letters about teams. Imported when the app is ready, so that the outbox knows them."""

from django.conf import settings
from django.utils.timezone import now

from accounts import outbox
from portal import teams
from portal.models import Invitation


@outbox.letter("team_invitation", to_unverified=True)
def team_invitation(delivery):
    """Make up the letter to somebody who is asked to join a team; none once the invitation is used, replaced or expired."""
    found = (
        Invitation.objects.select_related("project").filter(uuid=delivery.facts["invitation"], used_at=None, expires_at__gt=now()).first()
    )
    if found is None:
        return None
    return {
        "project": found.project,
        "role": found.get_role_display(),
        "link": settings.PUBLIC_URL + teams.invitation_path(found),
        "expires_at": found.expires_at,
    }
