"""A whole SECURITY.md: the two policies of the house, texts that are refused, and what was not understood."""

import json
from pathlib import Path

import pytest

from portal.security_md import facts, reading

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "data" / "security_md"
SEEDS = ROOT.parent / "shared" / "corpora" / "seeds"
ROWS = {
    "supported_versions": facts.VersionRow,
    "service_levels": facts.Promise,
    "contacts": facts.Address,
    "requested_fields": facts.Requested,
}
NAMES = ("mailat", "mail-auth")


def golden(name):
    return (GOLDEN / f"{name}.md").read_text()


def known(name):
    return json.loads((ROOT / "portal" / "policies_data" / f"{name}.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_the_policies_of_the_house_import_to_their_facts(name):
    read, want = reading.read(golden(name)), known(name)
    assert {field: getattr(read, field) for field in want["policy"]} == want["policy"]
    for relation, fact in ROWS.items():
        assert getattr(read, relation) == tuple(fact(**row) for row in want[relation]), relation
    clauses = {kind: [one.text for one in read.clauses if one.kind == kind] for kind in {one.kind for one in read.clauses}}
    # How we read them is said by us, and not by the text.
    assert clauses == {kind: texts for kind, texts in want["clauses"].items() if kind != "reading"}
    assert read.not_understood == ()
    assert (read.embargo, read.ai, read.disclosure_days, read.languages) == ("unstated", "unstated", None, "")


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_shows_a_line_that_it_came_from(name):
    lines, read = golden(name).split("\n"), reading.read(golden(name))
    for relation in (*ROWS, "clauses"):
        for row in getattr(read, relation):
            assert lines[row.line - 1].strip(), row
    assert all(lines[line - 1].strip() for line in read.lines.values())
    assert all(row.text in lines[row.line - 1] for row in read.supported_versions)


def seed(name):
    path = SEEDS / f"{name}.txt"
    if not path.exists():
        pytest.skip("the raw copies of the two policies are not here")
    return reading.read(path.read_text())


def test_a_flat_copy_that_lost_its_marks_is_not_guessed():
    read = seed("mail-auth")
    assert [(row.text, row.status) for row in read.supported_versions] == [("0.3.x", "unclear"), ("< 0.2", "unclear")]
    assert any("0.3.x" in warning for warning in read.warnings)
    assert [(one.milestone, one.latest, one.unit) for one in read.service_levels] == [
        ("acknowledgement", 24, "hours"),
        ("assessment", 48, "hours"),
    ]
    assert [(one.purpose, one.uri) for one in read.contacts] == [
        ("report", "mailto:hello@stalw.art"),
        ("fallback", "mailto:hello@stalw.art"),
    ]
    assert [one.key for one in read.requested_fields] == ["type", "paths", "location", "configuration", "steps", "exploit", "impact"]
    assert (read.safe_harbour, read.credit, read.bounty, read.public_issues_forbidden) == ("yes", "unstated", "unstated", True)


def test_a_flat_copy_without_headings_is_read():
    read, want = seed("mailat"), known("mailat")
    assert [(row.text, row.status) for row in read.supported_versions] == [("1.x", "supported"), ("< 1.0", "ended")]
    assert read.service_levels == tuple(facts.Promise(**row) for row in want["service_levels"])
    assert [(one.purpose, one.uri) for one in read.contacts] == [(row["purpose"], row["uri"]) for row in want["contacts"]]
    assert [one.key for one in read.requested_fields] == [row["key"] for row in want["requested_fields"]]
    assert (read.credit, read.bounty, read.public_issues_forbidden) == ("yes", "no", True)


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("a\0b", "not a text"),
        ("\x01\x02\x03", "not a text"),
        ("a\ud800b", "not a text"),
        ("x" * 5_000_000, "too long"),
        ("x\n" * 30_000, "lines"),
        ("| Version | Supported |\n|---|---|\n" + "| 1.1 | yes |\n" * 10_000, "rows"),
    ],
)
def test_a_text_that_is_none_is_refused_with_a_sentence(text, says):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.4\0", b"x" * 5_000_000],
)
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(reading.Unreadable):
        reading.decoded(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_in_another_encoding_is_read(encoding):
    assert reading.decoded("Sécurité: écrivez".encode(encoding)) == "Sécurité: écrivez"


def test_an_openpgp_key_is_one_passage():
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBFgl3tgBEAC8\n=arte\n-----END PGP PUBLIC KEY BLOCK-----"
    text = f"# Security\n\nWrite to security@example.org.\n\n```\n{key}\n```\n\nIt rains.\n"
    assert [(passage.line, passage.text) for passage in reading.read(text).not_understood] == [(6, "OpenPGP key block"), (13, "It rains.")]


def test_a_key_that_was_cut_off_ends_where_words_begin():
    text = "# Security\n\n```\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQINBFgl3tgBEAC8\n```\n\nIt rains.\n"
    assert [passage.text for passage in reading.read(text).not_understood] == ["OpenPGP key block", "It rains."]


def test_what_was_not_understood_is_listed_with_its_line():
    text = "# Security Policy\n\nMail security@example.org\n\n## Weather\n\nIt rains.\n\n| Sky | Colour |\n|---|---|\n| day | blue |"
    left = {passage.line: passage.text for passage in reading.read(text).not_understood}
    assert left == {5: "Weather", 7: "It rains.", 9: "Sky | Colour", 11: "day | blue"}


def test_every_visible_line_is_behind_a_fact_or_listed():
    text = golden("mailat").replace("## Bounty", "## Weather\n\nIt rains.\n\n## Bounty")
    assert [passage.text for passage in reading.read(text).not_understood] == ["Weather", "It rains."]


def test_a_table_of_contents_is_no_news():
    text = "# Security Policy\n\n- [Reporting](#reporting)\n- [Scope](#scope)\n\n## Reporting\n\nMail security@example.org"
    assert reading.read(text).not_understood == ()


def test_what_a_text_does_not_say_stays_unsaid_and_is_a_warning():
    read = reading.read("# Security Policy\n\nMail security@example.org")
    assert (read.safe_harbour, read.credit, read.bounty, read.embargo, read.ai) == ("unstated",) * 5
    assert read.public_issues_forbidden is False and read.service_levels == () and read.supported_versions == ()
    assert any("how soon you answer" in warning for warning in read.warnings)
    assert any("which versions" in warning for warning in read.warnings)


def test_what_is_too_long_for_its_place_is_shortened_and_said():
    read = reading.read(f"# Security Policy of {'Name ' * 60}\n\nMail security@example.org ({'word ' * 29}).")
    assert len(read.title) <= 200
    assert any("shortened" in warning for warning in read.warnings)


@pytest.mark.parametrize(
    "title, product",
    [
        ("Security Policy for Flowers", "Flowers"),
        ("Flowers Security Policy", "Flowers"),
        ("Security", ""),
    ],
)
def test_the_title_is_kept_and_names_the_product(title, product):
    read = reading.read(f"# {title}\n\nMail security@example.org")
    assert (read.title, read.product) == (title, product)


def test_the_introduction_stands_under_the_title():
    read = reading.read("# Security Policy\n\nWe like reports.\n\nMail security@example.org\n\n## Scope\n\nThe library.")
    assert (read.introduction, read.lines["introduction"]) == ("We like reports.", 3)


def test_else_the_introduction_is_what_begins_the_part_about_reporting():
    read = reading.read("# Security Policy\n\n## Reporting\n\nWe like reports.\n\nMail security@example.org")
    assert read.introduction == "We like reports."


def test_what_is_left_of_a_paragraph_of_facts_is_no_introduction():
    read = reading.read("# Security Policy\n\n## Reporting\n\nMail security@example.org please.\nIt is\nread by two people.")
    assert read.introduction == ""
    assert [passage.line for passage in read.not_understood] == [6, 7]
