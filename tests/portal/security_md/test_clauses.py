"""Everything else that a policy says, by kind, in its own words."""

import pytest

from portal.security_md import clauses, document


def kinds(text, taken=frozenset()):
    return [(clause.kind, clause.text) for clause in clauses.read(document.read(text), taken).facts]


@pytest.mark.parametrize(
    "heading, kind",
    [
        ("Out of scope", "scope_out"),
        ("Scope", "scope_in"),
        ("What is not a vulnerability", "not_a_vulnerability"),
        ("Safe harbor", "safe_harbour"),
        ("Best practices", "practice"),
        ("Threat model", "consideration"),
        ("What to expect", "promise"),
        ("Disclosure policy", "disclosure"),
        ("Security advisories", "advisories"),
        ("Hors périmètre", "scope_out"),
        ("適用範囲外", "scope_out"),
        ("最佳实践", "practice"),
    ],
)
def test_a_heading_gives_the_kind_of_what_stands_under_it(heading, kind):
    assert kinds(f"# Policy\n\n## {heading}\n\n- One thing\n- Another thing") == [(kind, "One thing"), (kind, "Another thing")]


@pytest.mark.parametrize(
    "lead, kind",
    [
        ("The following are out of scope:", "scope_out"),
        ("Please do not use this channel for:", "scope_out"),
        ("When you deploy it, we recommend:", "practice"),
        ("If you follow these guidelines:", "promise"),
    ],
)
def test_the_words_before_a_list_give_its_kind(lead, kind):
    assert kinds(f"{lead}\n\n- One thing\n- Another thing") == [(kind, "One thing"), (kind, "Another thing")]


@pytest.mark.parametrize(
    "text, kind",
    [
        ("We will not take legal action against you.", "safe_harbour"),
        ("We will credit you in the advisory.", "credit"),
        ("There is no bug bounty.", "bounty"),
        ("We will tell you when it is fixed.", "promise"),
        ("Security advisories are published, and can be subscribed to.", "advisories"),
        ("Please give us reasonable time before you publish anything.", "disclosure"),
        ("We coordinate the date of disclosure with you: coordinated disclosure.", "embargo"),
        ("If you used AI to find the issue, say so in the report.", "ai"),
        ("Out of scope: attacks on the staff.", "scope_out"),
    ],
)
def test_a_sentence_gives_its_own_kind(text, kind):
    assert kinds(f"# Policy\n\nIt is green. {text}") == [(kind, text)]


def test_a_safe_harbour_among_promises_keeps_its_kind():
    text = "If you follow these guidelines:\n\n- We will answer.\n- We will not take legal action."
    assert [kind for kind, _text in kinds(text)] == ["promise", "safe_harbour"]


def test_thanks_make_no_clause():
    assert kinds("## Scope\n\nThe library.\n\nThank you for keeping it safe!") == [("scope_in", "The library.")]


def test_lines_of_other_facts_make_no_clause():
    assert kinds("## What to expect\n\n- An answer within 2 days\n- News", frozenset({3})) == [("promise", "News")]


def test_a_sentence_that_is_a_promise_with_a_time_already_makes_no_clause():
    text = "# Tool\n\nWe will answer within 2 days. We will credit you in the advisory."
    assert kinds(text, frozenset({3})) == [("credit", "We will credit you in the advisory.")]


def test_the_address_of_a_link_is_kept():
    (clause,) = kinds("## Best practices\n\nFollow [the handbook](https://example.org/handbook).")
    assert clause == ("practice", "Follow the handbook (https://example.org/handbook).")


def test_a_clause_is_kept_once():
    assert len(kinds("## Scope\n\n- The library\n- The library")) == 1


def test_other_words_make_no_clause():
    assert kinds("# Policy\n\nThe sky is blue.\n\n## Weather\n\nIt rains.") == []
