"""Everything that leaves: one row for each (cause, recipient, channel)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """A letter on its way. The row is the queue: tasks only hurry it along, a sweep finds what they missed."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    class Outcome(models.TextChoices):
        OPEN = "", _("on its way")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        BOUNCED = "bounced", _("came back")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("no longer wanted")
        GATHERED = "gathered", _("told in a digest")

    # What did not arrive, and can be tried again.
    UNDELIVERED = (Outcome.REFUSED, Outcome.BOUNCED, Outcome.FAILED)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cause_uuid = models.UUIDField()
    recipient_key = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deliveries")
    # The address of somebody without an account; emptied when the letter is settled.
    address = models.EmailField(blank=True)
    letter = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    # The reference of the case or report that it is about, if it is about one.
    about = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    # Waits to be told in a digest at ``due_at``: never sent by itself.
    gather = models.BooleanField(default=False)
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="gathered")
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    settled_at = models.DateTimeField(null=True)
    # When its recipient opened, in the portal, what it tells of.
    opened_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["cause_uuid", "recipient_key", "channel"], name="each_letter_once")]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(outcome="")),
            models.Index(fields=["settled_at"], name="delivery_failed", condition=models.Q(outcome__in=["failed", "refused", "bounced"])),
            models.Index(fields=["recipient", "made_at"], name="delivery_lately"),
            models.Index(fields=["recipient", "about"], name="delivery_unread", condition=models.Q(opened_at=None) & ~models.Q(about="")),
            models.Index(fields=["recipient_key", "made_at"], name="delivery_of_webhook", condition=models.Q(channel="webhook")),
        ]

    def __str__(self):
        return f"{self.letter} {self.uuid}"
