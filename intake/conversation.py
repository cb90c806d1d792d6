"""What people say to each other on a report, and what the team says among itself on a case."""

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from intake import clocks, events, notifications, texts
from intake.models import Message, Note, Participant, Report, SeenMark
from intake.models.event import Kind
from intake.texts import TextRefused
from portal.lib import chain
from portal.lib.render import RENDERER


def seen(reports, *, by, at):
    """Mark reports as seen by a person of the team, once for each person; the reporter may see when."""
    for report in reports:
        with transaction.atomic():
            events.hold(report.case_id)
            person = participant(report, by=by, role=Participant.Role.TEAM, at=at)
            if person.role != Participant.Role.TEAM:
                continue  # who reported it, and joined the team since: that nobody of the team has read it stays true
            _mark, first = SeenMark.objects.get_or_create(participant=person, report=report, defaults={"at": at})
            if first:
                events.record(report.case, Kind.SEEN, by=person, at=at, report=report)


def team_reply(report, *, content: dict, client_id: UUID, by, at, parent=None, assessment=False, waits: bool | None = None) -> Message:
    """Write to the reporter as the team. Meets acknowledgement and status update; the next update's clock starts.

    ``waits``: clocks that wait for the reporter stop until the answer, or go on; None leaves them as they are.
    """
    with transaction.atomic():
        events.hold(report.case_id)
        author = participant(report, by=by, role=Participant.Role.TEAM, at=at)
        message, new = _write(report, author, content, client_id, at, parent, assessment)
        if new:
            first = Report.objects.filter(pk=report.pk, acknowledged_at=None).update(acknowledged_at=at)
            kind = Kind.ACKNOWLEDGED if first else Kind.TEAM_REPLIED
            event = events.record(report.case, kind, by=author, at=at, report=report, commitment=chain.commitment(content))
            if clocks.team_wrote(report, at=at, first=bool(first), assessment=assessment, waits=waits):
                kind, reason = (Kind.CLOCKS_STOPPED, "waiting") if waits else (Kind.CLOCKS_RESUMED, "taken_back")
                events.record(report.case, kind, by=author, at=at, report=report, reason=reason)
            notifications.tell_reporters(event, "team_replied", report=report, at=at, besides=by)
    return message


def reporter_reply(report, *, content: dict, client_id: UUID, by, at, parent=None) -> Message:
    """Write to the team as the reporter or a guest."""
    with transaction.atomic():
        events.hold(report.case_id)
        author = report.participants.exclude(role=Participant.Role.TEAM).get(user=by, left_at=None)
        message, new = _write(report, author, content, client_id, at, parent, False)
        if new:
            event = events.record(report.case, Kind.REPORTER_REPLIED, by=author, at=at, report=report, commitment=chain.commitment(content))
            if clocks.reporter_wrote(report, at=at):
                events.record(report.case, Kind.CLOCKS_RESUMED, by=author, at=at, report=report, reason="answered")
            notifications.tell_team(event, "reporter_replied", at=at, besides=by)
    return message


def note(case, *, content: dict, client_id: UUID, by, at) -> Note:
    """Write a team-only note; no reporter's key opens it and no reporter is told."""
    with transaction.atomic():
        events.hold(case.pk)
        author = participant_of_case(case, by=by, at=at)
        written = Note(case=case, author=author, at=at, client_id=client_id, renderer=RENDERER)
        case.keys.seal(written, content)
        sent = _insert(written, content, case.keys)
        if sent is not written:
            return sent
        events.record(case, Kind.NOTE_WRITTEN, by=author, at=at, commitment=chain.commitment(content))
    return written


def participant(report, *, by, role, at) -> Participant:
    """Return this person's place in a report, taking one on the first word."""
    return Participant.objects.get_or_create(report=report, user=by, defaults={"role": role, "joined_at": at})[0]


def participant_of_case(case, *, by, at) -> Participant:
    """Return this person's place in a case's notes and acts, taking one on the first."""
    return Participant.objects.get_or_create(case=case, user=by, defaults={"role": Participant.Role.TEAM, "joined_at": at})[0]


def _write(report, author, content, client_id, at, parent, assessment):
    if parent is not None and parent.report_id != report.pk:
        raise TextRefused(_("The message that you answer is not in this conversation."))
    message = Message(report=report, author=author, parent=parent, at=at, client_id=client_id, is_assessment=assessment, renderer=RENDERER)
    report.keys.seal(message, content)
    sent = _insert(message, content, report.keys)
    return sent, sent is message


def _insert(row, content, keys):
    """Insert a message or note; return the first one if its form was sent twice. An edited form is another text."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        first = type(row).objects.get(author=row.author, client_id=row.client_id)
        if texts.words(keys.open(first)) == texts.words(content):
            return first
        row.client_id = uuid4()
        row.save(force_insert=True)
    return row
