"""The front page lists who promises what."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from portal import policies
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def many(count):
    for number in range(count):
        policies.publish(a_draft(a_project(f"project-{number:03}")), by=None, at=AT)


def test_it_names_projects_with_their_promise_and_versions(client, seeds):
    shown = client.get("/").content.decode()
    assert "Answer within 48 hours, update every 7 days" in shown
    assert "Answer within 24 hours, assessment within 48 hours" in shown
    assert "<code>0.3.x</code>" in shown
    assert "&lt; 0.2" not in shown


def test_a_draft_is_not_listed(client, seeds):
    a_draft(a_project("secret-plan"))
    assert "secret-plan" not in client.get("/").content.decode()


def test_a_policy_that_begins_later_is_not_listed_yet(client):
    draft = a_draft(a_project("tomorrow"), effective_at=now() + timedelta(days=1))
    policies.publish(draft, by=None, at=now())
    assert "tomorrow" not in client.get("/").content.decode()


def test_without_projects_it_says_how_to_begin(client, db):
    assert "No project has published its policy yet" in client.get("/").content.decode()


def test_queries_do_not_grow(client, django_assert_max_num_queries):
    many(3)
    with django_assert_max_num_queries(6):
        client.get("/")
    many_more = 60
    for number in range(many_more):
        policies.publish(a_draft(a_project(f"more-{number:03}")), by=None, at=AT)
    with django_assert_max_num_queries(6):
        shown = client.get("/").content.decode()
    assert shown.count('class="panel"') == 50
    assert "more-059" not in shown
    assert client.get("/?page=2").content.decode().count('class="panel"') == 13


def test_an_unchanged_list_is_not_sent_again(client, seeds):
    etag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 304
    project = seeds["mailat"]
    project.summary = "Changed."
    project.save()
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("page", ["0", "999", "x", "%00"])
def test_a_strange_page_number_shows_a_page(client, seeds, page):
    assert client.get(f"/?page={page}").status_code == 200


@pytest.mark.parametrize(
    "rows, said",
    [
        ([("2.x", "supported", None), ("1.x", "security_only", None)], "Gets security fixes: <code>2.x</code>, <code>1.x</code>"),
        ([("2.x", "supported", None), ("1.x", "supported", date(2020, 1, 1))], "Gets security fixes: <code>2.x</code></p>"),
        ([("2.x", "supported", None), ("odd", "unclear", None)], "Gets security fixes: <code>2.x</code></p>"),
        ([("2.x", "ended", None)], "No version gets security fixes."),
        ([("odd", "unclear", None)], "The policy does not say which versions get security fixes."),
    ],
)
def test_only_versions_that_get_security_fixes_are_listed_as_such(cast, client, rows, said):
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    draft.supported_versions.all().delete()
    for place, (text, status, ends_on) in enumerate(rows):
        draft.supported_versions.create(position=place, text=text, status=status, ends_on=ends_on)
    policies.publish(draft, by=None, at=now())
    assert said in " ".join(client.get("/").content.decode().split())
