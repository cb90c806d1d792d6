"""The sealed draft on a case, and what was published from it. Nothing public reads the draft."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from advisories.record import Record
from intake.models.sealed import SealedRow
from portal.keys import Purpose


class AdvisoryDraft(SealedRow):
    """The team's draft: one sealed record a case, under the key of the case's team-only records.

    ``revision`` is raised by each save and bound into the seal, so that an older text put back does not open.
    """

    LABEL = "advisory.draft"
    PURPOSE = Purpose.INTERNAL
    SCOPES = ("case",)

    case = models.OneToOneField("intake.Case", on_delete=models.CASCADE, related_name="advisory_draft")
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    @property
    def scope_uuid(self):
        return self.case_id

    @property
    def sealed_revision(self):
        return self.revision

    @property
    def record(self) -> Record:
        """Open the draft with the keys that the door gave to its case."""
        return Record.from_document(self.case.keys.open(self))


class AdvisoryQuerySet(models.QuerySet):
    def of(self, project):
        """Those of one project, or all."""
        return self.filter(project=project) if project else self

    def named(self):
        """With the project of each."""
        return self.select_related("project")

    def recently_changed(self, count):
        """The newest, a revision or a withdrawal counting as news: what a feed tells."""
        return self.named().order_by("-updated_at", "-pk")[:count]


class Advisory(models.Model):
    """What was published, as a whole: its reference, its project, its moments. The texts lie in its revisions.

    ``case`` is for the team's own way back; nothing public shows it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=32, unique=True)
    project = models.ForeignKey("portal.Project", on_delete=models.PROTECT, related_name="advisories")
    case = models.OneToOneField("intake.Case", null=True, on_delete=models.SET_NULL, related_name="advisory")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    # The number and the moment of the newest revision.
    latest = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = AdvisoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "advisories"
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "number"], name="an_advisory_number_once"),
            models.CheckConstraint(condition=Q(updated_at__gte=F("published_at")), name="changed_after_publication"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(withdrawn_at=F("updated_at")), name="nothing_after_withdrawal"),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-uuid"], name="advisory_list"),
            models.Index(fields=["project", "-published_at", "-uuid"], name="advisory_list_of_project"),
            models.Index(fields=["-updated_at", "-id"], name="advisory_feed"),
            models.Index(fields=["project", "-updated_at", "-id"], name="advisory_feed_of_project"),
        ]

    def __str__(self):
        return self.ref

    def get_absolute_url(self):
        return reverse("advisories:advisory", args=[self.ref])


class RevisionQuerySet(models.QuerySet):
    def current(self, advisories):
        """The newest revision of each of these advisories, by advisory."""
        found = self.filter(advisory__in=[one.pk for one in advisories], number=F("advisory__latest"))
        return {revision.advisory_id: revision for revision in found}


class AdvisoryRevision(models.Model):
    """One published state of an advisory, never changed: a correction is a new revision, a withdrawal too."""

    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    published_at = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["advisory", "number"]
        constraints = [models.UniqueConstraint(fields=["advisory", "number"], name="a_revision_number_once")]

    def __str__(self):
        return f"{self.advisory} revision {self.number}"

    @property
    def record(self) -> Record:
        return Record.from_document(self.document)
