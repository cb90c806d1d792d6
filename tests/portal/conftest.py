"""People and projects for the tests of this floor: plain functions, few facts."""

from datetime import UTC, datetime

import pytest

from portal import policies, seeding
from portal.models import Project, SecurityPolicy
from tests.builders import a_factor, a_person, on_team, sign_in

AT = datetime(2026, 11, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def seeds(db):
    """The two projects that come with the portal, by slug."""
    seeding.load_all(at=AT)
    return {project.slug: project for project in Project.objects.all()}


@pytest.fixture
def mailat(seeds):
    return seeds["mailat"]


def signed_in(client, user, *, second_factor=True):
    if second_factor:
        a_factor(user)
    return sign_in(client, user, factor=second_factor)


def a_member(project, name, role):
    user = a_person(name)
    on_team(user, project, role)
    return user


def a_draft(project, **facts):
    """A policy that can be published."""
    policy = SecurityPolicy.objects.create(project=project, number=policies.next_number(project), **{"title": "Policy", **facts})
    policy.supported_versions.create(text="1.x", status="supported", position=0)
    policy.service_levels.create(milestone="acknowledgement", latest=3, unit="days")
    policy.requested_fields.create(key="what", label="What is it?", required=True)
    return policy


def a_project(slug="another", **facts):
    return Project.objects.create(slug=slug, name=slug.title(), ref_prefix=slug.upper(), **facts)
