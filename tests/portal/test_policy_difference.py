"""What changed between two versions of a policy, in words."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.policy_difference import LONGEST_COMPARED, difference, word_by_word
from portal.security_md.facts import Address, Clause, Facts, Promise, Requested, VersionRow

OLD = Facts(
    title="Policy",
    supported_versions=(VersionRow("2.x", "supported"), VersionRow("1.x", "supported")),
    service_levels=(Promise("acknowledgement", 48, "hours"),),
    contacts=(Address("mailto:security@example.org"), Address("https://example.org/report")),
    requested_fields=(Requested("steps", "Steps to reproduce", required=True),),
    clauses=(Clause("scope_in", "Everything in the main repository."), Clause("promise", "You are told when it is fixed.")),
)


def changes(new, old=OLD):
    return [(group.title, one.kind, one.what, one.before, one.after) for group in difference(old, new) for one in group.changes]


def test_nothing_changed():
    assert difference(OLD, replace(OLD, not_understood=("x",), lines={"title": 3})) == ()


def test_a_version_that_lost_its_support_is_one_change():
    new = replace(OLD, supported_versions=(VersionRow("2.x", "supported"), VersionRow("1.x", "ended", date(2026, 12, 31))))
    assert changes(new) == [("Supported versions", "changed", "", "1.x: supported", "1.x: not supported since 31 Dec 2026")]


def test_what_is_kept_as_codes_is_said_in_words():
    new = replace(OLD, languages="en, de", weekend="5,6", holiday_calendar="DE-BY")
    assert {(one[2], one[3], one[4]) for one in changes(new)} == {
        ("Languages", "nothing said", "English, German"),
        ("Days off in a week", "Saturday, Sunday", "Friday, Saturday"),
        ("Public holidays of", "nothing said", "Germany (Bayern)"),
    }


def test_rows_that_came_and_went():
    new = replace(OLD, supported_versions=(VersionRow("3.x", "supported"), VersionRow("2.x", "supported")))
    assert changes(new) == [
        ("Supported versions", "removed", "", "1.x: supported", ""),
        ("Supported versions", "added", "", "", "3.x: supported"),
    ]


def test_a_longer_promise_is_said_as_a_promise():
    new = replace(OLD, service_levels=(Promise("acknowledgement", 3, "days"),))
    before, after = "A person answers within 48 hours.", "A person answers within 3 days."
    assert changes(new) == [("What is promised, and by when", "changed", "", before, after)]


def test_the_same_contacts_in_another_order_are_said_once():
    (change,) = changes(replace(OLD, contacts=OLD.contacts[::-1]))
    assert change[:3] == ("Contacts", "changed", "The order")


def test_a_reworded_clause_stands_beside_its_old_words_and_another_one_does_not():
    new = replace(OLD, clauses=(Clause("scope_in", "Everything in the main repository and the website."), Clause("promise", "Never.")))
    assert changes(new) == [
        ("What it says", "changed", "In scope", OLD.clauses[0].text, new.clauses[0].text),
        ("What it says", "removed", "Promise", OLD.clauses[1].text, ""),
        ("What it says", "added", "Promise", "", "Never."),
    ]


def test_stances_and_fields_are_said_by_their_names():
    new = replace(OLD, safe_harbour="yes", disclosure_days=90, public_issues_forbidden=True, ai="declare")
    assert {(one[2], one[3], one[4]) for one in changes(new)} == {
        ("Safe harbour", "not mentioned", "yes"),
        ("Disclosure window in days", "nothing said", "90"),
        ("Asks for no public issues", "no", "yes"),
        ("Reports made with AI", "not mentioned", "allowed, to be declared"),
    }


def test_a_question_that_became_required_is_a_change():
    (change,) = changes(replace(OLD, requested_fields=(Requested("steps", "Steps to reproduce"),)))
    assert change[3:] == ("Steps to reproduce: required, longer text", "Steps to reproduce: optional, longer text")


@given(st.text(max_size=80), st.text(max_size=80))
def test_word_by_word_holds_both_texts(before, after):
    pieces = word_by_word(before, after)
    assert " ".join(text for kind, text in pieces if kind != "added").split() == before.split()
    assert " ".join(text for kind, text in pieces if kind != "removed").split() == after.split()


def test_very_long_texts_are_shown_whole():
    before, after = "old " * LONGEST_COMPARED, "new " * LONGEST_COMPARED
    assert word_by_word(before, after) == (("removed", before), ("added", after))
