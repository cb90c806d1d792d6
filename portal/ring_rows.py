"""The rows that the ring itself seals: wrapped keysets, the seeds of authenticator apps, the addresses of webhooks."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Count
from django.db.models.functions import Substr

from accounts.models import TotpDevice
from portal.lib import crypto
from portal.models import Keyset, Webhook


@dataclass(frozen=True)
class Table:
    """Rows of one model, each sealed in ``column`` under one key of the ring; ``again`` seals it under the active one."""

    name: str
    model: type[models.Model]
    column: str
    again: Callable

    def counts(self) -> Counter:
        """Count the rows under each key of the ring."""
        found = self._with_key().values_list("under").order_by().annotate(rows=Count("pk"))
        return Counter({_number(under): rows for under, rows in found})

    def not_under(self, key_id) -> models.QuerySet:
        """Rows under any other key."""
        return self._with_key().exclude(under=self._as_kept(key_id))

    def under(self, key_id) -> models.QuerySet:
        """Rows under this key."""
        return self._with_key().filter(under=self._as_kept(key_id))

    def rewrap(self, row, ring) -> bool:
        """Seal a row under the ring's active key, unless it changed meanwhile; say whether. Raise DecryptError."""
        sealed = bytes(getattr(row, self.column))
        values = {self.column: self.again(sealed, ring=ring.wrap, binding=row.binding())}
        if self._has_column:
            values["ring_key_id"] = ring.active_key_id
        return bool(self.model.objects.filter(pk=row.pk, **{self.column: sealed}).update(**values))

    @property
    def _has_column(self):
        return self.model is Keyset

    def _with_key(self):
        # A keyset is wrapped by Tink in a message of its own, so its key has a column. A bare ciphertext names its key.
        key = models.F("ring_key_id") if self._has_column else Substr(self.column, 2, 4, output_field=models.BinaryField())
        return self.model.objects.annotate(under=key)

    def _as_kept(self, key_id):
        return key_id if self._has_column else key_id.to_bytes(4, "big")


TABLES = (
    Table("keysets", Keyset, "wrapped", crypto.rewrap_keyset),
    Table("seeds of authenticator apps", TotpDevice, "sealed_seed", crypto.reseal),
    Table("addresses of webhooks", Webhook, "sealed", crypto.reseal),
)


def counts() -> Counter:
    """Count the rows of all tables under each key of the ring."""
    return sum((table.counts() for table in TABLES), Counter())


def why_no_new_ring() -> str:
    """Say that rows of a ring are here already; a new ring would open none of them. Asked before tables exist, too."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    sealed = sum(table.model.objects.count() for table in TABLES if table.model._meta.db_table in there)
    return f"the database holds {sealed} keys that a ring has sealed" if sealed else ""


def _number(under):
    return under if isinstance(under, int) else int.from_bytes(bytes(under), "big")
