"""A project's security policy as data: typed, versioned, immutable once published."""

from textwrap import wrap

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.user import known_timezone

# Language tags as in BCP 47, separated by commas.
LANGUAGES = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(\s*,\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*\Z"


class Milestone(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    ASSESSMENT = "assessment", _("assessment")
    STATUS_UPDATE = "status_update", _("status update")
    REMEDIATION = "remediation", _("fix")
    DISCLOSURE = "disclosure", _("advisory")


class Severity(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Stance(models.TextChoices):
    """What a policy says of a thing: that it says nothing is an answer too."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNSTATED = "unstated", _("not mentioned")


class AiMode(models.TextChoices):
    """What a policy says of reports that a language model helped to find or to write."""

    UNSTATED = "unstated", _("not mentioned")
    ALLOW = "allow", _("allowed")
    DECLARE = "declare", _("allowed, to be declared")
    REFUSE = "refuse", _("not accepted")


class PolicyQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def in_force(self, project, at):
        """Return the version of a project's policy in force at a moment, or None."""
        return self.published().filter(project=project, effective_at__lte=at).order_by("-number").first()

    def in_force_for(self, slug, at):
        """The versions that are or were in force of the project with this short name, newest first, with their project."""
        return self.published().filter(project__slug=slug, effective_at__lte=at).order_by("-number").select_related("project")


class SecurityPolicy(models.Model):
    """One version of a policy. Change a draft only; ``portal.policies.publish`` freezes it."""

    project = models.ForeignKey("portal.Project", on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title as written"), max_length=200)
    product = models.CharField(_("product as written"), max_length=200, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    public_issues_forbidden = models.BooleanField(_("asks for no public issues"), default=False)
    safe_harbour = models.CharField(_("safe harbour"), max_length=8, choices=Stance.choices, default=Stance.UNSTATED)
    credit = models.CharField(_("credit"), max_length=8, choices=Stance.choices, default=Stance.UNSTATED)
    bounty = models.CharField(_("bounty"), max_length=8, choices=Stance.choices, default=Stance.UNSTATED)
    embargo = models.CharField(
        _("agrees on a date"),
        max_length=8,
        choices=Stance.choices,
        default=Stance.UNSTATED,
        help_text=_("Whether the team agrees with reporters on when a vulnerability becomes public."),
    )
    disclosure_days = models.PositiveSmallIntegerField(
        _("disclosure window in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("For how long you ask reporters to keep it private, at most. Empty: nothing is said."),
    )
    ai = models.CharField(_("reports made with AI"), max_length=8, choices=AiMode.choices, default=AiMode.UNSTATED)
    languages = models.CharField(
        _("languages"),
        max_length=100,
        blank=True,
        validators=[RegexValidator(LANGUAGES, _("Write language tags separated by commas, such as en, de or pt-BR."))],
        help_text=_("In which you read reports, the preferred one first: en, de"),
    )
    calendar_zone = models.CharField(
        _("time zone of business days"), max_length=64, blank=True, validators=[known_timezone], help_text=_("Empty: the project's.")
    )
    weekend = models.CharField(
        _("days off in a week"),
        max_length=20,
        default="6,7",
        blank=True,
        validators=[
            RegexValidator(r"^([1-7](,[1-7]){0,5})?\Z", _("Write weekdays as numbers from 1 (Monday) to 7 (Sunday), such as 6,7."))
        ],
        help_text=_("As numbers: 1 is Monday, 7 is Sunday. Saturday and Sunday are 6,7."),
    )
    holiday_calendar = models.CharField(
        _("public holidays of"),
        max_length=16,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}(-[A-Z0-9]{1,10})?\Z", _("Write a country, or a country and a part of it, such as DE or DE-BY."))
        ],
        help_text=_("A country, or a part of one: DE, DE-BY, US-CA. Empty: business days have no public holidays."),
    )
    # {"2026-12-25": "Christmas Day"}: worked out when the policy is published, so that no promise moves later.
    holidays = models.JSONField(default=dict, editable=False)
    effective_at = models.DateTimeField(_("in force from"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-number"]
        verbose_name = _("security policy")
        verbose_name_plural = _("security policies")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="a_policy_number_once"),
            models.UniqueConstraint(fields=["project"], condition=models.Q(published_at=None), name="one_draft_a_project"),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | models.Q(effective_at__isnull=False), name="published_has_a_beginning"
            ),
        ]

    def __str__(self):
        return f"{self.title}, version {self.number}"

    def get_absolute_url(self):
        return reverse("policy", args=[self.project.slug])

    @property
    def published(self):
        return self.published_at is not None


class PolicyRow(models.Model):
    """A row of a policy; one that was read from a text knows the line of ``ImportedText.text`` that it came from (from 1)."""

    source_line = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


class SupportedVersion(PolicyRow):
    """A row of the version table: the range as written, and what it means.

    ``meaning`` is the range as ``portal.versions`` understood it when the policy was published ("" where it did not);
    None while it is a draft.
    """

    class Status(models.TextChoices):
        SUPPORTED = "supported", _("supported")
        SECURITY_ONLY = "security_only", _("security fixes only")
        ENDED = "ended", _("not supported")
        UNCLEAR = "unclear", _("not clear")

    policy = models.ForeignKey(SecurityPolicy, on_delete=models.CASCADE, related_name="supported_versions")
    component = models.ForeignKey("portal.Component", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("versions as written"), max_length=160)
    meaning = models.CharField(max_length=240, null=True, editable=False)  # noqa: DJ001 - None and "" differ
    status = models.CharField(_("status"), max_length=16, choices=Status.choices)
    ends_on = models.DateField(_("supported until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("supported version")
        verbose_name_plural = _("supported versions")
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="a_version_row_a_place")]

    def __str__(self):
        return self.text


class ServiceLevel(PolicyRow):
    """A promise: a milestone, within a window, for one severity or for any."""

    class Anchor(models.TextChoices):
        RECEIVED = "received", _("the report's arrival")
        LAST_UPDATE = "last_update", _("the team's last message")
        ACKNOWLEDGED = "acknowledged", _("the first answer")
        ACCEPTED = "accepted", _("the report's acceptance")
        FIXED = "fixed", _("the fix")

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        BUSINESS_DAYS = "business_days", _("business days")

    policy = models.ForeignKey(SecurityPolicy, on_delete=models.CASCADE, related_name="service_levels")
    milestone = models.CharField(_("milestone"), max_length=16, choices=Milestone.choices)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, blank=True, help_text=_("Empty: for any severity."))
    anchor = models.CharField(_("counted from"), max_length=12, choices=Anchor.choices, default=Anchor.RECEIVED)
    earliest = models.PositiveSmallIntegerField(_("not before"), null=True, blank=True)
    latest = models.PositiveSmallIntegerField(_("at the latest after"))
    unit = models.CharField(_("unit"), max_length=13, choices=Unit.choices)
    recurring = models.BooleanField(_("again after each update"), default=False)
    waits_for_reporter = models.BooleanField(
        _("stops while the team waits for the reporter"),
        default=False,
        help_text=_("A planned pause of the project stops every clock but the critical exception."),
    )

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        constraints = [
            models.UniqueConstraint(fields=["policy", "milestone", "severity"], name="a_promise_once"),
            models.CheckConstraint(condition=models.Q(latest__gt=0), name="a_promise_has_a_length"),
            models.CheckConstraint(
                condition=models.Q(earliest=None) | models.Q(earliest__lte=models.F("latest")), name="earliest_before_latest"
            ),
        ]

    def __str__(self):
        return f"{self.get_milestone_display()} {self.severity}".strip()


class Contact(PolicyRow):
    """Where to write beside the portal. ``fallback`` is for those who got no answer within ``delay_hours``."""

    class Purpose(models.TextChoices):
        REPORT = "report", _("security reports")
        FALLBACK = "fallback", _("when no answer came")
        NON_SECURITY = "non_security", _("other questions")

    policy = models.ForeignKey(SecurityPolicy, on_delete=models.CASCADE, related_name="contacts")
    position = models.PositiveSmallIntegerField(default=0)
    purpose = models.CharField(_("for"), max_length=12, choices=Purpose.choices)
    uri = models.CharField(
        _("address"),
        max_length=200,
        help_text=_("It begins with mailto:, https: or tel:"),
        validators=[
            RegexValidator(r"^(mailto|https|tel):\S+\Z", _("Begin with mailto:, https: or tel:, such as mailto:security@example.org."))
        ],
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    delay_hours = models.PositiveSmallIntegerField(_("after hours without an answer"), null=True, blank=True)
    encryption = models.CharField(
        _("OpenPGP key"),
        max_length=200,
        blank=True,
        help_text=_("Where the key for this address is: https:, or openpgp4fpr: and its fingerprint."),
        validators=[
            RegexValidator(
                r"^(https://\S+|openpgp4fpr:[0-9A-Fa-f]{40}|dns:\S+)\Z",
                _("Give an address that begins with https:, or openpgp4fpr: and the 40 digits of the fingerprint."),
            )
        ],
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.shown

    @property
    def shown(self):
        return self.uri.removeprefix("mailto:").removeprefix("tel:")

    @property
    def fingerprint(self):
        """Return the fingerprint of the key in groups of four, as people compare it; "" where the key is at an address."""
        scheme, _colon, digits = self.encryption.partition(":")
        return " ".join(wrap(digits, 4)) if scheme == "openpgp4fpr" else ""


class RequestedField(PolicyRow):
    """What a report should say: the report form is made of these."""

    class Kind(models.TextChoices):
        LINE = "line", _("one line")
        TEXT = "text", _("longer text")
        VERSION = "version", _("a version")

    policy = models.ForeignKey(SecurityPolicy, on_delete=models.CASCADE, related_name="requested_fields")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("question"), max_length=160)
    help = models.CharField(_("help"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    required = models.BooleanField(_("required"), default=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("requested field")
        verbose_name_plural = _("requested fields")
        constraints = [models.UniqueConstraint(fields=["policy", "key"], name="a_requested_field_once")]

    def __str__(self):
        return self.label


class ImportedText(models.Model):
    """The text that a draft was read from, kept so that each fact can show where it came from.

    ``lines`` is {field of the policy: number of its line, from 1}; ``not_understood`` is [{"line": 3, "text": "…"}].
    """

    policy = models.OneToOneField(SecurityPolicy, on_delete=models.CASCADE, related_name="imported")
    name = models.CharField(_("file"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    lines = models.JSONField(default=dict)
    not_understood = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("imported text")
        verbose_name_plural = _("imported texts")


class Clause(PolicyRow):
    """Anything else that a policy says, by kind, in the project's words (plain text)."""

    class Kind(models.TextChoices):
        SCOPE_IN = "scope_in", _("in scope")
        SCOPE_OUT = "scope_out", _("out of scope")
        NOT_A_VULNERABILITY = "not_a_vulnerability", _("not a vulnerability")
        SAFE_HARBOUR = "safe_harbour", _("safe harbour")
        CREDIT = "credit", _("credit")
        BOUNTY = "bounty", _("bounty")
        AI = "ai", _("reports made with AI")
        DISCLOSURE = "disclosure", _("disclosure")
        EMBARGO = "embargo", _("agreeing on a date")
        PROMISE = "promise", _("promise")
        ADVISORIES = "advisories", _("advisories")
        PRACTICE = "practice", _("recommended practice")
        CONSIDERATION = "consideration", _("consideration")
        READING = "reading", _("how we read it")
        OTHER = "other", _("other")

    policy = models.ForeignKey(SecurityPolicy, on_delete=models.CASCADE, related_name="clauses")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("text"))

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")

    def __str__(self):
        return f"{self.get_kind_display()} {self.position}"
