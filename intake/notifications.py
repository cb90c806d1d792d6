"""Letters of intake: who is told of an event, and whether a letter is still wanted when it leaves.

A letter carries a reference and a link, never a title or a text.
"""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Subquery
from django.urls import reverse

from accounts import outbox
from accounts.models import Kind, User
from intake.models import Case, CaseEvent, Deadline, GuestInvitation, Participant, Report
from intake.models.case import Because
from portal import shredding
from portal.lib.permissions import ALLOWED, Action
from portal.models.policy import Milestone

CLAIM_SALT = "intake.claim"
GUEST_SALT = "intake.guest_invitation"
DECIDERS = [str(standing) for standing in ALLOWED[Action.ANSWER_ERASURE]]


def tell_team(event, letter, *, at, besides=None):
    """Tell the team of the case's project, but for the person who did it."""
    team = User.objects.filter(memberships__project_id=event.case.project_id, is_active=True)
    if besides is not None:
        team = team.exclude(pk=besides.pk)
    outbox.send(letter, cause=event.uuid, to=team, facts={"case": event.case.ref}, at=at)


def confirm_receipt(event, report, *, to, at):
    """Tell a reporter that the report arrived. Nobody else takes part in it yet."""
    outbox.send("report_received", cause=event.uuid, to=[to], facts={"report": report.ref}, at=at)


def tell_reporters(event, letter, *, report, at, besides=None):
    """Tell the reporter and the guests of a report, but for the person who did it."""
    people = User.objects.filter(
        participations__in=report.participants.filter(left_at=None).exclude(role=Participant.Role.TEAM), is_active=True
    )
    if besides is not None:
        people = people.exclude(pk=besides.pk)
    outbox.send(letter, cause=event.uuid, to=people, facts={"report": report.ref}, at=at)


def tell_mentioned(event, mentions, *, at, besides):
    """Tell those whom a text names. Call it before what else is told of the event: nobody gets two letters of one event."""
    if not mentions:
        return
    named = User.objects.filter(pk__in=[one["user"] for one in mentions], is_active=True).exclude(pk=besides.pk)
    place = {"record": event.record.hex}
    team = named.filter(memberships__project_id=event.case.project_id)
    outbox.send("mentioned", cause=event.uuid, to=team, facts={"case": event.case.ref, **place}, at=at)
    if event.report is not None:
        here = event.report.participants.filter(left_at=None).exclude(role=Participant.Role.TEAM)
        others = named.filter(participations__in=here)
        outbox.send("mentioned", cause=event.uuid, to=others, facts={"report": event.report.ref, **place}, at=at)


def invite_guest(invitation, *, at):
    """Send the one-time link by which a guest joins a report, to an address that need not belong to anybody here."""
    outbox.send("guest_invitation", cause=invitation.pk, address=invitation.email, facts={"invitation": str(invitation.pk)}, at=at)


def tell_removed_guest(event, guest, *, report, at):
    """Tell a guest that they do not take part any more."""
    outbox.send("guest_removed", cause=event.uuid, to=[guest.user] if guest.user else (), facts={"report": report.ref}, at=at)


def remind_team(event, deadline, *, at):
    """Remind the team of a deadline that is near or has passed."""
    team = User.objects.filter(memberships__project_id=event.case.project_id, is_active=True)
    letter = "deadline_passed" if deadline.due_at <= at else "deadline_near"
    outbox.send(letter, cause=event.uuid, to=team, facts={"case": event.case.ref, "deadline": str(deadline.uuid)}, at=at)


def offer_claim(event, participant, *, address, at):
    """Send the one-time link by which somebody whose report was recorded can take it over."""
    outbox.send("report_claim", cause=event.uuid, address=address, facts={"participant": str(participant.pk)}, at=at)


def tell_all(happened, letter, *, at, besides=None, **facts):
    """Tell the team and all reporters and guests of a case, each once; ``happened`` are the events of its reports."""
    team = User.objects.filter(memberships__project_id=happened[0].case.project_id, is_active=True)
    besides_pk = besides.pk if besides is not None else None
    outbox.send(letter, cause=happened[0].uuid, to=team.exclude(pk=besides_pk), facts={"case": happened[0].case.ref, **facts}, at=at)
    for event in happened:
        if event.report is not None:
            here = event.report.participants.filter(left_at=None).exclude(role=Participant.Role.TEAM)
            people = User.objects.filter(participations__in=here, is_active=True).exclude(pk=besides_pk)
            outbox.send(letter, cause=event.uuid, to=people, facts={"report": event.report.ref, **facts}, at=at)


def tell_deciders(event, letter, *, at):
    """Tell the maintainers and owners of the case's project."""
    team = User.objects.filter(memberships__project_id=event.case.project_id, is_active=True)
    deciders = team.filter(memberships__project_id=event.case.project_id, memberships__role__in=DECIDERS)
    outbox.send(letter, cause=event.uuid, to=deciders, facts={"case": event.case.ref}, at=at)


def claim_token(participant) -> str:
    """Return the signed part of a claim link; it is good while nobody has claimed the report."""
    return signing.TimestampSigner(salt=CLAIM_SALT).sign(participant.pk.hex)


def guest_token(invitation) -> str:
    """Return the signed part of a guest's link; it is good while the invitation is open."""
    return signing.TimestampSigner(salt=GUEST_SALT).sign(invitation.pk.hex)


