"""How somebody wants to hear of what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class How(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DIGEST = "digest", _("once a day, together")
    OFF = "off", _("not at all")


class Kind(models.TextChoices):
    """What a letter is about; every letter is of one kind. What may be chosen for each: ``accounts.notices``."""

    ACCOUNT = "account", _("The safety of your account")
    INVITATIONS = "invitations", _("Invitations and other links")
    RECORDS = "records", _("Receipts, handovers and erasure")
    MESSAGES = "messages", _("Messages in your reports")
    NEWS = "news", _("News of your reports")
    MENTIONS = "mentions", _("Somebody mentions you")
    NEW_REPORTS = "new_reports", _("New reports to your teams")
    TEAM_MESSAGES = "team_messages", _("Messages in the cases of your teams")
    DEADLINES = "deadlines", _("Deadlines and reminders of your teams")


class NoticeChoice(models.Model):
    """One person's choice for one kind of letter; without a row it goes at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=48, choices=Kind.choices)
    how = models.CharField(max_length=8, choices=How.choices)

    class Meta:
        verbose_name = _("choice of letters")
        verbose_name_plural = _("choices of letters")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_choice_a_kind")]

    def __str__(self):
        return f"{self.kind}: {self.how}"
