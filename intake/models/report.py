"""What a researcher sent, kept as sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intake.models.sealed import SealedRow
from portal.keys import Purpose
from portal.lib.permissions import Standing


class Channel(models.TextChoices):
    PORTAL = "portal", _("this portal")
    MAIL = "mail", _("e-mail")
    CHAT = "chat", _("chat or phone")
    TRACKER = "tracker", _("an issue tracker")
    OTHER = "other", _("another way")


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports in which this person takes part as reporter or guest (the team's way in is the case)."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(participants__user_id=user.pk, participants__role__in=("reporter", "collaborator"), participants__left_at=None)
        return mine.annotate(viewer_role=F("participants__role"), viewer_sees_from=F("participants__sees_from"))


class Report(SealedRow):
    """One report with its pinned policy, its clock and its conversation.

    ``sealed`` holds {title, answers, version, credit, reached, salt}; ``html`` of each answer is stored rendered.
    """

    LABEL = "report.body"
    PURPOSE = Purpose.SHARED
    SCOPES = ("uuid",)

    ref = models.CharField(max_length=32, unique=True)
    case = models.ForeignKey("intake.Case", on_delete=models.PROTECT, related_name="reports")
    policy = models.ForeignKey("portal.SecurityPolicy", on_delete=models.PROTECT, related_name="reports")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    # Since when the team waits for an answer of the reporter.
    waiting_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="submitted_reports")
    # Made by the form before it is sent: a second press of the button finds the first report.
    client_id = models.UUIDField()
    commitment = models.CharField(max_length=64)
    renderer = models.PositiveSmallIntegerField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submitted_by", "client_id"], name="one_report_a_form"),
            models.CheckConstraint(condition=Q(received_at__lte=models.F("recorded_at")), name="received_before_recorded"),
        ]

    def __str__(self):
        return self.ref

    def get_absolute_url(self):
        return reverse("report", args=[self.ref])

    @property
    def scope_uuid(self):
        return self.uuid

    @property
    def said_at(self):
        return self.received_at

    def standing_of(self, user):
        """Return the standing of a reporter or guest, or None for somebody who may not know that the report exists."""
        if not user.is_authenticated:
            return None
        role = (
            self.participants.filter(user_id=user.pk, role__in=("reporter", "collaborator"), left_at=None)
            .values_list("role", flat=True)
            .first()
        )
        return Standing(role) if role else None
