"""The audit trail: who did what to accounts, teams, policies and keys. Append-only, hash-chained."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act. ``facts`` holds references and states, never prose or a secret. Written by ``accounts.audit.record``."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_uuid = models.UUIDField(null=True)
    kind = models.CharField(max_length=48)
    project_uuid = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["project_uuid", "-seq"], name="audit_of_project"),
            models.Index(fields=["actor_uuid", "-seq"], name="audit_of_actor"),
            models.Index(fields=["kind", "-seq"], name="audit_of_kind"),
            models.Index(KT("facts__person"), F("seq").desc(), name="audit_about_person"),
        ]
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


class AuditCheck(models.Model):
    """How far the chain of the trail was followed: one row, written by ``accounts.audit_check``.

    ``seq`` and ``hash`` are where the walk stands that began at the first event at ``begun_at``; it was at the end at
    ``upto_at``. ``head_seq`` and ``head_hash`` are the furthest that any walk ever was.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    begun_at = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    upto_at = models.DateTimeField(null=True)
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="0" * 64)
    # When the newest walk began that got from the first event to the end.
    whole_at = models.DateTimeField(null=True)
    # The first event that does not follow from those before it, and when that was found.
    broken_seq = models.BigIntegerField(null=True)
    broken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("check of the audit trail")
        verbose_name_plural = _("checks of the audit trail")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_check_of_the_trail")]

    def __str__(self):
        return str(self.seq)
