"""A lost second factor: asked for after the right password, agreed to by two people who know the person, done after a pause.

At every step the person, the owners of their projects and the administrators are told, and each of them can stop it. What
is left to whoever pretends is the password, the mailbox and two people who were deceived; that is why the pause is there.
"""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_otp import devices_for_user

from accounts import audit, outbox, sessions, two_factor
from accounts.models import CalendarFeed, EnrolmentLink, FactorRecovery, RecoveryApproval, RecoveryCode, User
from accounts.signing_in import elevated
from accounts.two_factor import Refused
from portal.lib.permissions import Standing

ENOUGH = 2
OPEN_FOR = timedelta(days=7)
ASKED_AT_MOST = 3  # within OPEN_FOR: each time many people get letters
LINK_HOURS = 7 * 24


def pause() -> timedelta:
    """Return how long everybody has to object after enough people agreed."""
    return timedelta(hours=settings.RECOVERY_HOURS)


def approvers(person):
    """Return who may agree, and is told: owners of the person's projects and administrators, never the person."""
    owns = Q(memberships__project__in=person.memberships.values("project"), memberships__role=Standing.OWNER)
    found = User.objects.filter(Q(is_staff=True) | Q(pk__in=User.objects.filter(owns).values("pk")), is_active=True)
    return found.exclude(pk=person.pk)


def open_of(person) -> FactorRecovery | None:
    """Return the recovery of this person that is under way, or None."""
    return FactorRecovery.objects.open().filter(user=person).first()


@transaction.atomic
def ask(person, *, at) -> FactorRecovery:
    """Note that this person, who gave the right password, lost their second factor. Who asks again gets the one under way."""
    _turn(person.pk)
    under_way = open_of(person)
    if under_way:
        return under_way
    if FactorRecovery.objects.filter(user=person, asked_at__gt=at - OPEN_FOR).count() >= ASKED_AT_MOST:
        raise Refused(_("You asked three times within a week. Wait some days, and speak with somebody who could confirm it meanwhile."))
    recovery = FactorRecovery.objects.create(user=person, asked_at=at, expires_at=at + OPEN_FOR)
    _tell(recovery, "asked", at=at)
    audit.record("recovery.asked", by=person, at=at, person=person.uuid, recovery=recovery.uuid)
    return recovery


@transaction.atomic
def approve(recovery, *, by, at) -> None:
    """Agree that this is the person. The second one to agree, or the only one who could, begins the pause."""
    _turn(recovery.user_id)
    recovery = FactorRecovery.objects.select_related("user").get(pk=recovery.pk)
    if not approvers(recovery.user).filter(pk=by.pk).exists():
        raise Refused(_("Owners of the person's projects and administrators may agree, and nobody for themselves."))
    if not recovery.is_open or recovery.expires_at <= at:
        raise Refused(_("This recovery is over. The person can ask for another one."))
    if recovery.ready_at:
        raise Refused(_("Enough people have agreed already."))
    _approval, new = RecoveryApproval.objects.get_or_create(recovery=recovery, approver=by, defaults={"at": at})
    if not new:
        raise Refused(_("You have agreed already. Somebody else has to agree as well."))
    recovery.ready_at = _ready_at(recovery)
    recovery.save(update_fields=["ready_at"])
    alone = bool(recovery.ready_at) and recovery.approvals.count() < ENOUGH
    _tell(recovery, "planned" if recovery.ready_at else "agreed", at=at)
    audit.record("recovery.approved", by=by, at=at, person=recovery.user.uuid, recovery=recovery.uuid, alone=alone)


def _ready_at(recovery):
    """Return from when on the factors may go, by who agreed and still may, or None. Who alone could agree waits twice as long."""
    may = approvers(recovery.user)
    agreed = list(recovery.approvals.filter(approver__in=may).order_by("at").values_list("at", flat=True))
    if len(agreed) >= ENOUGH:
        return agreed[ENOUGH - 1] + pause()
    if agreed and may.count() == 1:
        return agreed[0] + 2 * pause()
    return None


@transaction.atomic
def stop(recovery, *, by, at) -> None:
    """End a recovery: nothing is taken away."""
    _turn(recovery.user_id)
    stopped = FactorRecovery.objects.open().filter(pk=recovery.pk)
    if not stopped.update(outcome=FactorRecovery.Outcome.STOPPED, settled_at=at, stopped_by=by):
        raise Refused(_("It cannot be stopped any more: it is over."))
    recovery.refresh_from_db()
    _tell(recovery, "stopped", at=at)
    audit.record("recovery.stopped", by=by, at=at, person=recovery.user.uuid, recovery=recovery.uuid)


