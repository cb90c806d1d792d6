"""Every column is declared as encrypted, public or metadata (tests/data/columns.toml); a new one fails until somebody decides."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

DECLARED = tomllib.loads((Path(__file__).parent / "data" / "columns.toml").read_text())
MODELS = {
    f"{label}.{model.__name__}": model
    for label in ("accounts", "portal", "intake", "advisories")
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
}
# What people write about a vulnerability before it is public: these tables hold no other text of theirs.
CONFIDENTIAL = ("intake.Report", "intake.Case", "intake.Message", "intake.Note", "advisories.AdvisoryDraft")


def columns(model):
    return {field.column: field for field in model._meta.local_concrete_fields}


def test_every_model_is_declared_and_nothing_else():
    assert set(DECLARED) == set(MODELS)


@pytest.mark.parametrize("name", DECLARED)
def test_every_column_is_declared_and_nothing_else(name):
    assert set(DECLARED[name]) == set(columns(MODELS[name]))


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_encrypted_is_binary_and_what_is_binary_is_encrypted(name):
    for column, field in columns(MODELS[name]).items():
        said = DECLARED[name][column]
        assert (said == "encrypted") == isinstance(field, models.BinaryField), f"{name}.{column}"
        assert said in ("encrypted", "public") or re.fullmatch(r"metadata: \S.*", said), f"{name}.{column}"
        assert not isinstance(field, models.FileField)


@pytest.mark.parametrize("name", CONFIDENTIAL)
def test_what_people_write_lies_in_the_sealed_column_only(name):
    assert DECLARED[name]["sealed"] == "encrypted"
    for column, field in columns(MODELS[name]).items():
        assert not isinstance(field, models.TextField | models.JSONField), f"{name}.{column}"
        if isinstance(field, models.CharField):
            assert field.choices or column in ("ref", "commitment"), f"{name}.{column} takes prose in clear"
        assert DECLARED[name][column] != "public"
