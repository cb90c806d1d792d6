"""Long conversations for tests: many messages at once, sealed as the verbs seal them."""

from uuid import uuid4

from intake.conversation import participant
from intake.models import Message, Note
from intake.texts import message
from portal.keys import Keys
from portal.lib.render import RENDERER


def say(report, *, by, times, text="said", role="team", parent=None):
    """Messages of one person at these times, numbered; returned in that order."""
    author, keys = participant(report, by=by, role=role, at=times[0]), Keys.to(shared=[report.pk])
    rows = [Message(report=report, author=author, parent=parent, at=at, client_id=uuid4(), renderer=RENDERER) for at in times]
    for number, row in enumerate(rows):
        keys.seal(row, message(f"{text}-{number:03d}"))
    return Message.objects.bulk_create(rows)


def note_down(case, *, by, times, text="noted"):
    """Notes of one person at these times, numbered."""
    author, keys = (
        case.participants.get_or_create(user=by, defaults={"role": "team", "joined_at": times[0]})[0],
        Keys.to(internal=[case.pk]),
    )
    rows = [Note(case=case, author=author, at=at, client_id=uuid4(), renderer=RENDERER) for at in times]
    for number, row in enumerate(rows):
        keys.seal(row, message(f"{text}-{number:03d}"))
    return Note.objects.bulk_create(rows)
