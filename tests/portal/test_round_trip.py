"""What is written as SECURITY.md is read back exactly; what somebody changed in it by hand is read like anybody's words."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.utils.translation import override
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from portal import drafting, importing, policies, policy_facts, policy_files
from portal.models import SecurityPolicy
from portal.security_md import own_words, phrases, reading, writing
from portal.security_md.facts import Address, Clause, Facts, Promise, Requested, VersionRow
from tests.portal.any_policy import FACTS, WORDS
from tests.portal.conftest import AT, a_project

PLACE = writing.Place(3, date(2026, 11, 4), "https://portal.example/p/it/", "https://portal.example/p/it/report/")
SMALL = Facts(
    title="Security Policy",
    introduction="Tell us in private.",
    credit="yes",
    supported_versions=(VersionRow("2.x", "supported"), VersionRow("< 2.0", "ended")),
    service_levels=(Promise("acknowledgement", 48, "hours"),),
    contacts=(Address("mailto:security@example.org"),),
    requested_fields=(Requested("steps", "Steps", required=True),),
    clauses=(Clause("credit", "In the advisory."), Clause("scope_out", "Attacks on people."), Clause("scope_out", "Floods.")),
)


@settings(max_examples=150, deadline=None)
@given(FACTS, st.booleans())
def test_whatever_a_policy_says_comes_back(facts, placed):
    own = own_words.read(writing.write(facts, PLACE if placed else None))
    assert own.facts == writing.normal(facts)
    assert own.rest == ""


OURS = [
    str(sentence)
    for sentence in (
        *(sentence for stances in phrases.STANCES.values() for sentence in stances.values()),
        phrases.PLACE.say(number=1, since="2026-11-04", page="https://example.org/"),
        phrases.PRODUCT.say(product="it"),
        phrases.DISCLOSURE_DAYS.say(amount="90 days"),
        *phrases.PURPOSES.values(),
        *(f"## {title}" for title in phrases.SECTIONS.values()),
    )
]


@pytest.mark.parametrize("words", OURS)
def test_a_project_may_say_what_we_would_say(words):
    kinds = ["ai", "bounty", "credit", "disclosure", "embargo", "other", "safe_harbour"]
    facts = Facts(introduction=words, clauses=tuple(Clause(kind, words) for kind in kinds))
    own = own_words.read(writing.write(facts))
    assert (own.facts, own.rest) == (facts, "")


@settings(max_examples=30, deadline=None)
@given(FACTS)
def test_it_comes_back_from_a_checkout_with_other_ends_of_lines(facts):
    own = own_words.read(writing.write(facts).replace("\n", "\r\n") + "\r\n\r\n")
    assert (own.facts, own.rest) == (writing.normal(facts), "")


@settings(max_examples=50, deadline=None)
@given(FACTS)
def test_normal_is_an_order_and_nothing_else(facts):
    normal = writing.normal(facts)
    assert writing.normal(normal) == normal
    assert set(normal.service_levels) == set(facts.service_levels) and len(normal.clauses) == len(facts.clauses)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["mailat", "mail-auth"])
def test_an_exported_policy_is_imported_as_it_was(seeds, slug):
    policy = seeds[slug].policies.get()
    draft = importing.draft_from(a_project(), policy_files.markdown(policy), by=None, at=AT)
    said, read = (writing.normal(policy_facts.facts_of(one)) for one in (policy, draft))
    assert read == said
    assert draft.imported.not_understood == []


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(FACTS)
def test_whatever_lies_in_the_database_is_imported_as_it_was(facts):
    slug = f"p-{uuid4().hex[:12]}"
    try:
        valid = drafting.checked(fitted(facts))
    except drafting.Refused:
        reject()
    policy = SecurityPolicy(project=a_project(slug), number=1)
    policy_facts.fill(policy, valid)
    text = writing.write(policy_facts.facts_of(policy), PLACE)
    draft = importing.draft_from(a_project(f"{slug}-b"), text, by=None, at=AT)
    said, read = (writing.normal(policy_facts.facts_of(SecurityPolicy.objects.get(pk=one.pk))) for one in (policy, draft))
    assert read == said
    assert draft.imported.not_understood == []


def fitted(facts):
    """The same policy, no longer than its columns."""
    return replace(
        facts,
        title=facts.title[:200] or "Policy",
        product=facts.product[:200],
        supported_versions=tuple(
            replace(one, text=one.text[:160], note=one.note[:200], component=one.component[:80]) for one in facts.supported_versions
        ),
        contacts=tuple(replace(one, note=one.note[:200]) for one in facts.contacts),
        requested_fields=tuple(replace(one, label=one.label[:160], help=one.help[:300]) for one in facts.requested_fields),
    )


@pytest.mark.django_db
def test_a_copy_of_a_policy_is_the_same_policy(seeds):
    draft = policies.new_draft(seeds["mailat"], by=None, at=AT)
    text = writing.write(policy_facts.facts_of(draft))
    importing.draft_from(seeds["mailat"], text, by=None, at=AT, replace=True)
    again = seeds["mailat"].policies.get(published_at=None)
    assert writing.write(policy_facts.facts_of(again)) == text


def test_each_fact_knows_its_line():
    text = writing.write(SMALL, PLACE)
    lines = text.split("\n")
    facts = own_words.read(text).facts
    assert lines[facts.supported_versions[1].line - 1] == "| < 2.0 | ❌ |"
    assert lines[facts.contacts[0].line - 1] == "- <security@example.org>"
    assert [lines[one.line - 1] for one in facts.clauses] == ["In the advisory.", "- Attacks on people.", "- Floods."]
    assert {name: lines[number - 1] for name, number in facts.lines.items()} == {
        "title": "# Security Policy",
        "introduction": "Tell us in private.",
        "credit": "Reporters are credited.",
    }


@pytest.mark.parametrize(
    "before, after",
    [
        ("| 2.x | ✅ |", "| 2.x | :white_check_mark: |"),
        ("- <security@example.org>", "- Write to security@example.org, please."),
        ("- **Acknowledgement:** within 48 hours.", "- You get an answer within 2 days."),
        ("Tell us in private.", "Tell us **in private**."),
        ("- Floods.", "- *Floods*."),
        ("- Floods.", "- Floods.\n\nAnd noise."),
        ("## Credit", "## Thanks and fame"),
        ("# Security Policy", "# Security Policy #"),
    ],
)
def test_a_line_that_was_changed_by_hand_is_left_for_the_general_rules(before, after):
    text = writing.write(SMALL).replace(before, after, 1)
    own = own_words.read(text)
    left = [line for line in own.rest.split("\n") if line]
    assert after.split("\n")[-1] in left, "it stands where it stood"
    assert own.rest.split("\n").index(after.split("\n")[-1]) == text.split("\n").index(after.split("\n")[-1])
    assert not set(left) & {"- Attacks on people.", "- **Steps**", "| < 2.0 | ❌ |" if "| 2.x" not in before else ""}, (
        "what was understood is not read twice"
    )


def test_a_row_that_was_added_by_hand_joins_the_others():
    text = writing.write(SMALL).replace("| < 2.0 | ❌ |", "| < 2.0 | ❌ |\n| 3.x | :white_check_mark: |")
    found = reading.read(text)
    assert [(row.text, row.status) for row in found.supported_versions] == [("2.x", "supported"), ("< 2.0", "ended"), ("3.x", "supported")]
    assert found.service_levels == SMALL.service_levels and found.requested_fields == SMALL.requested_fields


@settings(max_examples=60, deadline=None)
@given(FACTS, st.lists(st.tuples(st.integers(0, 60), WORDS), min_size=1, max_size=4))
def test_nothing_that_is_done_to_a_file_breaks_reading(facts, changes):
    lines = writing.write(facts).split("\n")
    for place, words in changes:
        lines.insert(min(place, len(lines) - 2), words)
    own = own_words.read("\n".join(lines))
    assert own is None or isinstance(own.facts, Facts)


@settings(max_examples=60, deadline=None)
@given(FACTS, st.integers(0, 60))
def test_no_line_is_dropped_in_silence(facts, place):
    """A line that no sentence of ours fits is in the rest, wherever it was put."""
    odd = "zyx **wvu** tsr"
    lines = writing.write(facts).split("\n")
    lines.insert(min(place, len(lines) - 2), odd)
    assert odd in own_words.read("\n".join(lines)).rest


@pytest.mark.parametrize("size", [2_000, 20_000])
@pytest.mark.parametrize(
    "piece", ["- **a", "| a ", "\\", "&#10;", "<https://a", "- x\n", "## Credit\n", "| Version | Supported |\n", "**", "- <"]
)
def test_hostile_text_under_our_name_is_read_all_the_same(piece, size):
    sections = [f"## {title}\n{piece * (size // len(piece))}" for title in ("Supported Versions", "Reporting a Vulnerability", "Credit")]
    assert own_words.read("\n".join([*sections, phrases.MARK.say(format=1, language="en")])) is not None


def test_only_a_file_that_names_our_format_is_read_this_way():
    text = writing.write(SMALL)
    assert own_words.read(text) is not None
    assert own_words.read(text.replace("format 1", "format 2")) is None
    assert own_words.read(text.replace("<!-- Written", "<!-- Painted")) is None
    assert own_words.read("") is None


def test_the_reader_s_language_makes_no_difference():
    facts = replace(SMALL, weekend="5,6", ai="declare")
    text = writing.write(facts)
    with override("de"):
        assert writing.write(facts) == text
        assert own_words.read(text).facts == facts


@pytest.mark.parametrize("language", ["xx", "../../en", "e" * 600, "en\\", "de"])
def test_a_file_in_a_language_that_the_portal_does_not_speak_is_anybody_s(language):
    assert own_words.read(writing.write(SMALL).replace(", en -->", f", {language} -->")) is None


def test_the_form_of_a_portal_is_left_out_and_that_is_said():
    found = reading.read(writing.write(SMALL, PLACE))
    (line,) = [number for number, text in enumerate(writing.write(SMALL, PLACE).split("\n"), 1) if "form:" in text]
    assert [warning for warning in found.warnings if "report form" in warning] == [
        f"Line {line} names a report form. The portal names its own by itself, so this one is left out."
    ]
    assert found.contacts == SMALL.contacts


@pytest.mark.parametrize(
    "before, after",
    [
        ("| 2.x | ✅ |", "|  | ✅ |"),
        ("- <security@example.org>", "- <ftp://example.org/>"),
        ("- <security@example.org>", "- <security@example.org>, OpenPGP key <ftp://example.org/>"),
        ("- <security@example.org>", "- <security@example.org>, after 32768 hours without an answer"),
        ("- **Steps**", "- **Steps**\n- **Steps**"),
        ("- **Steps**", "- **漏洞**"),
        ("- **Steps**", "- **Steps** <!-- steps, picture -->"),
        ("within 48 hours.", "within 99999 hours."),
        ("within 48 hours.", "within 48 hours.\n\nDays begin and end in the time zone Mars/Base."),
        ("within 48 hours.", "within 48 hours.\n\nThe public holidays of the moon are not business days."),
        ("within 48 hours.", "within 48 hours.\n\nBusiness days are all days but " + ", ".join(["Monday"] * 7) + "."),
        ("- **Steps**", "- **Steps**\n\nWe read reports in these languages, the first one best: Klingon!"),
    ],
)
def test_what_no_column_holds_is_left_for_the_general_rules(before, after):
    own = own_words.read(writing.write(SMALL).replace(before, after, 1))
    assert after.split("\n")[-1].partition(" <!--")[0] in own.rest


def test_a_character_that_is_none_is_read_as_its_stand_in():
    text = writing.write(SMALL).replace("Tell us", "&#0;&#55296;&#9999999;Tell us")
    assert "Tell us" in own_words.read(text).rest, "we would not write it so"
