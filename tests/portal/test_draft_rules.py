"""What a draft may say is decided in one place: the owners' page, the administration and the verb refuse the same."""

from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import drafting, policies
from portal.models import ImportedText, SecurityPolicy
from portal.policy_facts import facts_of
from portal.security_md.facts import Address, Clause, Promise, Requested, VersionRow
from tests.portal.draft_pages import DRAFT, prove_anew, rows, sent

pytestmark = pytest.mark.django_db
ADMIN = "securitypolicy_form"

# What is typed, as both pages name it; what the verb would be given; the sentence.
RULES = [
    ({"title": ["x" * 201]}, {"title": "x" * 201}, "at most 200 characters"),
    ({"languages": ["English"]}, {"languages": "English"}, "Write language tags separated by commas"),
    ({"calendar_zone": ["Mars/Olympus"]}, {"calendar_zone": "Mars/Olympus"}, "time zone"),
    ({"holiday_calendar": ["XX"]}, {"holiday_calendar": "XX"}, "No public holidays are known for “XX”"),
    ({"disclosure_days": ["0"]}, {"disclosure_days": 0}, "greater than or equal to 1"),
    ({"disclosure_days": ["40000"]}, {"disclosure_days": 40_000}, "This is too much: at most 32767."),
    ({"introduction": ["x" * 20_001]}, {"introduction": "x" * 20_001}, "at most 20000 characters"),
    ({"supported_versions-0-status": ["fine"]}, {"supported_versions": (VersionRow("1.x", "fine"),)}, "choice"),
    ({"supported_versions-0-text": ["x" * 161]}, {"supported_versions": (VersionRow("x" * 161, "ended"),)}, "at most 160 characters"),
    ({"service_levels-0-latest": ["0"]}, {"service_levels": (Promise("acknowledgement", 0, "days"),)}, "Promise a time of 1 or more."),
    (
        {"service_levels-0-earliest": ["99"]},
        {"service_levels": (Promise("acknowledgement", 48, "hours", earliest=99),)},
        "This lies after the latest time.",
    ),
    (
        {"service_levels-1-milestone": ["acknowledgement"]},
        {"service_levels": (Promise("acknowledgement", 1, "days"), Promise("acknowledgement", 2, "days"))},
        "Row 1 promises this already",
    ),
    ({"contacts-0-uri": ["a@example.org"]}, {"contacts": (Address("a@example.org"),)}, "Begin with mailto:, https: or tel:"),
    (
        {"contacts-0-encryption": ["my key"]},
        {"contacts": (Address("mailto:a@example.org", encryption="my key"),)},
        "Give an address that begins with https:",
    ),
    (
        {"requested_fields-1-key": ["description"]},
        {"requested_fields": (Requested("what", "What?"), Requested("what", "What else?"))},
        "Row 1 has this key already",
    ),
    ({"clauses-0-kind": ["poem"]}, {"clauses": (Clause("poem", "Roses are red."),)}, "choice"),
]


@pytest.fixture
def draft(cast):
    return policies.new_draft(cast.mailat, by=cast.olivia, at=now())


def said(draft):
    return facts_of(SecurityPolicy.objects.get(pk=draft.pk))


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def change_page(draft):
    return reverse("admin:portal_securitypolicy_change", args=[draft.pk])


@pytest.mark.parametrize("typed, given, sentence", RULES)
def test_what_one_refuses_all_refuse(cast, draft, typed, given, sentence):
    before, olivia, ada = said(draft), cast.client("olivia"), prove_anew(cast.client("ada"))
    page = olivia.post(DRAFT, sent(olivia.get(DRAFT)) | typed)
    administration = ada.post(change_page(draft), sent(ada.get(change_page(draft)), within=ADMIN) | typed)
    assert (page.status_code, administration.status_code) == (422, 200)
    assert sentence in words(page) and sentence in words(administration)
    with pytest.raises(drafting.Refused, match=sentence):
        drafting.save(draft, replace(before, **given), by=cast.olivia, at=now())
    assert said(draft) == before
    assert not AuditEvent.objects.filter(kind="policy.changed").exists()


