"""Sealed records open in their own place, unchanged, or not at all."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tink import aead

from portal.lib import crypto, keyring
from portal.lib.crypto import Binding, DecryptError

GOLDEN = json.loads((Path(__file__).parent.parent / "data" / "golden_v1_test_key_not_secret.json").read_text())
CONTENT = {"text": "Grüße", "html": "<p>Grüße</p>", "salt": "00" * 16}
HERE = Binding(scope=uuid4(), row=uuid4(), label="message.content", author=uuid4())
KEY = crypto.new_keyset().primitive(aead.Aead)
SEALED = crypto.seal(KEY, CONTENT, HERE)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["text", "html", "salt", "answers"]), json_values))
def test_what_was_sealed_opens_as_it_was(content):
    assert crypto.unseal(KEY, crypto.seal(KEY, content, HERE), HERE) == content


def test_the_same_content_is_never_sealed_alike():
    assert crypto.seal(KEY, CONTENT, HERE) != SEALED
    assert b"Gr" not in SEALED


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@example(0, 1)
@example(len(SEALED) - 1, 128)
def test_any_changed_byte_is_found(place, difference):
    changed = bytearray(SEALED)
    changed[place] ^= difference
    with pytest.raises(DecryptError):
        crypto.unseal(KEY, bytes(changed), HERE)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.binary(min_size=1, max_size=40))
def test_what_was_cut_or_lengthened_or_made_up_does_not_open(length, more):
    for changed in (SEALED[:length], SEALED + more, more + SEALED, more):
        with pytest.raises(DecryptError):
            crypto.unseal(KEY, changed, HERE)


@pytest.mark.parametrize("nothing", [b"", None, memoryview(b""), "text", 5])
def test_nothing_at_all_does_not_open(nothing):
    with pytest.raises(DecryptError):
        crypto.unseal(KEY, nothing, HERE)


@pytest.mark.parametrize(
    "change",
    [
        {"scope": uuid4()},
        {"row": uuid4()},
        {"label": "note.content"},
        {"label": "message.conten"},
        {"author": uuid4()},
        {"author": None},
        {"revision": 2},
        {"scope": HERE.row, "row": HERE.scope},
    ],
)
def test_elsewhere_it_does_not_open(change):
    with pytest.raises(DecryptError):
        crypto.unseal(KEY, SEALED, replace(HERE, **change))


def test_another_key_does_not_open_it():
    with pytest.raises(DecryptError):
        crypto.unseal(crypto.new_keyset().primitive(aead.Aead), SEALED, HERE)


def test_parts_cannot_run_into_each_other():
    one, other = replace(HERE, author=None, label="ab"), replace(HERE, author=None, label="a")
    assert one.associated_data() != other.associated_data()
    parts = product(["", "a", "ab", "a\0", "\0\0\0\0"], [None, HERE.author], [1, 2])
    bindings = [replace(HERE, label=label, author=author, revision=number) for label, author, number in parts]
    assert len({binding.associated_data() for binding in bindings}) == len(bindings)


def test_a_refusal_says_nothing_of_the_content():
    with pytest.raises(DecryptError) as refused:
        crypto.unseal(KEY, SEALED[:-1], HERE)
    assert "Gr" not in str(refused.value) and str(HERE.row) in str(refused.value)


def test_a_keyset_opens_under_its_ring_in_its_place_only():
    ring, binding = crypto.new_keyset().primitive(aead.Aead), Binding(scope=HERE.scope, row=HERE.scope, label="keyset.shared")
    wrapped = crypto.wrap_keyset(crypto.new_keyset(), ring=ring, binding=binding)
    sealed = crypto.seal(crypto.unwrap_keyset(wrapped, ring=ring, binding=binding), CONTENT, HERE)
    assert crypto.unseal(crypto.unwrap_keyset(wrapped, ring=ring, binding=binding), sealed, HERE) == CONTENT
    for bad_ring, bad_binding, bad in [
        (KEY, binding, wrapped),
        (ring, replace(binding, label="keyset.internal"), wrapped),
        (ring, replace(binding, scope=uuid4()), wrapped),
        (ring, binding, wrapped[:-1]),
        (ring, binding, b""),
    ]:
        with pytest.raises(DecryptError):
            crypto.unwrap_keyset(bad, ring=bad_ring, binding=bad_binding)


def test_json_has_one_form():
    assert crypto.canonical({"b": 1, "a": "ü"}) == crypto.canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'.encode()


def test_a_record_of_the_first_format_opens_for_ever():
    """Never make this file anew: it stands for what installations have on their disks."""
    ring = keyring._parse(json.dumps(GOLDEN["ring"]))
    scope = UUID(GOLDEN["scope"])
    key = crypto.unwrap_keyset(
        bytes.fromhex(GOLDEN["wrapped"]), ring=ring.wrap, binding=Binding(scope=scope, row=scope, label="keyset.shared")
    )
    binding = Binding(scope, UUID(GOLDEN["row"]), GOLDEN["label"], UUID(GOLDEN["author"]), GOLDEN["revision"])
    assert binding.associated_data().hex() == GOLDEN["associated_data"]
    assert crypto.unseal(key, bytes.fromhex(GOLDEN["sealed"]), binding) == GOLDEN["content"]
    digest = GOLDEN["digest"]
    assert ring.digest(digest["purpose"], digest["value"]) == digest["hex"]
