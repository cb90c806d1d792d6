"""The policy as JSON: as its schema says, the same from both addresses, whatever the policy holds."""

import json
from datetime import date, timedelta

import pytest
from django.utils.timezone import now
from jsonschema import Draft202012Validator

from portal import policies, policy_json
from portal.models import ProjectPause
from portal.models.policy import AiMode, Clause, Contact, Milestone, RequestedField, ServiceLevel, Severity, Stance, SupportedVersion
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(policy_json.SCHEMA.read_text())
CHECK = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
EVERY = {"additionalProperties": False}


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("slug", ["mailat", "mail-auth"])
@pytest.mark.parametrize("path", ["/p/{}/policy.json", "/api/v1/projects/{}/policy/"])
def test_both_addresses_answer_as_the_schema_says(client, seeds, slug, path):
    answer = client.get(path.format(slug))
    CHECK.validate(answer.json())
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == client.get(f"/p/{slug}/policy.json").json()


def test_it_says_what_the_policy_says(client, seeds):
    said = client.get("/p/mailat/policy.json").json()
    assert (said["number"], said["effective_at"], said["published_at"]) == (1, "2026-11-04T10:12:00Z", "2026-11-04T10:12:00Z")
    assert said["links"]["page"] == "http://localhost:8000/p/mailat/"
    assert [(row["versions"], row["status"]) for row in said["supported_versions"]] == [("1.x", "supported"), ("< 1.0", "ended")]
    assert [(level["milestone"], level["severity"], level["latest"], level["unit"]) for level in said["service_levels"]] == [
        ("acknowledgement", "", 48, "hours"),
        ("status_update", "", 7, "days"),
        ("remediation", "critical", 7, "days"),
        ("remediation", "high", 14, "days"),
        ("remediation", "medium", 30, "days"),
        ("remediation", "low", 90, "days"),
    ]
    assert said["calendar"] == {"zone": "UTC", "days_off": [6, 7], "holiday_calendar": "", "holidays": {}}
    assert said["contacts"][0]["uri"] == "mailto:security@mailat.co"
    assert said["pauses"] == []


def test_a_policy_that_says_everything_is_as_the_schema_says(client):
    project = a_project()
    draft = a_draft(project, languages="de, en", ai="refuse", embargo="no", disclosure_days=90, holiday_calendar="DE-BY", weekend="7")
    component = project.components.create(name="Server")
    for place, status in enumerate(SupportedVersion.Status.values, start=1):
        row = {"text": f"{place}.x", "status": status, "component": component, "ends_on": date(2027, 1, place), "note": "ä"}
        draft.supported_versions.create(position=place, **row)
    draft.service_levels.create(milestone="disclosure", earliest=0, latest=5, unit="business_days", anchor="fixed", waits_for_reporter=True)
    draft.contacts.create(purpose="fallback", uri="tel:+1-201-555-0123", delay_hours=24, encryption="https://example.org/key", position=1)
    for place, kind in enumerate(RequestedField.Kind.values, start=1):
        draft.requested_fields.create(key=f"field-{place}", label="Field", kind=kind, position=place)
    for place, kind in enumerate(Clause.Kind.values):
        draft.clauses.create(kind=kind, text="Text.", position=place)
    policies.publish(draft, by=None, at=AT)
    ProjectPause.objects.create(project=project, starts_at=now(), ends_at=now() + timedelta(days=2), message="Closed.")
    said = client.get("/p/another/policy.json").json()
    CHECK.validate(said)
    assert said["languages"] == ["de", "en"] and said["calendar"]["days_off"] == [7]
    assert said["supported_versions"][1]["component"] == "Server"
    assert [pause["message"] for pause in said["pauses"]] == ["Closed."]


def test_the_schema_names_every_member(client, seeds):
    """A member that the schema does not name would be one that nobody was told of."""
    strict = json.loads(
        json.dumps(SCHEMA), object_hook=lambda one: {**one, **EVERY} if one.get("type") == "object" and "properties" in one else one
    )
    said = client.get("/p/mailat/policy.json").json()
    assert not list(Draft202012Validator(strict).iter_errors(said))
    assert list(Draft202012Validator(strict).iter_errors({**said, "more": 1}))


@pytest.mark.parametrize(
    "values, path",
    [
        (Stance.values, ["$defs", "stance", "enum"]),
        (AiMode.values, ["properties", "ai", "enum"]),
        (Clause.Kind.values, ["properties", "clauses", "items", "properties", "kind", "enum"]),
        (Contact.Purpose.values, ["properties", "contacts", "items", "properties", "purpose", "enum"]),
        (RequestedField.Kind.values, ["properties", "requested_fields", "items", "properties", "kind", "enum"]),
        (SupportedVersion.Status.values, ["properties", "supported_versions", "items", "properties", "status", "enum"]),
        (Milestone.values, ["properties", "service_levels", "items", "properties", "milestone", "enum"]),
        (["", *Severity.values], ["properties", "service_levels", "items", "properties", "severity", "enum"]),
        (ServiceLevel.Anchor.values, ["properties", "service_levels", "items", "properties", "anchor", "enum"]),
        (ServiceLevel.Unit.values, ["properties", "service_levels", "items", "properties", "unit", "enum"]),
    ],
)
def test_the_schema_knows_every_value(values, path):
    found = SCHEMA
    for step in path:
        found = found[step]
    assert sorted(found) == sorted(values)


def test_the_answer_names_the_schema_that_is_served(client, seeds):
    named = client.get("/p/mailat/policy.json").json()["$schema"]
    served = client.get(named.removeprefix("http://localhost:8000"))
    assert served.json() == SCHEMA and served.headers["Content-Type"] == "application/schema+json"
