"""Nobody is locked out for ever: where the last who decides is gone, the owners are named, and are told."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts import closing
from intake import periodic, restriction
from intake.models import CaseEvent, CaseReader
from portal import teams
from portal.models import Membership
from portal.models.team import Role
from tests import builders
from tests.intake.doing import letters
from tests.intake.restricted import named, restrict
from tests.intake.test_event_chain import first_break


def place(cast, who):
    return Membership.objects.get(project=cast.mailat, user=who)


def leaves(cast, who):
    teams.remove(place(cast, who), by=who, at=now())


def loses_role(cast, who):
    teams.change_role(place(cast, who), role=Role.TRIAGER, by=cast.olivia, at=now())


def closes_account(cast, who):
    closing.close(who, by=who, at=now())


def is_shut_out(cast, who):
    who.is_active = False
    who.save()


@pytest.mark.parametrize("goes", [leaves, loses_role, closes_account, is_shut_out])
def test_the_owners_are_named_once_nobody_is_left_who_decides(cast, goes):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    letters().clear()
    goes(cast, cast.alice)
    periodic.follow_teams(at=now())
    assert "Olivia" in named(case) and "Bob" in named(case)
    assert ("Alice" in named(case)) == (goes in (loses_role, is_shut_out))
    event = CaseEvent.objects.get(case=case, kind="reader_named")
    assert event.by is None and event.facts["reason"] == "nobody_left"
    (letter,) = [one for one in letters() if case.ref in one.subject]
    assert letter.to == ["olivia@example.org"] and "nobody who decides was left" in letter.body
    periodic.follow_teams(at=now())
    assert CaseEvent.objects.filter(case=case, kind="reader_named").count() == 1
    assert first_break(case) is None


def test_where_somebody_else_decides_nobody_is_named(cast):
    carl = builders.a_person("Carl")
    builders.on_team(carl, cast.mailat, "maintainer")
    case = restrict(cast.case, carl, by=cast.alice)
    leaves(cast, cast.alice)
    periodic.follow_teams(at=now())
    assert named(case) == ["Carl"]


def test_who_leaves_the_team_is_named_no_more_and_opens_nothing_when_back(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    leaves(cast, cast.bob)
    assert case.standing_of(cast.bob) is None, "at once"
    Membership.objects.create(user=cast.bob, project=cast.mailat, role="triager", since=now() + timedelta(seconds=1))
    periodic.follow_teams(at=now())
    assert named(case) == ["Alice"] and case.standing_of(cast.bob) is None
    event = CaseEvent.objects.get(case=case, kind="reader_dismissed")
    assert event.facts["reason"] == "left" and event.by is None


def test_closing_an_account_takes_its_rows_and_says_so_in_the_timeline(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    closes_account(cast, cast.bob)
    assert named(case) == ["Alice"] and CaseReader.objects.count() == 1
    assert CaseEvent.objects.get(case=case, kind="reader_dismissed").facts["reason"] == "left"
    assert first_break(case) is None


def test_a_sweep_over_many_asks_two_questions(cast, django_assert_num_queries):
    for _one in range(5):
        restrict(builders.a_report(cast.mailat, by=cast.rita).case, by=cast.alice)
    with django_assert_num_queries(2):
        restriction.sweep(at=now())
