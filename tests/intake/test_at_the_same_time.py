"""People who act on one case at the same moment: each act counts once, and nobody is turned away by a lock."""

import threading
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now

from intake import conversation, periodic, submission, texts, triage
from intake.models import Case, CaseEvent, Message, Note, Report
from portal import policies
from portal.keys import Keys
from tests import builders
from tests.cast import assemble
from tests.intake.doing import keyed, worded
from tests.intake.test_event_chain import first_break

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Run all at once, each with a connection of its own; return what was raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait()
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def a_note_by(cast, who):
    case, content = keyed(cast.case), texts.message("A note.")
    return lambda: conversation.note(case, content=content, client_id=uuid4(), by=who, at=now())


def a_reply_by(cast, who, client_id=None):
    report, content = Report.objects.select_related("case", "policy").get(pk=cast.report.pk), texts.message("Thank you.")
    report.keys, form = Keys.to(shared=[report.pk]), client_id or uuid4()
    return lambda: conversation.team_reply(report, content=content, client_id=form, by=who, at=now())


def a_verdict_by(cast, who):
    case, facts = keyed(cast.case), worded()
    return lambda: triage.defer(case, by=who, at=now(), **facts)


def test_many_who_write_on_one_case_all_get_through():
    cast = assemble()
    assert cast.report
    for _round in range(4):
        assert not together(*[a_note_by(cast, who) for who in (cast.alice, cast.bob, cast.olivia)])
    for _round in range(4):
        assert not together(*[a_reply_by(cast, who) for who in (cast.alice, cast.bob, cast.olivia)])
    assert (Note.objects.count(), Message.objects.count()) == (12, 12)
    assert CaseEvent.objects.filter(kind="acknowledged").count() == 1
    assert first_break(cast.case) is None


def test_a_reply_a_verdict_a_note_and_the_sweep_do_not_wait_for_each_other_in_a_circle():
    cast = assemble()
    for _round in range(5):
        cast.__dict__.pop("report", None), cast.__dict__.pop("case", None)
        due = cast.report.deadlines.get(milestone="acknowledgement").due_at
        acts = [a_reply_by(cast, cast.alice), a_verdict_by(cast, cast.bob), a_note_by(cast, cast.olivia)]
        assert not together(*acts, partial(periodic.sweep, at=due))
        assert first_break(cast.case) is None


def test_one_form_sent_four_times_at_once_is_one_report_and_one_message():
    cast = assemble()
    content, form = builders.a_content(), uuid4()
    acts = [lambda: submission.submit(policies.in_force(cast.mailat, now()), content=content, client_id=form, by=cast.rita, at=now())] * 4
    assert not together(*acts)
    assert Report.objects.count() == Case.objects.count() == 1
    cast.report = Report.objects.get()
    assert not together(*[a_reply_by(cast, cast.bob, client_id=form) for _number in range(4)])
    assert Message.objects.count() == 1


def test_case_numbers_are_counted_once_each():
    cast = assemble()
    content = builders.a_content()
    people = (cast.rita, cast.charlie, cast.ada)
    assert not together(
        *[
            lambda who=who: submission.submit(policies.in_force(cast.mailat, now()), content=content, client_id=uuid4(), by=who, at=now())
            for who in people
        ]
    )
    assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_of_two_verdicts_one_counts():
    cast = assemble()
    raised = together(*[a_verdict_by(cast, who) for who in (cast.alice, cast.bob)])
    assert [type(error) for error in raised] == [triage.NotNow]
    assert CaseEvent.objects.filter(kind="deferred").count() == Message.objects.count() == 1


def test_of_two_claims_one_counts():
    cast = assemble()
    report = builders.a_recorded_report(cast.mailat, by=cast.bob)
    place = report.participants.get(role="reporter")
    raised = together(*[lambda who=who: submission.claim(place, by=who, at=now()) for who in (cast.rita, cast.charlie)])
    assert [type(error) for error in raised] == [submission.NotPossible]
