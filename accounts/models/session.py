"""Sign-in sessions as rows with a person, so that they can be listed and ended one by one."""

import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """What Django keeps of a session, and whose it is. ``agent`` is a browser and a system in words, not what the browser sent."""

    # Not unique: while a session changes its id, its old row and its new one stand side by side for a moment.
    uuid = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    agent = models.CharField(max_length=80, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore
