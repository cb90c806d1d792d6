"""A promise as made: the row behind a clock."""

import uuid
from dataclasses import fields
from datetime import timedelta

from django.db import models
from django.db.models import F, Q, Subquery, When

from intake.deadlines import Course
from portal.models.policy import Milestone, Severity

COURSE = tuple(field.name for field in fields(Course))


class DeadlineQuerySet(models.QuerySet):
    def open(self):
        """Neither met nor cancelled."""
        return self.filter(met_at=None, cancelled_at=None)

    def next_of_all(self) -> dict:
        """The first of these as two columns of the row that they belong to: its date, which what stands still has not, and its name."""
        ordered = self.order_by(F("paused_at").asc(nulls_first=True), "due_at", "pk")
        runs_until = models.Case(When(paused_at=None, then="due_at"))
        return {
            "next_due_at": Subquery(ordered.annotate(runs_until=runs_until).values("runs_until")[:1]),
            "next_milestone": Subquery(ordered.values("milestone")[:1]),
        }

    def to_remind(self, at):
        """Open rows whose next reminder is due (the partial index serves this)."""
        return self.open().filter(next_reminder_at__lte=at)


class Deadline(models.Model):
    """What a report's policy promised, as an instant. Rows are never rewritten to match an edited policy."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="deadlines")
    level = models.ForeignKey("portal.ServiceLevel", on_delete=models.PROTECT, related_name="+")
    milestone = models.CharField(max_length=16, choices=Milestone.choices)
    ordinal = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    starts_at = models.DateTimeField()
    earliest_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    # Born overdue (a severity set late): due later than promised, and said so.
    late = models.BooleanField(default=False)
    # A clock that stands still, for one reason or both; due_at is then when it would have been due (intake.deadlines.Course).
    paused_at = models.DateTimeField(null=True)
    waiting_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    # Up to here the project's pauses have had their effect.
    counted_until = models.DateTimeField()
    # For how long it stood still, up to ``paused_at``: the figures leave that out.
    stood_still = models.DurationField(default=timedelta(0))
    met_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    # When it was due before the reporter agreed to a later date.
    first_due_at = models.DateTimeField(null=True)
    # The last step of the ladder that was taken, in minutes after ``due_at`` (before it: negative), so that a clock that
    # stood still goes on from there.
    climbed = models.IntegerField(null=True)
    next_reminder_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "milestone", "ordinal"], name="a_promise_counts_once"),
            models.CheckConstraint(condition=Q(met_at=None) | Q(cancelled_at=None), name="met_or_cancelled"),
            models.CheckConstraint(
                condition=Q(paused_at=None, waiting_at=None, held_at=None)
                | Q(paused_at__isnull=False) & (Q(waiting_at__isnull=False) | Q(held_at__isnull=False)),
                name="stands_still_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(paused_at=None) | Q(next_reminder_at=None), name="no_reminder_while_it_stands_still"),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                name="deadline_to_remind",
                condition=Q(met_at=None, cancelled_at=None, next_reminder_at__isnull=False),
            ),
            models.Index(fields=["level", "met_at"], name="deadline_met", condition=Q(met_at__isnull=False)),
            models.Index(fields=["held_at"], name="deadline_held", condition=Q(met_at=None, cancelled_at=None, held_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.milestone} {self.ordinal}"

    @property
    def course(self):
        return Course(**{name: getattr(self, name) for name in COURSE})


class ExtensionQuerySet(models.QuerySet):
    def open(self, at):
        """Questions that can still be answered: not answered, and for a date that has not passed."""
        return self.filter(answered_at=None, until__gt=at)


class Extension(models.Model):
    """A later date for a deadline that the team asked its reporter for; the reason is in a message of their conversation."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="extensions")
    message = models.ForeignKey("intake.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("intake.Participant", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "uuid"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(answered_at=None), name="one_open_question_a_deadline"),
            models.CheckConstraint(
                condition=Q(answered_at=None, agreed=None) | Q(answered_at__isnull=False, agreed__isnull=False),
                name="an_answer_has_a_moment",
            ),
        ]

    def __str__(self):
        return f"{self.deadline}: {self.until}"
