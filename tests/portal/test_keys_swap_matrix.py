"""No ciphertext opens in another place: for each kind of sealed row that there is, against each other one.

The matrix comes from Django's registry, so that a new kind is in it by itself. All of it lies under one key, so that only
the binding refuses.
"""

import copy
from itertools import permutations
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models
from tink import aead

from intake.models.sealed import SealedRow
from portal.keys import Purpose
from portal.lib import crypto
from portal.lib.crypto import DecryptError

KEY = crypto.new_keyset().primitive(aead.Aead)
SEALED = [model for model in apps.get_models() if issubclass(model, SealedRow)]
# What says whose a row is and which: nobody who changes one of these can move a content.
IDENTITY = {"uuid", "scope", "author", "message", "note", "attachment", "revision", "n"}


def a_row(model):
    """Return an unsaved row of a model, and of what it hangs on, with identities that nothing else has."""
    row = model()
    for field in model._meta.concrete_fields:
        setattr(row, field.name if hangs_on_a_sealed_row(field) else field.attname, another(field, row))
    return row


def another(field, row):
    """Return another value for a field of a row, where it tells who or which it is."""
    if hangs_on_a_sealed_row(field):
        return a_row(field.related_model)
    if isinstance(field.target_field if field.is_relation else field, models.UUIDField):
        return uuid4()
    if field.is_relation:
        return uuid4().int % 10**9
    if field.name in ("revision", "n"):
        return (getattr(row, field.name) or 0) + 1
    return Purpose.SHARED if field.name == "kind" else getattr(row, field.attname)


def hangs_on_a_sealed_row(field):
    return field.is_relation and not field.null and issubclass(field.related_model, SealedRow)


@pytest.fixture(scope="module")
def places():
    """Two rows of each kind, and the first of them with one thing changed."""
    found = []
    for model in SEALED:
        row = a_row(model)
        found += [(f"{model.__name__} as it was", row), (f"another {model.__name__}", a_row(model))]
        for field in model._meta.concrete_fields:
            if field.name in IDENTITY and not field.null:
                changed = copy.copy(row)
                setattr(changed, field.name if hangs_on_a_sealed_row(field) else field.attname, another(field, row))
                found.append((f"{model.__name__} with another {field.name}", changed))
    return found


def test_every_kind_is_in_the_matrix(places):
    assert len(SEALED) >= 10
    assert {type(row) for _name, row in places} == set(SEALED)


def test_none_opens_where_another_lies(places):
    sealed = [(name, row.binding(), crypto.seal(KEY, {"text": name}, row.binding())) for name, row in places]
    opened = []
    for (name, binding, _sealed), (other, _binding, moved) in permutations(sealed, 2):
        try:
            crypto.unseal(KEY, moved, binding)
            opened.append(f"what belongs to {other} opens in {name}")
        except DecryptError:
            pass
    assert opened == []
    for name, binding, mine in sealed:
        assert crypto.unseal(KEY, mine, binding) == {"text": name}


def test_whoever_wrote_it_is_bound(places):
    for model in SEALED:
        row = a_row(model)
        if "author" in {field.name for field in model._meta.concrete_fields}:
            assert row.binding().author == row.author_id, model
        for field in model._meta.concrete_fields:
            # An earlier revision is bound to whoever wrote what it is a revision of.
            if hangs_on_a_sealed_row(field) and field.name in ("message", "note"):
                assert row.binding().author == getattr(row, field.name).author_id, model


def test_a_row_that_moves_to_another_scope_does_not_open():
    """The scope is the report's or the case's: a row that hangs on another one has another binding."""
    for model in SEALED:
        one, other = a_row(model), a_row(model)
        assert one.binding().scope != other.binding().scope, model
        assert one.binding().label == other.binding().label == model.LABEL


def test_labels_are_never_shared():
    labels = [model.LABEL for model in SEALED]
    assert len(set(labels)) == len(labels) and all(labels)
