"""The public history of a policy: every version that was in force, when, and what it changed."""

from datetime import timedelta

import pytest
import time_machine

from portal import policies, policy_history
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def next_version(project, *, at, **changes):
    """Publish a version that changes fields of the policy."""
    draft = policies.new_draft(project, by=None, at=at)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save()
    return policies.publish(draft, by=None, at=at)


@pytest.fixture
def project():
    project = a_project("demo")
    policies.publish(a_draft(project), by=None, at=AT)
    return project


def page(client, path, status=200):
    answer = client.get(f"/p/demo/history/{path}")
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_each_version_says_when_it_was_in_force_and_what_it_changed(client, project):
    next_version(project, at=AT + timedelta(days=7), safe_harbour="yes")
    shown = page(client, "")
    assert "Version 2" in shown and "in force since <time" in shown
    assert "Safe harbour: <del>not mentioned</del> <ins>yes</ins>" in shown
    assert shown.index("Version 2") < shown.index("Version 1") < shown.index("The first version.")


def test_many_changes_are_folded_and_counted(client, project):
    draft = policies.new_draft(project, by=None, at=AT)
    for position in range(policy_history.FOLDED + 1):
        draft.clauses.create(kind="scope_in", position=position, text=f"Part {position}")
    policies.publish(draft, by=None, at=AT)
    assert f"<summary>{policy_history.FOLDED + 1} changes</summary>" in page(client, "")


def test_a_version_that_begins_later_is_not_told_before(client, project):
    draft = policies.new_draft(project, by=None, at=AT)
    draft.effective_at = AT + timedelta(days=400)
    draft.save()
    policies.publish(draft, by=None, at=AT)
    assert "Version 2" not in page(client, "")
    page(client, "2/", status=404)
    with time_machine.travel(AT + timedelta(days=401), tick=False):
        assert "Version 2" in page(client, "")
        page(client, "2/")


def test_a_scheduled_version_that_was_overtaken_was_never_in_force(project):
    second = policies.new_draft(project, by=None, at=AT)
    second.effective_at = AT + timedelta(days=10)
    second.save()
    policies.publish(second, by=None, at=AT)
    third = next_version(project, at=AT + timedelta(days=1), bounty="yes")
    laid = policy_history.periods([third, second, project.policies.get(number=1)])
    assert [(one.never, one.until) for one in laid] == [(False, None), (True, third.effective_at), (False, third.effective_at)]


def test_a_draft_is_not_in_the_history(client, project):
    policies.new_draft(project, by=None, at=AT)
    assert "Version 2" not in page(client, "")
    page(client, "2/", status=404)


def test_an_old_version_is_shown_as_it_stood(client, project):
    next_version(project, at=AT + timedelta(days=7), introduction="Quite another beginning.")
    assert "Quite another beginning." not in page(client, "1/")
    assert "Quite another beginning." in page(client, "2/")


def test_unknown_versions_and_projects_are_not_found(client, project):
    page(client, "9/", status=404)
    assert client.get("/p/nobody/history/").status_code == 404
    assert client.get("/p/nobody/history/1/").status_code == 404


@pytest.mark.parametrize("path", ["", "1/"])
def test_it_is_kept_until_a_new_version_comes(client, project, path):
    etag = client.get(f"/p/demo/history/{path}")["ETag"]
    assert client.get(f"/p/demo/history/{path}", headers={"If-None-Match": etag}).status_code == 304
    next_version(project, at=AT + timedelta(days=7))
    assert client.get(f"/p/demo/history/{path}", headers={"If-None-Match": etag}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_versions(client, project, django_assert_num_queries):
    for day in range(1, 4):
        next_version(project, at=AT + timedelta(hours=day), introduction=f"Day{day}")
    with django_assert_num_queries(7) as few:
        page(client, "?page=1")
    for day in range(4, 30):
        next_version(project, at=AT + timedelta(hours=day), introduction=f"Day{day}")
    with django_assert_num_queries(len(few)):
        page(client, "?page=1")
    assert "Day29" in page(client, "") and "Day29" not in page(client, "?page=2")
