"""Several owners change one draft at the same moment: one is heard first, the others are told, and nobody meets an error."""

from dataclasses import replace
from itertools import combinations_with_replacement

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from portal import drafting, importing, policies, provenance
from portal.models import ImportedText, SecurityPolicy
from portal.policy_facts import facts_of
from tests import builders
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "# Security\n\n| Version | Supported |\n| --- | --- |\n| 2.x | yes |\n\nWrite to security@example.org.\n"
LINE = {"line": 5, "text": "Kept as a clause."}


def publishing(draft):
    seen = drafting.stamp(draft)
    return lambda: drafting.publish(draft, seen=seen, by=None, at=now())


def saving(draft):
    seen, said = drafting.stamp(draft), replace(facts_of(drafting.fetched(draft)), title="Another title")
    # A component that is new refers to the project, as an import does.
    said = replace(said, supported_versions=tuple(replace(row, component=f"part {draft.pk}") for row in said.supported_versions))
    return lambda: drafting.save(draft, said, seen=seen, by=None, at=now())


def importing_anew(draft):
    return lambda: importing.draft_from(draft.project, TEXT, by=None, at=now(), replace=True)


def discarding(draft):
    return lambda: policies.discard(draft, by=None, at=now())


def keeping_a_line(draft):
    return lambda: provenance.keep(draft, {LINE["line"]: "other"}, by=None, at=now())


ACTS = [publishing, saving, importing_anew, discarding, keeping_a_line]


def a_draft(project):
    old = policies.draft_of(project)
    if old is not None:
        policies.discard(old, by=None, at=now())
    draft = policies.new_draft(project, by=None, at=now())
    ImportedText.objects.create(policy=draft, text=TEXT, not_understood=[LINE], imported_at=now())
    return draft


def read_anew(draft):
    return SecurityPolicy.objects.select_related("project").get(pk=draft.pk)


@pytest.mark.parametrize("acts", [*combinations_with_replacement(ACTS, 2)], ids=lambda acts: " and ".join(act.__name__ for act in acts))
def test_two_who_change_a_draft_do_not_wait_for_each_other_in_a_circle(acts):
    cast = assemble()
    for _round in range(4):
        draft = a_draft(cast.mailat)
        raised = together(*[act(read_anew(draft)) for act in acts])
        assert [error for error in raised if not isinstance(error, ValidationError)] == []


def test_beginning_a_draft_and_importing_one_make_one_draft():
    cast = assemble()
    for _round in range(4):
        policies.discard(a_draft(cast.mailat), by=None, at=now())
        raised = together(
            lambda: policies.new_draft(cast.mailat, by=None, at=now()),
            lambda: importing.draft_from(cast.mailat, TEXT, by=None, at=now()),
        )
        assert [error for error in raised if not isinstance(error, ValidationError)] == []
        assert cast.mailat.policies.filter(published_at=None).count() == 1


def test_of_a_line_that_is_kept_and_a_save_neither_undoes_the_other():
    cast = assemble()
    for _round in range(6):
        draft = a_draft(cast.mailat)
        raised = together(keeping_a_line(read_anew(draft)), saving(read_anew(draft)))
        kept = draft.clauses.filter(text=LINE["text"]).exists()
        saved = SecurityPolicy.objects.get(pk=draft.pk).title == "Another title"
        assert kept and saved is not bool(raised)


def test_publishing_looks_at_the_draft_as_it_is_now():
    cast = assemble()
    stale = read_anew(a_draft(cast.mailat))
    SecurityPolicy.objects.filter(pk=stale.pk).update(holiday_calendar="DE")
    published = policies.publish(stale, by=None, at=now())
    assert SecurityPolicy.objects.get(pk=published.pk).holidays
    with pytest.raises(policies.CannotPublish, match="published already"):
        policies.publish(stale, by=None, at=now())


def test_a_draft_is_held_alone_and_not_its_project():
    draft = a_draft(assemble().mailat)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        assert policies.held(draft)
    assert not any("JOIN" in one["sql"] for one in asked)


def test_whether_a_pause_runs_is_asked_while_nobody_can_plan_one():
    cast = assemble()
    with CaptureQueriesContext(connection) as asked:
        builders.a_report(cast.mailat, by=cast.rita)
    said = [one["sql"] for one in asked]
    held = next(place for place, sql in enumerate(said) if 'MAX("intake_case"."number")' in sql)
    assert next(place for place, sql in enumerate(said) if "portal_projectpause" in sql) > held
