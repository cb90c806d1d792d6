"""Ciphers are made in one place: only portal/lib turns a keyset into something that encrypts, and only four modules decrypt."""

import ast

from tests.test_architecture import modules

DECRYPTING = (
    "decrypt",
    "primitive",
    "unseal",
    "unwrap_keyset",
    "rewrap_keyset",
    "reseal",
    "new_decrypting_stream",
    "new_encrypting_stream",
)
# Keys that a door handed out, the seeds of authenticator apps, where webhooks lead, and what brings all under another key of the ring.
MAY_OPEN = {"portal.keys", "accounts.models.factors", "portal.models.webhook", "portal.ring_rows"}
DOCUMENT = ("document", "changed", "change", "new_document", "new_key")


def named(tree, names):
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in names]


def test_only_the_library_makes_ciphers():
    for name, tree in modules().items():
        if not name.startswith("portal.lib."):
            lines = named(tree, ("primitive", "decrypt", "encrypt", "new_decrypting_stream", "new_encrypting_stream"))
            assert not lines, f"{name}:{lines}"


def test_only_those_who_hold_keys_open():
    for name, tree in modules().items():
        if not name.startswith("portal.lib.") and name not in MAY_OPEN:
            lines = named(tree, DECRYPTING)
            assert not lines, f"{name}:{lines}"


def test_secrets_of_the_ring_are_touched_by_its_command_alone():
    for name, tree in modules().items():
        lines = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in DOCUMENT and isinstance(node.value, ast.Name) and node.value.id == "keyring"
        ]
        assert not lines or name in ("portal.ring_rotation", "portal.management.commands.keys"), f"{name}:{lines}"


def test_the_search_finds_what_it_looks_for():
    assert named(modules()["portal.lib.crypto"], ("primitive", "decrypt")) and named(modules()["portal.keys"], DECRYPTING)
