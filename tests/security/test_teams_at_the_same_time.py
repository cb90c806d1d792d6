"""Owners who go at once, and somebody who makes a token while being removed: one owner stays, and no token outlives the role."""

from functools import partial

import pytest
from django.utils.timezone import now

from portal import teams, tokens
from portal.models import ApiToken, Membership
from tests import builders
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)


def place(project, user):
    return Membership.objects.select_related("user", "project").get(project=project, user=user)


def test_of_two_owners_who_leave_at_once_one_stays():
    cast = assemble()
    for step_down in (False, True, False, True):
        Membership.objects.filter(project=cast.mailat, user__in=(cast.olivia, cast.charlie)).delete()
        acts = []
        for who in (cast.olivia, cast.charlie):
            own = builders.on_team(who, cast.mailat, "owner")
            down = partial(teams.change_role, own, role="triager", by=who, at=now())
            acts.append(down if step_down else partial(teams.remove, own, by=who, at=now()))
        raised = together(*acts)
        assert [type(one) for one in raised] == [teams.NotNow]
        assert cast.mailat.memberships.filter(role="owner").count() == 1


def test_two_owners_who_remove_each_other_leave_one():
    cast = assemble()
    for _round in range(4):
        Membership.objects.filter(project=cast.mailat, user__in=(cast.olivia, cast.charlie)).delete()
        owners = [builders.on_team(who, cast.mailat, "owner") for who in (cast.olivia, cast.charlie)]
        raised = together(*[partial(teams.remove, one, by=by.user, at=now()) for one, by in (owners, owners[::-1])])
        assert [type(one) for one in raised] == [teams.NotNow]
        assert cast.mailat.memberships.filter(role="owner").count() == 1


def test_no_token_outlives_the_role():
    cast = assemble()
    for number in range(6):
        own = place(cast.mailat, cast.bob)
        make = partial(tokens.make, cast.mailat, name=f"bot {number}", scopes=["list_cases"], lives=tokens.USUAL, by=cast.bob, at=now())
        raised = together(make, partial(teams.remove, own, by=cast.olivia, at=now()))
        assert {type(one) for one in raised} <= {tokens.Refused}
        assert not ApiToken.objects.alive(now()).exists()
        builders.on_team(cast.bob, cast.mailat, "triager")
