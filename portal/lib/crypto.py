"""Seal and unseal, pure: keys are passed in, nothing is read from settings or the database.

Every ciphertext is Tink AES-256-GCM, bound by its associated data to the one row, field, author and revision that it
belongs to, so that a ciphertext moved elsewhere does not open. Claims and limits are in docs/security.md.
"""

import json
import uuid
from dataclasses import dataclass

import tink
from tink import aead, proto_keyset_format, secret_key_access

FORMAT = 1


class DecryptError(Exception):
    """A sealed record cannot be opened: a wrong key, a moved or a changed ciphertext. Says nothing about the content."""


@dataclass(frozen=True)
class Binding:
    """What a sealed field belongs to. ``label`` is a constant of the code: it stays when a column is renamed."""

    scope: uuid.UUID
    row: uuid.UUID
    label: str
    author: uuid.UUID | None = None
    revision: int = 1

    def associated_data(self) -> bytes:
        """Return the parts, each preceded by its length (4 bytes, big-endian), behind the format number."""
        parts = [
            self.scope.bytes,
            self.row.bytes,
            self.label.encode(),
            self.author.bytes if self.author else b"",
            self.revision.to_bytes(4, "big"),
        ]
        return bytes([FORMAT]) + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(key: aead.Aead, content: dict, binding: Binding) -> bytes:
    """Return ``content`` (JSON values) sealed under ``key`` and bound to its place."""
    return key.encrypt(canonical(content), binding.associated_data())


def unseal(key: aead.Aead, sealed: bytes, binding: Binding, *, wanted=None) -> dict | None:
    """Return the content; raise DecryptError, and nothing else, when it cannot be opened.

    ``wanted`` may look at the JSON first, as bytes, and say no: then it is not read, and None returned.
    """
    try:
        encoded = key.decrypt(bytes(sealed), binding.associated_data())
        return None if wanted is not None and not wanted(encoded) else json.loads(encoded)
    except (tink.TinkError, ValueError, TypeError, AttributeError) as failure:
        raise DecryptError(f"The sealed {binding.label} {binding.row} cannot be opened.") from failure


def canonical(content: dict) -> bytes:
    """Return the one byte form of JSON values: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def new_keyset() -> tink.KeysetHandle:
    """Make a data keyset (one AES-256-GCM key)."""
    return tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)


def wrap_keyset(handle: tink.KeysetHandle, *, ring: aead.Aead, binding: Binding) -> bytes:
    """Return a data keyset sealed under the ring."""
    return proto_keyset_format.serialize_encrypted(handle, ring, binding.associated_data())


def unwrap_keyset(wrapped: bytes, *, ring: aead.Aead, binding: Binding) -> aead.Aead:
    """Return the key of a wrapped data keyset; raise DecryptError when the ring does not open it."""
    try:
        return proto_keyset_format.parse_encrypted(bytes(wrapped), ring, binding.associated_data()).primitive(aead.Aead)
    except (tink.TinkError, ValueError, TypeError) as failure:
        raise DecryptError(f"The keyset of {binding.label} {binding.row} cannot be unwrapped.") from failure


def rewrap_keyset(wrapped: bytes, *, ring: aead.Aead, binding: Binding) -> bytes:
    """Return a wrapped keyset under the ring's active key, opened once more and compared; raise DecryptError."""

    def opened(bytes_of_keyset):
        return proto_keyset_format.parse_encrypted(bytes(bytes_of_keyset), ring, binding.associated_data())

    def in_clear(handle):
        return proto_keyset_format.serialize(handle, secret_key_access.TOKEN)

    try:
        handle = opened(wrapped)
        again = wrap_keyset(handle, ring=ring, binding=binding)
        if in_clear(opened(again)) == in_clear(handle):
            return again
    except (tink.TinkError, ValueError, TypeError) as failure:
        raise DecryptError(f"The keyset of {binding.label} {binding.row} cannot be unwrapped.") from failure
    raise DecryptError(f"The keyset of {binding.label} {binding.row} came out of its new wrapping changed.")


def reseal(sealed: bytes, *, ring: aead.Aead, binding: Binding) -> bytes:
    """Return what the ring itself sealed, under its active key, opened once more and compared; raise DecryptError."""
    content = unseal(ring, sealed, binding)
    again = seal(ring, content, binding)
    if unseal(ring, again, binding) != content:
        raise DecryptError(f"The sealed {binding.label} {binding.row} came out changed.")
    return again


def key_id_of(sealed: bytes) -> int | None:
    """Return the number of the key that Tink put in front of a ciphertext, or None where there is none."""
    return int.from_bytes(sealed[1:5], "big") if len(sealed) > 5 and sealed[0] == 1 else None
