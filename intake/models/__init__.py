"""Models of intake. Everything a person wrote lies in a sealed column; the rest is declared metadata."""

from intake.models.attachment import Attachment, Preview
from intake.models.case import Case, CaseReader
from intake.models.conversation import Message, MessageRevision, Note, NoteRevision, Participant, SeenMark
from intake.models.deadline import Deadline, Extension
from intake.models.draft import Draft
from intake.models.erasure import ErasureRequest
from intake.models.event import CaseEvent
from intake.models.figures import MonthlyFigures
from intake.models.guest import GuestInvitation
from intake.models.report import Report

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseReader",
    "Deadline",
    "Draft",
    "ErasureRequest",
    "Extension",
    "GuestInvitation",
    "Message",
    "MessageRevision",
    "MonthlyFigures",
    "Note",
    "NoteRevision",
    "Participant",
    "Preview",
    "Report",
    "SeenMark",
]