def _for_team(delivery):
    case = Case.objects.visible_to(delivery.recipient).select_related("project").filter(ref=delivery.facts["case"]).first()
    if case is None:
        return None
    return {"ref": case.ref, "project": case.project.name, "path": case.get_absolute_url()}


def _for_reporter(delivery):
    report = Report.objects.visible_to(delivery.recipient).select_related("policy__project").filter(ref=delivery.facts["report"]).first()
    if report is None:
        return None
    return {"ref": report.ref, "project": report.policy.project.name, "path": report.get_absolute_url()}


def _for_reader(delivery):
    """A reporter's context, but for a guest to whom what it tells of is shut: somebody who came back without history meanwhile."""
    since = Participant.objects.filter(report__ref=delivery.facts["report"], user=delivery.recipient).exclude(sees_from=None)
    if CaseEvent.objects.filter(uuid=delivery.cause_uuid, at__lt=Subquery(since.values("sees_from")[:1])).exists():
        return None
    return _for_reporter(delivery)


def _for_either(delivery):
    return _for_team(delivery) if "case" in delivery.facts else _for_reporter(delivery)


def _for_mentioned(delivery):
    context = _for_team(delivery) if "case" in delivery.facts else _for_reader(delivery)
    if context is None:
        return None
    place = UUID(delivery.facts["record"])
    return {**context, "path": f"{context['path']}?at={place}#m-{place.hex}"}


def _for_deadline(delivery):
    context = _for_team(delivery)
    deadline = Deadline.objects.open().filter(uuid=delivery.facts["deadline"], paused_at=None).first()
    if context is None or deadline is None:
        return None
    return {**context, "milestone": Milestone(deadline.milestone).label, "due_at": deadline.due_at}


def _for_claim(delivery):
    participant = (
        Participant.objects.select_related("report__policy__project").filter(pk=delivery.facts["participant"], claimable=True).first()
    )
    if participant is None:
        return None
    report = participant.report
    return {"ref": report.ref, "project": report.policy.project.name, "path": reverse("claim", args=[claim_token(participant)])}


def _for_invited(delivery):
    # The sweep ends what expired, so that what is open here may still be accepted.
    rows = GuestInvitation.objects.select_related("report__policy__project", "invited_by")
    invitation = rows.filter(pk=delivery.facts["invitation"], used_at=None).first()
    if invitation is None:
        return None
    report = invitation.report
    return {
        "ref": report.ref,
        "project": report.policy.project.name,
        "by_reporter": invitation.by_reporter,
        "path": reverse("guest_invitation", args=[guest_token(invitation)]),
    }


def _for_removed(delivery):
    report = Report.objects.select_related("policy__project").filter(ref=delivery.facts["report"]).first()
    if report is None or report.standing_of(delivery.recipient):
        return None  # they are back already
    return {"ref": report.ref, "project": report.policy.project.name}


def _for_people(delivery):
    """The team's context or a reporter's, with the case as it is now."""
    for_team = "case" in delivery.facts
    context = _for_either(delivery)
    if context is None:
        return None
    named = {"ref": delivery.facts["case"]} if for_team else {"reports__ref": delivery.facts["report"]}
    return {**context, "for_team": for_team, "case": Case.objects.defer("sealed").get(**named)}


def _for_planned_erasure(delivery):
    context = _for_people(delivery)
    if context is None:
        return None
    case, erase_at = context.pop("case"), datetime.fromisoformat(delivery.facts["erase_at"])
    if case.erase_at != erase_at or case.held_at or case.erased_at:
        return None  # the date is another by now, and another letter says so
    return {**context, "due_at": erase_at, "by_time": delivery.facts["reason"] == Because.RETENTION}


def _for_stopped_erasure(delivery):
    context = _for_people(delivery)
    return None if context is None or context.pop("case").erased_at else context


def _for_erased(delivery):
    context = _for_people(delivery)
    return context and {**context, "due_at": shredding.last_copy_gone(context.pop("case").erased_at)}


outbox.letter("report_arrived", kind=Kind.NEW_REPORTS)(_for_team)
for _letter in ("reporter_replied", "guest_joined_team", "reporter_left"):
    outbox.letter(_letter, kind=Kind.TEAM_MESSAGES)(_for_team)
outbox.letter("erasure_asked", kind=Kind.RECORDS)(_for_team)
outbox.letter("report_received", kind=Kind.RECORDS)(_for_reporter)
for _letter in ("case_moved", "advisory_published", "guest_joined"):
    outbox.letter(_letter, kind=Kind.NEWS)(_for_reporter)
for _letter in ("team_replied", "message_written"):
    outbox.letter(_letter, kind=Kind.MESSAGES)(_for_reader)
outbox.letter("report_handed_over", kind=Kind.RECORDS)(_for_either)
for _letter in ("deadline_near", "deadline_passed"):
    outbox.letter(_letter, kind=Kind.DEADLINES)(_for_deadline)
outbox.letter("erasure_planned", kind=Kind.RECORDS)(_for_planned_erasure)
outbox.letter("erasure_stopped", kind=Kind.RECORDS)(_for_stopped_erasure)
outbox.letter("content_erased", kind=Kind.RECORDS)(_for_erased)
outbox.letter("mentioned", kind=Kind.MENTIONS)(_for_mentioned)
outbox.letter("report_claim", kind=Kind.INVITATIONS)(_for_claim)
outbox.letter("guest_invitation", kind=Kind.INVITATIONS, to_unverified=True)(_for_invited)
outbox.letter("guest_removed", kind=Kind.RECORDS)(_for_removed)
