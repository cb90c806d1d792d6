"""People who write, decide and leave at the moment of an erasure or a closing: nothing sealed is left, and no project without an owner."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts import closing
from accounts.models import User
from advisories import drafting, publication
from advisories.models import AdvisoryDraft
from advisories.record import Record
from intake import closure, conversation, drafts, erasure, events, holds, leaving, revising, texts, triage
from intake.models import Case, Draft, Message, MessageRevision, Note, Participant, Report
from portal.keys import Keys
from tests import builders
from tests.cast import assemble
from tests.intake.doing import keyed, worded
from tests.intake.test_at_the_same_time import together
from tests.intake.test_event_chain import first_break

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)


def a_case_to_erase(cast):
    report = builders.a_report(cast.mailat, by=cast.rita)
    triage.reject(keyed(report.case), reason="spam", by=cast.alice, at=now(), **worded())
    closure.close(keyed(report.case), by=cast.alice, at=now())
    erasure.decide(keyed(report.case), by=cast.olivia, at=now())
    return report


def a_reply(report, who):
    own = Report.objects.select_related("case", "policy").get(pk=report.pk)
    own.keys = Keys.to(shared=[own.pk])
    own.keys.open(own)  # the key is in hand
    return partial(conversation.team_reply, own, content=texts.message("Late."), client_id=uuid4(), by=who, at=now())


def a_note(report, who):
    case = keyed(report.case)
    case.keys.open(case)
    return partial(conversation.note, case, content=texts.message("Late."), client_id=uuid4(), by=who, at=now())


def test_who_writes_while_it_is_erased_is_refused_or_erased_too():
    cast = assemble()
    for _round in range(4):
        report = a_case_to_erase(cast)
        sweeps = [partial(erasure.sweep, at=now() + WEEK)] * 2
        raised = together(a_reply(report, cast.alice), a_note(report, cast.bob), *sweeps)
        assert {type(one) for one in raised} <= {events.Erased}
        assert Case.objects.get(pk=report.case_id).erased_at
        assert not Message.objects.filter(report=report).exclude(sealed=b"").exists()
        assert not Note.objects.filter(case=report.case_id).exclude(sealed=b"").exists()
        assert first_break(report.case) is None


def test_a_hold_comes_before_the_erasure_or_is_told_that_it_is_too_late():
    cast = assemble()
    for _round in range(4):
        case = a_case_to_erase(cast).case
        hold = partial(holds.place, keyed(case), note=texts.message("Court."), client_id=uuid4(), by=cast.olivia, at=now())
        raised = together(hold, partial(erasure.sweep, at=now() + WEEK))
        left = Case.objects.get(pk=case.pk)
        assert bool(left.held_at) != bool(left.erased_at)
        assert [type(one) for one in raised] == ([erasure.NotPossible] if left.erased_at else [])


def test_of_two_owners_who_go_at_once_one_stays():
    cast = assemble()
    builders.on_team(cast.charlie, cast.mailat, "owner")
    raised = together(*[partial(closing.close, who, by=who, at=now()) for who in (cast.olivia, cast.charlie)])
    assert [type(one) for one in raised] == [closing.NotPossible]
    assert cast.mailat.memberships.filter(role="owner").count() == 1


def test_of_two_administrators_who_go_at_once_one_stays():
    cast = assemble()
    otto = builders.a_person("Otto", staff=True)
    raised = together(*[partial(closing.close, who, by=who, at=now()) for who in (cast.ada, otto)])
    assert [type(one) for one in raised] == [closing.NotPossible]
    assert User.objects.filter(is_staff=True).count() == 1


def the_message(row):
    """The message read anew, with the key of its report in hand."""
    found = Message.objects.select_related("author__user", "report__case").get(pk=row.pk)
    found.keys = found.report.keys = Keys.to(shared=[found.report_id])
    found.keys.open(found)
    return found


def test_an_edit_and_a_retraction_while_it_is_erased_leave_nothing():
    cast = assemble()
    for _round in range(4):
        report = a_case_to_erase(cast)
        row = builders.a_reporter_reply(report, by=cast.rita)
        edit = partial(revising.edit, the_message(row), content=texts.message("Late."), revision=1, by=cast.rita, at=now())
        retract = partial(revising.retract, the_message(row), by=cast.rita, at=now())
        raised = together(edit, retract, partial(erasure.sweep, at=now() + WEEK))
        assert {type(one) for one in raised} <= {events.Erased, revising.NotPossible}
        assert Case.objects.get(pk=report.case_id).erased_at
        assert not Message.objects.filter(report=report).exclude(sealed=b"").exists()
        assert not MessageRevision.objects.filter(message__report=report).exclude(sealed=b"").exists()
        assert first_break(report.case) is None


def test_who_saves_or_publishes_an_advisory_while_it_is_erased_waits_in_no_circle():
    cast = assemble()
    for act in ("save", "publish", "save", "publish"):
        report = a_case_to_erase(cast)
        Case.objects.filter(pk=report.case_id).update(verdict="accepted", rejection_reason="")
        draft = builders.a_draft(keyed(report.case), by=cast.alice)
        save = partial(drafting.save, draft, content=Record(title="Late."), expected_revision=draft.revision, by=cast.alice, at=now())
        does = save if act == "save" else partial(publication.publish, draft, by=cast.alice, at=now())
        raised = together(does, partial(erasure.sweep, at=now() + WEEK))
        assert {type(one) for one in raised} <= {events.Erased, publication.NotPublishable}
        assert Case.objects.get(pk=report.case_id).erased_at
        assert not AdvisoryDraft.objects.filter(case=report.case_id).exclude(sealed=b"").exists()


def test_who_closes_the_account_while_the_team_writes_to_them_waits_in_no_circle():
    cast = assemble()
    builders.on_team(cast.ada, cast.mailat, "triager")
    for number in range(4):
        zeb = builders.a_person(f"Zeb-{number}")
        report = builders.a_report(cast.mailat, by=zeb)
        writing = [a_reply(report, who) for who in (cast.alice, cast.ada)]
        assert not together(*writing, partial(closing.close, zeb, by=zeb, at=now()))
        assert Message.objects.filter(report=report).count() == 2
        assert first_break(report.case) is None


def test_who_closes_the_account_while_another_page_keeps_a_draft_leaves_none():
    cast = assemble()
    for number in range(4):
        zeb = builders.a_person(f"Zeb-{number}")
        report = Report.objects.select_related("case", "policy").get(pk=builders.a_report(cast.mailat, by=zeb).pk)
        report.keys = Keys.to(shared=[report.pk])
        kept = {"fields": {"text": "Begun."}, "labels": {}, "page": "one", "known": 0}
        together(partial(drafts.save, zeb, **kept, at=now(), report=report), partial(closing.close, zeb, by=zeb, at=now()))
        assert not User.objects.filter(pk=zeb.pk).exists() and not Draft.objects.exists()


def test_a_report_is_handed_over_to_somebody_who_stays_or_not_at_all():
    cast = assemble()
    for number in range(6):
        rita, gus = builders.a_person(f"Rita-{number}"), builders.a_person(f"Gus-{number}")
        report = builders.a_report(cast.mailat, by=rita)
        guest = Participant.objects.create(report=report, user=gus, role="collaborator", joined_at=now())
        who = (rita, gus)[number % 2]
        hand_over = partial(leaving.hand_over, report, to=guest, by=rita, at=now())
        raised = together(hand_over, partial(closing.close, who, by=who, at=now()))
        assert {type(one) for one in raised} <= {leaving.NotPossible}
        assert report.participants.filter(role="reporter").count() == 1
        assert not report.participants.filter(user=None, left_at=None).exists()


def test_a_case_that_is_reopened_while_its_erasure_is_decided_is_not_erased_and_its_people_can_read_why():
    cast = assemble()
    for _round in range(6):
        report = builders.a_report(cast.mailat, by=cast.rita)
        triage.reject(keyed(report.case), reason="spam", by=cast.alice, at=now(), **worded())
        closure.close(keyed(report.case), by=cast.alice, at=now())
        reopen = partial(closure.reopen, keyed(report.case), by=cast.alice, at=now())
        raised = together(reopen, partial(erasure.decide, keyed(report.case), by=cast.olivia, at=now()))
        assert {type(one) for one in raised} <= {erasure.NotPossible}
        assert Case.objects.get(pk=report.case_id).erase_at is None
        kinds = set(report.events.values_list("kind", flat=True)) & {"erasure_planned", "erasure_stopped"}
        assert len(kinds) != 1
