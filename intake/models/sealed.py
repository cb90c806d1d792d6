"""What all sealed rows share: a UUID made in Python before the insert, one sealed column, the renderer's version."""

import uuid

from django.db import models

from portal.lib.crypto import Binding


class SealedRow(models.Model):
    """A row whose content only the keys of its scope open. Subclasses name their LABEL, PURPOSE and scope."""

    LABEL = ""  # constant of the code: part of what is authenticated, never renamed
    PURPOSE = ""
    SCOPES = ()  # the lookups that lead to ``scope_uuid``: what is erased with a scope is found by them

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.model_name} {self.pk}"

    @property
    def scope_uuid(self):
        raise NotImplementedError

    @property
    def purpose(self):
        """Which of the scope's keys opens the row."""
        return self.PURPOSE

    @property
    def author_uuid(self):
        return None

    @property
    def sealed_revision(self):
        return 1

    @property
    def said_at(self):
        """When this became part of a conversation: a guest who sees it from some moment on opens nothing older."""
        return None

    def binding(self):
        """Return what the sealed column is bound to."""
        return Binding(scope=self.scope_uuid, row=self.uuid, label=self.LABEL, author=self.author_uuid, revision=self.sealed_revision)
