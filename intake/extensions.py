"""A later date for a promise, agreed with the reporter: the team asks in a message, the reporter agrees or declines.

A question is open while nobody has answered it, its deadline is open (meeting, ending or closing takes it along) and the date that it
asks for lies ahead; then the team may ask again. An agreed date is a new start for the ladder; the first date stays with the deadline
(``first_due_at``).
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from intake import clocks, conversation, escalation, events, ladder, notifications
from intake.models import Deadline, Extension, Participant
from intake.models.event import Kind
from portal import ladders
from portal.models.policy import Milestone

LONGEST = timedelta(days=365)


class NotPossible(Exception):
    """It cannot be asked or answered; the message is a sentence for the person."""


def movable(report, *, at) -> list[Deadline]:
    """Return the open deadlines of a report for which a later date can be asked: they run, come once, and are not asked about yet."""
    rows = Deadline.objects.open().filter(report=report, paused_at=None, level__recurring=False)
    # A message to the reporter is the answer itself.
    rows = rows.exclude(milestone=Milestone.ACKNOWLEDGEMENT).exclude(extensions__in=Extension.objects.open(at))
    return list(rows.select_related("level").order_by("due_at", "pk"))


@transaction.atomic
def ask(report, *, deadline: UUID, until, content: dict, client_id: UUID, by, at) -> Extension:
    """Ask the reporter for a later date, in a message that says why. It does what every message of the team does."""
    events.hold_to_write(report=report)
    if until > at + LONGEST:
        raise NotPossible(_("A later date lies within a year. Choose an earlier one."))
    reporter = _reporter(report)
    if reporter is None:
        raise NotPossible(_("Nobody has claimed this report, or its reporter has left, so nobody can agree. The date stays."))
    message = conversation.team_reply(report, content=content, client_id=client_id, by=by, at=at)
    if again := Extension.objects.filter(message=message).first():
        return again
    row = next((one for one in movable(report, at=at) if one.uuid == deadline), None)
    if row is None:
        raise NotPossible(_("This deadline is met, ended, stopped or asked about by now. Look at the clocks again."))
    if until <= max(row.due_at, at):
        raise NotPossible(_("The new date must be later than the one that stands, and in the future."))
    # One that ran out unanswered makes room.
    row.extensions.filter(answered_at=None).update(answered_at=at, agreed=False)
    asker = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)
    asked = Extension.objects.create(deadline=row, message=message, until=until, asked_at=at, asked_by=asker)
    event = _record(Kind.EXTENSION_ASKED, report, asked, row, by=asker, at=at)
    notifications.ask_for_extension(event, asked, to=reporter.user, at=at)
    return asked


@transaction.atomic
def answer(extension, *, agrees: bool, by, at) -> None:
    """Agree to a later date, or decline it; the team is told."""
    report = extension.deadline.report
    events.hold_report(report)
    reporter = _reporter(report)
    if reporter is None or reporter.user_id != by.pk:
        raise NotPossible(_("Only the reporter agrees to a later date."))
    row = Deadline.objects.open().select_related("level").filter(pk=extension.deadline_id).first()
    if row is None or extension.until <= at or agrees and row.due_at >= extension.until:
        raise NotPossible(_("This question is over: its date has passed, or the deadline was met, ended, or is later already."))
    if not Extension.objects.filter(pk=extension.pk, answered_at=None).update(answered_at=at, agreed=agrees):
        raise NotPossible(_("You have answered this already."))
    if agrees:
        _move(row, report, until=extension.until, at=at)
    kind = Kind.EXTENSION_AGREED if agrees else Kind.EXTENSION_DECLINED
    event = _record(kind, report, extension, row, by=reporter, at=at)
    notifications.tell_team(event, "extension_answered", at=at, besides=by)


def _move(row, report, *, until, at):
    """Let a deadline be due on another date, and the ladder begin anew towards it."""
    steps = escalation.steps_of(row, ladders.of_project(report.case.project_id))
    climbed = ladder.behind(steps, due_at=until, at=at)
    changed = {"due_at": until, "first_due_at": Coalesce("first_due_at", "due_at"), "climbed": climbed}
    if row.paused_at is None:
        # Pauses from before the new date was agreed are in it.
        changed |= {"counted_until": at, "next_reminder_at": ladder.next_at(steps, climbed, due_at=until)}
    Deadline.objects.filter(pk=row.pk).update(**changed)
    clocks.refresh(report.case_id)


def _reporter(report):
    here = report.participants.filter(role=Participant.Role.REPORTER, left_at=None, user__is_active=True)
    return here.select_related("user").first()


def _record(kind, report, extension, row, *, by, at):
    said = {"milestone": row.milestone, "ordinal": row.ordinal, "until": extension.until.isoformat()}
    return events.record(report.case, kind, by=by, at=at, report=report, record=extension.pk, **said)
