"""Every letter, plain and HTML: a subject of one line, the one link, and the same first sentence in both."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from portal.lib import mail

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
LETTERS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


class Named(str):
    """A name that some letters take from a row."""

    @property
    def name(self):
        return str(self)


FACTS = {
    "ref": "MAILAT-R-TEST2345",
    "project": Named("Mailat & friends"),
    "token": Named("bot"),
    "by": "Olivia",
    "contact": "security@portal.example",
    "path": "/the-link/",
    "link": "http://localhost:8000/the-link/",
    "public_url": "http://localhost:8000",
    "milestone": "status update",
    "due_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    "role": "triager",
    "invited_by": "Olivia",
    "expires_at": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "what": "address",
    "recipient": None,
    "lines": [{"said": "New report: MAILAT-2026-0001", "link": "http://localhost:8000/the-link/", "times": 2}],
    "more": 3,
    "letters_link": "http://localhost:8000/account/letters/",
    "sign_in_link": "http://localhost:8000/the-link/",
    "reset_link": "http://localhost:8000/another-link/",
    "until": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "ready_at": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "address": "postmaster@example.org",
    "waits": "4 days",
    "owner": "Olivia",
    "owners": ["Olivia (olivia@example.org)"],
    "said": "Bob asked for a recovery of their second factor.",
    "stoppable": True,
    "hook_name": "Chat",
    "by_reporter": True,
    "key_stopped": True,
}


# All that a letter may say: references, names of projects and people, moments, what was promised, links.
SAYABLE = {
    *(
        "ref",
        "project",
        "path",
        "link",
        "public_url",
        "letters_link",
        "sign_in_link",
        "reset_link",
        "security_link",
        "href",
        "line",
        "lines",
    ),
    *("milestone", "due_at", "expires_at", "ready_at", "until", "when", "waits", "date", "hours", "months"),
    *("role", "by", "contact", "token", "invited_by", "person", "owner", "owners", "name", "hook_name", "address", "who"),
    *("what", "said", "more", "label", "because", "subject", "LANGUAGE_CODE", "key_stopped", "count"),
}


def in_words(letter, **facts):
    """A letter with everything in it that one can have; as it leaves, but for its links."""
    return mail.render(letter, FACTS | facts, language="en", zone="UTC")


def seen(html):
    """The HTML without its colours."""
    return unescape(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


@pytest.mark.parametrize("letter", LETTERS)
def test_it_says_nothing_but_references_names_and_times(letter):
    text = "".join((FOLDER / letter / name).read_text() for name in ("subject.txt", "body.txt", "body.html"))
    said = set(re.findall(r"{{\s*(\w+)", text)) | set(re.findall(r"(?:=|with href=)(\w+)[.|]", text))
    assert said <= SAYABLE, "say in SAYABLE what it is, if it is no title and nothing that somebody wrote"


@pytest.mark.parametrize("letter", LETTERS)
def test_it_says_the_same_in_both_forms_and_leads_somewhere(letter):
    words = in_words(letter)
    assert words.subject and "\n" not in words.subject
    html = seen(words.html)
    first = " ".join(words.text.strip().splitlines()[0].split(". ")[0].rstrip(":.").split())
    assert first in " ".join(html.split())
    for said in (words.text, html):
        assert "{" not in said
    if "http" in words.text:
        link = next(word for word in words.text.split() if word.startswith("http"))
        assert f'href="{link}"' in html
