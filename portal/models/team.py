"""Who is on a project's team, and who was asked to join it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.permissions import Standing


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
