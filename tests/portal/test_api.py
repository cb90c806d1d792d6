"""The public API."""

import pytest

from portal import policies
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def test_projects(client, seeds):
    answer = client.get("/api/v1/projects/").json()
    assert answer["count"] == 2
    assert [one["slug"] for one in answer["results"]] == ["mailat", "mail-auth"]


def test_a_policy(client, seeds):
    answer = client.get("/api/v1/projects/mail-auth/policy/").json()
    assert answer["project"]["slug"] == "mail-auth"
    assert [(row["versions"], row["status"]) for row in answer["supported_versions"]] == [("0.3.x", "supported"), ("< 0.2", "ended")]
    assert answer["safe_harbour"] == "yes"


@pytest.mark.parametrize(
    "version, kind, row",
    [("0.2.4", "in_no_row", None), ("0.3.1", "supported", "0.3.x"), ("eleven", "cannot_tell", None), ("%00", "cannot_tell", None)],
)
def test_a_version(client, seeds, version, kind, row):
    (answer,) = client.get(f"/api/v1/projects/mail-auth/versions/{version}/").json()["answers"]
    assert (answer["answer"], answer["row"] and answer["row"]["versions"]) == (kind, row)
    assert answer["component"] == "mail-auth"


@pytest.mark.parametrize("path", ["policy/", "versions/1.0/"])
def test_what_is_not_public_is_not_found(client, path):
    a_draft(a_project())
    answer = client.get(f"/api/v1/projects/another/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"


def test_pages(client, django_assert_max_num_queries):
    for number in range(51):
        policies.publish(a_draft(a_project(f"project-{number:03}")), by=None, at=AT)
    with django_assert_max_num_queries(3):
        answer = client.get("/api/v1/projects/").json()
    assert len(answer["results"]) == 50 and answer["next"].endswith("?page=2")
    assert client.get("/api/v1/projects/?page=9").status_code == 404
