"""The two policies that come with the portal, exactly."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from portal import policies, seeding
from portal.models import Project, SecurityPolicy
from tests.portal.conftest import AT

pytestmark = pytest.mark.django_db


def rows(policy, relation, *names):
    return sorted(getattr(policy, relation).values_list(*names), key=str)


def test_mailat(mailat):
    policy = policies.in_force(mailat, AT)
    assert (policy.number, policy.public_issues_forbidden) == (1, True)
    assert (policy.safe_harbour, policy.credit, policy.bounty) == ("unstated", "yes", "no")
    assert list(policy.supported_versions.values_list("text", "status")) == [("1.x", "supported"), ("< 1.0", "ended")]
    assert rows(policy, "service_levels", "milestone", "severity", "anchor", "earliest", "latest", "unit", "recurring") == [
        ("acknowledgement", "", "received", None, 48, "hours", False),
        ("remediation", "critical", "received", 1, 7, "days", False),
        ("remediation", "high", "received", 7, 14, "days", False),
        ("remediation", "low", "received", 30, 90, "days", False),
        ("remediation", "medium", "received", 14, 30, "days", False),
        ("status_update", "", "last_update", None, 7, "days", True),
    ]
    assert list(policy.contacts.values_list("purpose", "uri")) == [
        ("report", "mailto:security@mailat.co"),
        ("non_security", "https://github.com/dublyo/mailat/issues"),
        ("non_security", "https://github.com/dublyo/mailat/discussions"),
    ]
    assert list(policy.requested_fields.values_list("key", "required")) == [
        ("description", True), ("steps", True), ("impact", True), ("fix", False), ("contact", False),
    ]  # fmt: skip
    kinds = [kind for kind, _position in policy.clauses.values_list("kind", "position")]
    assert (kinds.count("practice"), kinds.count("consideration"), kinds.count("reading")) == (10, 5, 1)


def test_mail_auth(seeds):
    policy = policies.in_force(seeds["mail-auth"], AT)
    assert (policy.title, policy.product) == ("Security Policy for Stalwart Mail Server", "Stalwart Mail Server")
    assert (policy.safe_harbour, policy.credit, policy.bounty) == ("yes", "unstated", "unstated")
    assert list(policy.supported_versions.values_list("text", "status")) == [("0.3.x", "supported"), ("< 0.2", "ended")]
    assert rows(policy, "service_levels", "milestone", "severity", "latest", "unit") == [
        ("acknowledgement", "", 24, "hours"), ("assessment", "", 48, "hours"),
    ]  # fmt: skip
    assert list(policy.contacts.values_list("purpose", "uri", "delay_hours")) == [
        ("report", "mailto:hello@stalw.art", None), ("fallback", "mailto:hello@stalw.art", 24),
    ]  # fmt: skip
    assert list(policy.requested_fields.values_list("key", flat=True)) == [
        "type", "paths", "location", "configuration", "steps", "exploit", "impact",
    ]  # fmt: skip


@pytest.mark.parametrize("version, kind", [("0.3.9", "supported"), ("0.2.4", "in_no_row"), ("0.1.2", "not_supported")])
def test_mail_auth_is_not_guessed(seeds, version, kind):
    (found,) = policies.version_answers(policies.in_force(seeds["mail-auth"], AT), version, at=AT)
    assert found.answer.kind == kind


def test_a_second_run_touches_nothing(mailat):
    Project.objects.filter(slug="mailat").update(name="Renamed by its owners")
    assert seeding.load_all(at=AT + timedelta(days=1)) == []
    assert Project.objects.get(slug="mailat").name == "Renamed by its owners"
    assert SecurityPolicy.objects.count() == 2


def test_the_command_says_what_it_did(db):
    said = StringIO()
    call_command("load_policies", stdout=said)
    call_command("load_policies", stdout=said)
    assert "Mailat: policy published at /p/mailat/" in said.getvalue()
    assert "nothing was changed" in said.getvalue()


def test_an_address_without_a_scheme_that_we_know_is_refused(mailat):
    contact = policies.in_force(mailat, AT).contacts.first()
    for uri in ("javascript:alert(1)", "security@mailat.co", "http://mailat.co"):
        contact.uri = uri
        with pytest.raises(ValidationError, match="Begin with mailto"):
            contact.clean_fields()
