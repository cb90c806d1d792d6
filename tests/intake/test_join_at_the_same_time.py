"""Joining while others write, join the other way round, close and erase: nobody waits in a circle, and the chains stay whole."""

from functools import partial
from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts import closing
from intake import closure, conversation, erasure, joining, periodic, texts, triage, verification
from intake.models import Case, CaseEvent, Message
from intake.models.case import Because
from tests import builders
from tests.cast import assemble
from tests.intake import joined
from tests.intake.doing import keyed, worded
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (joining.NotPossible, triage.NotNow, texts.TextRefused, erasure.NotPossible)


def a_join(report, into, by):
    stale = joined.anew(report)
    return lambda: joining.join(stale, into=into, by=by, at=now())


def a_reply(report, by):
    """Of somebody who read the report before anything happened to it."""
    stale, content = joined.anew(report), texts.message("Thank you.")
    return lambda: conversation.team_reply(stale, content=content, client_id=uuid4(), by=by, at=now())


def an_answer(report, by):
    stale, content = joined.anew(report), texts.message("Here is more.")
    return lambda: conversation.reporter_reply(stale, content=content, client_id=uuid4(), by=by, at=now())


def assert_in_order():
    assert [str(finding) for finding in verification.cases(keyed=True)] == []


def test_a_join_replies_a_verdict_and_the_sweep():
    cast = assemble()
    first, second = joined.two(cast)
    carol = cast.carol
    for round_ in range(4):
        if round_:
            first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=carol)
        due, case = second.deadlines.get(milestone="acknowledgement").due_at, keyed(first.case)
        raised = together(
            a_join(second, first.case, cast.bob),
            a_reply(second, cast.alice),
            a_reply(first, cast.olivia),
            an_answer(second, carol),
            partial(triage.defer, case, by=cast.bob, at=now(), **worded()),
            partial(periodic.sweep, at=due),
        )
        # A verdict that comes after the join would go to somebody whose report its author has not seen.
        assert len(raised) <= 1 and all(type(error) is texts.TextRefused for error in raised), raised
        assert joined.anew(second).case_id == first.case_id
        assert Message.objects.filter(report=second, is_assessment=False).count() == 2
        assert_in_order()


def test_two_joins_the_other_way_round_leave_each_report_in_one_place():
    cast = assemble()
    for _round in range(6):
        first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=cast.charlie)
        raised = together(
            a_join(first, second.case, cast.bob),
            a_join(second, first.case, cast.alice),
            a_reply(first, cast.olivia),
            a_reply(second, cast.olivia),
        )
        # Whoever is second finds the case closed that the other's report has left.
        assert [type(error) for error in raised] == [joining.NotPossible]
        assert joined.anew(first).case_id == joined.anew(second).case_id
        assert Case.objects.filter(pk__in=[first.case_id, second.case_id], closed_at=None).count() == 1
        assert_in_order()


def test_of_two_joins_of_one_report_one_counts():
    cast = assemble()
    first, second = joined.two(cast)
    third = builders.a_report(cast.mailat, by=cast.charlie)
    raised = together(a_join(second, first.case, cast.bob), a_join(second, third.case, cast.alice))
    assert [type(error) for error in raised] == [joining.NotPossible]
    assert CaseEvent.objects.filter(kind="report_joined", report=second).count() == 1
    assert_in_order()


def test_a_join_and_the_end_of_the_case_that_takes_it():
    cast = assemble()
    for _round in range(5):
        first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=cast.charlie)
        case = keyed(first.case)
        triage.reject(case, reason="not_reproducible", by=cast.bob, at=now(), **worded())
        raised = together(
            a_join(second, first.case, cast.bob), partial(closure.close, case, by=cast.alice, at=now()), an_answer(second, cast.charlie)
        )
        assert all(isinstance(error, REFUSED) for error in raised), raised
        taken = joined.anew(second).case_id == first.case_id
        assert taken is not any(isinstance(error, joining.NotPossible) for error in raised)
        assert_in_order()


def test_a_join_and_the_erasure_of_the_case_that_would_take_it():
    cast = assemble()
    for _round in range(4):
        first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=cast.charlie)
        case = keyed(first.case)
        triage.reject(case, reason="not_reproducible", by=cast.bob, at=now(), **worded())
        closure.close(case, by=cast.alice, at=now())
        Case.objects.filter(pk=case.pk).update(erase_at=now(), erase_because=Because.DECIDED)
        raised = together(
            a_join(second, first.case, cast.bob),
            partial(erasure.sweep, at=now()),
            an_answer(second, cast.charlie),
            a_reply(first, cast.olivia),
        )
        assert joining.NotPossible in {type(error) for error in raised} and all(isinstance(error, REFUSED) for error in raised), raised
        moved = joined.anew(second)
        assert moved.case_id == second.case_id and moved.keys.open(moved)
        assert_in_order()


def test_a_join_and_the_end_of_its_reporters_account():
    cast = assemble()
    for number in range(4):
        carol = builders.a_person(f"Carol-{number}")
        first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=carol)
        other = builders.a_report(cast.mailat, by=carol)
        raised = together(
            a_join(second, first.case, cast.bob), a_join(other, second.case, cast.alice), partial(closing.close, carol, by=carol, at=now())
        )
        assert all(isinstance(error, REFUSED) for error in raised), raised
        assert not second.participants.filter(left_at=None, role="reporter").exists()
        assert CaseEvent.objects.filter(kind="reporter_left", report__in=[second, other]).count() == 2
        assert_in_order()
