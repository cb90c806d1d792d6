"""Erasing the content of a closed case: asked for, answered, decided, stopped; and done when its day has come.

What is erased is the content of all reports of the case. Their keys are destroyed, so that nothing opens again; what a
page shows afterwards is the stub: references, project, dates, stage, verdict, severity, timeline.
"""

import logging
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import audit
from intake import attachments, clocks, conversation, events, notifications, retention
from intake.models import Attachment, Case, CaseEvent, Draft, ErasureRequest, GuestInvitation, Message, Participant
from intake.models.case import Because
from intake.models.event import Kind
from intake.models.sealed import SealedRow
from portal import keys, shredding

log = logging.getLogger("parley.shredding")
WAIT = timedelta(days=7)  # between a decision to erase and the deed, so that it can be stopped


class NotPossible(Exception):
    """It cannot be done now; the message is a sentence for the person."""


@transaction.atomic
def ask(report, *, by, at) -> ErasureRequest:
    """Ask, as the reporter, that the content be erased; maintainers and owners are told. A second press finds the first wish."""
    case = _held(events.hold_report(report).pk)
    if case.held_at:
        raise NotPossible(_("This report must be kept for legal reasons, so it cannot be erased now."))
    if case.erase_because in (Because.ASKED, Because.DECIDED):
        raise NotPossible(_("Its erasure is planned already."))
    person = report.participants.filter(user=by, role=Participant.Role.REPORTER, left_at=None).first()
    if person is None:
        raise NotPossible(_("Somebody else is the reporter by now, so only they can ask for this."))
    wish, new = ErasureRequest.objects.get_or_create(report=report, answered_at=None, defaults={"by": person, "at": at})
    if new:
        event = events.record(case, Kind.ERASURE_ASKED, by=person, at=at, report=report)
        notifications.tell_deciders(event, "erasure_asked", at=at)
    return wish


@transaction.atomic
def grant(wish, *, by, at) -> None:
    """Grant a reporter's wish: the content of the case is erased in a week, unless somebody stops it. Everybody is told.

    Whoever else reported it has to wish for it too, because nothing of the case stays; all their wishes are granted at once.
    """
    case = _erasable(events.hold_report(wish.report).pk)
    if why := in_the_way(case):
        raise NotPossible(why)
    _answer(wish, granted=True, by=by, at=at)
    for other in ErasureRequest.objects.filter(report__case=case, answered_at=None).select_related("report__case"):
        _answer(other, granted=True, by=by, at=at)
    _plan(case, Because.ASKED, by=by, at=at)


def in_the_way(case) -> str:
    """Return why no wish of a reporter of this case can be granted and what to do, or "": another's report would go along unasked."""
    wishes = ErasureRequest.objects.filter(report=OuterRef("pk"), answered_at=None)
    reports = {report.ref: report.asked for report in case.reports.annotate(asked=Exists(wishes)).only("ref").order_by("received_at")}
    others = [ref for ref, asked in reports.items() if not asked]
    if len(reports) < 2 or not others:
        return ""
    because = _("Erasing takes a whole case, and in this one is also %(others)s, whose reporter did not ask for it.")
    came = CaseEvent.objects.filter(report__case=case, case__erased_at=None).exclude(case=case).order_by("-at", "-seq")
    back = came.values("report__ref", "case__ref").first()
    if back is None:
        todo = _("There is no case to which one of them could go back: grant it when all have asked, or decline it and say why.")
        return f"{because} {todo}" % {"others": ", ".join(others)}
    todo = _("Part them first: join %(back)s back to %(left)s (both cases have to be open for it), close both, then grant it.")
    return f"{because} {todo}" % {"others": ", ".join(others), "left": back["case__ref"], "back": back["report__ref"]}


@transaction.atomic
def decline(wish, *, message: dict, client_id, by, at) -> None:
    """Decline a reporter's wish, with a message that says why."""
    _held(events.hold_report(wish.report).pk)
    if Message.objects.filter(report=wish.report_id, author__user=by, client_id=client_id).exists():
        return  # a second press
    person = _answer(wish, granted=False, by=by, at=at)
    conversation.team_reply(wish.report, content=message, client_id=client_id, by=by, at=at)
    events.record(wish.report.case, Kind.ERASURE_DECLINED, by=person, at=at, report=wish.report)


@transaction.atomic
def decide(case, *, by, at) -> None:
    """Plan the erasure of a closed case without a wish of its reporter: in a week, unless somebody stops it."""
    _plan(_erasable(case.pk), Because.DECIDED, by=by, at=at)


@transaction.atomic
def stop(case, *, by, at) -> None:
    """Stop an erasure that was granted or decided. What the project's months say counts again."""
    case = _held(case.pk)
    if case.erase_because not in (Because.ASKED, Because.DECIDED):
        raise NotPossible(_("No erasure is planned that could be stopped here."))
    again = retention.planned(case.project, closed_at=case.closed_at, earliest=at + retention.NOTICE)
    Case.objects.filter(pk=case.pk).update(**again)
    actor = conversation.participant_of_case(case, by=by, at=at)
    notifications.tell_all(retention.record_on_all(case, Kind.ERASURE_STOPPED, by=actor, at=at), "erasure_stopped", at=at, besides=by)


