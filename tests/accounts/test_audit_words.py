"""Whatever is recorded anywhere has words, and the words take what is recorded."""

import ast
import re
from uuid import uuid4

import pytest

from accounts import audit_words
from accounts.audit_words import WORDS, Group
from tests.test_architecture import modules

KIND = re.compile(r"[a-z_]+(\.[a-z_]+)?")


def recorded():
    """Yield (module, kind) for every call of ``audit.record`` in the product; None for a kind that cannot be read off the code."""
    for name, tree in modules().items():
        for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            for call in _calls(function, name):
                yield from ((name, kind) for kind in _kinds(call.args[0], function, tree))


def _calls(function, name):
    inner = {one for node in ast.iter_child_nodes(function) for one in ast.walk(node) if isinstance(one, ast.FunctionDef)}
    skipped = {node for one in inner for node in ast.walk(one)}
    for node in ast.walk(function):
        if node in skipped or not isinstance(node, ast.Call):
            continue
        target = node.func
        of_audit = isinstance(target, ast.Attribute) and target.attr == "record" and getattr(target.value, "id", "") == "audit"
        if of_audit or (name == "accounts.audit" and getattr(target, "id", "") == "record"):
            yield node


def _kinds(value, function, tree):
    if isinstance(value, ast.Constant):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return _kinds(value.body, function, tree) + _kinds(value.orelse, function, tree)
    if isinstance(value, ast.JoinedStr):
        before, last = value.values
        return [kind and f"{before.value}{kind}" for kind in _kinds(last.value, function, tree)]
    if isinstance(value, ast.Name) and isinstance(function, ast.FunctionDef):
        place = [one.arg for one in function.args.args].index(value.id)
        place -= function.args.args[0].arg == "self"
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == function.name]
        return [kind for call in named for kind in _kinds(call.args[place], None, tree)] or [None]
    return [None]


def _name(target):
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def test_every_kind_that_is_recorded_has_words_and_no_other():
    found = list(recorded())
    assert len(found) > 40, "the search finds nothing"
    assert [(name, kind) for name, kind in found if kind is None] == [], "say the kind where it is recorded"
    assert {kind for _name, kind in found} - set(WORDS) == set(), "add these to accounts/audit_words.py"
    assert set(WORDS) - {kind for _name, kind in found} == set(), "nobody records these"


@pytest.mark.parametrize("kind", WORDS)
def test_a_sentence_takes_its_facts_and_does_without_them(kind):
    assert KIND.fullmatch(kind) and len(kind) <= 48
    group, sentence = WORDS[kind]
    assert group in Group and not str(sentence).endswith(".")
    assert "%(" not in audit_words.sentence(kind, {}, {})
    person = uuid4()
    facts = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(sentence)), 7) | {"person": str(person), "more": "100 % of it"}
    said = audit_words.sentence(kind, facts, {person: "Rita %s"})
    assert ("Rita %s" in said) == ("%(person)s" in str(sentence))


def test_every_group_has_a_kind():
    assert all(audit_words.kinds_of(group) for group in Group)


@pytest.mark.parametrize("value", [None, "", [], {}, {"a": 1}, [None], True, 0, "x" * 3000, "not-a-uuid", "2026-13-45T99:99"])
def test_odd_facts_of_older_events_break_nothing(value):
    facts = {"person": value, "role": value, "starts_at": value, "ends_at": value}
    for kind in ("team.role_changed", "pause.planned", "never.heard_of"):
        assert audit_words.sentence(kind, facts, {})
