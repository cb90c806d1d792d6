"""Models of intake. Everything a person wrote lies in a sealed column; the rest is declared metadata."""

from intake.models.attachment import Attachment, Preview
from intake.models.case import Case
from intake.models.conversation import Message, MessageRevision, Note, NoteRevision, Participant, SeenMark
from intake.models.deadline import Deadline
from intake.models.draft import Draft
from intake.models.erasure import ErasureRequest
from intake.models.event import CaseEvent
from intake.models.guest import GuestInvitation
from intake.models.report import Report

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "Deadline",
    "Draft",
    "ErasureRequest",
    "GuestInvitation",
    "Message",
    "MessageRevision",
    "Note",
    "NoteRevision",
    "Participant",
    "Preview",
    "Report",
    "SeenMark",
]
