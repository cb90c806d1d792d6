"""Letters of intake: who is told of an event, and whether a letter is still wanted when it leaves.

A letter carries a reference and a link, never a title or a text.
"""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.models import Kind, User
from intake.models import Case, CaseEvent, CaseReader, Deadline, Extension, GuestInvitation, Participant, Report
from intake.models.case import Because
from portal import shredding
from portal.lib.permissions import ALLOWED, Action

CLAIM_SALT = "intake.claim"
GUEST_SALT = "intake.guest_invitation"
DECIDERS = [str(standing) for standing in ALLOWED[Action.ANSWER_ERASURE]]


def tell_team(event, letter, *, at, besides=None):
    """Tell the team of the case's project, but for the person who did it."""
    team = event.case.team().filter(is_active=True)
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
    team = named.filter(pk__in=event.case.team().values("pk"))
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


def offer_claim(event, participant, *, address, at):
    """Send the one-time link by which somebody whose report was recorded can take it over."""
    outbox.send("report_claim", cause=event.uuid, address=address, facts={"participant": str(participant.pk)}, at=at)


def tell_all(happened, letter, *, at, besides=None, **facts):
    """Tell the team and all reporters and guests of a case, each once; ``happened`` are the events of its reports."""
    team = happened[0].case.team().filter(is_active=True)
    besides_pk = besides.pk if besides is not None else None
    outbox.send(letter, cause=happened[0].uuid, to=team.exclude(pk=besides_pk), facts={"case": happened[0].case.ref, **facts}, at=at)
    for event in happened:
        if event.report is not None:
            here = event.report.participants.filter(left_at=None).exclude(role=Participant.Role.TEAM)
            people = User.objects.filter(participations__in=here, is_active=True).exclude(pk=besides_pk)
            outbox.send(letter, cause=event.uuid, to=people, facts={"report": event.report.ref, **facts}, at=at)


def tell_deciders(event, letter, *, at):
    """Tell the maintainers and owners of the case's project."""
    deciders = event.case.team(*DECIDERS).filter(is_active=True)
    outbox.send(letter, cause=event.uuid, to=deciders, facts={"case": event.case.ref}, at=at)


def ask_for_extension(event, extension, *, to, at):
    """Tell the reporter that the team asks for a later date."""
    facts = {"report": event.report.ref, "extension": str(extension.pk)}
    outbox.send("extension_asked", cause=event.uuid, to=[to], facts=facts, at=at)


def tell_assignee(event, user, *, at, besides=None):
    """Tell somebody that a case is theirs to look after."""
    if besides is None or besides.pk != user.pk:
        outbox.send("case_assigned", cause=event.uuid, to=[user], facts={"case": event.case.ref}, at=at)


def tell_nobody_takes(case, *, cause, at):
    """Tell the owners, of a restricted case those whom it names, that nobody can be assigned; once for each case."""
    outbox.send("case_not_assigned", cause=cause, to=case.team(*DECIDERS).filter(is_active=True), facts={"case": case.ref}, at=at)


def tell_readers(event, people, *, at):
    """Tell people of the team that a restricted case names them."""
    facts = {"case": event.case.ref, "reason": event.facts.get("reason", "")}
    outbox.send("case_reader_named", cause=event.uuid, to=people, facts=facts, at=at)


def tell_of_owner(event, owner, *, to, at):
    """Tell those whom a restricted case names that an owner named themselves."""
    outbox.send("case_owner_stepped_in", cause=event.uuid, to=to, facts={"case": event.case.ref, "person": str(owner.uuid)}, at=at)


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


def _for_named(delivery):
    """Of a case that is restricted still; ``nobody_left``: the portal named an owner, because nobody decides there any more."""
    context = _for_team(delivery)
    named = CaseReader.objects.filter(case__ref=delivery.facts["case"], user=delivery.recipient, case__restricted_at__isnull=False)
    if context is None or not named.exists():
        return None
    return {**context, "nobody_left": delivery.facts["reason"] == "nobody_left"}


def _for_others_named(delivery):
    context, owner = _for_team(delivery), User.objects.filter(uuid=delivery.facts["person"]).first()
    return context and {**context, "owner": owner.shown_name if owner else ""}


