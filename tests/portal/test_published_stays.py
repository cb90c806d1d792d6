"""A published policy cannot be changed or deleted, whoever tries and however."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from portal import policies
from portal.models import SecurityPolicy
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db
ROWS = ["supported_versions", "service_levels", "contacts", "requested_fields", "clauses"]


def refused(act):
    with pytest.raises(IntegrityError, match="published policy does not change"), transaction.atomic():
        act()


def test_the_policy_itself(mailat):
    policy = policies.in_force(mailat, AT)
    refused(lambda: SecurityPolicy.objects.filter(pk=policy.pk).update(title="Another"))
    refused(lambda: SecurityPolicy.objects.filter(pk=policy.pk).update(published_at=None))
    refused(lambda: policy.save())
    refused(lambda: policy.delete())


@pytest.mark.parametrize("relation", ROWS)
def test_its_rows(mailat, relation):
    rows = getattr(policies.in_force(mailat, AT), relation)
    name = {"contacts": "uri", "service_levels": "milestone", "requested_fields": "key"}.get(relation, "text")
    refused(lambda: rows.update(**{name: "x"}))
    refused(lambda: rows.all().delete())
    copy = rows.first()
    copy.pk, copy.position = None, 99
    if relation in ("service_levels", "requested_fields"):
        setattr(copy, name, "other")
    refused(lambda: copy.save(force_insert=True))


@pytest.mark.parametrize("relation", ["supported_versions", "contacts"])
def test_no_row_is_moved_in_or_out(mailat, relation):
    published = policies.in_force(mailat, AT)
    draft = policies.new_draft(mailat, by=None, at=AT)
    refused(lambda: getattr(draft, relation).filter(pk=getattr(draft, relation).first().pk).update(policy=published, position=90))
    refused(lambda: getattr(published, relation).filter(pk=getattr(published, relation).first().pk).update(policy=draft, position=91))


def test_a_draft_may_change_and_go(mailat):
    draft = policies.new_draft(mailat, by=None, at=AT)
    draft.title = "Better"
    draft.save()
    draft.supported_versions.all().delete()
    draft.delete()
    assert mailat.policies.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inhibit_post_migrate", [False, True])
def test_an_operator_may_empty_the_database(inhibit_post_migrate):
    policies.publish(a_draft(a_project()), by=None, at=AT)
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=inhibit_post_migrate)
    assert not SecurityPolicy.objects.exists()
    policy = policies.publish(a_draft(a_project()), by=None, at=AT)
    refused(policy.delete)
