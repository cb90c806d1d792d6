"""Places that take reports only sometimes: chats, pages of a forge, people who are named, and what a team does itself."""

import datetime

import pytest

from portal.security_md import addresses, contacts, document, reading


def found(text):
    """The contacts of a text as {uri: purpose}."""
    return {one.uri: one.purpose for one in contacts.read(document.read(text)).facts}


ROOM = "https://discord.gg/room"


@pytest.mark.parametrize(
    "text",
    [
        f"Please report a flaw on our chat: {ROOM}",
        f"If you believe that you have found a vulnerability, you can contact us on [Discord]({ROOM}).",
        f"To report a vulnerability, open a ticket on [Discord]({ROOM}).",
    ],
)
def test_a_chat_takes_reports_where_a_sentence_asks_for_them_there(text):
    assert found(f"# Security\n\n{text}") == {ROOM: "report"}


@pytest.mark.parametrize(
    "text",
    [
        f"Join the community on [Discord]({ROOM}) to hear of security fixes.",
        f"Do not report vulnerabilities on [Discord]({ROOM}).",
        f"For help with the setup, contact us on [Discord]({ROOM}).",
        f"Security fixes are announced on [Discord]({ROOM}).",
        f"If nobody has answered after 5 days:\n\n* reach out to us about the vulnerability on [the chat]({ROOM})",
    ],
)
def test_a_chat_where_people_meet_is_no_way(text):
    assert found(f"# Security\n\nReport to security@example.org.\n\n{text}") == {"mailto:security@example.org": "report"}


def test_a_name_on_a_network_is_no_mail_address():
    assert list(addresses.mails("Write to @rita@social.example, please.")) == []
    text = "# Reporting\n\nYou can send a message to [@rita@social.example](https://social.example/@rita)."
    assert found(text) == {"https://social.example/@rita": "report"}


def test_a_file_of_the_repository_is_no_mail_address():
    assert list(addresses.mails("USE THE INSTRUCTIONS AT SECURITY.md")) == []
    assert [one.uri for one in addresses.mails("rita@firma.md")] == ["mailto:rita@firma.md"]


def test_recipients_may_be_apart_by_semicolons():
    text = "# Reporting\n\nPlease mail [all of us](mailto:rita@example.org;jo@example.net)."
    assert list(found(text)) == ["mailto:rita@example.org", "mailto:jo@example.net"]


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (
            "You can report it in the [advisories of the project](https://github.com/team/tool/security/advisories).",
            "https://github.com/team/tool/security/advisories",
        ),
        ("File a confidential bug about the vulnerability in our [tracker](https://jira.example.org).", "https://jira.example.org"),
        (
            "There are a few steps for a vulnerability that you can take:\n\n"
            "- Directly contact [Rita Muster](https://rita.example/about#contact) from the team",
            "https://rita.example/about#contact",
        ),
        ("Please report vulnerabilities via:\n**<https://security.example.org>**", "https://security.example.org"),
        ("如发现漏洞，请通过我们的[漏洞披露计划](https://example.org/disclosure)报告。", "https://example.org/disclosure"),
        (
            "DO NOT REPORT IN ISSUES, USE THE [FORM](https://github.com/team/tool/security/advisories/new)",
            "https://github.com/team/tool/security/advisories/new",
        ),
    ],
)
def test_a_page_is_a_way_by_the_words_that_lead_to_it(text, uri):
    assert found(f"# Reporting a vulnerability\n\n{text}") == {uri: "report"}


@pytest.mark.parametrize(
    "text",
    [
        "Vulnerabilities will be disclosed via the [advisories](https://github.com/team/tool/security/advisories).",
        "After a report, a member of the core team will\n\n1. Create a new draft advisory for it at https://github.com/a/b/security/advisories",
        "The maintainers will:\n\n- open a draft security advisory at https://github.com/team/tool/security/advisories",
        "See the [advisories](https://github.com/team/tool/security/advisories) in our list.",
    ],
)
def test_what_a_team_does_is_no_place_to_write_to(text):
    written = f"# Security\n\nReport vulnerabilities to security@example.org.\n\n## Afterwards\n\n{text}"
    assert found(written) == {"mailto:security@example.org": "report"}


def test_a_list_of_what_reporters_will_do_is_read():
    text = "# Reporting a vulnerability\n\nTo report one, you will:\n\n- send a mail to rita@example.org"
    assert found(text) == {"mailto:rita@example.org": "report"}


PEOPLE = """# Security contacts

Do not report vulnerabilities directly to these people, {way}.

- Rita <rita@example.org>
- [Jo](https://github.com/jo-muster)
"""


def test_people_to_whom_nobody_is_to_write_are_no_contacts():
    assert found(PEOPLE.format(way="write to security@example.org")) == {"mailto:security@example.org": "report"}


def test_people_to_whom_nobody_is_to_write_are_listed_as_not_understood():
    text = PEOPLE.format(way="follow SECURITY.md")
    assert found(text) == {}
    told = reading.read(text, on=datetime.date(2026, 1, 1))
    assert any("rita@example.org" in passage.text for passage in told.not_understood)
