"""The capability to open sealed records: made by a door for the scopes that a person may open, for one request."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.lib import crypto, keyring
from portal.models import Keyset
from portal.models.keyset import Purpose, binding_of

__all__ = ["Keys", "Purpose", "create", "destroy"]


@dataclass
class Keys:
    """Opens and seals what belongs to the granted scopes, and nothing else.

    A row of a scope that was not granted raises DecryptError, so that a query that forgot its filter fails closed.
    Keysets are fetched with one query for all grants, and each is unwrapped when first needed. ``not_before`` names scopes of
    which only what was said from a moment on is granted.
    """

    grants: frozenset[tuple[UUID, str]]
    not_before: dict = field(default_factory=dict)
    _wrapped: dict | None = field(default=None, repr=False)
    _opened: dict = field(default_factory=dict, repr=False)

    @classmethod
    def to(cls, *, shared=(), internal=(), not_before=None):
        """Grant the conversations of these reports and the team-only records of these cases (UUIDs).

        ``not_before``: {UUID: moment}, for guests without history.
        """
        grants = {(scope, Purpose.SHARED.value) for scope in shared} | {(scope, Purpose.INTERNAL.value) for scope in internal}
        return cls(frozenset(grants), {scope: moment for scope, moment in (not_before or {}).items() if moment})

    def open(self, row) -> dict:
        """Return the content of a sealed row; raise DecryptError."""
        return self.open_if(row, None)

    def open_if(self, row, wanted) -> dict | None:
        """Return the content of a sealed row, or None where ``wanted`` says no to its bytes in clear (JSON); raise DecryptError."""
        binding = row.binding()
        since = self.not_before.get(binding.scope)
        if since and row.said_at and row.said_at < since:
            raise crypto.DecryptError(f"No key was granted for what {binding.scope} held before {since.isoformat()}.")
        return crypto.unseal(self._key(binding.scope, row.purpose), row.sealed, binding, wanted=wanted)

    def seal(self, row, content: dict):
        """Seal ``content`` into ``row.sealed``. The row's identity must be set; it is not saved."""
        binding = row.binding()
        row.sealed = crypto.seal(self._key(binding.scope, row.purpose), content, binding)

    def join(self, other: "Keys"):
        """Grant what ``other`` grants too; what was unwrapped already stays so."""
        self._wrapped = self._fetched() | other._fetched()
        self.grants |= other.grants
        self.not_before |= other.not_before

    def _fetched(self):
        if self._wrapped is None:
            rows = Keyset.objects.filter(scope_uuid__in={scope for scope, _purpose in self.grants})
            found = rows.values_list("scope_uuid", "purpose", "wrapped", "ring_key_id")
            self._wrapped = {(of, use): rest for of, use, *rest in found}
        return self._wrapped

    def _key(self, scope, purpose):
        place = (scope, str(purpose))
        if opened := self._opened.get(place):
            return opened
        if place not in self.grants:
            raise crypto.DecryptError(f"No key was granted for {purpose} {scope}.")
        if place not in self._fetched():
            raise crypto.DecryptError(f"The key for {purpose} {scope} is gone.")
        wrapped, ring_key_id = self._wrapped[place]
        ring = keyring.ring()
        if ring_key_id not in ring.key_ids:
            raise crypto.DecryptError(f"The key for {purpose} {scope} lies under ring key {ring_key_id}, which does not open here.")
        self._opened[place] = crypto.unwrap_keyset(wrapped, ring=ring.wrap, binding=binding_of(scope, purpose))
        return self._opened[place]


def create(*places: tuple[UUID, Purpose]) -> Keys:
    """Make and store the keysets of new reports and cases; return the keys to them, and to nothing else."""
    ring, rows = keyring.ring(), []
    for scope, purpose in places:
        wrapped = crypto.wrap_keyset(crypto.new_keyset(), ring=ring.wrap, binding=binding_of(scope, purpose))
        rows.append(Keyset(scope_uuid=scope, purpose=purpose.value, ring_key_id=ring.active_key_id, wrapped=wrapped))
    Keyset.objects.bulk_create(rows)
    made = {(row.scope_uuid, row.purpose): (row.wrapped, row.ring_key_id) for row in rows}
    return Keys(frozenset(made), _wrapped=made)


def destroy(scopes) -> int:
    """Destroy all keysets of these scopes: what they sealed opens for nobody any more. Return how many there were.

    The rows are overwritten before they are deleted. What the database's files and its log still hold of them is for
    ``portal.shredding.purge``, after the commit.
    """
    rows = Keyset.objects.filter(scope_uuid__in=list(scopes))
    for keyset in rows.select_for_update():
        Keyset.objects.filter(pk=keyset.pk).update(wrapped=bytes(len(keyset.wrapped)))
    return rows.delete()[0]
