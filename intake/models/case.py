"""The case: the coordination of one vulnerability."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.models.report import Report
from intake.models.sealed import SealedRow
from intake.stages import Facts, moves_from, stage_of
from portal.keys import Purpose
from portal.lib.permissions import Standing
from portal.models.policy import Milestone, Severity


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    DEFERRED = "deferred", _("deferred")
    REJECTED = "rejected", _("not accepted")


class RejectionReason(models.TextChoices):
    OUT_OF_SCOPE = "out_of_scope", _("out of the policy's scope")
    UNSUPPORTED_VERSION = "unsupported_version", _("only versions that are no longer supported")
    NOT_REPRODUCIBLE = "not_reproducible", _("could not be reproduced")
    NOT_A_VULNERABILITY = "not_a_vulnerability", _("not a vulnerability")
    SPAM = "spam", _("spam")


class Because(models.TextChoices):
    """Why the content of a case will be erased on a date."""

    RETENTION = "retained", _("as long as the project keeps closed cases")
    ASKED = "asked", _("the reporter asked for it")
    DECIDED = "decided", _("an owner of the project decided it")


def open_to(user, of="") -> Q:
    """Return the condition that a case is not restricted, or names this person; ``of`` leads to it from other rows ("case__")."""
    named = CaseReader.objects.filter(case=OuterRef(f"{of}pk"), user=user.pk)
    return Q(**{f"{of}restricted_at": None}) | Q(Exists(named))


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases of this person's teams, of restricted ones those that name them: the same truth as ``standing_of``."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(project__memberships__user_id=user.pk).annotate(viewer_role=F("project__memberships__role"))
        return mine.filter(open_to(user))

    def with_acknowledgement(self):
        """Annotate ``unacknowledged``: a report of the case has not been answered by a person yet."""
        waiting = Report.objects.filter(case=OuterRef("pk"), acknowledged_at=None).values_list(Value(True))
        # Not Exists: PostgreSQL turns that into a hash of every report that waits, and reads the whole table for a page of 50.
        return self.annotate(unacknowledged=Coalesce(Subquery(waiting[:1], output_field=models.BooleanField()), False))


class Case(SealedRow):
    """Zero or more reports of one vulnerability. Its sealed title is the team's; reporters never see case or reference."""

    LABEL = "case.title"
    PURPOSE = Purpose.INTERNAL
    SCOPES = ("uuid",)

    ref = models.CharField(max_length=32, unique=True)
    project = models.ForeignKey("portal.Project", on_delete=models.PROTECT, related_name="cases")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    verdict_at = models.DateTimeField(null=True)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    remediated_at = models.DateTimeField(null=True)
    disclosed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Who looks after it; when that was decided; until when somebody takes it, before the rotation assigns it.
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="assigned_cases")
    assigned_at = models.DateTimeField(null=True)
    assign_at = models.DateTimeField(null=True)
    # Since when only those of the team whom it names may open it (CaseReader).
    restricted_at = models.DateTimeField(null=True)
    # The case that took its last report (intake.joining): this one is closed, and its page leads there.
    joined_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="joined_cases")
    # When its content will be erased, that it must be kept (a legal hold), and when it was erased.
    erase_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # Why there is a date; when its people are told of it; the project's months for which it was worked out (0: no limit).
    erase_because = models.CharField(max_length=8, choices=Because.choices, blank=True)
    erase_notice_at = models.DateTimeField(null=True)
    kept_months = models.PositiveSmallIntegerField(default=0)
    # When the database was rid of the keys of what was erased.
    purged_at = models.DateTimeField(null=True)
    # The earliest open deadline of its reports, and what it is for; kept by intake.clocks.
    next_due_at = models.DateTimeField(null=True)
    next_milestone = models.CharField(max_length=16, choices=Milestone.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "number"], name="a_case_number_once"),
            models.CheckConstraint(condition=Q(verdict="") | Q(verdict_at__isnull=False), name="a_verdict_has_a_moment"),
            models.CheckConstraint(condition=Q(rejection_reason="") | Q(verdict="rejected"), name="a_reason_only_if_rejected"),
            models.CheckConstraint(condition=Q(erased_at=None) | Q(closed_at__isnull=False), name="only_a_closed_case_is_erased"),
            models.CheckConstraint(
                condition=Q(joined_into=None) | Q(closed_at__isnull=False) & ~Q(joined_into=F("uuid")), name="only_a_closed_case_was_joined"
            ),
            models.CheckConstraint(
                condition=Q(erase_at=None, erase_because="", erase_notice_at=None) | Q(erase_at__isnull=False) & ~Q(erase_because=""),
                name="a_date_of_erasure_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at", "uuid"], name="case_inbox", condition=Q(closed_at=None)),
            models.Index(fields=["project", "next_due_at", "uuid"], name="case_project_due"),
            models.Index(fields=["assign_at"], name="case_to_assign", condition=Q(closed_at=None, assignee=None, assign_at__isnull=False)),
            models.Index(fields=["assignee", "next_due_at", "uuid"], name="case_of_assignee", condition=Q(closed_at=None)),
            models.Index(fields=["project", "restricted_at", "uuid"], name="case_restricted", condition=Q(restricted_at__isnull=False)),
            models.Index(fields=["erase_at"], name="case_to_erase", condition=Q(erase_at__isnull=False, erased_at=None)),
            models.Index(fields=["erase_notice_at"], name="case_erase_notice", condition=Q(erase_notice_at__isnull=False)),
            models.Index(
                fields=["project", "kept_months"], name="case_kept", condition=Q(closed_at__isnull=False, erased_at=None, held_at=None)
            ),
            models.Index(fields=["erased_at"], name="case_to_purge", condition=Q(erased_at__isnull=False, purged_at=None)),
        ]

    def __str__(self):
        return self.ref

    def get_absolute_url(self):
        return reverse("case", args=[self.ref])

    @property
    def scope_uuid(self):
        return self.uuid

    @property
    def facts(self):
        unacknowledged = getattr(self, "unacknowledged", None)
        if unacknowledged is None:
            unacknowledged = self.reports.filter(acknowledged_at=None).exists()
        return Facts(
            acknowledged_at=None if unacknowledged else self.opened_at,
            verdict=self.verdict,
            remediated_at=self.remediated_at,
            disclosed_at=self.disclosed_at,
            closed_at=self.closed_at,
            erased_at=self.erased_at,
        )

    @property
    def stage(self):
        return stage_of(self.facts)

    @property
    def severity_name(self):
        # get_severity_display translates all severities to find one: a millisecond in a list of fifty.
        return Severity(self.severity).label if self.severity else ""

    @property
    def moves(self):
        return moves_from(self.facts)

    def standing_of(self, user):
        """Return this person's standing, or None for somebody who may not know that the case exists."""
        if not user.is_authenticated:
            return None
        role = self.team().filter(pk=user.pk).values_list("memberships__role", flat=True).first()
        return Standing(role) if role else None

    def team(self, *roles):
        """People of the team, of these roles or of any, who may open it: of a restricted case those whom it names."""
        of_role = {"memberships__role__in": roles} if roles else {}
        here = User.objects.filter(memberships__project=self.project_id, **of_role)
        whole = Case.objects.filter(pk=self.pk, restricted_at=None)  # as it is now, not as it was read
        return here.filter(Q(Exists(whole)) | Q(Exists(self.readers.filter(user=OuterRef("pk")))))


class CaseReader(models.Model):
    """Somebody of the team who may open a restricted case. Rows are kept while the case is restricted, and no longer."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="named_once")]

    def __str__(self):
        return f"{self.case}: {self.user}"
