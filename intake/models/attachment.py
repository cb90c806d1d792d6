"""Files that people send: the bytes lie encrypted in the storage, what is known of them in a sealed column."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.models.sealed import SealedRow
from portal.keys import Purpose


class Attachment(SealedRow):
    """One file. ``sealed`` holds {name, type, size, digest, key, salt}: ``key`` is the file's own streaming keyset, base64.

    It hangs on a draft while it waits to be sent, then on the report, the message or the note that it came with. Sealing
    binds it to its scope only, so that sending changes one column.
    """

    LABEL = "attachment.meta"
    SCOPES = ("scope",)

    # The report (or the draft that will become one), or the case of a note.
    scope = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Purpose.choices)
    draft = models.ForeignKey("intake.Draft", null=True, on_delete=models.CASCADE, related_name="attachments")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey("intake.Message", null=True, on_delete=models.CASCADE, related_name="attachments")
    note = models.ForeignKey("intake.Note", null=True, on_delete=models.CASCADE, related_name="attachments")
    # What the storage calls it (random), and how many bytes of ciphertext lie there.
    blob = models.CharField(max_length=64, unique=True)
    stored_bytes = models.BigIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uploads")
    at = models.DateTimeField()
    # Its bytes and its key are gone: retracted, or erased with the case.
    shredded_at = models.DateTimeField(null=True)
    # Whether a worker is to make a preview of it.
    preview_wanted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_file_hangs_on_one_thing",
                condition=(
                    Q(draft__isnull=False, report=None, message=None, note=None)
                    | Q(draft=None, report__isnull=False, message=None, note=None)
                    | Q(draft=None, report=None, message__isnull=False, note=None)
                    | Q(draft=None, report=None, message=None, note__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["scope"], name="attachment_scope"),
            models.Index(fields=["uploaded_by", "at"], name="attachment_of_person"),
            models.Index(fields=["at"], name="attachment_preview", condition=Q(preview_wanted=True)),
        ]

    @property
    def scope_uuid(self):
        return self.scope

    @property
    def purpose(self):
        return self.kind

    @property
    def said_at(self):
        return self.message.at if self.message_id else self.at


class Preview(SealedRow):
    """A picture that a worker made anew from an attached image. ``sealed`` holds {key, type, width, height, salt}."""

    LABEL = "attachment.preview"
    SCOPES = ("attachment__scope",)

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="preview")
    blob = models.CharField(max_length=64, unique=True)
    stored_bytes = models.BigIntegerField()

    @property
    def scope_uuid(self):
        return self.attachment.scope

    @property
    def purpose(self):
        return self.attachment.kind

    @property
    def said_at(self):
        return self.attachment.said_at
