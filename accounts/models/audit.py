"""The audit trail: who did what to accounts, teams, policies and keys. Append-only, hash-chained."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act. ``facts`` holds references and states, never prose or a secret. Written by ``accounts.audit.record``."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_uuid = models.UUIDField(null=True)
    kind = models.CharField(max_length=48, db_index=True)
    project_uuid = models.UUIDField(null=True, db_index=True)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")

    def __str__(self):
        return f"{self.seq} {self.kind}"

    def entry(self):
        """Return what the hash covers."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "actor": str(self.actor_uuid) if self.actor_uuid else None,
            "kind": self.kind,
            "project": str(self.project_uuid) if self.project_uuid else None,
            "facts": self.facts,
        }
