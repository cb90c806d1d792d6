"""Who is on a project's team, and who was asked to join it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.permissions import SCOPES, Standing


class Role(models.TextChoices):
    """The roles of a team; each is a standing of the permissions table."""

    TRIAGER = Standing.TRIAGER.value, _("triager")
    MAINTAINER = Standing.MAINTAINER.value, _("maintainer")
    OWNER = Standing.OWNER.value, _("owner")


class Membership(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    since = models.DateTimeField(default=timezone.now, editable=False)
    # Whether the rotation assigns cases to this person, and when it last did.
    takes_cases = models.BooleanField(_("takes cases in turn"), default=True)
    last_assigned_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="one_role_in_a_project"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="a_known_role"),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """An invitation to a team: bound to an address, for 72 hours, once. The letter's link carries a signature over ``uuid``."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invited_to_a_known_role"),
            models.UniqueConstraint(Lower("email"), "project", condition=models.Q(used_at=None), name="one_open_invitation_an_address"),
        ]

    def __str__(self):
        return f"{self.project}: {self.get_role_display()}"


class ApiTokenQuerySet(models.QuerySet):
    def alive(self, at):
        """Tokens that were not revoked and have not expired. Whether their person may still do anything is asked at use."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class ApiToken(models.Model):
    """A key for programs: one person's, for one project, for some verbs, for a time. Only a digest of it is kept.

    It is worth what its person's role is worth at the moment of use, and nothing without the role.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    # Verbs of portal.lib.permissions.Action.
    scopes = models.JSONField(_("may"), default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes = [models.Index(fields=["user", "project"], name="tokens_of_a_member")]

    def __str__(self):
        return self.name

    @property
    def shown_scopes(self):
        """What it may, in words."""
        return [words for action, words in SCOPES.items() if action in self.scopes]
