"""What happened to a case: append-only, hash-chained; timeline and cause of every letter."""

import uuid

from django.db import models
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
    RETITLED = "retitled", _("Working title changed")
    CLOCKS_STOPPED = "clocks_stopped", _("Clocks stopped")
    CLOCKS_RESUMED = "clocks_resumed", _("Clocks go on")
    DEADLINE_NEAR = "deadline_near", _("Reminder: a deadline is near")
    DEADLINE_PASSED = "deadline_passed", _("Reminder: a deadline has passed")
    ADVISORY_DRAFTED = "advisory_drafted", _("Advisory drafted")
    ADVISORY_PUBLISHED = "advisory_published", _("Advisory published")
    ADVISORY_REVISED = "advisory_revised", _("Advisory revised")
    ADVISORY_WITHDRAWN = "advisory_withdrawn", _("Advisory withdrawn")


class CaseEvent(models.Model):
    """One event. ``facts`` are small and plain (a severity, a milestone), never prose. Written by ``intake.events.record``."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("intake.Case", on_delete=models.CASCADE, related_name="events")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    by = models.ForeignKey("intake.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    commitment = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="an_event_a_place")]

    def __str__(self):
        return f"{self.seq} {self.kind}"

    def entry(self):
        """Return what the hash covers."""
        return {
            "uuid": str(self.uuid),
            "case": str(self.case_id),
            "report": str(self.report_id) if self.report_id else None,
            "seq": self.seq,
            "kind": str(self.kind),
            "by": str(self.by_id) if self.by_id else None,
            "at": self.at.isoformat(),
            "facts": self.facts,
            "commitment": self.commitment,
        }
