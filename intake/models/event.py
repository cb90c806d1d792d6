"""What happened to a case: append-only, hash-chained; timeline and cause of every letter."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    REPORT_RECEIVED = "report_received", _("Report received")
    REPORT_RECORDED = "report_recorded", _("Report recorded by the team")
    REPORT_CLAIMED = "report_claimed", _("Report claimed by its reporter")
    SEEN = "seen", _("Opened by a person of the team")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    TEAM_REPLIED = "team_replied", _("The team wrote")
    REPORTER_REPLIED = "reporter_replied", _("The reporter wrote")
    NOTE_WRITTEN = "note_written", _("Team note written")
    SEVERITY_SET = "severity_set", _("Severity set")
    ACCEPTED = "accepted", _("Accepted as a vulnerability")
    REJECTED = "rejected", _("Not accepted")
    DEFERRED = "deferred", _("Deferred")
    REMEDIATED = "remediated", _("Fixed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    REPORT_JOINED = "report_joined", _("Report joined")
    ASSIGNED = "assigned", _("Assigned")
    UNASSIGNED = "unassigned", _("Given back by its assignee")
    RESTRICTED = "restricted", _("Restricted to named people of the team")
    READER_NAMED = "reader_named", _("Somebody more of the team may open it")
    READER_DISMISSED = "reader_dismissed", _("Somebody of the team may not open it any more")
    RESTRICTION_LIFTED = "restriction_lifted", _("Open to the whole team again")
    RETITLED = "retitled", _("Working title changed")
    CLOCKS_STOPPED = "clocks_stopped", _("Clocks stopped")
    CLOCKS_RESUMED = "clocks_resumed", _("Clocks go on")
    DEADLINE_NEAR = "deadline_near", _("Reminder: a deadline is near")
    DEADLINE_PASSED = "deadline_passed", _("Reminder: a deadline has passed")
    EXTENSION_ASKED = "extension_asked", _("A later date was asked for")
    EXTENSION_AGREED = "extension_agreed", _("The reporter agreed to a later date")
    EXTENSION_DECLINED = "extension_declined", _("The reporter declined a later date")
    LETTER_FAILED = "letter_failed", _("A letter did not arrive")
    MESSAGE_EDITED = "message_edited", _("A message was edited")
    MESSAGE_RETRACTED = "message_retracted", _("A message was retracted")
    NOTE_EDITED = "note_edited", _("A team note was edited")
    NOTE_RETRACTED = "note_retracted", _("A team note was retracted")
    GUEST_INVITED = "guest_invited", _("A guest was invited")
    GUEST_UNINVITED = "guest_uninvited", _("An invitation of a guest was withdrawn")
    GUEST_JOINED = "guest_joined", _("A guest joined")
    GUEST_LEFT = "guest_left", _("A guest left")
    GUEST_REMOVED = "guest_removed", _("A guest was removed")
    REPORTER_LEFT = "reporter_left", _("The reporter closed their account")
    REPORT_HANDED_OVER = "report_handed_over", _("The report was handed over to another person")
    COPY_TAKEN = "copy_taken", _("A copy was exported")
    ERASURE_ASKED = "erasure_asked", _("The reporter asked that the content be erased")
    ERASURE_DECLINED = "erasure_declined", _("The wish to erase the content was declined")
    ERASURE_PLANNED = "erasure_planned", _("Erasure of the content planned")
    ERASURE_STOPPED = "erasure_stopped", _("Planned erasure stopped")
    HOLD_PLACED = "hold_placed", _("Legal hold placed")
    HOLD_LIFTED = "hold_lifted", _("Legal hold lifted")
    ERASED = "erased", _("Content erased")
    ADVISORY_DRAFTED = "advisory_drafted", _("Advisory drafted")
    ADVISORY_PUBLISHED = "advisory_published", _("Advisory published")
    ADVISORY_REVISED = "advisory_revised", _("Advisory revised")
    ADVISORY_WITHDRAWN = "advisory_withdrawn", _("Advisory withdrawn")


class CaseEvent(models.Model):
    """One event. ``facts`` are small and plain (a severity, a milestone), never prose. Written by ``intake.events.record``.

    ``record`` names the row that the commitment is of. Two chains: ``hash`` links all events of the case; ``report_hash``
    links those of one report, which its reporter may see, so that a copy of it can be verified without the team's.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("intake.Case", on_delete=models.CASCADE, related_name="events")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    by = models.ForeignKey("intake.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    record = models.UUIDField(null=True)
    commitment = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    report_seq = models.PositiveIntegerField(null=True)
    report_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="an_event_a_place"),
            models.UniqueConstraint(fields=["report", "report_seq"], name="an_event_a_place_in_its_report"),
            models.CheckConstraint(
                condition=Q(report=None, report_seq=None) | Q(report__isnull=False, report_seq__isnull=False),
                name="chained_with_its_report",
            ),
        ]

    def __str__(self):
        return f"{self.seq} {self.kind}"

    def entry(self):
        """Return what ``hash`` covers. Events from before there was ``record`` do not name one."""
        named = {"record": str(self.record)} if self.record else {}
        return {"case": str(self.case_id), "seq": self.seq, **self._common(), **named}

    def report_entry(self):
        """Return what ``report_hash`` covers: nothing of the case, which is the team's."""
        return {"report_seq": self.report_seq, "record": str(self.record) if self.record else None, **self._common()}

    def _common(self):
        return {
            "uuid": str(self.uuid),
            "report": str(self.report_id) if self.report_id else None,
            "kind": str(self.kind),
            "by": str(self.by_id) if self.by_id else None,
            "at": self.at.isoformat(),
            "facts": self.facts,
            "commitment": self.commitment,
        }
