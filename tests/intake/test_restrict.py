"""A case is restricted to named people of the team, they change, and it is opened again: each recorded, each under one rule."""

import pytest
from django.utils.timezone import now

from accounts.models import AuditEvent
from intake import events, periodic, restriction, verification
from intake.models import Case, CaseEvent, CaseReader, Participant
from tests import builders
from tests.intake import restricted
from tests.intake.doing import letters, words_of
from tests.intake.restricted import anew, named, restrict
from tests.intake.test_event_chain import first_break


def happened(case):
    return list(CaseEvent.objects.filter(case=case, kind__startswith="re").exclude(kind__startswith="report").order_by("seq"))


def audited():
    return [(one.kind, one.facts.get("case")) for one in AuditEvent.objects.filter(kind__startswith="case.re").order_by("seq")]


def test_who_restricts_is_always_among_them(cast):
    restrict(cast.case, by=cast.alice)
    assert named(cast.case) == ["Alice"] and anew(cast.case).restricted_at


def test_it_is_recorded_without_a_name_and_who_is_named_is_told(cast):
    assert cast.case
    letters().clear()
    restrict(cast.case, cast.bob, by=cast.alice)
    (event,) = happened(cast.case)
    places = [str(Participant.objects.get(case=cast.case, user=who).pk) for who in (cast.alice, cast.bob)]
    assert (event.kind, event.by.user, event.facts) == ("restricted", cast.alice, {"readers": places})
    assert event.report is None, "a reporter reads the events of the report"
    assert audited() == [("case.restricted", cast.case.ref)]
    (letter,) = letters()
    assert letter.to == ["bob@example.org"] and cast.case.ref in letter.subject and f"/cases/{cast.case.ref}/" in letter.body
    assert first_break(cast.case) is None


def test_people_are_named_and_dismissed(cast):
    case = restrict(cast.case, by=cast.alice)
    letters().clear()
    restriction.admit(case, cast.bob, by=cast.alice, at=now())
    assert case.standing_of(cast.bob) == "triager" and [one.to for one in letters()] == [["bob@example.org"]]
    restriction.dismiss(case, cast.bob, by=cast.alice, at=now())
    assert case.standing_of(cast.bob) is None and named(case) == ["Alice"]
    place = str(Participant.objects.get(case=case, user=cast.bob).pk)
    assert [(one.kind, one.facts.get("reader")) for one in happened(case)[1:]] == [("reader_named", place), ("reader_dismissed", place)]
    assert [kind for kind, _ref in audited()] == ["case.restricted", "case.reader_named", "case.reader_dismissed"]
    assert len(letters()) == 1, "who is dismissed learns nothing more of it"


def test_it_is_opened_to_the_whole_team_again(cast):
    case = restrict(cast.case, by=cast.alice)
    restriction.lift(case, by=cast.alice, at=now())
    assert anew(case).restricted_at is None and not CaseReader.objects.exists() and case.standing_of(cast.bob) == "triager"
    assert happened(case)[-1].kind == "restriction_lifted" and audited()[-1] == ("case.restriction_lifted", case.ref)


