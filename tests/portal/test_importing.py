"""A draft from a SECURITY.md: never published by itself, each fact beside its line."""

import pytest
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from portal import importing, policies
from portal.models import Project, SecurityPolicy
from portal.policy_facts import facts_of
from tests.portal.security_md.test_fuzz_reading import PIECES
from tests.portal.security_md.test_reading import golden

TEXT = "# Security Policy\n\nMail security@example.org within reason. There is no bug bounty.\n\n## Weather\n\nIt rains.\n"


def draft_from(project, text, *, by=None, **options):
    return importing.draft_from(project, text, by=by, at=now(), **options)


def test_a_text_becomes_a_draft_with_the_facts_and_their_lines(cast):
    draft = draft_from(cast.mail_auth, golden("mail-auth"), name="SECURITY.md", by=cast.olivia)
    assert not draft.published and draft.number == 2
    published = facts_of(policies.in_force(cast.mail_auth, now()))
    imported = facts_of(SecurityPolicy.objects.get(pk=draft.pk))
    for relation in ("supported_versions", "service_levels", "contacts", "requested_fields"):
        assert getattr(imported, relation) == getattr(published, relation)
    assert [row.source_line for row in draft.supported_versions.all()] == [9, 10]
    assert draft.imported.text == golden("mail-auth") and draft.imported.name == "SECURITY.md"
    assert draft.imported.lines["safe_harbour"] == 40


def test_what_was_not_understood_and_what_to_look_at_is_kept(cast):
    kept = draft_from(cast.mail_auth, TEXT).imported
    assert kept.not_understood == [{"line": 5, "text": "Weather"}, {"line": 7, "text": "It rains."}]
    assert any("how soon" in warning for warning in kept.warnings)
    assert kept.lines.keys() <= {field.name for field in SecurityPolicy._meta.fields}


def test_what_a_text_does_not_say_stays_at_the_default(cast):
    draft = draft_from(cast.mail_auth, TEXT)
    assert (draft.safe_harbour, draft.credit, draft.ai, draft.weekend, draft.public_issues_forbidden) == ("unstated",) * 3 + ("6,7", False)
    assert draft.bounty == "no"


def test_it_is_in_the_audit_trail(cast):
    draft_from(cast.mail_auth, TEXT, by=cast.olivia)
    event = AuditEvent.objects.get(kind="policy.imported")
    assert event.actor == cast.olivia and event.facts == {"number": 2}


def test_a_draft_is_not_overwritten_unasked(cast):
    draft = draft_from(cast.mail_auth, TEXT)
    with pytest.raises(importing.CannotImport, match="draft already"):
        draft_from(cast.mail_auth, golden("mailat"))
    again = draft_from(cast.mail_auth, golden("mailat"), replace=True)
    assert again.pk == draft.pk and again.service_levels.count() == 6
    assert SecurityPolicy.objects.filter(project=cast.mail_auth, published_at=None).count() == 1
    assert again.imported.text == golden("mailat")


def test_a_text_that_is_refused_leaves_everything_as_it_was(cast):
    draft_from(cast.mail_auth, TEXT)
    for text in ("", "a\0b", "x" * 5_000_000):
        with pytest.raises(importing.CannotImport) as refused:
            draft_from(cast.mail_auth, text, replace=True)
        assert refused.value.messages[0].endswith(".")
    assert cast.mail_auth.policies.get(published_at=None).bounty == "no"


def test_a_text_without_a_title_gets_the_name_of_the_project(cast):
    assert draft_from(cast.mail_auth, "Mail security@example.org").title == "Stalwart mail-auth: security policy"


def test_rows_that_contradict_each_other_are_kept_for_a_person_to_judge(cast):
    table = "| Version | Supported |\n|---|---|\n| 1.x | yes |\n| 1.x | no |"
    text = f"# Security Policy\n\n{table}\n\nWe answer within 2 days.\nWe answer within 9 days.\n"
    draft = draft_from(cast.mail_auth, text)
    assert [row.status for row in draft.supported_versions.all()] == ["supported", "ended"]
    assert draft.service_levels.count() == 1


def test_a_link_within_the_repository_is_completed(cast):
    cast.mail_auth.website = "https://github.com/stalwartlabs/mail-auth"
    draft = draft_from(cast.mail_auth, "# Reporting\n\n[Report a vulnerability](../../security/advisories/new)")
    assert draft.contacts.get().uri == "https://github.com/stalwartlabs/mail-auth/security/advisories/new"


def test_a_link_that_leads_nowhere_is_left_out_and_said(cast):
    cast.mail_auth.website = "https://example.org"
    draft = draft_from(cast.mail_auth, "# Reporting\n\n[Report a vulnerability](../../security/advisories/new)")
    assert not draft.contacts.exists()
    assert "../../security/advisories/new" in draft.imported.warnings[0]


def test_an_address_without_encryption_is_kept_with_it(cast):
    draft = draft_from(cast.mail_auth, "# Reporting\n\nReport it at http://example.org/report please.")
    assert draft.contacts.get().uri == "https://example.org/report"
    assert "http://example.org/report" in draft.imported.warnings[0]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join))
def test_no_text_breaks_the_database(text):
    project, _new = Project.objects.get_or_create(slug="any", name="Any", ref_prefix="ANY")
    try:
        draft = draft_from(project, text, replace=True)
    except importing.CannotImport as refused:
        assert refused.messages
    else:
        assert SecurityPolicy.objects.get(pk=draft.pk).title
