"""Who takes part, what they say to each other, and what the team says among itself."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from intake.models.sealed import SealedRow
from portal.keys import Purpose


class Participant(models.Model):
    """Somebody's part in one report's conversation, or in one case's notes: the author of what is written there.

    A row outlives the account behind it, so that closing an account changes one column and no associated data.
    """

    class Role(models.TextChoices):
        REPORTER = "reporter", _("reporter")
        COLLABORATOR = "collaborator", _("guest")
        TEAM = "team", _("team")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="participants")
    case = models.ForeignKey("intake.Case", null=True, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="participations")
    role = models.CharField(max_length=12, choices=Role.choices)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, case=None) | Q(report=None, case__isnull=False), name="takes_part_in_one_thing"
            ),
            models.UniqueConstraint(fields=["report", "user"], condition=Q(user__isnull=False), name="takes_part_once_in_a_report"),
            models.UniqueConstraint(fields=["case", "user"], condition=Q(user__isnull=False), name="takes_part_once_in_a_case"),
        ]
        indexes = [models.Index(fields=["user", "role"], name="participant_own_reports")]

    def __str__(self):
        return f"{self.role} {self.pk}"

    @property
    def shown_name(self):
        return self.user.shown_name if self.user else self.get_role_display()


class Message(SealedRow):
    """A message in a report's conversation. ``sealed`` holds {text, html, salt}."""

    LABEL = "message.content"
    PURPOSE = Purpose.SHARED

    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="messages")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    at = models.DateTimeField()
    client_id = models.UUIDField()
    is_assessment = models.BooleanField(default=False)
    renderer = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="one_message_a_form")]
        indexes = [models.Index(fields=["report", "at"], name="message_in_order")]

    @property
    def scope_uuid(self):
        return self.report_id

    @property
    def author_uuid(self):
        return self.author_id


class Note(SealedRow):
    """A team-only note, in a table and under a key of its own. ``sealed`` holds {text, html, salt}."""

    LABEL = "note.content"
    PURPOSE = Purpose.INTERNAL

    case = models.ForeignKey("intake.Case", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    client_id = models.UUIDField()
    renderer = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="one_note_a_form")]
        indexes = [models.Index(fields=["case", "at"], name="note_in_order")]

    @property
    def scope_uuid(self):
        return self.case_id

    @property
    def author_uuid(self):
        return self.author_id


class SeenMark(models.Model):
    """When a person of the team first opened a report: what its reporter may know."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="seen_marks")
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="seen_marks")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "report"], name="first_seen_once")]

    def __str__(self):
        return f"seen {self.report_id}"