def test_the_last_who_decides_stays(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    with pytest.raises(restriction.NotPossible, match="at least one maintainer or owner"):
        restriction.dismiss(case, cast.alice, by=cast.alice, at=now())
    assert named(case) == ["Alice", "Bob"] and happened(case)[-1].kind == "restricted"
    restriction.admit(case, cast.olivia, by=cast.alice, at=now())
    restriction.dismiss(case, cast.alice, by=cast.alice, at=now())
    assert named(case) == ["Bob", "Olivia"]


def test_somebody_who_cannot_sign_in_does_not_count_as_the_last(cast):
    case = restrict(cast.case, cast.olivia, by=cast.alice)
    cast.olivia.is_active = False
    cast.olivia.save()
    with pytest.raises(restriction.NotPossible, match="at least one"):
        restriction.dismiss(case, cast.alice, by=cast.alice, at=now())


@pytest.mark.parametrize("who", ["rita", "charlie", "ada"])
def test_nobody_from_outside_the_team_is_named(cast, who):
    with pytest.raises(restriction.NotPossible, match="not on the team"):
        restrict(cast.case, getattr(cast, who), by=cast.alice)
    assert anew(cast.case).restricted_at is None and not CaseReader.objects.exists()


def test_each_act_that_came_too_late_says_so(cast):
    case, facts = cast.case, {"by": cast.alice, "at": now()}
    for act in (restriction.lift, lambda *what, **facts: restriction.admit(*what, cast.bob, **facts)):
        with pytest.raises(restriction.NotPossible, match="open to the whole team"):
            act(case, **facts)
    restrict(case, cast.bob, cast.olivia, by=cast.alice)
    with pytest.raises(restriction.NotPossible, match="restricted this case meanwhile"):
        restriction.restrict(case, readers=[], by=cast.olivia, at=now())
    with pytest.raises(restriction.NotPossible, match="named already"):
        restriction.admit(case, cast.bob, **facts)
    restriction.dismiss(case, cast.alice, by=cast.olivia, at=now())
    for act in (restriction.lift, lambda *what, **facts: restriction.dismiss(*what, cast.olivia, **facts)):
        with pytest.raises(restriction.NotPossible, match="You are not named any more"):
            act(case, **facts)
    assert named(case) == ["Bob", "Olivia"]


def test_who_looked_after_it_and_is_not_named_does_so_no_more(cast):
    case = anew(cast.case)
    case.assignee, case.assigned_at = cast.bob, now()
    case.save()
    restrict(case, by=cast.alice)
    periodic.follow_teams(at=now())
    assert anew(case).assignee is None


def test_an_owner_names_themselves_and_all_who_are_named_get_a_letter(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    letters().clear()
    restriction.step_in(case, by=cast.olivia, at=now())
    assert case.standing_of(cast.olivia) == "owner"
    sent = letters()
    assert sorted(one.to[0] for one in sent) == ["alice@example.org", "bob@example.org"]
    assert all("Olivia" in one.body and case.ref in one.body for one in sent)
    event = happened(case)[-1]
    assert (event.kind, event.by.user) == ("reader_named", cast.olivia) and audited()[-1] == ("case.reader_named", case.ref)


def test_a_letter_of_before_is_dropped_when_it_would_leave(cast):
    builders.a_reporter_reply(cast.report, by=cast.rita, text=restricted.HIDDEN)
    restrict(cast.case, by=cast.alice)
    to = {one.to[0] for one in letters() if "bob" in one.to[0] or "olivia" in one.to[0]}
    assert to == set() and any(one.to == ["alice@example.org"] for one in letters())


def test_a_letter_to_somebody_dismissed_meanwhile_is_dropped(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    restriction.dismiss(case, cast.bob, by=cast.alice, at=now())
    assert not any("bob@example.org" in one.to for one in letters())


def test_letters_name_only_reference_and_project(cast):
    case = restrict(builders.a_report(cast.mailat, by=cast.rita, title=restricted.HIDDEN).case, cast.bob, by=cast.alice)
    restriction.step_in(case, by=cast.olivia, at=now())
    assert not any(restricted.HIDDEN in words_of(one) for one in letters())


def test_the_timeline_stays_whole(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    restriction.dismiss(case, cast.bob, by=cast.alice, at=now())
    restriction.lift(case, by=cast.alice, at=now())
    assert first_break(case) is None and events.Kind.RESTRICTION_LIFTED in {one.kind for one in happened(case)}


def found_wrong(case):
    return [str(finding) for finding in verification.cases(ref=case.ref, keyed=True)]


def test_who_is_put_in_or_taken_out_past_the_timeline_is_found(cast):
    case = restrict(cast.case, cast.bob, by=cast.alice)
    restriction.dismiss(case, cast.bob, by=cast.alice, at=now())
    restriction.admit(case, cast.bob, by=cast.alice, at=now())
    assert found_wrong(case) == []
    CaseReader.objects.filter(user=cast.bob).update(user=cast.olivia)
    assert found_wrong(case) == [f"{case.ref}: intake_casereader: what is stored beside its content is not what the events say"]
    CaseReader.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(restricted_at=None)
    assert len(found_wrong(case)) == 2
    restriction.restrict(case, readers=[], by=cast.alice, at=now())
    restriction.lift(case, by=cast.alice, at=now())
    assert found_wrong(case) == []
