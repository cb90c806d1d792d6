"""Verbs of teams: invite, join, change a role, remove, leave, hand ownership on.

An invitation is bound to an address, lives 72 hours and works once. A project always keeps an owner: whoever could take
the last one away holds the project's row first. Less standing counts at once: pages look it up for each request, sessions
of the person end, their tokens for the project die, and letters that are still on their way ask for it when they leave.

Letters are queued before anything is recorded: they wait for a person who is enrolling, who may wait for the trail.
"""

from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit, outbox, sessions, two_factor
from accounts.models import User
from portal import tokens
from portal.lib import limits
from portal.lib.permissions import Standing
from portal.models import Invitation, Membership, Project
from portal.models.team import Role

LIVES = timedelta(hours=72)
SIGNER = TimestampSigner(salt="portal.invitation")
# From the least that one may do to the most.
ORDER = (Role.TRIAGER, Role.MAINTAINER, Role.OWNER)


class AlreadyOnTeam(ValidationError):
    """Nobody is invited to a team that they are on."""


class NotAcceptable(ValidationError):
    """The invitation cannot be accepted by this person now; the message says why and what to do."""


class NotNow(ValidationError):
    """The team is another by now, or would be without an owner; the message is a sentence for the person."""


# --- invitations ------------------------------------------------------------------------------------------------------


def invite(project, *, email, role, by, at) -> Invitation:
    """Ask the owner of an address to join a team, by letter. A new invitation replaces an open one to the same address."""
    limits.spend("invite.project", str(project.uuid))
    return _invite(project, email=email, role=role, by=by, at=at)


def resend(invitation, *, by, at) -> Invitation:
    """Send an invitation once more, with a new link and 72 hours; the earlier link comes to nothing."""
    return invite(invitation.project, email=invitation.email, role=invitation.role, by=by, at=at)


@transaction.atomic
def _invite(project, *, email, role, by, at):
    # Of two at the same moment the second waits here, and finds what it replaces.
    _hold(project)
    if is_member(project, email=email):
        raise AlreadyOnTeam(_("Somebody with this address is on the team already."))
    Invitation.objects.filter(project=project, email__iexact=email, used_at=None).delete()
    invitation = Invitation.objects.create(project=project, email=email, role=role, invited_by=by, made_at=at, expires_at=at + LIVES)
    outbox.send("team_invitation", cause=invitation.uuid, address=email, facts={"invitation": str(invitation.uuid)}, at=at)
    if by is not None and not project.memberships.filter(user=by, role=Standing.OWNER).exists():
        # An administrator: the owners are to know who brings somebody onto their team.
        _tell_owners(project, "invited", by=by, at=at, role=role)
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
        _tell_owners(invitation.project, "joined", by=invitation.invited_by, at=at, person=user, role=membership.role)
        audit.record("team.joined", by=user, at=at, project=invitation.project.uuid, invitation=invitation.uuid, role=membership.role)
    if two_factor.has_factor(user):
        return None
    return two_factor.new_enrolment_link(user, by=invitation.invited_by, at=at)


@transaction.atomic
def withdraw(invitation, *, by, at) -> None:
    """Take an invitation back; its link and a letter still on its way come to nothing."""
    audit.record("team.invitation_withdrawn", by=by, at=at, project=invitation.project.uuid, invitation=invitation.uuid)
    invitation.delete()


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


# --- members ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_role(membership, *, role, by, at, session=None) -> None:
    """Give a member another role. With less than before, their sessions end, but ``session`` (a key), and their tokens die."""
    held = _held(membership)
    if held.role == role:
        return
    if held.role == Role.OWNER:
        _require_another_owner(held)
    lowered = ORDER.index(Role(role)) < ORDER.index(Role(held.role))
    Membership.objects.filter(pk=held.pk).update(role=role)
    _tell(held, "role", by=by, at=at, role=role)
    audit.record("team.role_changed", by=by, at=at, project=held.project.uuid, person=held.user.uuid, role=role, before=held.role)
    if lowered:
        _end_what_is_open(held, by=by, at=at, session=session)


@transaction.atomic
def remove(membership, *, by, at, session=None) -> None:
    """Take somebody off a team, or leave it. From their next request on they open none of its cases."""
    held = _held(membership)
    if held.role == Role.OWNER:
        _require_another_owner(held)
    held.delete()
    _tell(held, "left" if by == held.user else "removed", by=by, at=at)
    audit.record("team.left", by=by, at=at, project=held.project.uuid, person=held.user.uuid, role=held.role)
    _end_what_is_open(held, by=by, at=at, session=session)


@transaction.atomic
def transfer(own, *, to, stays, by, at, session=None) -> None:
    """Make another member an owner; who hands over stays one (``stays``) or becomes a maintainer."""
    _hold(own.project)
    change_role(to, role=Role.OWNER, by=by, at=at)
    if not stays:
        change_role(own, role=Role.MAINTAINER, by=by, at=at, session=session)


@transaction.atomic
def take_turns(membership, *, takes, by, at) -> bool:
    """Let somebody take cases in turn, or not any more; say whether that is new. What an owner decides for others is on record."""
    changed = Membership.objects.filter(pk=membership.pk).exclude(takes_cases=takes).update(takes_cases=takes)
    if changed:
        audit.record("team.turns_changed", by=by, at=at, project=membership.project.uuid, person=membership.user.uuid, takes=takes)
    return bool(changed)


def is_last_owner(membership) -> bool:
    """Say whether the project would be without an owner who can sign in."""
    return membership.role == Role.OWNER and not _other_owners(membership).exists()


def owners(project):
    """Return the owners of a project who can sign in, as people."""
    return User.objects.filter(memberships__project=project, memberships__role=Role.OWNER, is_active=True)


def _hold(project):
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)


def _held(membership):
    """Return the membership as it is now, in a project that nobody else changes the team of until we are done."""
    _hold(membership.project)
    found = Membership.objects.select_related("user", "project").filter(pk=membership.pk).first()
    if found is None:
        raise NotNow(_("This person is not on the team any more."))
    return found


def _require_another_owner(membership):
    if not _other_owners(membership).exists():
        raise NotNow(_("%(name)s would be without an owner. Make somebody else an owner first.") % {"name": membership.project.name})


def _other_owners(membership):
    others = Membership.objects.filter(project_id=membership.project_id, role=Role.OWNER, user__is_active=True)
    return others.exclude(user_id=membership.user_id)


def _end_what_is_open(membership, *, by, at, session):
    tokens.revoke_all(membership.user, project=membership.project, by=by, at=at)
    ended = sessions.end_all(membership.user, but=session)
    if ended:
        audit.record("sessions.ended", by=by, at=at, project=membership.project.uuid, person=membership.user.uuid, count=ended)


def _tell(membership, what, *, by, at, role=""):
    """Tell the person, but not of what they did themselves, and the owners."""
    if by != membership.user:
        facts = {"project": str(membership.project.uuid), "what": what, "role": role}
        outbox.send("team_standing", cause=uuid4(), to=[membership.user], facts=facts, at=at)
    _tell_owners(membership.project, what, by=by, at=at, person=membership.user, role=role)


def _tell_owners(project, what, *, by, at, person=None, role=""):
    told = owners(project).exclude(pk__in=[one.pk for one in (by, person) if one is not None])
    facts = {"project": str(project.uuid), "what": what, "role": role}
    facts |= {"person": str(person.uuid) if person else "", "by": str(by.uuid) if by else ""}
    outbox.send("team_changed", cause=uuid4(), to=told, facts=facts, at=at)
