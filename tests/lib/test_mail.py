"""Letters are made up in the reader's language and zone, and carry stable headers."""

from datetime import UTC, datetime

import pytest
from django.core import mail as django_mail
from django.template import TemplateDoesNotExist

from portal.lib import mail


@pytest.fixture
def letter(tmp_path, settings):
    """Write a letter's templates; other templates are found as before."""

    def write(**files):
        folder = tmp_path / "emails" / "note"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name.replace("_", ".")).write_text(text)

    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return write


def test_plain_text_is_not_escaped_and_html_is(letter):
    letter(subject_txt="For {{ name }}", body_txt="{{ name }} {{ link }}", body_html="<p>{{ name }}</p>")
    made = mail.render("note", {"name": "O'Neill <x>", "link": "http://h/?a=1&b=2"}, language="en", zone="UTC")
    assert made.subject == "For O'Neill <x>"
    assert made.text == "O'Neill <x> http://h/?a=1&b=2\n"
    assert made.html == "<p>O&#x27;Neill &lt;x&gt;</p>"


def test_a_subject_is_one_line(letter):
    letter(subject_txt="\nOne {{ name }}\n", body_txt="x")
    assert mail.render("note", {"name": "a\r\nBcc: b@example.org"}, language="en", zone="UTC").subject == "One a Bcc: b@example.org"


def test_times_are_the_readers(letter):
    letter(subject_txt="x", body_txt='{{ at|date:"Y-m-d H:i" }}')
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert mail.render("note", {"at": at}, language="en", zone="Asia/Tokyo").text == "2026-11-23 08:30\n"


def test_html_is_optional_and_text_is_not(letter):
    letter(subject_txt="x", body_txt="y")
    assert mail.render("note", {}, language="en", zone="UTC").html == ""
    with pytest.raises(TemplateDoesNotExist):
        mail.render("no_such_letter", {}, language="en", zone="UTC")


def test_what_leaves_carries_its_id():
    mail.send(mail.Letter("S", "T\n", "<p>H</p>"), to="rita@example.org", message_id="<1@portal>")
    message = django_mail.outbox[0].message()
    assert (message["To"], message["Message-ID"], message["Auto-Submitted"]) == ("rita@example.org", "<1@portal>", "auto-generated")
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
