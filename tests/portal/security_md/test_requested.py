"""What a report should contain: lists and sentences become fields with stable keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.security_md import document, requested


def fields(text, taken=frozenset()):
    return requested.read(document.read(text), taken).facts


def asked(items, lead="Please include in your report:"):
    return fields(lead + "\n\n" + "\n".join(f"- {item}" for item in items))


@pytest.mark.parametrize(
    "label, key, kind, required",
    [
        ("A description of the vulnerability", "description", "text", True),
        ("Steps to reproduce it", "steps", "text", True),
        ("Impact, and how an attacker could exploit it", "impact", "text", True),
        ("Affected versions", "version", "version", False),
        ("A proof of concept, if you have one", "exploit", "text", False),
        ("Suggested fix", "fix", "text", False),
        ("Your contact information", "contact", "line", False),
        ("Type of issue", "type", "line", True),
        ("Full paths of source files", "paths", "text", False),
        ("Any special configuration required to reproduce it", "configuration", "text", False),
        ("Logs (required)", "logs", "text", True),
        ("Étapes de reproduction", "steps", "text", True),
        ("再現手順", "steps", "text", True),
        ("影响范围", "impact", "text", True),
        ("What you had for breakfast", "what-you-had-for-breakfast", "text", False),
    ],
)
def test_a_label_gives_key_kind_and_whether_it_is_required(label, key, kind, required):
    (field,) = asked([label])
    assert (field.key, field.kind, field.required) == (key, kind, required)


@pytest.mark.parametrize(
    "item, label, help_",
    [
        ("Impact (who is affected?)", "Impact", "Who is affected?"),
        ("Suggested fix (if you have one)", "Suggested fix", "If you have one."),
        ("**Steps**: one after the other", "Steps", "One after the other."),
        ("Impact. How could it be used?", "Impact", "How could it be used?"),
        ("Your contact data", "Contact data", ""),
    ],
)
def test_what_explains_a_label_is_its_help(item, label, help_):
    (field,) = asked([item])
    assert (field.label, field.help) == (label, help_)


def test_keys_are_unique():
    keys = [field.key for field in asked(["The latest affected version", "The earliest affected version", "Steps", "More steps"])]
    assert keys == ["version", "version-2", "steps", "steps-2"]


def test_a_way_out_beside_a_core_field_leaves_it_required():
    (field,) = asked(["Steps to reproduce, or a script if you have one"])
    assert field.required


@pytest.mark.parametrize(
    "lead",
    [
        "A report must contain the following:",
        "Merci d'inclure dans votre rapport :",
        "Bitte geben Sie in der Meldung folgende Informationen an:",
        "Incluya en su informe la siguiente información:",
        "報告には次を含めてください。",
        "报告请包含：",
    ],
)
def test_lists_are_introduced_in_many_languages(lead):
    assert [field.key for field in asked(["Version 1", "Logs"], lead)] == ["version", "logs"]


def test_a_heading_introduces_a_list_too():
    assert [field.key for field in fields("## What to include\n\n- Steps\n- Impact")] == ["steps", "impact"]


def test_a_listing_in_a_sentence_is_read():
    text = "Please include: the affected version, steps to reproduce, the estimated impact and, if possible, a proof of concept."
    assert [(field.key, field.required) for field in fields(text)] == [
        ("version", False),
        ("steps", True),
        ("impact", True),
        ("exploit", False),
    ]


@pytest.mark.parametrize(
    "lead",
    ["We will provide:", "This template includes:", "In scope vulnerabilities include:", "You can contact us in the following ways:"],
)
def test_a_list_of_something_else_is_not_asked_for(lead):
    assert asked(["Steps and impact of the version", "More"], lead) == ()


def test_a_list_ends_where_something_else_takes_its_lines():
    text = "Include in your report:\n- Steps\n- Impact\n- Answer: within 2 days\n- Fix: within 9 days"
    assert [field.key for field in fields(text, frozenset({4, 5}))] == ["steps", "impact"]


def test_nested_lists_are_introduced_by_their_item():
    text = "Reporting a vulnerability:\n\n1. Mail us\n2. Include in the report:\n   - Steps\n   - Impact\n3. Wait"
    assert [field.key for field in fields(text)] == ["steps", "impact"]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab steps version(){}.:-1", max_size=40), max_size=60))
def test_every_field_fits_its_form(items):
    found = asked(items)
    assert len({field.key for field in found}) == len(found)
    assert all(field.key and field.label.strip() and len(field.key) <= 40 for field in found)
