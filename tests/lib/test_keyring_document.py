"""The ring's document: each change is made as asked, or refused with what to do instead; nothing is changed in place."""

import copy
import json

import pytest

from portal.lib import keyring, ring_document
from portal.lib.ring_document import NotPossible, State


@pytest.fixture
def document():
    return ring_document.load(keyring.new_document())


def key_ids(document):
    return list(ring_document.states(document))


def test_the_way_of_a_key(document):
    (old,) = key_ids(document)
    first = ring_document.with_key(document, keyring.new_key())
    new = ring_document.newest(first)
    assert ring_document.states(document) == {old: State.ACTIVE}, "what was given is not changed"
    assert ring_document.states(first) == {old: State.ACTIVE, new: State.READABLE}
    second = ring_document.activated(first, new)
    assert ring_document.states(second) == {old: State.READABLE, new: State.ACTIVE}
    third = ring_document.disabled(second, old)
    assert ring_document.states(third) == {old: State.DISABLED, new: State.ACTIVE}
    assert ring_document.states(ring_document.enabled(third, old)) == {old: State.READABLE, new: State.ACTIVE}
    assert ring_document.states(ring_document.without(third, old)) == {new: State.ACTIVE}
    for one in (first, second, third):
        assert one["digest"] == document["digest"]
        assert ring_document.load(ring_document.dump(one)) == one


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda found, old, new: ring_document.activated(found, old), "is the active one already"),
        (lambda found, old, new: ring_document.activated(found, 5), "has no key 5"),
        (lambda found, old, new: ring_document.disabled(found, 5), "has no key 5"),
        (lambda found, old, new: ring_document.enabled(found, 5), "has no key 5"),
        (lambda found, old, new: ring_document.without(found, 5), "has no key 5"),
        (lambda found, old, new: ring_document.disabled(found, old), "is the active one"),
        (lambda found, old, new: ring_document.without(found, old), "has not retired yet"),
        (lambda found, old, new: ring_document.without(found, new), "has not retired yet"),
        (lambda found, old, new: ring_document.activated(ring_document.disabled(found, new), new), "is disabled"),
        (lambda found, old, new: ring_document.with_key(found, found["wrap"]["key"][0]), "the number of another"),
    ],
)
def test_what_would_lock_somebody_out_is_refused(document, change, told):
    document = ring_document.with_key(document, keyring.new_key())
    old, new = key_ids(document)
    before = copy.deepcopy(document)
    with pytest.raises(NotPossible, match=told):
        change(document, old, new)
    assert document == before


@pytest.mark.parametrize(
    "text", ["", "5", "[]", "null", "{}", '{"wrap": {}, "digest": {}}', '{"wrap": {"key": []}, "digest": {"key": []}}']
)
def test_what_is_no_document_is_refused(text):
    with pytest.raises(ValueError):
        ring_document.load(text)


def test_what_somebody_added_by_hand_stays(document):
    document["note"] = "made in the vault"
    changed = ring_document.with_key(document, keyring.new_key())
    assert json.loads(ring_document.dump(changed))["note"] == "made in the vault"
