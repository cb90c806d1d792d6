"""Guests of one report: a co-finder, somebody from outside whose help is needed. Invite, withdraw, accept, leave, remove.

An invitation is bound to an address, lives 72 hours and works once. The address is forgotten when the invitation is over.
What tells who somebody is, or that they are on the team, is said to the invited person only, never to who typed an address.
"""

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from intake import conversation, events, notifications
from intake.models import GuestInvitation, Participant
from intake.models.event import Kind

LIVES = timedelta(hours=72)
DAY = timedelta(days=1)
MOST = 20


class NotPossible(Exception):
    """What was asked cannot be done; the message is a sentence for the person."""


@transaction.atomic
def invite(report, *, email, with_history, by, at) -> GuestInvitation:
    """Ask the owner of an address to take part in one report, by letter. A new invitation replaces an open one to the same address.

    ``with_history``: whether the guest reads what was said before joining, the report included.
    """
    if events.hold_report(report).erased_at:
        raise NotPossible(_("The content of this report was erased. Nobody can be invited to it any more."))
    inviter = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)
    _check(report, email, inviter, at)
    _end(_waiting(report).filter(email__iexact=email), at)
    invitation = GuestInvitation.objects.create(
        report=report, email=email, with_history=with_history, invited_by=inviter, made_at=at, expires_at=at + LIVES
    )
    facts = {"invitation": str(invitation.pk), "history": with_history}
    events.record(report.case, Kind.GUEST_INVITED, by=inviter, at=at, report=report, **facts)
    notifications.invite_guest(invitation, at=at)
    return invitation


@transaction.atomic
def withdraw(invitation, *, by, at) -> None:
    """Take an invitation back; its link and a letter still on its way come to nothing."""
    report = invitation.report
    events.hold_report(report)
    if not _end(_waiting(report).filter(pk=invitation.pk), at):
        raise NotPossible(_("This invitation was used or taken back meanwhile."))
    inviter = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)
    events.record(report.case, Kind.GUEST_UNINVITED, by=inviter, at=at, report=report, invitation=str(invitation.pk))


@transaction.atomic
def accept(invitation, *, user, at) -> Participant:
    """Take part as a guest. Who left may come back, with what this invitation lets them read."""
    report = invitation.report
    if events.hold_report(report).erased_at:
        raise NotPossible(_("The content of this report was erased, so there is nothing left to take part in."))
    invitation.refresh_from_db(fields=["used_at", "used_by", "email"])
    place = _place(report, user)
    if place is not None and _is_here(place) and place.pk == invitation.used_by_id:
        return place  # the button was pressed twice
    if why := refusal(invitation, user=user, at=at):
        raise NotPossible(why)
    facts = {"joined_at": at, "left_at": None, "sees_from": None if invitation.with_history else at}
    if place is None:
        place = Participant.objects.create(report=report, user=user, role=Participant.Role.COLLABORATOR, **facts)
    else:
        Participant.objects.filter(pk=place.pk).update(**facts)
        place.refresh_from_db()
    GuestInvitation.objects.filter(pk=invitation.pk).update(used_at=at, used_by=place, email="")
    event = events.record(
        report.case, Kind.GUEST_JOINED, by=place, at=at, report=report, invitation=str(invitation.pk), history=invitation.with_history
    )
    notifications.tell_reporters(event, "guest_joined", report=report, at=at, besides=user)
    notifications.tell_team(event, "guest_joined_team", at=at, besides=user)
    return place


@transaction.atomic
def leave(report, *, by, at) -> None:
    """Stop taking part. What the guest wrote stays."""
    events.hold_report(report)
    place = _place(report, by)
    if place is None or not _end_of_part(place, at):
        raise NotPossible(_("You are no guest of this report any more."))
    events.record(report.case, Kind.GUEST_LEFT, by=place, at=at, report=report)


@transaction.atomic
def remove(report, guest, *, by, at) -> None:
    """Take a guest out of a report; from their next request on they open nothing of it. What they wrote stays."""
    events.hold_report(report)
    if not _end_of_part(guest, at):
        raise NotPossible(_("This guest has left meanwhile."))
    remover = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)
    event = events.record(report.case, Kind.GUEST_REMOVED, by=remover, at=at, report=report, guest=str(guest.pk))
    notifications.tell_removed_guest(event, guest, report=report, at=at)


def forget_expired(*, at) -> int:
    """Forget the addresses of invitations that nobody answered in time; return how many."""
    return _end(GuestInvitation.objects.filter(used_at=None, expires_at__lte=at), at)


