"""Who may open a case is changed by several people at once: somebody who decides always stays."""

import pytest
from django.utils.timezone import now

from intake import restriction
from tests.cast import assemble
from tests.intake.restricted import anew, named, restrict
from tests.intake.test_at_the_same_time import together
from tests.intake.test_event_chain import first_break

pytestmark = pytest.mark.django_db(transaction=True)


def dismissal(case, who, *, by):
    stale = anew(case)
    return lambda: restriction.dismiss(stale, who, by=by, at=now())


def test_two_who_dismiss_each_other_at_once_leave_one():
    cast = assemble()
    case = restrict(cast.case, cast.olivia, by=cast.alice)
    for _round in range(3):
        raised = together(dismissal(case, cast.alice, by=cast.olivia), dismissal(case, cast.olivia, by=cast.alice))
        assert [type(one) for one in raised] == [restriction.NotPossible]
        (left,) = named(case)
        by, other = (cast.alice, cast.olivia) if left == "Alice" else (cast.olivia, cast.alice)
        restriction.admit(anew(case), other, by=by, at=now())
    assert first_break(case) is None


def test_of_two_who_restrict_at_once_one_does():
    cast = assemble()
    stale = [anew(cast.case), anew(cast.case)]
    acts = [lambda: restriction.restrict(stale[0], readers=[], by=cast.alice, at=now())]
    acts += [lambda: restriction.restrict(stale[1], readers=[], by=cast.olivia, at=now())]
    assert [type(one) for one in together(*acts)] == [restriction.NotPossible]
    assert len(named(cast.case)) == 1