def found(person, *, at) -> None:
    """Stop the recovery of somebody who proved their second factor: it is not lost."""
    recovery = open_of(person)
    if recovery:
        stop(recovery, by=person, at=at)


@receiver(user_logged_in)
def signed_in_with_it(sender, request, user, **_):
    """A sign-in with the second factor shows that it is not lost."""
    if getattr(user, "otp_device", None):
        found(user, at=now())


@receiver(elevated)
def proved_it(sender, user, at, **_):
    """So does a proof in a session that was signed in already."""
    found(user, at=at)


def sweep(*, at) -> int:
    """Do the recoveries whose pause is over, and end those that too few agreed to; return how many were done."""
    open_ones = FactorRecovery.objects.open()
    for recovery in open_ones.filter(ready_at=None, expires_at__lte=at).select_related("user"):
        _expire(recovery, at=at)
    return sum(_do(recovery, at=at) for recovery in open_ones.filter(ready_at__lte=at).select_related("user"))


def by_operator(person, *, at) -> EnrolmentLink:
    """Take somebody's factors away at once, from the console of the host; return the link to new ones. The last resort."""
    with transaction.atomic():
        _turn(person.pk)
        under_way = open_of(person) or FactorRecovery(user=person, asked_at=at, expires_at=at)
        under_way.ready_at = under_way.settled_at = at
        under_way.outcome = FactorRecovery.Outcome.DONE
        under_way.save()
        _tell(under_way, "operator", at=at)
        link = _take_away(person, at=at)
        audit.record("recovery.by_operator", by=None, at=at, person=person.uuid, recovery=under_way.uuid)
    return link


@transaction.atomic
def _expire(recovery, *, at):
    _turn(recovery.user_id)
    expired = FactorRecovery.objects.open().filter(pk=recovery.pk, ready_at=None)
    if expired.update(outcome=FactorRecovery.Outcome.EXPIRED, settled_at=at):
        _tell(recovery, "expired", at=at)
        audit.record("recovery.expired", by=None, at=at, person=recovery.user.uuid, recovery=recovery.uuid)


@transaction.atomic
def _do(recovery, *, at):
    """Take the factors away, once; return whether it was done."""
    person = _turn(recovery.user_id)
    ready = _ready_at(recovery)
    if ready is None or ready > at:
        # Somebody who agreed may no longer, or is no longer the only one.
        if FactorRecovery.objects.open().filter(pk=recovery.pk).update(ready_at=ready):
            _tell(recovery, "put_off", at=at)
            audit.record("recovery.put_off", by=None, at=at, person=person.uuid, recovery=recovery.uuid)
        return False
    if not FactorRecovery.objects.open().filter(pk=recovery.pk).update(outcome=FactorRecovery.Outcome.DONE, settled_at=at):
        return False
    _tell(recovery, "done", at=at)
    link = _take_away(person, at=at) if person.needs_second_factor else _take_away(person, at=at, link=False)
    facts = {"recovery": str(recovery.uuid), **({"link": str(link.uuid)} if link else {})}
    outbox.send("recovery_done", cause=uuid4(), to=[person], facts=facts, at=at)
    audit.record("recovery.done", by=None, at=at, person=person.uuid, recovery=recovery.uuid)
    return True


def _take_away(person, *, at, link=True):
    """Rid a person of every factor, session, API token and calendar; return the permission to set up a new factor."""
    for device in devices_for_user(person, confirmed=None):
        device.delete()
    RecoveryCode.objects.filter(user=person).delete()
    EnrolmentLink.objects.filter(user=person, used_at=None).delete()
    sessions.end_all(person)
    person.api_tokens.filter(revoked_at=None).update(revoked_at=at)
    CalendarFeed.objects.filter(user=person).delete()
    return two_factor.new_enrolment_link(person, by=None, at=at, hours=LINK_HOURS) if link else None


def _turn(pk):
    """Return the person, whose recovery nobody else changes until this transaction ends; enrolling waits too."""
    return User.objects.select_for_update(no_key=True).get(pk=pk)


def _tell(recovery, step, *, at):
    # Before anything is recorded: letters wait for who is enrolling, and whoever enrols may wait for the trail.
    cause, facts, person = uuid4(), {"recovery": str(recovery.uuid), "step": step}, recovery.user
    if step != "done":  # of that, a letter with the link tells
        outbox.send("recovery_own", cause=cause, to=[person], facts=facts, at=at)
    others = EmailAddress.objects.filter(user=person, verified=True).exclude(email=person.email.lower())
    for address in others.values_list("email", flat=True):
        outbox.send("recovery_own", cause=cause, address=address, facts=facts, at=at)
    outbox.send("recovery_of_another", cause=cause, to=approvers(person), facts=facts, at=at)
