"""What a row means is kept when its policy is published: later, a scheme or the grammar may change, the answers do not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import policies
from portal.models import Component, SecurityPolicy
from portal.versions import Doubt, Kind
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def asked(policy, version, at=AT):
    return [one.answer.kind for one in policies.version_answers(SecurityPolicy.objects.get(pk=policy.pk), version, at=at)]


def a_policy(project, *rows):
    draft = a_draft(project)
    draft.supported_versions.all().delete()
    for position, (text, status) in enumerate(rows):
        draft.supported_versions.create(position=position, text=text, status=status)
    return draft


def meanings(policy):
    return list(policy.supported_versions.values_list("meaning", flat=True))


def test_publishing_keeps_what_each_row_means():
    policy = a_policy(a_project(), ("1.x", "supported"), ("the usual ones", "unclear"), (">= 3, < 2", "ended"), ("older", "ended"))
    assert meanings(policy) == [None] * 4
    policies.publish(policy, by=None, at=AT)
    assert meanings(policy) == ["semver:>=1.0.0-0,<2.0.0-0", "", "", "semver:older"]


def test_a_new_draft_is_read_anew():
    project = a_project()
    policies.publish(a_policy(project, ("1.x", "supported")), by=None, at=AT)
    assert meanings(policies.new_draft(project, by=None, at=AT)) == [None]


def test_another_scheme_leaves_a_published_policy_as_it_was():
    project = a_project()
    component = Component.objects.create(project=project, name="library")
    first = policies.publish(a_policy(project, ("< 3", "ended"), ("3.x", "supported")), by=None, at=AT)
    component.scheme, component.prereleases_in_line = Component.Scheme.PEP440, False
    component.save()
    assert asked(first, "3.0.0-rc.1") == [Kind.SUPPORTED]
    second = policies.publish(policies.new_draft(project, by=None, at=AT), by=None, at=AT + timedelta(days=1))
    assert asked(second, "3.0.0rc1") == [Kind.NOT_SUPPORTED]
    assert meanings(second) == ["pep440:<3", "pep440:>=3,<4"]


def test_what_is_kept_is_what_answers():
    policy = a_policy(a_project(), ("1.x", "supported"))
    policy.supported_versions.update(meaning="semver:>=7.0.0")
    assert asked(policy, "7.1.0") == [Kind.SUPPORTED]
    policy.supported_versions.update(meaning="")
    assert asked(policy, "1.1.0") == [Kind.CANNOT_TELL]
    policy.supported_versions.update(meaning="nonsense")
    assert asked(policy, "1.1.0") == [Kind.CANNOT_TELL]


def test_the_latest_release_moves_on_without_a_new_policy():
    project = a_project()
    component = Component.objects.create(project=project, name="library", latest_release="1.4.0")
    policy = policies.publish(a_policy(project, ("latest", "supported"), ("older", "ended")), by=None, at=AT)
    assert (asked(policy, "1.4.0"), asked(policy, "1.3.0")) == ([Kind.SUPPORTED], [Kind.NOT_SUPPORTED])
    component.latest_release = "1.5.0"
    component.save()
    assert (asked(policy, "1.5.0"), asked(policy, "1.4.0")) == ([Kind.SUPPORTED], [Kind.NOT_SUPPORTED])


def test_each_component_has_a_scheme_of_its_own():
    project = a_project()
    server = Component.objects.create(project=project, name="server")
    image = Component.objects.create(project=project, name="image", scheme=Component.Scheme.LIST)
    draft = a_policy(project, ("1.x", "supported"))
    draft.supported_versions.create(position=1, component=image, text="bookworm", status="security_only")
    policy = policies.publish(draft, by=None, at=AT)
    answers = policies.version_answers(policy, "bookworm", at=AT)
    assert [(one.component, one.answer.kind) for one in answers] == [(server, Kind.CANNOT_TELL), (image, Kind.SECURITY_ONLY)]
    assert policies.gaps(policy) == ()


def test_an_editor_is_warned_of_a_draft():
    draft = a_policy(a_project(), ("3.x", "supported"), ("1.x", "ended"), ("latest", "supported"), ("LTS", "supported"))
    draft.supported_versions.filter(text="3.x").update(ends_on=AT.date() - timedelta(days=1))
    draft = SecurityPolicy.objects.get(pk=draft.pk)
    assert [one.kind for one in policies.version_warnings(draft)] == [Doubt.NO_LATEST, Doubt.NOT_UNDERSTOOD]
    ended = policies.version_warnings(draft, at=AT)[0]
    assert (ended.kind, ended.row.text) == (Doubt.ENDED, "3.x")


def test_more_rows_need_no_more_queries():
    counts = []
    for slug, many in (("few", 2), ("many", 20)):
        project = a_project(slug)
        component = Component.objects.create(project=project, name="library")
        draft = a_policy(project)
        for position in range(many):
            draft.supported_versions.create(position=position, component=component, text=f"{position}.x", status="supported")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            policies.publish(draft, by=None, at=AT)
        counts.append(len(queries))
    assert counts[0] == counts[1]
