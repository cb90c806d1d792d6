"""Real SECURITY.md files with labels, where they are at hand: what is read does not get worse."""

import importlib.util
import json
from functools import cache
from pathlib import Path

import pytest

from portal.security_md import reading, summary

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "corpora"
# Precision and recall over all files; accuracy of the answers.
AT_LEAST = {"supported_versions": (0.93, 0.85), "response_times": (0.88, 0.80), "contacts": (0.94, 0.93)}
ACCURACY = {"pgp": 0.97, "safe_harbor": 0.97, "credit": 0.93, "bounty": 0.85, "public_issues_forbidden": 0.93}


@cache
def scorer():
    spec = importlib.util.spec_from_file_location("score", CORPORA / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def pairs():
    """Return [(label, what was read)] of all files."""
    folder = CORPORA / "security-md"
    labels = [json.loads(path.read_text()) for path in sorted((folder / "labels").glob("*.json"))]
    return [(label, answer(folder / "security-md" / label["file"])) for label in labels]


def answer(path):
    return summary.as_json(reading.read(reading.decoded(path.read_bytes())), path.name)


@pytest.fixture(autouse=True)
def _where_the_corpus_is():
    if not (CORPORA / "score.py").exists():
        pytest.skip("the labelled files are not here")


@pytest.mark.parametrize("kind", AT_LEAST)
def test_facts_are_read_precisely_and_completely(kind):
    items = scorer().KINDS[kind]
    hits = sum(len(items(label) & items(read)) for label, read in pairs())
    said, real = sum(len(items(read)) for _label, read in pairs()), sum(len(items(label)) for label, _read in pairs())
    precision, recall = AT_LEAST[kind]
    assert hits / said >= precision and hits / real >= recall


@pytest.mark.parametrize("flag", ACCURACY)
def test_answers_are_right(flag):
    truth = scorer().truth
    asked = [(label, read) for label, read in pairs() if label.get(flag) is not None]
    right = [1 for label, read in asked if bool(truth(read[flag])) == bool(truth(label[flag]))]
    assert len(right) / len(asked) >= ACCURACY[flag]


def test_every_visible_line_is_behind_a_fact_or_listed():
    for label, read in pairs():
        whole = read["facts"]
        behind = [
            row for name in ("supported_versions", "service_levels", "contacts", "requested_fields", "clauses") for row in whole[name]
        ]
        assert behind or whole["lines"] or whole["not_understood"], label["file"]
