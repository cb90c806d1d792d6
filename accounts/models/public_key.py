"""A person's OpenPGP certificate, for letters that only they can read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicKey(models.Model):
    """One certificate a person (RFC 9580), as it was given and checked. ``fingerprint`` in lower case, without spaces."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="public_key")
    fingerprint = models.CharField(max_length=64)
    armored = models.TextField()
    added_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("OpenPGP key")
        verbose_name_plural = _("OpenPGP keys")

    def __str__(self):
        return self.fingerprint

    @property
    def grouped(self):
        """The fingerprint as people compare it: in groups of four."""
        return " ".join(self.fingerprint[start : start + 4] for start in range(0, len(self.fingerprint), 4)).upper()