def _for_asked(delivery):
    """Of a question that waits for its answer still."""
    context = _for_reporter(delivery)
    waits = Extension.objects.filter(pk=delivery.facts["extension"], answered_at=None, deadline__in=Deadline.objects.open())
    return context if waits.exists() else None


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


# What the page of notifications says of each letter that is about a case or a report, beside the reference.
SAYS = {
    "report_arrived": _("A report arrived"),
    "reporter_replied": _("The reporter or a guest wrote"),
    "guest_joined_team": _("A guest joined"),
    "reporter_left": _("The reporter closed their account"),
    "case_assigned": _("You look after this case"),
    "extension_asked": _("The team asks for a later date"),
    "extension_answered": _("The reporter answered about a later date"),
    "case_not_assigned": _("Nobody could be found to look after this case"),
    "erasure_asked": _("The reporter asked that the content be erased"),
    "case_reader_named": _("You are named to open a restricted case"),
    "case_owner_stepped_in": _("An owner may open this restricted case now"),
    "report_received": _("Your report arrived"),
    "case_moved": _("Your report moved on"),
    "advisory_published": _("The advisory is out"),
    "guest_joined": _("A guest joined"),
    "team_replied": _("The team wrote"),
    "message_written": _("Somebody wrote"),
    "report_handed_over": _("The report was handed over"),
    "erasure_planned": _("The content will be erased"),
    "erasure_stopped": _("The content will not be erased now"),
    "content_erased": _("The content was erased"),
    "mentioned": _("Somebody mentions you"),
    "guest_removed": _("You do not take part any more"),
}

outbox.letter("report_arrived", kind=Kind.NEW_REPORTS, says=SAYS["report_arrived"])(_for_team)
outbox.letter("extension_asked", kind=Kind.MESSAGES, says=SAYS["extension_asked"])(_for_asked)
for _letter in ("case_assigned", "case_not_assigned", "extension_answered"):
    outbox.letter(_letter, kind=Kind.TEAM_MESSAGES, says=SAYS[_letter])(_for_team)
for _letter in ("reporter_replied", "guest_joined_team", "reporter_left"):
    outbox.letter(_letter, kind=Kind.TEAM_MESSAGES, says=SAYS[_letter])(_for_team)
outbox.letter("erasure_asked", kind=Kind.RECORDS, says=SAYS["erasure_asked"])(_for_team)
outbox.letter("case_reader_named", kind=Kind.RECORDS, says=SAYS["case_reader_named"])(_for_named)
outbox.letter("case_owner_stepped_in", kind=Kind.RECORDS, says=SAYS["case_owner_stepped_in"])(_for_others_named)
outbox.letter("report_received", kind=Kind.RECORDS, says=SAYS["report_received"])(_for_reporter)
for _letter in ("case_moved", "advisory_published", "guest_joined"):
    outbox.letter(_letter, kind=Kind.NEWS, says=SAYS[_letter])(_for_reporter)
for _letter in ("team_replied", "message_written"):
    outbox.letter(_letter, kind=Kind.MESSAGES, says=SAYS[_letter])(_for_reader)
outbox.letter("report_handed_over", kind=Kind.RECORDS, says=SAYS["report_handed_over"])(_for_either)
outbox.letter("erasure_planned", kind=Kind.RECORDS, says=SAYS["erasure_planned"])(_for_planned_erasure)
outbox.letter("erasure_stopped", kind=Kind.RECORDS, says=SAYS["erasure_stopped"])(_for_stopped_erasure)
outbox.letter("content_erased", kind=Kind.RECORDS, says=SAYS["content_erased"])(_for_erased)
outbox.letter("mentioned", kind=Kind.MENTIONS, says=SAYS["mentioned"])(_for_mentioned)
outbox.letter("report_claim", kind=Kind.INVITATIONS)(_for_claim)
outbox.letter("guest_invitation", kind=Kind.INVITATIONS, to_unverified=True)(_for_invited)
outbox.letter("guest_removed", kind=Kind.RECORDS, says=SAYS["guest_removed"])(_for_removed)
