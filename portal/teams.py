"""Verbs of teams: invite, accept. An invitation is bound to an address, lives 72 hours and works once."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit, outbox, two_factor
from portal.models import Invitation, Membership, Project

LIVES = timedelta(hours=72)
SIGNER = TimestampSigner(salt="portal.invitation")


class AlreadyOnTeam(ValidationError):
    """Nobody is invited to a team that they are on."""


class NotAcceptable(ValidationError):
    """The invitation cannot be accepted by this person now; the message says why and what to do."""


@transaction.atomic
def invite(project, *, email, role, by, at) -> Invitation:
    """Ask the owner of an address to join a team, by letter. A new invitation replaces an open one to the same address."""
    # Of two at the same moment the second waits here, and finds what it replaces.
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)
    if is_member(project, email=email):
        raise AlreadyOnTeam(_("Somebody with this address is on the team already."))
    Invitation.objects.filter(project=project, email__iexact=email, used_at=None).delete()
    invitation = Invitation.objects.create(project=project, email=email, role=role, invited_by=by, made_at=at, expires_at=at + LIVES)
    outbox.send("team_invitation", cause=invitation.uuid, address=email, facts={"invitation": str(invitation.uuid)}, at=at)
    audit.record("team.invited", by=by, at=at, project=project.uuid, invitation=invitation.uuid, role=role)
    return invitation


@transaction.atomic
def accept(invitation, *, user, at):
    """Join the team. Return the link for setting up the second factor, or None for somebody who has one."""
    if not is_for(invitation, user):
        raise NotAcceptable(_("This invitation is for another address. Sign in with the account of the address that the letter came to."))
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=at).update(used_at=at)
    if not used:
        raise NotAcceptable(_("This invitation was used or has expired. Ask an owner of the project for a new one."))
    membership, joined = Membership.objects.get_or_create(
        user=user, project=invitation.project, defaults={"role": invitation.role, "since": at}
    )
    if joined:
        audit.record("team.joined", by=user, at=at, project=invitation.project.uuid, invitation=invitation.uuid, role=membership.role)
    if two_factor.has_factor(user):
        return None
    return two_factor.new_enrolment_link(user, by=invitation.invited_by, at=at)


@transaction.atomic
def withdraw(invitation, *, by, at) -> None:
    """Take an invitation back; its link and a letter still on its way come to nothing."""
    audit.record("team.invitation_withdrawn", by=by, at=at, project=invitation.project.uuid, invitation=invitation.uuid)
    invitation.delete()


@transaction.atomic
def change_role(membership, *, role, by, at) -> None:
    """Give a member another role."""
    Membership.objects.filter(pk=membership.pk).update(role=role)
    audit.record("team.role_changed", by=by, at=at, project=membership.project.uuid, person=membership.user.uuid, role=role)


@transaction.atomic
def remove(membership, *, by, at) -> None:
    """Take somebody off a team; from their next request on they open none of its cases."""
    audit.record("team.left", by=by, at=at, project=membership.project.uuid, person=membership.user.uuid, role=membership.role)
    membership.delete()


def is_member(project, *, email) -> bool:
    """Say whether somebody with this address is on the team."""
    return project.memberships.filter(user__email__iexact=email).exists()


def is_for(invitation, user) -> bool:
    """Say whether the invitation went to a verified address of this person."""
    return user.has_verified(invitation.email)


def invitation_path(invitation) -> str:
    """Return the one-time link's path; its signature is made when the letter is sent and lies nowhere."""
    return reverse("invitation", args=[SIGNER.sign(str(invitation.uuid))])


def invitation_of(token) -> Invitation | None:
    """Return the invitation that a link's token names, used or not, or None."""
    try:
        uuid = SIGNER.unsign(token)  # how long it lives, the row decides
    except BadSignature:
        return None
    return Invitation.objects.select_related("project", "invited_by").filter(uuid=uuid).first()
