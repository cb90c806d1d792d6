"""The secret address of a person's calendar of deadlines."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """Somebody's own calendar, for programs that sign in nowhere: whoever knows its address reads it. Only a digest of it is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("calendar of deadlines")
        verbose_name_plural = _("calendars of deadlines")

    def __str__(self):
        return str(self.uuid)
