"""Where a project wants to be told of events: addresses of programs."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib import crypto, keyring


class Shape(models.TextChoices):
    JSON = "json", _("plain JSON, signed")
    SLACK = "slack", _("Slack's, for a chat")


class Webhook(models.Model):
    """An address that is told of events, without a word of anybody. ``sealed`` holds {url, secret}, sealed by the ring itself."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=60)
    shape = models.CharField(_("shape"), max_length=8, choices=Shape.choices, default=Shape.JSON)
    # Which events, by the names of the list that its page shows; an empty list is all of them.
    kinds = models.JSONField(_("events"), default=list, blank=True)
    sealed = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    # Since when nothing arrives there; after some days of it the webhook is switched off, and the owners are told.
    failing_since = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="a_webhook_name_once")]

    def __str__(self):
        return self.name

    @property
    def key(self):
        """What its deliveries are queued for."""
        return f"hook:{self.uuid}"

    @property
    def opened(self):
        """What is sealed: {url, secret}, and for a day after a change {earlier, earlier_until}. Raises DecryptError."""
        return crypto.unseal(keyring.ring().wrap, self.sealed, self.binding())

    @property
    def host(self):
        """The server that it leads to, which is all that is shown of the address; "" where it cannot be opened."""
        try:
            return urlsplit(self.opened["url"]).hostname
        except crypto.DecryptError:
            return ""

    def seal(self, content):
        """Keep what ``opened`` returns."""
        self.sealed = crypto.seal(keyring.ring().wrap, content, self.binding())

    def binding(self):
        """Return what the sealed address is bound to."""
        return crypto.Binding(scope=self.uuid, row=self.uuid, label="webhook.address")
