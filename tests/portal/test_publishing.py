"""Draft, publish, draft again."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from portal import policies
from portal.models import SecurityPolicy
from tests.builders import a_person
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def test_publishing_puts_a_draft_into_force_and_on_record(db):
    olivia, project = a_person("olivia"), a_project()
    policies.publish(a_draft(project), by=olivia, at=AT)
    assert policies.in_force(project, AT).number == 1
    assert policies.in_force(project, AT - timedelta(seconds=1)) is None
    event = AuditEvent.objects.get(kind="policy.published")
    assert (event.actor, event.project_uuid, event.facts["number"]) == (olivia, project.uuid, 1)


def test_a_date_that_lies_ahead_is_kept_and_one_that_is_over_is_not(mailat):
    later = AT + timedelta(days=30)
    draft = policies.new_draft(mailat, by=None, at=AT)
    draft.effective_at = later
    draft.save()
    policies.publish(draft, by=None, at=AT)
    assert policies.in_force(mailat, AT).number == 1
    assert policies.in_force(mailat, later).number == 2
    third = policies.new_draft(mailat, by=None, at=AT)
    third.effective_at = AT - timedelta(days=30)
    third.save()
    assert policies.publish(third, by=None, at=AT).effective_at == AT


def test_an_empty_policy_is_refused_with_what_it_lacks(db):
    draft = SecurityPolicy.objects.create(project=a_project(), number=1, title=" ")
    with pytest.raises(policies.CannotPublish) as refusal:
        policies.publish(draft, by=None, at=AT)
    assert [str(one).split(":")[0] for one in refusal.value.messages] == [
        "Give the policy a title.",
        "Say which versions are supported",
        "Promise an answer",
        "Say what a report must contain",
    ]
    assert not AuditEvent.objects.exists()


def test_what_is_published_is_not_published_again(mailat):
    policy = policies.in_force(mailat, AT)
    with pytest.raises(policies.CannotPublish, match="published already"):
        policies.publish(policy, by=None, at=AT + timedelta(days=1))
    assert SecurityPolicy.objects.get(pk=policy.pk).published_at == AT


def facts_of(rows):
    apart = ("id", "policy_id", "meaning")  # what a row means is kept when it is published
    return sorted(({key: value for key, value in row.items() if key not in apart} for row in rows.values()), key=str)


def test_a_new_draft_copies_every_row(mailat):
    old = policies.in_force(mailat, AT)
    draft = policies.new_draft(mailat, by=None, at=AT)
    assert (draft.number, draft.published, draft.effective_at) == (2, False, None)
    assert (draft.title, draft.credit, draft.bounty) == (old.title, "yes", "no")
    for relation in policies.ROWS:
        copied = facts_of(getattr(draft, relation))
        assert copied == facts_of(getattr(old, relation)) and copied, relation


def test_one_draft_at_a_time(mailat):
    policies.new_draft(mailat, by=None, at=AT)
    with pytest.raises(policies.DraftExists, match="version 2"):
        policies.new_draft(mailat, by=None, at=AT)


def test_levels_are_those_of_the_rows(mailat):
    levels = policies.levels_of(policies.in_force(mailat, AT))
    assert [(one.milestone, one.severity, one.latest_hours) for one in levels[:3]] == [
        ("acknowledgement", "", 48), ("status_update", "", 168), ("remediation", "critical", 168),
    ]  # fmt: skip
