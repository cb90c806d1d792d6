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
    # A guest without history reads what was said from this moment on; None: everything.
    sees_from = models.DateTimeField(null=True)
    # The reporter of a recorded report, until somebody claims it. A closed account leaves no claim behind.
    claimable = models.BooleanField(default=False)

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
        if self.user:
            return self.user.shown_name
        role = self.get_role_display()
        return role if self.claimable else _("%(role)s (account closed)") % {"role": role}


class Written(SealedRow):
    """What somebody wrote: by whom, when, and which revision it is. ``sealed`` holds {text, html, salt, …}, and nothing once retracted."""

    author = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="%(class)ss")
    at = models.DateTimeField()
    client_id = models.UUIDField()
    renderer = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def author_uuid(self):
        return self.author_id

    @property
    def sealed_revision(self):
        return self.revision

    @property
    def said_at(self):
        return self.at


class Message(Written):
    """A message in a report's conversation."""

    LABEL = "message.content"
    PURPOSE = Purpose.SHARED
    SCOPES = ("report",)

    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    is_assessment = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="one_message_a_form")]
        indexes = [
            models.Index(fields=["report", "at", "uuid"], name="message_in_order"),
            models.Index(fields=["report", "edited_at"], name="message_edited", condition=Q(edited_at__isnull=False)),
        ]

    @property
    def scope_uuid(self):
        return self.report_id


class Note(Written):
    """A team-only note, in a table and under a key of its own."""

    LABEL = "note.content"
    PURPOSE = Purpose.INTERNAL
    SCOPES = ("case",)

    case = models.ForeignKey("intake.Case", on_delete=models.CASCADE, related_name="notes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="one_note_a_form")]
        indexes = [models.Index(fields=["case", "at", "uuid"], name="note_in_order")]

    @property
    def scope_uuid(self):
        return self.case_id


class Earlier(SealedRow):
    """What a message or note said before it was edited: revision ``n``, written at ``at``. ``sealed`` is as it was, salt included."""

    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    renderer = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    @property
    def sealed_revision(self):
        return self.n


class MessageRevision(Earlier):
    """An earlier revision of a message."""

    LABEL = "message.revision"
    PURPOSE = Purpose.SHARED
    SCOPES = ("message__report",)

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "n"], name="a_message_revision_once")]

    @property
    def scope_uuid(self):
        return self.message.report_id

    @property
    def author_uuid(self):
        return self.message.author_id

    @property
    def said_at(self):
        return self.message.at


class NoteRevision(Earlier):
    """An earlier revision of a team-only note."""

    LABEL = "note.revision"
    PURPOSE = Purpose.INTERNAL
    SCOPES = ("note__case",)

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "n"], name="a_note_revision_once")]

    @property
    def scope_uuid(self):
        return self.note.case_id

    @property
    def author_uuid(self):
        return self.note.author_id


class SeenMark(models.Model):
    """When somebody first opened a report, and up to which message they have read its conversation."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="seen_marks")
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="seen_marks")
    at = models.DateTimeField()
    # The time of the newest message that they were shown; None: they saw the report before anybody wrote.
    read_until = models.DateTimeField(null=True)
    # When that mark moved last.
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "report"], name="first_seen_once")]
        indexes = [models.Index(fields=["report", "read_at"], name="seen_mark_moved")]

    def __str__(self):
        return f"seen {self.report_id}"