def test_what_the_administration_shows_is_saved_as_it_is(cast, draft):
    before, ada = said(draft), prove_anew(cast.client("ada"))
    assert ada.post(change_page(draft), sent(ada.get(change_page(draft)), within=ADMIN)).status_code == 302
    assert said(draft) == before
    assert AuditEvent.objects.get(kind="policy.changed").actor == cast.ada


def test_rows_are_changed_placed_added_and_deleted_in_the_administration(cast, draft):
    draft.contacts.update(source_line=7)
    ada = prove_anew(cast.client("ada"))
    fields = sent(ada.get(change_page(draft)), within=ADMIN) | {
        "contacts-TOTAL_FORMS": ["4"],
        "contacts-0-place": ["3"],
        "contacts-1-DELETE": ["on"],
        "contacts-2-encryption": ["https://example.org/key.asc"],
        "contacts-3-purpose": ["fallback"],
        "contacts-3-uri": ["mailto:b@example.org"],
        "contacts-3-delay_hours": ["24"],
        "service_levels-0-unit": ["business_days"],
        "holiday_calendar": ["DE-BY"],
        "supported_versions-0-component": [str(cast.mailat.components.get().pk)],
    }
    answer = ada.post(change_page(draft), fields)
    assert answer.status_code == 302
    found = said(draft)
    assert [one.uri.rpartition("/")[2] for one in found.contacts] == ["mailto:security@mailat.co", "discussions", "mailto:b@example.org"]
    assert [one.line for one in found.contacts] == [7, 7, None]
    assert (found.contacts[1].encryption, found.contacts[2].delay_hours) == ("https://example.org/key.asc", 24)
    assert (found.service_levels[0].unit, found.holiday_calendar) == ("business_days", "DE-BY")
    assert found.supported_versions[0].component == "Mailat"


def test_the_administration_begins_a_draft_with_its_rows(cast):
    ada = prove_anew(cast.client("ada"))
    page = reverse("admin:portal_securitypolicy_add")
    fields = sent(ada.get(page), within=ADMIN) | {
        "project": [str(cast.mail_auth.pk)],
        "title": ["A new beginning"],
        "contacts-TOTAL_FORMS": ["1"],
        "contacts-0-purpose": ["report"],
        "contacts-0-uri": ["mailto:new@example.org"],
    }
    assert ada.post(page, fields).status_code == 302
    draft = cast.mail_auth.policies.get(published_at=None)
    # What was typed, and nothing of the version before.
    assert (draft.number, draft.title, draft.supported_versions.count()) == (2, "A new beginning", 0)
    assert draft.contacts.get().uri == "mailto:new@example.org"


def test_a_component_of_another_project_is_not_offered(cast, draft):
    ada = prove_anew(cast.client("ada"))
    foreign = cast.mail_auth.components.get()
    fields = sent(ada.get(change_page(draft)), within=ADMIN) | {"supported_versions-0-component": [str(foreign.pk)]}
    assert ada.post(change_page(draft), fields).status_code == 200


def test_an_administrator_does_not_overwrite_an_owner_unseen(cast, draft):
    ada, olivia = prove_anew(cast.client("ada")), cast.client("olivia")
    fields = sent(ada.get(change_page(draft)), within=ADMIN) | {"title": ["Ada's"]}
    assert olivia.post(DRAFT, sent(olivia.get(DRAFT)) | {"title": ["Olivia's"]}).status_code == 302
    answer = ada.post(change_page(draft), fields)
    assert "Somebody saved this draft meanwhile" in words(answer)
    assert said(draft).title == "Olivia's"


