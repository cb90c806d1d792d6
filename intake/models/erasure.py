"""A reporter's wish that the content of a report be erased."""

import uuid

from django.db import models
from django.db.models import Q


class ErasureRequest(models.Model):
    """Asked by the reporter, answered by the team: granted, or declined with a message in the conversation."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="erasure_requests")
    by = models.ForeignKey("intake.Participant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("intake.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(answered_at=None), name="one_open_erasure_request"),
            models.CheckConstraint(
                condition=Q(answered_at=None, granted=None) | Q(answered_at__isnull=False, granted__isnull=False),
                name="an_answer_is_yes_or_no",
            ),
        ]

    def __str__(self):
        return f"erasure of {self.report_id}"
