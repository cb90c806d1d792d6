"""Owners edit the draft on a page of its own: nothing typed is lost, and nobody overwrites anybody unseen."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import drafting, policies
from portal.models import SecurityPolicy
from portal.policy_facts import facts_of
from tests import builders
from tests.accounts.test_text_is_kept import expire
from tests.portal.draft_pages import DRAFT, rows, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def olivia(cast):
    return cast.client("olivia")


@pytest.fixture
def draft(cast):
    return policies.new_draft(cast.mailat, by=cast.olivia, at=now())


def said(draft):
    return facts_of(SecurityPolicy.objects.get(pk=draft.pk))


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def test_a_draft_is_begun_on_the_page_and_is_a_copy_of_the_newest_version(cast, olivia):
    page = olivia.get(DRAFT)
    assert "Version 1 is in force" in words(page)
    assert olivia.post(DRAFT).headers["Location"] == DRAFT
    draft = cast.mailat.policies.get(published_at=None)
    assert facts_of(draft) == facts_of(cast.mailat.policies.get(number=1))
    # A second press finds the first draft.
    assert "has a draft already" in words(olivia.post(DRAFT, follow=True))


def test_saving_what_the_page_shows_changes_nothing(olivia, draft):
    before = said(draft)
    answer = olivia.post(DRAFT, sent(olivia.get(DRAFT)))
    assert answer.status_code == 302
    assert said(draft) == before
    assert AuditEvent.objects.filter(kind="policy.changed").count() == 1


def test_what_is_typed_is_saved(olivia, draft, cast):
    fields = sent(olivia.get(DRAFT))
    fields |= {
        "title": ["  How to\ttell us "],
        "weekend": ["5", "6"],
        "languages": ["en, de"],
        "disclosure_days": ["90"],
        "ai": ["declare"],
        "supported_versions-0-text": ["2.x"],
        "supported_versions-0-ends_on": ["2027-05-01"],
        "contacts-0-encryption": ["https://example.org/key.asc"],
        "service_levels-0-unit": ["business_days"],
        "service_levels-0-latest": ["2"],
    }
    assert olivia.post(DRAFT, fields).status_code == 302
    found = said(draft)
    assert (found.title, found.weekend, found.languages) == ("How to tell us", "5,6", "en, de")
    assert (found.disclosure_days, found.ai) == (90, "declare")
    assert (found.supported_versions[0].text, found.supported_versions[0].ends_on.isoformat()) == ("2.x", "2027-05-01")
    assert found.contacts[0].encryption == "https://example.org/key.asc"
    assert [row.unit for row in found.service_levels].count("business_days") == 1
    assert AuditEvent.objects.get(kind="policy.changed").actor == cast.olivia


def test_a_row_is_added_filled_in_and_emptied_again_without_javascript(olivia, draft):
    fields = sent(olivia.get(DRAFT))
    page = olivia.post(DRAFT, fields | {"title": ["Half typed"], "contacts-0-note": ["hasty"], "row": ["contacts add"]})
    assert page.status_code == 200 and "errorlist" not in page.content.decode()
    fields = sent(page)
    assert len(rows(fields, "contacts")) == 4
    # Everything that was typed is still there, and nothing was saved.
    assert fields["title"] == ["Half typed"] and fields["contacts-0-note"] == ["hasty"]
    assert said(draft).title == "Security Policy"
    assert "autofocus" in page.content.decode().split('name="contacts-3-purpose"')[1].split(">")[0]
    filled = fields | {"contacts-3-purpose": ["fallback"], "contacts-3-uri": ["mailto:b@example.org"], "contacts-3-delay_hours": ["24"]}
    assert olivia.post(DRAFT, filled).status_code == 302
    assert [one.uri for one in said(draft).contacts][-1] == "mailto:b@example.org"
    fields = sent(olivia.get(DRAFT))
    assert olivia.post(DRAFT, fields | {"contacts-3-uri": [""], "contacts-3-delay_hours": [""]}).status_code == 302
    assert len(said(draft).contacts) == 3


def test_rows_are_moved_and_removed_without_javascript(olivia, draft):
    fields = sent(olivia.get(DRAFT))
    labels = [row["label"] for row in rows(fields, "requested_fields")]
    page = olivia.post(DRAFT, fields | {"row": ["requested_fields down 0"]})
    fields = sent(page)
    assert [row["label"] for row in rows(fields, "requested_fields")][:2] == [labels[1], labels[0]]
    fields = sent(olivia.post(DRAFT, fields | {"row": ["requested_fields remove 2"]}))
    assert olivia.post(DRAFT, fields).status_code == 302
    found = said(draft).requested_fields
    assert [one.label for one in found] == [labels[1], labels[0], *labels[3:]]
    assert found[0].key == "steps"


@pytest.mark.parametrize(
    "wish", ["", "contacts", "contacts up", "contacts up 99", "contacts up 99999999999", "nothing add", "contacts fly 0"]
)
def test_a_wish_that_makes_no_sense_changes_nothing(olivia, draft, wish):
    fields = sent(olivia.get(DRAFT))
    page = olivia.post(DRAFT, fields | {"row": [wish]})
    assert page.status_code == 200
    assert sent(page) == fields


def test_a_new_question_gets_a_key_of_its_own(olivia, draft):
    fields = sent(olivia.get(DRAFT)) | {"requested_fields-TOTAL_FORMS": ["8"]}
    for number, label in ((5, "Steps"), (6, "Steps"), (7, "影響")):
        fields |= {f"requested_fields-{number}-label": [label], f"requested_fields-{number}-kind": ["text"]}
    assert olivia.post(DRAFT, fields).status_code == 302
    assert [one.key for one in said(draft).requested_fields][5:] == ["steps-2", "steps-3", "question-8"]


WRONG = [
    ({"title": [""]}, "This is needed: please fill it in."),
    ({"languages": ["English and German"]}, "Write language tags separated by commas"),
    ({"calendar_zone": ["Mars/Olympus"]}, "time zone"),
    ({"holiday_calendar": ["XX"]}, "No public holidays are known for “XX”"),
    ({"weekend": list("1234567")}, "A week needs a business day"),
    ({"supported_versions-0-status": [""]}, "This is needed: please fill it in."),
    ({"supported_versions-0-text": ["x" * 161]}, "at most 160 characters"),
    ({"supported_versions-0-ends_on": ["2026-02-30"]}, "Enter a valid date."),
    ({"service_levels-0-latest": ["0"]}, "Promise a time of 1 or more."),
    ({"service_levels-0-latest": ["99999"]}, "This is too much: at most 32767."),
    ({"service_levels-0-earliest": ["99"]}, "This lies after the latest time."),
    ({"service_levels-1-milestone": ["acknowledgement"]}, "Row 1 promises this already"),
    ({"contacts-0-uri": ["security@example.org"]}, "Begin with mailto:, https: or tel:"),
    ({"contacts-0-encryption": ["my key"]}, "openpgp4fpr:"),
    ({"requested_fields-1-key": ["description"]}, "Row 1 has this key already"),
    ({"clauses-0-text": ["x" * 20_001]}, "at most 20000 characters"),
    ({"clauses-TOTAL_FORMS": ["501"]}, "These are too many rows: a policy has at most 500 of them."),
]


@pytest.mark.parametrize("change, sentence", WRONG)
def test_what_cannot_be_said_is_refused_at_its_place_and_kept_as_typed(olivia, draft, change, sentence):
    before, fields = said(draft), sent(olivia.get(DRAFT)) | change
    page = olivia.post(DRAFT, fields)
    assert page.status_code == 422
    assert sentence in words(page) and "Nothing was lost" in words(page)
    if "TOTAL_FORMS" not in next(iter(change)):
        assert {name: sent(page)[name] for name in change} == change
    assert said(draft) == before


def test_the_page_opens_at_the_first_field_that_is_wrong(olivia, draft):
    fields = sent(olivia.get(DRAFT)) | {"contacts-1-uri": ["nowhere"], "clauses-0-text": ["x" * 20_001]}
    page = olivia.post(DRAFT, fields).content.decode()
    assert page.count(" autofocus") == 1
    assert "autofocus" in page.split('name="contacts-1-uri"')[1].split(">")[0]


def test_two_owners_at_once_do_not_overwrite_each_other_unseen(cast, olivia, draft):
    oscar = builders.a_person("Oscar")
    builders.on_team(oscar, cast.mailat, "owner")
    builders.a_factor(oscar)
    other = cast.client(oscar)
    mine, theirs = sent(olivia.get(DRAFT)), sent(other.get(DRAFT))
    assert other.post(DRAFT, theirs | {"title": ["Theirs"]}).status_code == 302
    page = olivia.post(DRAFT, mine | {"title": ["Mine"], "weekend": ["5", "7"]})
    assert page.status_code == 409
    assert "Somebody saved this draft meanwhile, so yours was not saved." in words(page)
    assert said(draft).title == "Theirs"
    # The text is still there, and the next press saves it, now that its person knows.
    again = sent(page)
    assert again["title"] == ["Mine"] and again["weekend"] == ["5", "7"]
    assert olivia.post(DRAFT, again).status_code == 302
    assert said(draft).title == "Mine"


def test_a_draft_that_was_published_meanwhile_keeps_what_was_typed(cast, olivia, draft):
    mine = sent(olivia.get(DRAFT)) | {"title": ["Mine"]}
    policies.publish(draft, by=None, at=now())
    page = olivia.post(DRAFT, mine)
    assert page.status_code == 409
    assert "Begin a new draft" in words(page)
    assert SecurityPolicy.objects.get(pk=draft.pk).title == "Security Policy"
    assert olivia.post(DRAFT, sent(page)).status_code == 302
    assert cast.mailat.policies.get(published_at=None).title == "Mine"


def test_an_expired_session_gives_the_text_back(olivia, draft):
    fields = sent(olivia.get(DRAFT)) | {"introduction": ["Ten minutes of thought."]}
    expire(olivia)
    page = olivia.post(DRAFT, fields)
    assert page.status_code == 401
    assert "Ten minutes of thought." in page.content.decode()


def test_the_preview_shows_what_is_typed_and_keeps_nothing(olivia, draft):
    before = said(draft)
    fields = sent(olivia.get(DRAFT)) | {
        "supported_versions-0-text": ["9.x"],
        "contacts-0-uri": ["nowhere"],
        "introduction": ["Hello there."],
    }
    part = olivia.post(f"{DRAFT}preview/", fields, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert "<code>9.x</code>" in part.content.decode() and "Hello there." in words(part)
    # A row that cannot be read is left out until it is mended.
    assert "nowhere" not in part.content.decode()
    whole = olivia.post(f"{DRAFT}preview/", fields)
    assert "<html" in whole.content.decode() and "<code>9.x</code>" in whole.content.decode()
    assert sent(whole)["introduction"] == ["Hello there."]
    assert said(draft) == before


def test_the_page_says_what_publishing_needs(olivia, draft):
    fields = sent(olivia.get(DRAFT))
    for number in range(6):
        fields |= {
            f"service_levels-{number}-latest": [""],
            f"service_levels-{number}-earliest": [""],
            f"service_levels-{number}-milestone": [""],
        }
    assert olivia.post(DRAFT, fields).status_code == 302
    assert "Promise an answer" in words(olivia.get(DRAFT))


def test_what_is_odd_in_the_version_table_is_said_at_its_row(olivia, draft):
    fields = sent(olivia.get(DRAFT)) | {"supported_versions-1-text": ["banana split"]}
    page = olivia.post(f"{DRAFT}preview/", fields).content.decode()
    beside = page.split('name="supported_versions-1-note"')[1].split("</fieldset>")[0]
    assert "banana split" in unescape(beside) and "notice warn" in beside
    assert "notice warn" not in page.split('name="supported_versions-0-note"')[1].split("</fieldset>")[0]
    # Live, too, on top of the preview.
    part = olivia.post(f"{DRAFT}preview/", fields, headers={"HX-Request": "true"})
    assert "Worth a second look" in words(part) and "banana split" in words(part)


def test_a_row_keeps_the_line_that_it_came_from(olivia, draft):
    draft.contacts.update(source_line=12)
    fields = sent(olivia.get(DRAFT)) | {"contacts-0-note": ["new words"]}
    assert olivia.post(DRAFT, fields).status_code == 302
    assert {one.line for one in said(draft).contacts} == {12}


def test_a_component_is_chosen_among_those_of_the_project(cast, olivia, draft):
    cast.mailat.components.create(name="Agent")
    fields = sent(olivia.get(DRAFT))
    assert olivia.post(DRAFT, fields | {"supported_versions-0-component": ["Agent"]}).status_code == 302
    assert [row.component for row in said(draft).supported_versions] == ["Agent", ""]
    page = olivia.post(DRAFT, sent(olivia.get(DRAFT)) | {"supported_versions-0-component": ["Somebody else's"]})
    assert page.status_code == 422


def test_the_page_asks_the_database_the_same_however_long_the_draft_is(olivia, draft):
    def asked(method, *args):
        with CaptureQueriesContext(connection) as found:
            assert method(*args).status_code in (200, 302)
        return len(found)

    fields = sent(olivia.get(DRAFT))
    few = asked(olivia.get, DRAFT), asked(olivia.post, f"{DRAFT}preview/", fields), asked(olivia.post, DRAFT, fields)
    for number in range(40):
        draft.supported_versions.create(text=f"{number + 2}.x", status="supported", position=number + 10)
        draft.clauses.create(kind="other", text=f"Statement {number}", position=number + 10)
    fields = sent(olivia.get(DRAFT))
    many = asked(olivia.get, DRAFT), asked(olivia.post, f"{DRAFT}preview/", fields), asked(olivia.post, DRAFT, fields)
    assert many == few


def test_a_longest_draft_can_be_sent(olivia, draft):
    draft.supported_versions.all().delete()
    draft.supported_versions.bulk_create(
        draft.supported_versions.model(policy=draft, text=f"{number}.x", status="supported", position=number)
        for number in range(drafting.MOST["supported_versions"])
    )
    fields = sent(olivia.get(DRAFT))
    assert len(rows(fields, "supported_versions")) == 500
    assert "No more rows fit." in olivia.get(DRAFT).content.decode()
    assert olivia.post(DRAFT, fields).status_code == 302
    assert len(said(draft).supported_versions) == 500


def test_the_team_page_leads_owners_to_the_policy(cast, olivia):
    assert DRAFT in olivia.get("/p/mailat/team/").content.decode()
    assert DRAFT not in cast.client("bob").get("/p/mailat/team/").content.decode()


def test_a_draft_is_thrown_away_once_confirmed(cast, olivia, draft):
    assert "Throw the draft away?" in words(olivia.get(f"{DRAFT}discard/"))
    assert olivia.post(f"{DRAFT}discard/").status_code == 302
    assert cast.mailat.policies.count() == 1
    assert AuditEvent.objects.get(kind="policy.discarded").facts["number"] == 2
    assert olivia.post(f"{DRAFT}discard/").headers["Location"] == DRAFT


def test_what_is_published_is_not_thrown_away(cast):
    published = policies.in_force(cast.mailat, now() + timedelta(seconds=1))
    with pytest.raises(policies.NotADraft):
        policies.discard(published, by=None, at=now())
