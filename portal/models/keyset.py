"""Wrapped data keys: one keyset for each (scope, purpose). What they open, only the ring can open."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.crypto import Binding


class Purpose(models.TextChoices):
    SHARED = "shared", _("a report's conversation")
    INTERNAL = "internal", _("a case's team-only records")


class Keyset(models.Model):
    """``shared`` hangs on a report, ``internal`` on a case. Joining a duplicate moves no key."""

    scope_uuid = models.UUIDField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    ring_key_id = models.BigIntegerField(db_index=True)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope_uuid", "purpose"], name="a_keyset_a_scope_and_purpose")]

    def __str__(self):
        return f"{self.purpose} {self.scope_uuid}"

    def binding(self):
        """Return what the wrapped keyset is bound to."""
        return binding_of(self.scope_uuid, self.purpose)


def binding_of(scope, purpose) -> Binding:
    """Return what the keyset of a scope and purpose is bound to."""
    return Binding(scope=scope, row=scope, label=f"keyset.{purpose}")
