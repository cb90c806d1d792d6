"""The capability to open sealed records: made by a door for the scopes that a person may open, for one request."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.lib import crypto, keyring
from portal.models import Keyset
from portal.models.keyset import Purpose

__all__ = ["Keys", "Purpose", "create"]


@dataclass
class Keys:
    """Opens and seals what belongs to the granted scopes, and nothing else.

    A row of a scope that was not granted raises DecryptError, so that a query that forgot its filter fails closed.
    Keysets are fetched with one query for all grants, and each is unwrapped when first needed.
    """

    grants: frozenset[tuple[UUID, str]]
    _wrapped: dict | None = field(default=None, repr=False)
    _opened: dict = field(default_factory=dict, repr=False)

    @classmethod
    def to(cls, *, shared=(), internal=()):
        """Grant the conversations of these reports and the team-only records of these cases (UUIDs)."""
        return cls(frozenset({(scope, Purpose.SHARED.value) for scope in shared} | {(scope, Purpose.INTERNAL.value) for scope in internal}))

    def open(self, row) -> dict:
        """Return the content of a sealed row; raise DecryptError."""
        binding = row.binding()
        return crypto.unseal(self._key(binding.scope, row.PURPOSE), row.sealed, binding)

    def seal(self, row, content: dict):
        """Seal ``content`` into ``row.sealed``. The row's identity must be set; it is not saved."""
        binding = row.binding()
        row.sealed = crypto.seal(self._key(binding.scope, row.PURPOSE), content, binding)

    def _key(self, scope, purpose):
        place = (scope, str(purpose))
        if place not in self.grants:
            raise crypto.DecryptError(f"No key was granted for {purpose} {scope}.")
        if place not in self._opened:
            if self._wrapped is None:
                rows = Keyset.objects.filter(scope_uuid__in={scope for scope, _purpose in self.grants})
                found = rows.values_list("scope_uuid", "purpose", "wrapped")
                self._wrapped = {(of, use): wrapped for of, use, wrapped in found}
            if place not in self._wrapped:
                raise crypto.DecryptError(f"The key for {purpose} {scope} is gone.")
            self._opened[place] = crypto.unwrap_keyset(self._wrapped[place], ring=keyring.ring().wrap, binding=_binding(scope, purpose))
        return self._opened[place]


def create(*places: tuple[UUID, Purpose]) -> Keys:
    """Make and store the keysets of new reports and cases; return the keys to them, and to nothing else."""
    ring, rows = keyring.ring(), []
    for scope, purpose in places:
        wrapped = crypto.wrap_keyset(crypto.new_keyset(), ring=ring.wrap, binding=_binding(scope, purpose))
        rows.append(Keyset(scope_uuid=scope, purpose=purpose.value, ring_key_id=ring.active_key_id, wrapped=wrapped))
    Keyset.objects.bulk_create(rows)
    made = {(row.scope_uuid, row.purpose): row.wrapped for row in rows}
    return Keys(frozenset(made), made)


def _binding(scope, purpose):
    return crypto.Binding(scope=scope, row=scope, label=f"keyset.{purpose}")
