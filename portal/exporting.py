"""What this app adds when somebody takes everything about them away: teams, invitations to them, API tokens."""

from django.db.models import Q
from django.dispatch import receiver

from accounts.exporting import exporting, text
from portal.models import Invitation


@receiver(exporting)
def add_teams(sender, export, **_kwargs):
    """Add memberships, open and past invitations to one's verified addresses, and what is known of one's API tokens."""
    user = export.user
    export.says(
        teams=[
            {"project": one.project.slug, "role": one.role, "since": text(one.since)}
            for one in user.memberships.select_related("project").order_by("pk")
        ],
        team_invitations=[_invitation(one) for one in _invitations(user)],
        api_tokens=[_token(one) for one in user.api_tokens.select_related("project").order_by("pk")],
    )


def _invitations(user):
    addressed = Q(pk=None)
    for address in user.emailaddress_set.filter(verified=True).values_list("email", flat=True):
        addressed |= Q(email__iexact=address)
    found = Invitation.objects.filter(addressed).select_related("project").order_by("made_at")
    return [one for one in found if user.has_verified(one.email)]


def _invitation(one):
    moments = ("made_at", "expires_at", "used_at")
    return {"project": one.project.slug, "email": one.email, "role": one.role, **{name: text(getattr(one, name)) for name in moments}}


def _token(one):
    moments = ("made_at", "expires_at", "last_used_at", "revoked_at")
    return {"project": one.project.slug, "name": one.name, "may": one.scopes, **{name: text(getattr(one, name)) for name in moments}}
