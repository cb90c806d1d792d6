"""A lost second factor: what was asked for, who agreed, and when it may be done."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.lib.permissions import Standing


class Recoveries(models.QuerySet):
    """Recoveries, and whom they concern."""

    def open(self):
        return self.filter(outcome="")

    def answerable_by(self, user):
        """Those that this person may agree to or stop: of members of projects that they own; for an administrator all, but their own."""
        others = self.exclude(user=user)
        if user.is_staff:
            return others
        owned = user.memberships.filter(role=Standing.OWNER).values("project")
        return others.filter(user__in=user.memberships.model.objects.filter(project__in=owned).values("user"))


class FactorRecovery(models.Model):
    """A person asks that their second factors be taken away, because they lost them.

    Two people agree (``RecoveryApproval``), then a time passes in which the person and the owners of their projects are
    told and any of them can stop it; only then the factors go, and the person gets a one-time link to set up new ones.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        EXPIRED = "expired", _("expired")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_recoveries")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Set when enough people agreed: not before this.
    ready_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    settled_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = Recoveries.as_manager()

    class Meta:
        verbose_name = _("recovery of a second factor")
        verbose_name_plural = _("recoveries of second factors")
        constraints = [models.UniqueConstraint(fields=["user"], condition=models.Q(outcome=""), name="one_open_recovery_a_person")]
        indexes = [models.Index(fields=["ready_at"], name="recovery_ready", condition=models.Q(outcome=""))]

    def __str__(self):
        return str(self.uuid)

    def get_absolute_url(self):
        return reverse("recovery", args=[self.uuid])

    @property
    def is_open(self):
        return self.outcome == self.Outcome.OPEN


class RecoveryApproval(models.Model):
    """One owner or administrator who says: this is them, I spoke with them."""

    recovery = models.ForeignKey(FactorRecovery, on_delete=models.CASCADE, related_name="approvals")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("approval of a recovery")
        verbose_name_plural = _("approvals of recoveries")
        constraints = [models.UniqueConstraint(fields=["recovery", "approver"], name="one_approval_a_person")]
