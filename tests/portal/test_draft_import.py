"""A SECURITY.md becomes a draft on the page: each fact beside its line, nothing dropped in silence, nothing published."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from portal import drafting, importing, policies, provenance
from portal.models import ImportedText
from tests.portal.draft_pages import DRAFT, sent

pytestmark = pytest.mark.django_db
IMPORT, SOURCE = f"{DRAFT}import/", f"{DRAFT}source/"
TEXT = """# Security of Widgets

| Version | Supported |
| ------- | --------- |
| 2.x     | ✅        |
| < 2.0   | ❌        |

## Reporting a vulnerability

Please write to security@example.org. We answer within 48 hours.

## Weather

- Zebras are striped on Tuesdays.
- Purple umbrellas sing loudly.
"""


@pytest.fixture
def olivia(cast):
    return cast.client("olivia")


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def a_file(content, name="SECURITY.md"):
    return SimpleUploadedFile(name, content, content_type="text/markdown")


def draft_of(cast):
    return cast.mailat.policies.filter(published_at=None).first()


def with_lines_left(cast, count=2):
    """A draft whose text has so many lines that nobody understood."""
    draft = importing.draft_from(cast.mailat, TEXT, by=cast.olivia, at=now())
    left = [{"line": number, "text": f"- Zebra {number} is striped."} for number in range(13, 13 + count)]
    ImportedText.objects.filter(policy=draft).update(not_understood=left)
    return draft


@pytest.mark.parametrize("sent_as", [{"text": TEXT}, {"file": TEXT}])
def test_a_text_becomes_a_draft_that_is_looked_over_first(cast, olivia, sent_as):
    sent_as = {name: a_file(value.encode()) if name == "file" else value for name, value in sent_as.items()}
    assert olivia.post(IMPORT, sent_as).headers["Location"] == SOURCE
    draft = draft_of(cast)
    assert not draft.published and policies.in_force(cast.mailat, now()).number == 1
    page = words(olivia.get(SOURCE))
    assert "2.x: supported" in page and '<a href="#line-5">line 5</a>' in page and '<li id="line-5">| 2.x' in page
    assert "security@example.org" in page
    assert ("From SECURITY.md." in page) == ("file" in sent_as)


def test_every_fact_of_the_draft_shows_its_line(cast, olivia):
    draft = importing.draft_from(cast.mailat, TEXT, by=cast.olivia, at=now())
    said = drafting.facts_of(drafting.fetched(draft))
    shown = {found.said: found for _title, part in provenance.found(said, draft.imported) for found in part}
    assert shown["2.x: supported"].quoted == "| 2.x     | ✅        |"
    assert shown["2.x: supported"].line == 5
    for found in shown.values():
        assert found.quoted == ("" if found.line is None else TEXT.split("\n")[found.line - 1].strip())


def test_lines_that_were_not_understood_are_listed_and_kept_by_choice(cast, olivia):
    draft = with_lines_left(cast)
    page = olivia.get(SOURCE)
    assert "- Zebra 13 is striped." in words(page) and "2 lines" in words(page)
    assert olivia.post(SOURCE, {"line-13": "scope_out", "line-14": ""}).status_code == 302
    clause = draft.clauses.get(text="Zebra 13 is striped.")
    assert (clause.kind, clause.source_line) == ("scope_out", 13)
    page = words(olivia.get(SOURCE))
    assert "Zebra 14" in page and "One line" in page
    assert [one["line"] for one in ImportedText.objects.get(policy=draft).not_understood] == [14]
    # The other facts still know their lines.
    assert draft.supported_versions.get(text="2.x").source_line == 5
    assert olivia.post(SOURCE, {"line-14": "other"}).status_code == 302
    assert {("scope_out", 13), ("other", 14)} <= set(draft.clauses.values_list("kind", "source_line"))


def test_keeping_nothing_asks_for_a_choice_and_a_kind_that_is_none_is_refused(cast, olivia):
    draft = with_lines_left(cast)
    assert "Choose what a line is first" in words(olivia.post(SOURCE, {"line-13": ""}, follow=True))
    assert olivia.post(SOURCE, {"line-13": "poem"}).status_code == 422
    assert olivia.post(SOURCE, {"line-99": "other"}).status_code == 302
    assert len(ImportedText.objects.get(policy=draft).not_understood) == 2


def test_many_lines_come_in_pages_and_ask_the_database_the_same(cast, olivia):
    def asked():
        with CaptureQueriesContext(connection) as found:
            page = olivia.get(SOURCE)
        return len(found), page

    with_lines_left(cast, 2)
    olivia.get(SOURCE)
    few, _page = asked()
    left = [{"line": number, "text": f"Zebra {number}."} for number in range(1, 251)]
    ImportedText.objects.update(not_understood=left)
    many, page = asked()
    assert many == few
    assert "250 lines" in words(page) and "Page 1 of 3" in words(page)
    assert "Zebra 201." in words(olivia.get(f"{SOURCE}?page=3"))
    assert olivia.post(f"{SOURCE}?page=3", {"line-201": "other"}).headers["Location"] == f"{SOURCE}?page=3"


def test_a_draft_that_is_there_is_replaced_only_on_purpose(cast, olivia):
    policies.new_draft(cast.mailat, by=cast.olivia, at=now())
    page = olivia.post(IMPORT, {"text": TEXT})
    assert page.status_code == 422
    assert "has a draft already" in words(page) and "Zebras are striped" in words(page)
    assert draft_of(cast).title == "Security Policy"
    assert olivia.post(IMPORT, {"text": TEXT, "replace": "on"}).headers["Location"] == SOURCE
    assert draft_of(cast).supported_versions.filter(text="2.x").exists()


BAD = [
    ({}, 422, "Paste the text, or choose the file."),
    ({"text": " \n "}, 422, "Paste the text, or choose the file."),
    ({"file": b""}, 422, "Paste the text, or choose the file."),
    ({"file": b"\x7fELF\x00\x01\x02"}, 422, "This is not a text"),
    ({"file": bytes(range(256)) * 10}, 422, "This is not a text"),
    ({"text": "a" * 1_500_000}, 422, "too long"),
    ({"file": b"a" * 1_500_000}, 422, "too long"),
    ({"file": b"a" * 3_000_000}, 413, "This is too large to be a policy"),
    ({"file": b"a" * 5_000_000}, 413, "This is too large to be a policy"),
    ({"text": "a" * 5_000_000}, 413, "This is too large to be a policy"),
    ({"text": "| Version | Supported |\n|---|---|\n" + "".join(f"| {n}.x | yes |\n" for n in range(10_000))}, 422, "10000 rows"),
]


def test_an_import_follows_the_rules_of_drafts(cast, olivia):
    addresses = "".join(f"- Write to security-{number}@example.org\n" for number in range(150))
    page = olivia.post(IMPORT, {"text": f"# Security\n\n## Reporting\n\n{addresses}"})
    assert page.status_code == 422
    assert "a policy has at most 100 of them" in words(page)


@pytest.mark.parametrize("given, status, sentence", BAD)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_the_form(cast, olivia, given, status, sentence):
    given = {name: a_file(value) if name == "file" else value for name, value in given.items()}
    page = olivia.post(IMPORT, given)
    assert page.status_code == status
    assert sentence in words(page)
    assert 'name="text"' in words(page) and 'type="file"' in words(page)
    assert draft_of(cast) is None


def test_the_form_is_taken_from_its_own_page_only(cast):
    client = Client(enforce_csrf_checks=True)
    client.cookies = cast.client("olivia").cookies
    answer = client.post(IMPORT, {"text": TEXT})
    assert answer.status_code == 403
    assert draft_of(cast) is None
    page = client.get(IMPORT)
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[-1].split('"')[0]
    assert client.post(IMPORT, {"text": TEXT, "csrfmiddlewaretoken": token}).headers["Location"] == SOURCE


def test_without_an_imported_text_there_is_nothing_to_look_over(cast, olivia):
    assert olivia.get(SOURCE).headers["Location"] == DRAFT
    policies.new_draft(cast.mailat, by=cast.olivia, at=now())
    assert olivia.get(SOURCE).headers["Location"] == DRAFT


def test_an_imported_draft_can_be_saved_as_it_is(cast, olivia):
    draft = importing.draft_from(cast.mailat, TEXT, by=cast.olivia, at=now())
    before = drafting.facts_of(draft)
    assert olivia.post(DRAFT, sent(olivia.get(DRAFT))).status_code == 302
    assert drafting.facts_of(draft_of(cast)) == before
    page = words(olivia.get(DRAFT))
    assert f"{SOURCE}#line-5" in page
