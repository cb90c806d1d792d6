"""Who is reminded of a deadline, and when; and when who on the team is away."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    """A moment in the life of a deadline."""

    HALFWAY = "halfway", _("half-way")
    BEFORE = "before", _("hours before it is due")
    AT = "at", _("when it is due")
    AFTER = "after", _("hours after it was due")


class Audience(models.TextChoices):
    """Whom a step of the ladder reaches; the badge tells everybody."""

    ASSIGNEE = "assignee", _("the assignee")
    TEAM = "team", _("the team")
    OWNERS = "owners", _("the owners")
    FALLBACK = "fallback", _("the fallback contact of the policy")
    ADMINISTRATORS = "administrators", _("the administrators of the portal")
    BADGE = "badge", _("everybody: a public badge")


class Rung(models.Model):
    """One step of a project's own ladder. A project without rows has the ladder that comes with the portal."""

    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="rungs")
    when = models.CharField(_("when"), max_length=8, choices=When.choices)
    hours = models.PositiveSmallIntegerField(_("hours"), default=0, validators=[MaxValueValidator(24 * 60)])
    audience = models.CharField(_("who"), max_length=16, choices=Audience.choices)

    class Meta:
        verbose_name = _("step of the ladder")
        verbose_name_plural = _("steps of the ladder")
        constraints = [
            models.UniqueConstraint(fields=["project", "when", "hours", "audience"], name="a_step_once"),
            models.CheckConstraint(
                condition=Q(when__in=["before", "after"], hours__gt=0) | Q(when__in=["halfway", "at"], hours=0),
                name="hours_where_they_count",
            ),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="a_known_audience"),
        ]

    def __str__(self):
        return f"{self.hours or ''} {self.get_when_display()}: {self.get_audience_display()}".strip()


class Absence(models.Model):
    """A vacation: from one day to another, both included, in the person's own time zone. Cases go to others meanwhile."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="an_absence_has_a_length")]
        indexes = [models.Index(fields=["user", "ends_on"], name="absences_ahead")]

    def __str__(self):
        return f"{self.starts_on} to {self.ends_on}"
