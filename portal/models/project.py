"""A hosted project and its components."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import known_timezone
from portal.lib.permissions import Standing
from portal.models.policy import SecurityPolicy


class ProjectQuerySet(models.QuerySet):
    def public(self):
        """Projects with a published policy."""
        return self.filter(policies__published_at__isnull=False).distinct()

    def listed(self, at):
        """Projects whose policy is in force, each with the id of that version as ``policy_id``: what the directory lists."""
        newest = SecurityPolicy.objects.published().filter(project=models.OuterRef("pk"), effective_at__lte=at).order_by("-number")
        return self.annotate(policy_id=models.Subquery(newest.values("pk")[:1])).filter(policy_id__isnull=False)

    def of_team(self, user):
        """Projects on whose team this person is."""
        return self.filter(memberships__user_id=user.pk)


class Project(models.Model):
    """A project that publishes its security policy here. ``ref_prefix`` begins the references of its cases."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name in links"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("one line about it"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True)
    security_txt_url = models.URLField(
        _("security.txt of its own site"),
        blank=True,
        help_text=_("Where the project's site serves the file that Parley makes, if it does: ends in /.well-known/security.txt"),
    )
    ref_prefix = models.CharField(
        _("prefix of references"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9-]{1,14}[A-Z0-9]$", _("Use capital letters, digits and dashes, such as MAIL-AUTH."))],
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_timezone])
    language = models.CharField(_("language"), max_length=12, default="en")
    retention_months = models.PositiveSmallIntegerField(
        _("months until a closed case is erased"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("The content goes, a stub stays. Empty: it is kept until somebody erases it."),
    )
    assign_after_hours = models.PositiveSmallIntegerField(
        _("hours until a case that nobody took is assigned"),
        null=True,
        blank=True,
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("To whoever waited longest for one and is not away. Empty: nobody is assigned by the clock."),
    )
    # Since when the clocks of open cases have to follow another ladder; None once they do.
    ladder_changed_at = models.DateTimeField(null=True, editable=False)
    # Since when reports wait beyond a step that tells everybody (a public badge); None while none does.
    unread_since = models.DateTimeField(null=True, editable=False)
    # Whether anybody may read how soon the team answered (portal.responsiveness).
    shows_responsiveness = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    # Public pages are kept until this, or the policy in force, changes.
    changed_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [models.Index(fields=["name"], name="projects_by_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("policy", args=[self.slug])

    def standing_of(self, user):
        """Return this person's standing towards the project itself."""
        if not user.is_authenticated:
            return Standing.ANONYMOUS
        role = self.memberships.filter(user_id=user.pk).values_list("role", flat=True).first()
        return Standing(role) if role else Standing.OUTSIDER


class Component(models.Model):
    """A part of a project with version numbers of its own."""

    class Scheme(models.TextChoices):
        SEMVER = "semver", _("semantic versioning")
        PEP440 = "pep440", _("Python (PEP 440)")
        DOTTED = "dotted", _("dotted numbers or dates")
        LIST = "list", _("names without an order")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="components")
    name = models.CharField(_("name"), max_length=80)
    scheme = models.CharField(_("how versions are ordered"), max_length=8, choices=Scheme.choices, default=Scheme.SEMVER)
    purl = models.CharField(_("package URL"), max_length=200, blank=True)
    latest_release = models.CharField(_("latest release"), max_length=40, blank=True, help_text=_("What a row named “latest” means."))
    prereleases_in_line = models.BooleanField(
        _("a pre-release belongs to the line that it precedes"),
        default=True,
        help_text=_("With it, 3.0.0-rc.1 is 3.x; without it, it is older than 3.0.0, as the scheme orders it."),
    )

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="a_component_name_once")]

    def __str__(self):
        return self.name


class PauseQuerySet(models.QuerySet):
    def running(self, at):
        """Pauses that have begun and are not over."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def ahead(self, at):
        """Pauses that are running or planned."""
        return self.filter(ends_at__gt=at)


class ProjectPause(models.Model):
    """A planned time in which a project takes no reports, but critical ones if ``critical_ok``."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pauses")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    message = models.TextField(_("message to reporters"), max_length=1000)
    critical_ok = models.BooleanField(_("take critical reports all the same"), default=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("planned pause")
        verbose_name_plural = _("planned pauses")
        constraints = [models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="a_pause_has_a_length")]
        indexes = [models.Index(fields=["project", "ends_at"], name="pauses_ahead")]

    def __str__(self):
        return f"{self.project}: {self.starts_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"
