"""Invitations of guests to one report: a co-finder, an expert from outside."""

import uuid

from django.db import models
from django.db.models.functions import Lower

from intake.models.conversation import Participant


class GuestInvitation(models.Model):
    """Bound to an address, for 72 hours, once. The letter's link carries a signature over ``uuid``; no token lies here."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, related_name="guest_invitations")
    email = models.EmailField()
    # Whether the guest reads what was said before joining, the report included.
    with_history = models.BooleanField()
    invited_by = models.ForeignKey("intake.Participant", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey("intake.Participant", null=True, on_delete=models.SET_NULL, related_name="guest_invitations")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), "report", condition=models.Q(used_at=None), name="one_open_guest_invitation_an_address")
        ]

    def __str__(self):
        return f"guest of {self.report_id}"

    @property
    def by_reporter(self):
        """Whether a reporter made it, and not the team: also one who has handed the report over since."""
        return self.invited_by.role != Participant.Role.TEAM
