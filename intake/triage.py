"""Judging a case: accept, reject, defer, set its severity, give it a working title.

A verdict against a report always comes with a message: no reporter learns it from a silent clock.
"""

from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from intake import clocks, conversation, events, notifications, texts
from intake.models import Case
from intake.models.case import RejectionReason, Verdict
from intake.models.event import Kind
from intake.stages import Move, moves_from
from portal.lib import chain
from portal.lib.permissions import Action, Standing, may
from portal.models.policy import Milestone, Severity

# Who may make which move.
ACTION_OF = {
    Move.ACCEPT: Action.TRIAGE,
    Move.REJECT: Action.TRIAGE,
    Move.DEFER: Action.TRIAGE,
    Move.REMEDIATE: Action.TRIAGE,
    Move.CLOSE: Action.CLOSE_CASE,
    Move.REOPEN: Action.CLOSE_CASE,
}


def possible(case, *, standing) -> list[Move]:
    """Return the moves that make sense now and that this person may make."""
    return [move for move in moves_from(case.facts) if may(Standing(standing), ACTION_OF[move])]


class NotNow(Exception):
    """The case stands where this move makes no sense; the message is a sentence for the person."""

    def __init__(self, case, move):
        super().__init__(
            _("%(ref)s is “%(stage)s” by now, so “%(move)s” is not possible. Somebody may have moved it: look again.")
            % {"ref": case.ref, "stage": case.stage.label, "move": move.label}
        )


def accept(case, *, by, at, message=None, client_id=None):
    """Take the case on as a vulnerability of the project."""
    _judge(case, Move.ACCEPT, Kind.ACCEPTED, verdict=Verdict.ACCEPTED, by=by, at=at, message=message, client_id=client_id)


def defer(case, *, by, at, message, client_id):
    """Accept that it is real, but not take it on now; the reporters are told why."""
    _judge(case, Move.DEFER, Kind.DEFERRED, verdict=Verdict.DEFERRED, by=by, at=at, message=message, client_id=client_id)


def reject(case, *, reason: RejectionReason, by, at, message, client_id):
    """Not accept it, for one of the reasons; the reporters are told why."""
    _judge(case, Move.REJECT, Kind.REJECTED, verdict=Verdict.REJECTED, reason=reason, by=by, at=at, message=message, client_id=client_id)


class Closed(Exception):
    """The case is closed; the message says what to do."""


@transaction.atomic
def set_severity(case, *, severity: Severity, by, at):
    """Set or change the severity; the fix windows of each report's policy follow it."""
    changed = Case.objects.filter(pk=case.pk, closed_at=None).exclude(severity=severity).update(severity=severity)
    if not changed:
        if Case.objects.filter(pk=case.pk).exclude(closed_at=None).exists():
            raise Closed(_("%(ref)s is closed, so its severity stays. Reopen it first.") % {"ref": case.ref})
        return
    before, case.severity = case.severity, severity
    actor = conversation.participant_of_case(case, by=by, at=at)
    events.record(case, Kind.SEVERITY_SET, by=actor, at=at, severity=str(severity), before=before)
    # A case that was deferred or not accepted has no fix window; taking it on makes one of the severity.
    if case.remediated_at is None and case.verdict in ("", Verdict.ACCEPTED):
        for report in case.reports.select_related("policy"):
            clocks.severity_set(report, severity=severity, at=at)


@transaction.atomic
def retitle(case, *, title: str, by, at):
    """Change the team's working title; the reporters' own titles stay as sent."""
    events.hold_to_write(case.pk)
    content = {"title": title, "salt": chain.new_salt()}
    case.keys.seal(case, content)
    Case.objects.filter(pk=case.pk).update(sealed=case.sealed)
    events.record(
        case,
        Kind.RETITLED,
        by=conversation.participant_of_case(case, by=by, at=at),
        at=at,
        record=case.pk,
        commitment=chain.commitment(content),
    )


@transaction.atomic
def _judge(case, move, kind, *, verdict, by, at, message, client_id, reason=""):
    before = {"verdict": case.verdict, "remediated_at": None, "disclosed_at": None, "closed_at": None}
    if move not in moves_from(case.facts):
        raise NotNow(case, move)
    changed = Case.objects.filter(pk=case.pk, **before).update(verdict=verdict, verdict_at=at, rejection_reason=reason)
    if not changed:
        raise NotNow(Case.objects.get(pk=case.pk), move)
    case.verdict, case.verdict_at, case.rejection_reason = verdict, at, reason
    reports = list(case.reports.select_related("policy", "case"))
    if message is not None:
        tell(case, reports, message, client_id=client_id, by=by, at=at, assessment=True)
    clocks.meet([report.pk for report in reports], [Milestone.ASSESSMENT], at=at)
    if verdict == Verdict.ACCEPTED:
        for report in reports:
            clocks.take_up(report, at=at)
    else:
        clocks.cancel([report.pk for report in reports], milestones=clocks.AFTER_VERDICT, at=at)
    clocks.refresh(case.pk)
    actor = conversation.participant_of_case(case, by=by, at=at)
    event = events.record(case, kind, by=actor, at=at, **({"reason": str(reason)} if reason else {}))
    for report in reports:
        notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)


def tell(case, reports, message: dict, *, client_id: UUID, by, at, assessment=False):
    """Send one message to the reporters of all reports of a case, each in their own conversation.

    Who writes it has seen all of them: where one was joined since it is refused, for no key to that one was granted.
    """
    known = {scope for scope, _purpose in case.keys.grants}
    if any(report.pk not in known for report in reports):
        raise texts.TextRefused(texts.TO_OTHERS)
    for report in reports:
        report.keys = case.keys
        own = {**message, "salt": chain.new_salt()}
        conversation.team_reply(report, content=own, client_id=uuid5(client_id, str(report.pk)), by=by, at=at, assessment=assessment)
