"""Models of intake. Everything a person wrote lies in a sealed column; the rest is declared metadata."""

from intake.models.case import Case
from intake.models.conversation import Message, Note, Participant, SeenMark
from intake.models.deadline import Deadline
from intake.models.event import CaseEvent
from intake.models.report import Report

__all__ = ["Case", "CaseEvent", "Deadline", "Message", "Note", "Participant", "Report", "SeenMark"]
