"""The ring's document: JSON with two Tink keysets in clear. Pure: takes documents, returns changed ones, knows no file.

``wrap`` holds one key or several. Tink encrypts with the one that ``primaryKeyId`` names and decrypts with every enabled
one, found by the key id in front of each ciphertext; a disabled key stays in the document and opens nothing.
"""

import copy
import json
from enum import StrEnum


class State(StrEnum):
    ACTIVE = "active"
    READABLE = "readable"
    DISABLED = "disabled"


class NotPossible(Exception):
    """The keys of the ring do not allow this; the text says what to do instead."""


def load(text: str) -> dict:
    """Return a document; raise ValueError when it is none."""
    document = json.loads(text)
    if not (isinstance(document, dict) and all(_is_keyset(document.get(name)) for name in ("wrap", "digest"))):
        raise ValueError("no ring document")
    return document


def dump(document: dict) -> str:
    """Return the text of a document."""
    return json.dumps(document)


def states(document: dict) -> dict[int, State]:
    """Return the wrapping keys with their states, the oldest first."""
    primary = document["wrap"]["primaryKeyId"]
    return {key["keyId"]: _state(key, primary) for key in document["wrap"]["key"]}


def with_key(document: dict, key: dict) -> dict:
    """Add a wrapping key that opens but is not used yet."""
    if key["keyId"] in states(document):
        raise NotPossible("The new key has the number of another one. Run the command again.")
    changed = copy.deepcopy(document)
    changed["wrap"]["key"].append(key)
    return changed


def newest(document: dict) -> int:
    """Return the key that was added last."""
    return document["wrap"]["key"][-1]["keyId"]


def activated(document: dict, key_id: int) -> dict:
    """Seal with this key from now on; the others go on to open."""
    state = _state_of(document, key_id)
    if state is State.ACTIVE:
        raise NotPossible(f"Key {key_id} is the active one already. `keys add` makes another.")
    if state is State.DISABLED:
        raise NotPossible(f"Key {key_id} is disabled. `keys enable {key_id}` makes it readable again.")
    changed = copy.deepcopy(document)
    changed["wrap"]["primaryKeyId"] = key_id
    return changed


def disabled(document: dict, key_id: int) -> dict:
    """Keep this key, but let it open nothing."""
    if _state_of(document, key_id) is State.ACTIVE:
        raise NotPossible(f"Key {key_id} is the active one. Activate another key, and run `keys rewrap`, before it retires.")
    return _with_status(document, key_id, "DISABLED")


def enabled(document: dict, key_id: int) -> dict:
    """Let a disabled key open again."""
    _state_of(document, key_id)
    return _with_status(document, key_id, "ENABLED")


def without(document: dict, key_id: int) -> dict:
    """Destroy a disabled key."""
    if _state_of(document, key_id) is not State.DISABLED:
        raise NotPossible(f"Key {key_id} has not retired yet. `keys retire {key_id}` comes first; see then that everything still opens.")
    changed = copy.deepcopy(document)
    changed["wrap"]["key"] = [key for key in changed["wrap"]["key"] if key["keyId"] != key_id]
    return changed


def _state(key, primary):
    if key["status"] != "ENABLED":
        return State.DISABLED
    return State.ACTIVE if key["keyId"] == primary else State.READABLE


def _state_of(document, key_id):
    state = states(document).get(key_id)
    if state is None:
        raise NotPossible(f"The ring has no key {key_id}. `keys status` lists those that it has.")
    return state


def _with_status(document, key_id, status):
    changed = copy.deepcopy(document)
    for key in changed["wrap"]["key"]:
        if key["keyId"] == key_id:
            key["status"] = status
    return changed


def _is_keyset(keyset):
    keys = keyset.get("key") if isinstance(keyset, dict) else None
    return bool(keys) and isinstance(keys, list) and "primaryKeyId" in keyset and all(_is_key(key) for key in keys)


def _is_key(key):
    return isinstance(key, dict) and {"keyData", "status", "keyId"} <= set(key)