def sweep(*, at, limit=50) -> int:
    """Erase what is due, then rid the database's files of the keys; return how many cases were erased."""
    erased = 0
    for pk in list(_due(at).order_by("erase_at").values_list("pk", flat=True)[:limit]):
        try:
            erased += _erase(pk, at=at)
        except Exception:
            log.exception("Case %s could not be erased; nothing of it was changed, and the next sweep tries again.", pk)
    purge(at=at)
    return erased


def purge(*, at) -> int:
    """Rid the database's files of the keys of erased cases, where that is still to be done; return of how many."""
    waiting = list(Case.objects.filter(erased_at__isnull=False, purged_at=None).values_list("pk", flat=True))
    if not waiting or not shredding.purge():
        return 0
    return Case.objects.filter(pk__in=waiting, purged_at=None).update(purged_at=at)


def destroy_drafts(drafts, *, at) -> None:
    """Destroy drafts with their files, and the keys of those that have their own."""
    drafts = list(drafts.select_for_update())
    attachments.shred(Attachment.objects.filter(draft__in=drafts), at=at)
    keys.destroy(draft.pk for draft in drafts if draft.project_id)
    Draft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()


def sealed_models() -> list:
    """Return every model with a sealed column, those of the floors above too."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def _due(at):
    kept = Case.objects.filter(closed_at__isnull=False, erased_at=None, held_at=None)
    return kept.filter(erase_at__lte=at, erase_notice_at=None)  # never before its people were told


@transaction.atomic
def _erase(pk, *, at) -> bool:
    behind = _behind(pk)
    for case_id in sorted([pk, *behind]):
        events.hold(case_id)
    if not _due(at).filter(pk=pk).update(erased_at=at):
        return False
    case = Case.objects.select_related("project").get(pk=pk)
    _destroy(case, at=at)
    erased = [case]
    for left in Case.objects.select_related("project").filter(pk__in=behind, erased_at=None, held_at=None).exclude(joined_into=None):
        left.erase_because = case.erase_because
        gone = {"erased_at": at, "erase_at": at, "erase_because": case.erase_because, "erase_notice_at": None}
        Case.objects.filter(pk=left.pk).update(**gone)
        _destroy(left, at=at)
        erased.append(left)
    for one in erased:
        audit.record("case.erased", by=None, at=at, project=one.project.uuid, case=one.ref, reason=str(one.erase_because))
    return True


def _behind(pk) -> set:
    """Return the cases that were left empty when their reports were joined to this one: what they say is of those reports."""
    found, more = set(), {pk}
    while more:
        more = set(Case.objects.filter(joined_into__in=more).values_list("pk", flat=True)) - found - {pk}
        found |= more
    return found


def _destroy(case, *, at):
    """Destroy all content of a case that counts as erased, and tell its people."""
    report_ids = list(case.reports.values_list("pk", flat=True))
    scopes = [case.pk, *report_ids]
    destroy_drafts(Draft.objects.filter(Q(report__in=report_ids) | Q(case=case)), at=at)
    attachments.shred(Attachment.objects.filter(scope__in=scopes, shredded_at=None), at=at)
    keys.destroy(scopes)
    for model in sealed_models():
        in_scope = Q(*[(f"{lookup}__in", scopes) for lookup in model.SCOPES], _connector=Q.OR)
        model._base_manager.filter(in_scope).update(sealed=b"")
    GuestInvitation.objects.filter(report__in=report_ids).delete()
    ErasureRequest.objects.filter(report__in=report_ids, answered_at=None).update(answered_at=at, granted=True)
    clocks.cancel(report_ids, at=at)
    clocks.refresh(case.pk)
    done = retention.record_on_all(case, Kind.ERASED, at=at, reason=str(case.erase_because))
    notifications.tell_all(done, "content_erased", at=at)


def _plan(case, because, *, by, at):
    case.erase_at, case.erase_because = at + WAIT, because
    Case.objects.filter(pk=case.pk).update(erase_at=case.erase_at, erase_because=because, erase_notice_at=None)
    retention.announce(case, by=conversation.participant_of_case(case, by=by, at=at), at=at, besides=by)


def _answer(wish, *, granted, by, at):
    person = conversation.participant_of_case(wish.report.case, by=by, at=at)
    open_wish = ErasureRequest.objects.filter(pk=wish.pk, answered_at=None)
    if not open_wish.update(answered_at=at, answered_by=person, granted=granted):
        raise NotPossible(_("Somebody answered this wish meanwhile. Look at the case again."))
    return person


def _erasable(case_id):
    case = _held(case_id)
    if case.held_at:
        raise NotPossible(_("This case is under a legal hold, so it cannot be erased. Lift the hold first."))
    if not case.closed_at:
        raise NotPossible(_("Only a closed case can be erased. Close it first."))
    if case.erase_because in (Because.ASKED, Because.DECIDED):
        raise NotPossible(_("Its erasure is planned already."))
    return case


def _held(case_id):
    """Return a case as it is now, held; refuse one that was erased."""
    events.hold(case_id)
    case = Case.objects.select_related("project").get(pk=case_id)
    if case.erased_at:
        raise NotPossible(_("The content was erased already."))
    return case