def refusal(invitation, *, user, at) -> str:
    """Return why this person cannot accept an invitation now, or an empty string."""
    report = invitation.report
    if invitation.used_at is not None or invitation.expires_at <= at:
        return _("This invitation was used, taken back, or has expired. Ask who invited you for a new one.")
    if not is_for(invitation, user):
        return _("This invitation is for another address. Sign in with the account of the address that the letter came to.")
    if report.case.erased_at:
        return _("The content of this report was erased, so there is nothing left to take part in.")
    if report.case.project.memberships.filter(user=user).exists():
        return _("You are on the team of this project. A guest is somebody from outside.")
    place = _place(report, user)
    if place is not None and place.role == Participant.Role.TEAM:
        return _("You worked on this report as one of its team and cannot be its guest. Ask the project to put you on the team again.")
    if place is not None and _is_here(place):
        return _("You take part in this report already.")
    if place is not None and place.role == Participant.Role.REPORTER:
        return _("You were the reporter of this report and cannot be its guest.")
    if of(report).count() >= MOST:
        return _("This report has as many guests as it can have. Ask who invited you.")
    return ""


def is_for(invitation, user) -> bool:
    """Say whether the invitation went to a verified address of this person."""
    return user.has_verified(invitation.email)


def of(report):
    """The guests of a report, who came first on top."""
    return report.participants.filter(role=Participant.Role.COLLABORATOR, left_at=None, user__isnull=False).order_by("joined_at", "pk")


def preview(report) -> dict:
    """Return what there is that a guest with history would read now."""
    return {"messages": report.messages.filter(retracted_at=None).count()}


def open_invitations(report, *, at):
    """Invitations that were not answered yet, the newest first."""
    return _waiting(report).filter(expires_at__gt=at).select_related("invited_by").order_by("-made_at", "pk")


def invitation_of(token) -> GuestInvitation | None:
    """Return the invitation that a link's token names, over or not, or None."""
    try:
        uuid = UUID(signing.TimestampSigner(salt=notifications.GUEST_SALT).unsign(token))  # how long it lives, the row decides
    except (signing.BadSignature, ValueError):
        return None
    rows = GuestInvitation.objects.select_related("report__case__project", "report__policy__project", "invited_by")
    return rows.filter(pk=uuid).first()


def _check(report, email, inviter, at):
    """Refuse an invitation that cannot be made, by what its maker knows already."""
    if EmailAddress.objects.filter(user=inviter.user, email__iexact=email).exists():
        raise NotPossible(_("This is your own address. Give the address of the person whom you want to invite."))
    if inviter.role == Participant.Role.TEAM and report.case.project.memberships.filter(user__email__iexact=email).exists():
        raise NotPossible(_("Somebody with this address is on the team, and can open the case already."))
    own = of(report).filter(guest_invitations__invited_by__role=inviter.role)
    if own.filter(user__email__iexact=email).exists():
        raise NotPossible(_("Somebody with this address is a guest already. To let them read more or less, remove them first."))
    waiting = _waiting(report).filter(expires_at__gt=at).exclude(email__iexact=email)
    if of(report).count() + waiting.count() >= MOST:
        raise NotPossible(_("A report has at most %(most)d guests, invited ones included. Remove one first.") % {"most": MOST})
    _check_limit(report, inviter, at)


def _check_limit(report, inviter, at):
    """Keep to what a project sends in a day. Reporters and team count apart: nobody from outside uses up what the team may send."""
    lately = GuestInvitation.objects.filter(report__case__project=report.case.project_id, made_at__gt=at - DAY)
    by_team, by_others = Q(invited_by__role=Participant.Role.TEAM), ~Q(invited_by__role=Participant.Role.TEAM)
    of_team = inviter.role == Participant.Role.TEAM
    if lately.filter(by_team if of_team else by_others).count() < settings.GUEST_INVITATIONS_A_DAY:
        return
    if of_team:
        raise NotPossible(
            _("The team has sent %(most)d invitations within a day, which is the limit. Try again tomorrow.")
            % {"most": settings.GUEST_INVITATIONS_A_DAY}
        )
    raise NotPossible(_("No more guests can be invited today. Try again tomorrow, or ask the team to do it."))


def _waiting(report):
    return report.guest_invitations.filter(used_at=None)


def _end(invitations, at) -> int:
    # Not deleted: they count against the limit of a day.
    return invitations.update(used_at=at, email="")


def _place(report, user):
    return report.participants.filter(user=user).first()


def _is_here(place):
    return place.left_at is None and place.role != Participant.Role.TEAM


def _end_of_part(place, at) -> int:
    return Participant.objects.filter(pk=place.pk, role=Participant.Role.COLLABORATOR, left_at=None).update(left_at=at)
