"""Every letter, plain and HTML: a subject of one line, the one link, and the same first sentence in both."""

from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from portal.lib import mail

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
LETTERS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
FACTS = {
    "ref": "MAILAT-R-TEST2345",
    "project": "Mailat & friends",
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
}


@pytest.mark.parametrize("letter", LETTERS)
def test_it_says_the_same_in_both_forms_and_leads_somewhere(letter):
    words = mail.render(letter, FACTS, language="en", zone="UTC")
    assert words.subject and "\n" not in words.subject
    html = unescape(words.html)
    first = " ".join(words.text.strip().splitlines()[0].split(". ")[0].rstrip(":.").split())
    assert first in " ".join(html.split())
    for said in (words.text, html):
        assert "{" not in said
    if "http" in words.text:
        link = next(word for word in words.text.split() if word.startswith("http"))
        assert f'href="{link}"' in html
