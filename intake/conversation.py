"""What people say to each other on a report, and what the team says among itself on a case."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from intake import attachments, clocks, drafts, events, notifications, texts
from intake.models import Message, Note, Participant, Report
from intake.models.event import Kind
from intake.texts import TextRefused
from portal.lib import chain
from portal.lib.render import RENDERER

INSTANT = timedelta(microseconds=1)  # what a database tells apart


def team_reply(
    report, *, content: dict, client_id: UUID, by, at, parent=None, assessment=False, waits: bool | None = None, draft=None
) -> Message:
    """Write to the reporter as the team. Meets acknowledgement and status update; the next update's clock starts.

    ``waits``: clocks that wait for the reporter stop until the answer, or go on; None leaves them as they are. ``draft``: the
    files that hang on it go along.
    """
    with transaction.atomic():
        events.hold_to_write(report=report)
        author = participant(report, by=by, role=Participant.Role.TEAM, at=at)
        at, content = _moment(report, at), attachments.named_in(content, draft)
        message, new = _write(report, author, content, client_id, at, parent, assessment)
        if new:
            attachments.send(draft, message=message)
            first = Report.objects.filter(pk=report.pk, acknowledged_at=None).update(acknowledged_at=at)
            kind = Kind.ACKNOWLEDGED if first else Kind.TEAM_REPLIED
            said = chain.commitment(content)
            event = events.record(report.case, kind, by=author, at=at, report=report, record=message.pk, commitment=said, **_place(message))
            if clocks.team_wrote(report, at=at, first=bool(first), assessment=assessment, waits=waits):
                kind, reason = (Kind.CLOCKS_STOPPED, "waiting") if waits else (Kind.CLOCKS_RESUMED, "taken_back")
                events.record(report.case, kind, by=author, at=at, report=report, reason=reason)
            notifications.tell_mentioned(event, content.get("mentions"), at=at, besides=by)
            notifications.tell_reporters(event, "team_replied", report=report, at=at, besides=by)
        else:
            attachments.forget_again(draft, message, at=at)
        drafts.sent(by, client_id=client_id, report=report)
    return message


def reporter_reply(report, *, content: dict, client_id: UUID, by, at, parent=None, draft=None) -> Message:
    """Write to the team as the reporter or a guest."""
    with transaction.atomic():
        events.hold_to_write(report=report)
        author = report.participants.exclude(role=Participant.Role.TEAM).filter(user=by, left_at=None).first()
        if author is None:
            raise TextRefused(_("You do not take part in this report any more, so your message was not sent. Copy it if you need it."))
        at, content = _moment(report, at), attachments.named_in(content, draft)
        message, new = _write(report, author, content, client_id, at, parent, False)
        if new:
            attachments.send(draft, message=message)
            kind, said = Kind.REPORTER_REPLIED, chain.commitment(content)
            event = events.record(report.case, kind, by=author, at=at, report=report, record=message.pk, commitment=said, **_place(message))
            if clocks.reporter_wrote(report, at=at):
                events.record(report.case, Kind.CLOCKS_RESUMED, by=author, at=at, report=report, reason="answered")
            notifications.tell_mentioned(event, content.get("mentions"), at=at, besides=by)
            notifications.tell_team(event, "reporter_replied", at=at, besides=by)
            notifications.tell_reporters(event, "message_written", report=report, at=at, besides=by)
        else:
            attachments.forget_again(draft, message, at=at)
        drafts.sent(by, client_id=client_id, report=report)
    return message


def note(case, *, content: dict, client_id: UUID, by, at, draft=None) -> Note:
    """Write a team-only note; no reporter's key opens it and no reporter is told."""
    with transaction.atomic():
        events.hold_to_write(case.pk)
        author = participant_of_case(case, by=by, at=at)
        written = Note(case=case, author=author, at=at, client_id=client_id, renderer=RENDERER)
        content = attachments.named_in(content, draft)
        case.keys.seal(written, content)
        sent = _insert(written, content, case.keys)
        if sent is not written:
            attachments.forget_again(draft, sent, at=at)
            drafts.sent(by, client_id=client_id, case=case)
            return sent
        attachments.send(draft, note=written)
        event = events.record(case, Kind.NOTE_WRITTEN, by=author, at=at, record=written.pk, commitment=chain.commitment(content))
        notifications.tell_mentioned(event, content.get("mentions"), at=at, besides=by)
        drafts.sent(by, client_id=client_id, case=case)
    return written


def participant(report, *, by, role, at) -> Participant:
    """Return this person's place in a report, taking one on the first word."""
    return Participant.objects.get_or_create(report=report, user=by, defaults={"role": role, "joined_at": at})[0]


def participant_of_case(case, *, by, at) -> Participant:
    """Return this person's place in a case's notes and acts, taking one on the first."""
    return Participant.objects.get_or_create(case=case, user=by, defaults={"role": Participant.Role.TEAM, "joined_at": at})[0]


def _moment(report, at):
    """Return when a message is said: behind every other of its report, and since the last guest came.

    Who waited here for somebody else took a moment before that. The message would never be new to who has read the other one,
    and shut to a guest without history who is told of it.
    """
    said = report.messages.order_by("-at").values("at")[:1]
    since = report.participants.exclude(sees_from=None).order_by("-sees_from").values("sees_from")[:1]
    before = Report.objects.filter(pk=report.pk).values_list(Subquery(said), Subquery(since)).get()
    return max([at, *(moment + INSTANT for moment in before if moment)])


def _write(report, author, content, client_id, at, parent, assessment):
    if parent is not None and parent.report_id != report.pk:
        raise TextRefused(_("The message that you answer is not in this conversation."))
    message = Message(report=report, author=author, parent=parent, at=at, client_id=client_id, is_assessment=assessment, renderer=RENDERER)
    report.keys.seal(message, content)
    sent = _insert(message, content, report.keys)
    return sent, sent is message


def _place(message):
    """Return what the event of a message says of it beside its commitment."""
    facts = {"answers": str(message.parent_id)} if message.parent_id else {}
    return facts | ({"assessment": True} if message.is_assessment else {})


def _insert(row, content, keys):
    """Insert a message or note; return the first one if its form was sent twice. An edited form is another text."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        first = type(row).objects.get(author=row.author, client_id=row.client_id)
        if first.retracted_at is None and texts.words(keys.open(first)) == texts.words(content):
            return first
        row.client_id = uuid4()
        row.save(force_insert=True)
    return row
