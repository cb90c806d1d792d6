"""Whoever may open a case: the query, the standing and the team's own list say the same for everybody, whatever is restricted to whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from intake.models import Case, CaseReader
from portal.lib.permissions import Action, may
from portal.models import Membership
from tests import builders

pytestmark = pytest.mark.django_db
ROLES = st.sampled_from([None, "triager", "maintainer", "owner"])
# Of two projects: each person's role in each, and for each case whether it is restricted and whom it names.
TEAMS = st.lists(st.tuples(ROLES, ROLES), min_size=4, max_size=4)
CASES = st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 3))), min_size=3, max_size=3)


@pytest.fixture
def world(cast):
    people = [builders.a_person(f"Person{number}") for number in range(4)]
    cases = [builders.a_report(project, by=cast.rita).case for project in (cast.mailat, cast.mailat, cast.mail_auth)]
    Membership.objects.all().delete()
    return people, (cast.mailat, cast.mail_auth), cases


@with_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(teams=TEAMS, restricted=CASES)
def test_query_standing_and_list_agree_with_the_table(world, teams, restricted):
    people, projects, cases = world
    Membership.objects.all().delete()
    CaseReader.objects.all().delete()
    for person, roles in zip(people, teams, strict=True):
        for project, role in zip(projects, roles, strict=True):
            if role:
                builders.on_team(person, project, role)
    for case, (is_restricted, readers) in zip(cases, restricted, strict=True):
        Case.objects.filter(pk=case.pk).update(restricted_at=now() if is_restricted else None)
        CaseReader.objects.bulk_create(CaseReader(case=case, user=people[number], named_at=now()) for number in readers)
    for case, (is_restricted, readers) in zip(cases, restricted, strict=True):
        found = Case.objects.get(pk=case.pk)
        for number, (person, roles) in enumerate(zip(people, teams, strict=True)):
            role = roles[projects.index(case.project)]
            expected = role if not is_restricted or number in readers else None
            row = Case.objects.visible_to(person).filter(pk=case.pk).first()
            assert (row and row.viewer_role) == expected == found.standing_of(person)
            assert may(found.standing_of(person), Action.READ_CASE) == bool(expected)
            assert found.team().filter(pk=person.pk).exists() == bool(expected)
            assert found.team("owner").filter(pk=person.pk).exists() == (expected == "owner")
        assert Case.objects.visible_to(people[0]).filter(pk=case.pk).count() <= 1, "nobody is found twice"


def test_nobody_sees_anything_without_an_account(world):
    assert not Case.objects.visible_to(AnonymousUser()).exists()
    assert world[2][0].standing_of(AnonymousUser()) is None
