"""A SECURITY.md that people like to read: GitHub's headings, a table with marks, and a project's words as they were written."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from markdown_it import MarkdownIt

from portal.security_md import plain_words, writing
from portal.security_md.facts import Address, Clause, Facts, Promise, Requested, VersionRow
from tests.portal.any_policy import FACTS, WORDS

PLACE = writing.Place(3, date(2026, 11, 4), "https://portal.example/p/it/", "https://portal.example/p/it/report/")
# Other control characters are shown as nobody knows what.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def test_it_has_the_headings_that_people_look_for():
    facts = Facts(
        title="Security Policy",
        public_issues_forbidden=True,
        disclosure_days=90,
        safe_harbour="yes",
        credit="yes",
        supported_versions=(VersionRow("1.x", "supported"),),
        service_levels=(Promise("acknowledgement", 48, "hours"),),
        contacts=(Address("mailto:security@example.org"),),
    )
    headings = re.findall(r"^#+ .*", writing.write(facts, PLACE), re.MULTILINE)
    assert headings == [
        "# Security Policy",
        "## Supported Versions",
        "## Reporting a Vulnerability",
        "## Response Times",
        "## Disclosure",
        "## Safe Harbour",
        "## Credit",
    ]


def test_what_is_not_said_is_left_out():
    text = writing.write(Facts(title="Policy"), PLACE)
    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## Reporting a Vulnerability"]
    assert "<https://portal.example/p/it/report/>" in text


def test_a_table_has_the_columns_that_its_rows_need():
    plain = writing.write(Facts(supported_versions=(VersionRow("1.x", "supported"), VersionRow("< 1.0", "ended"))))
    assert "| Version | Supported |\n| --- | --- |\n| 1.x | ✅ |\n| < 1.0 | ❌ |\n" in plain
    rows = (
        VersionRow("4.2 LTS", "security_only", date(2027, 4, 1), "on request", "server"),
        VersionRow("~1 || ^2", "unclear", component="a|b"),
    )
    full = writing.write(Facts(supported_versions=rows))
    assert "| Component | Version | Supported | Until | Notes |" in full
    assert "| server | 4.2 LTS | ✅ security fixes only | 2027-04-01 | on request |" in full
    assert r"| a\|b | \~1 \|\| ^2 | ❓ not clear |  |  |" in full


@pytest.mark.parametrize(
    "level, line",
    [
        (Promise("acknowledgement", 1, "hours"), "- **Acknowledgement:** within 1 hour."),
        (Promise("assessment", 5, "business_days", earliest=3), "- **Assessment:** within 3 to 5 business days."),
        (
            Promise("status_update", 7, "days", anchor="last_update", recurring=True, waits_for_reporter=True),
            "- **Status update:** every 7 days, counted from our last message; the clock stops while we wait for your answer.",
        ),
        (
            Promise("remediation", 30, "days", severity="critical", anchor="accepted"),
            "- **Fix, critical severity:** within 30 days, counted from the acceptance of the report.",
        ),
    ],
)
def test_a_promise_is_a_line(level, line):
    assert line in writing.write(Facts(service_levels=(level,))).split("\n")


def test_business_days_are_said_with_their_calendar():
    level = Promise("acknowledgement", 2, "business_days")
    plain = writing.write(Facts(service_levels=(level,)))
    assert "Business days are all days but Saturday, Sunday." in plain
    whole = writing.write(Facts(service_levels=(level,), calendar_zone="Europe/Berlin", weekend="5,6", holiday_calendar="DE-BY"))
    assert "all days but Friday, Saturday.\nDays begin and end in the time zone Europe/Berlin.\nThe public holidays of DE-BY are" in whole
    assert "usiness day" not in writing.write(Facts(service_levels=(replace(level, unit="days"),)))


def test_contacts_stand_under_what_they_are_for():
    contacts = (
        Address("mailto:security@example.org", encryption="https://example.org/key.asc", note="in *English*"),
        Address("https://example.org/ask", "fallback", delay_hours=24),
        Address("tel:+1-201-555-0123", "non_security"),
    )
    assert (
        "Where to send a report:\n\n- <security@example.org>, OpenPGP key <https://example.org/key.asc>: in \\*English\\*\n\n"
        "If no answer comes, write to:\n\n- <https://example.org/ask>, after 24 hours without an answer\n\n"
        "For anything that is not a vulnerability:\n\n- <tel:+1-201-555-0123>\n"
    ) in writing.write(Facts(contacts=contacts))


def test_a_field_names_its_key_only_where_it_does_not_follow():
    fields = (Requested("impact", "Impact", required=True), Requested("v", "Version", "Which one?", "version"))
    text = writing.write(Facts(requested_fields=fields))
    assert "- **Impact**\n- **Version** (optional): Which one? <!-- v, version -->\n" in text


def test_one_clause_is_a_text_and_several_are_a_list():
    one = writing.write(Facts(clauses=(Clause("safe_harbour", "First.\n\nSecond\nline."),)))
    assert "## Safe Harbour\n\nFirst.\n\nSecond\\\nline.\n" in one
    two = writing.write(Facts(clauses=(Clause("practice", "Turn it off.\n\nAnd on."), Clause("practice", "Again."))))
    assert "- Turn it off.\n\n  And on.\n- Again.\n" in two


def test_words_that_read_like_ours_stay_the_project_s():
    text = writing.write(Facts(bounty="no", clauses=(Clause("bounty", "A bounty is paid."),)))
    assert "No bounty is paid.\n\n&#65; bounty is paid.\n" in text


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_scorecard_gives_every_file_all_points(facts):
    assert scorecard(writing.write(facts, PLACE)) == 10


def test_scorecard_s_rules_tell_files_apart():
    assert scorecard("") == 0
    assert scorecard("Tell us.") == 3
    assert scorecard("Tell us at security@example.org.") == 9
    assert scorecard("https://example.org/a") == 6


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_markdown_shows_a_text_as_it_was_written(text):
    assume(text and not UNSEEN.search(text))
    assert shown(plain_words.escaped(text)) == text
    assert shown(f"- {plain_words.escaped(text)}") == text
    assert shown(f"# {plain_words.heading(text)}") == text
    assert shown(f"| a |\n| --- |\n| {plain_words.cell(text)} |") == text


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_markdown_shows_paragraphs_with_their_lines(text):
    assume(not UNSEEN.search(text) and text.strip() == text and "\n\n\n" not in text)
    assert shown("\n".join(plain_words.paragraphs(text))) == text


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_written_words_are_read_as_they_were(text):
    assert plain_words.words(plain_words.escaped(text)) == text
    assert plain_words.words(plain_words.cell(text)) == text
    assert plain_words.words(plain_words.heading(text)) == text
    assert plain_words.words_of(plain_words.paragraphs(text)) == text
    assert all(line == line.strip() and "\n" not in line for line in plain_words.paragraphs(text)), "an editor may cut blanks at the end"


@pytest.mark.parametrize(
    "text",
    [
        "Serve it over HTTPS only; never expose the API (or 'it').",
        "snake_case, C#, 5.1.2, >= 2.4, < 3, AT&T, 100 % - and more: issue #12!",
        "https://example.org/a_b?c=d&e=f",
    ],
)
def test_ordinary_words_are_not_touched(text):
    assert plain_words.escaped(text) == text


def shown(markdown):
    """What a reader of the page sees of the last text in it; an address between angle brackets is a link of the same text."""
    tokens = [token for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown) if token.type == "inline"]
    tokens = tokens[1:] if markdown.startswith("| a |\n") else tokens
    return "\n\n".join("".join(_piece(child) for child in token.children) for token in tokens)


def _piece(token):
    if token.type in ("link_open", "link_close"):
        return ""
    return {"text": token.content, "text_special": token.content, "hardbreak": "\n"}[token.type]


def scorecard(text):
    """OpenSSF Scorecard's check Security-Policy: links or addresses, text beside them, and words about vulnerabilities."""
    links = re.findall(r"https?://[a-zA-Z0-9./?=_%:-]*", text) + re.findall(
        r"\b[A-Za-z0-9._%+-]+(?:@|\\?\[at\\?\])[A-Za-z0-9.-]+\.[A-Za-z]{2,6}\b", text
    )
    beside = len(text) - sum(map(len, links))
    hits = [hit for line in text.splitlines() for hit in re.findall(r"(?i)\b[0-9]{1,4}\b|disclos|vuln", line)]
    return 6 * bool(links) + 3 * (beside > 1) + (len(hits) >= 2)
