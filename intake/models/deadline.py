"""A promise as made: the row behind a clock."""

import uuid

from django.db import models
from django.db.models import Q

from portal.models.policy import Milestone, Severity


class DeadlineQuerySet(models.QuerySet):
    def open(self):
        """Neither met nor cancelled."""
        return self.filter(met_at=None, cancelled_at=None)

    def to_remind(self, at):
        """Open rows whose next reminder is due (the partial index serves this)."""
        return self.open().filter(next_reminder_at__lte=at)


class Deadline(models.Model):
    """What a report's policy promised, as an instant. Rows are never rewritten to match an edited policy."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="deadlines")
    milestone = models.CharField(max_length=16, choices=Milestone.choices)
    ordinal = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    starts_at = models.DateTimeField()
    earliest_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    # Born overdue (a severity set late): due later than promised, and said so.
    late = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    next_reminder_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "milestone", "ordinal"], name="a_promise_counts_once"),
            models.CheckConstraint(condition=Q(met_at=None) | Q(cancelled_at=None), name="met_or_cancelled"),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                name="deadline_to_remind",
                condition=Q(met_at=None, cancelled_at=None, next_reminder_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.milestone} {self.ordinal}"