def test_what_is_published_is_changed_by_nobody(cast, draft):
    ImportedText.objects.create(policy=draft, text="# Security", imported_at=now())
    ada, olivia = prove_anew(cast.client("ada")), cast.client("olivia")
    typed = sent(ada.get(change_page(draft)), within=ADMIN) | {"title": ["Another"]}
    policies.publish(draft, by=cast.olivia, at=now())
    before = said(draft)
    assert ada.post(change_page(draft), typed).status_code == 403
    assert ada.post(reverse("admin:portal_securitypolicy_delete", args=[draft.pk]), {"post": "yes"}).status_code == 403
    shown = ada.get(change_page(draft))
    assert shown.status_code == 200
    typable = [name for name in sent(shown, within=ADMIN) if not name.endswith(("-id", "-policy", "_FORMS"))]
    assert typable == []
    with pytest.raises(policies.NotADraft, match="Begin a new draft"):
        drafting.save(draft, replace(before, title="Another"), by=cast.olivia, at=now())
    with pytest.raises(policies.NotADraft):
        drafting.publish(draft, by=cast.olivia, at=now())
    with pytest.raises(policies.NotADraft):
        policies.discard(draft, by=cast.olivia, at=now())
    assert "Begin a draft" in words(olivia.get(DRAFT))
    assert said(draft) == before
    assert ImportedText.objects.filter(policy=draft).exists()


def test_a_draft_deleted_in_the_administration_is_on_record(cast, draft):
    answer = prove_anew(cast.client("ada")).post(reverse("admin:portal_securitypolicy_delete", args=[draft.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not SecurityPolicy.objects.filter(pk=draft.pk).exists()
    assert AuditEvent.objects.get(kind="policy.discarded").actor == cast.ada


def test_what_no_text_needs_is_taken_out_before_it_is_stored(cast, draft):
    given = replace(
        said(draft),
        title=" Two\nlines\x00 ",
        introduction=" One paragraph.\r\n\r\nAnother. ",
        requested_fields=(Requested("", "What is it?"), Requested("", "What is it?"), Requested("", "？"), Requested("kept", "Old")),
    )
    drafting.save(draft, given, by=cast.olivia, at=now())
    found = said(draft)
    assert (found.title, found.introduction) == ("Two lines", "One paragraph.\n\nAnother.")
    assert [one.key for one in found.requested_fields] == ["what-is-it", "what-is-it-2", "question-3", "kept"]
    assert drafting.tidied(found) == found


def test_a_draft_without_a_title_is_refused_by_all(cast, draft):
    olivia, ada = cast.client("olivia"), prove_anew(cast.client("ada"))
    assert olivia.post(DRAFT, sent(olivia.get(DRAFT)) | {"title": [" "]}).status_code == 422
    assert ada.post(change_page(draft), sent(ada.get(change_page(draft)), within=ADMIN) | {"title": [" "]}).status_code == 200
    with pytest.raises(drafting.Refused, match="This is needed"):
        drafting.save(draft, replace(said(draft), title=" "), by=cast.olivia, at=now())


def test_too_many_rows_are_refused_with_how_many_there_can_be(cast, draft):
    many = tuple(Clause("other", f"Statement {number}") for number in range(drafting.MOST["clauses"] + 1))
    with pytest.raises(drafting.Refused, match="at most 500 of them"):
        drafting.save(draft, replace(said(draft), clauses=many), by=cast.olivia, at=now())


def test_what_a_draft_shows_unstored_is_what_it_shows_once_stored(cast, draft):
    given = replace(said(draft), clauses=(Clause("scope_out", "Demos"), Clause("scope_in", "The server"), Clause("scope_out", "Docs")))
    shown = drafting.as_policy(drafting.fetched(draft), given)
    drafting.save(draft, given, by=cast.olivia, at=now())
    stored = SecurityPolicy.objects.get(pk=draft.pk)
    assert facts_of(shown) == facts_of(stored)
    assert [one.text for one in facts_of(stored).clauses] == ["The server", "Demos", "Docs"]
    assert policies.missing(shown) == policies.missing(stored) == []


def test_the_pages_have_the_same_rows(cast, draft):
    olivia, ada = cast.client("olivia"), prove_anew(cast.client("ada"))
    ours, theirs = sent(olivia.get(DRAFT)), sent(ada.get(change_page(draft)), within=ADMIN)
    for relation in drafting.MOST:
        assert len(rows(ours, relation)) == int(theirs[f"{relation}-TOTAL_FORMS"][0])
