"""What somebody is writing and has not sent yet, kept on the server and sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.models.sealed import SealedRow
from portal.keys import Purpose


class Draft(SealedRow):
    """One draft of a person for each thing they may write: a report to a project, a message to a report, a note on a case.

    A draft of a report has a keyset of its own, and its UUID and keyset become the report's. ``sealed`` holds the fields of
    the form by name, and a salt. The text of each save replaces the one before (``revision``).
    """

    LABEL = "draft.content"
    SCOPES = ("report", "case", "uuid")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    project = models.ForeignKey("portal.Project", null=True, on_delete=models.CASCADE, related_name="report_drafts")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="drafts")
    case = models.ForeignKey("intake.Case", null=True, on_delete=models.CASCADE, related_name="note_drafts")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_draft_is_for_one_thing",
                condition=(
                    Q(project__isnull=False, report=None, case=None)
                    | Q(project=None, report__isnull=False, case=None)
                    | Q(project=None, report=None, case__isnull=False)
                ),
            ),
            models.UniqueConstraint(fields=["user", "project"], name="one_report_draft_a_project"),
            models.UniqueConstraint(fields=["user", "report"], name="one_message_draft_a_report"),
            models.UniqueConstraint(fields=["user", "case"], name="one_note_draft_a_case"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]

    @property
    def scope_uuid(self):
        return self.report_id or self.case_id or self.uuid

    @property
    def purpose(self):
        return Purpose.INTERNAL if self.case_id else Purpose.SHARED

    @property
    def sealed_revision(self):
        return self.revision
