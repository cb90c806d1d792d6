"""A reporter asks that the content be erased; maintainers and owners grant it, decline it, stop it; owners decide without being asked."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import Delivery
from intake import closure, erasure, holds, periodic, texts, triage
from intake.models import Case, CaseEvent, ErasureRequest, Message
from portal.models import Project
from tests import builders
from tests.builders import PASSWORD
from tests.intake.doing import field, keyed, letters, worded, words_of

DAY = timedelta(days=1)


@pytest.fixture
def case(cast):
    """Rita's report, closed."""
    triage.reject(keyed(cast.case), reason="spam", by=cast.alice, at=now(), **worded())
    closure.close(keyed(cast.case), by=cast.alice, at=now())
    letters()
    return Case.objects.get(pk=cast.case.pk)


def proved(cast, who):
    """A browser of somebody of the team who has just proved the second factor."""
    client = cast.client(who)
    session = client.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return client


def asked(cast):
    return erasure.ask(cast.report, by=cast.rita, at=now())


def reread(case):
    return Case.objects.get(pk=case.pk)


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_reporter_reads_what_goes_what_stays_and_until_when_then_asks(cast, case):
    rita, path = cast.client("rita"), f"/reports/{cast.report.ref}/erasure/"
    assert path in page(rita, cast.report.get_absolute_url())
    shown = page(rita, path)
    assert "Their keys are destroyed" in shown and "the timeline" in shown and "for up to 30 days" in shown
    assert rita.post(path).status_code == 302
    wish = ErasureRequest.objects.get()
    assert (wish.report, wish.granted) == (cast.report, None)
    assert "The team has not answered yet." in page(rita, path)
    assert "You asked that it be erased:" in page(rita, cast.report.get_absolute_url())
    assert CaseEvent.objects.get(kind="erasure_asked").report == cast.report


def test_maintainers_and_owners_are_told_and_triagers_not(cast, case):
    asked(cast)
    told = [letter for letter in letters() if "Erasure asked for" in letter.subject]
    assert {letter.to[0] for letter in told} == {"alice@example.org", "olivia@example.org"}
    assert all(cast.report.ref not in words_of(letter) for letter in told)


def test_one_open_wish_a_report_however_often_it_is_pressed(cast, case):
    assert asked(cast) == asked(cast)
    assert CaseEvent.objects.filter(kind="erasure_asked").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRequest.objects.create(report=cast.report, by=cast.report.participants.get(role="reporter"), at=now())


def test_a_guest_does_not_ask(cast, case):
    guest = builders.a_person("Gus")
    cast.report.participants.create(user=guest, role="collaborator", joined_at=now())
    answer = cast.client(guest).post(f"/reports/{cast.report.ref}/erasure/")
    assert answer.status_code == 403 and "Only the reporter asks" in answer.content.decode()
    assert "Ask that it be erased" not in page(cast.client(guest), cast.report.get_absolute_url())


def test_granting_plans_it_for_a_week_with_notice_and_it_is_erased_then(cast, case):
    wish, alice = asked(cast), proved(cast, "alice")
    path = f"/cases/{case.ref}/erasure/"
    assert path in page(alice, case.get_absolute_url()) and "asks that it be erased" in page(alice, case.get_absolute_url())
    assert alice.post(path, {"grant": wish.pk}).status_code == 302
    wish.refresh_from_db()
    assert wish.granted and wish.answered_by.user == cast.alice
    planned = reread(case)
    assert planned.erase_because == "asked" and timedelta(days=6.9) < planned.erase_at - now() < timedelta(days=7)
    assert {letter.to[0] for letter in letters() if "will be erased" in letter.subject} >= {"rita@example.org", "olivia@example.org"}
    assert "asked for it, and the team granted it" in page(cast.client("rita"), cast.report.get_absolute_url())
    periodic.sweep(at=planned.erase_at - DAY)
    assert reread(case).erased_at is None
    periodic.sweep(at=planned.erase_at)
    assert reread(case).erased_at == planned.erase_at
    assert wish.by.user == cast.rita and CaseEvent.objects.get(kind="erased").facts == {"reason": "asked"}


def test_granting_asks_for_the_second_factor_anew(cast, case):
    wish = asked(cast)
    answer = cast.client("alice").post(f"/cases/{case.ref}/erasure/", {"grant": wish.pk})
    assert answer.status_code == 403 and "Confirm that it is you" in answer.content.decode()
    assert reread(case).erase_at is None


def test_it_is_stopped_and_everybody_is_told(cast, case):
    erasure.grant(asked(cast), by=cast.alice, at=now())
    letters()
    assert proved(cast, "olivia").post(f"/cases/{case.ref}/erasure/", {"stop": "1"}).status_code == 302
    assert reread(case).erase_at is None
    assert {one.to[0] for one in letters() if "will not be erased" in one.subject} == {
        "rita@example.org",
        "alice@example.org",
        "bob@example.org",
    }
    periodic.sweep(at=now() + 30 * DAY)
    assert reread(case).erased_at is None
    assert CaseEvent.objects.filter(kind="erasure_stopped").exists()


def test_what_was_stopped_falls_back_on_the_months_of_the_project(cast, case):
    Project.objects.filter(pk=cast.mailat.pk).update(retention_months=1)
    erasure.grant(asked(cast), by=cast.alice, at=now())
    at = now() + 5 * DAY
    erasure.stop(keyed(case), by=cast.alice, at=at)
    assert reread(case).erase_because == "retained" and reread(case).erase_at >= at + 30 * DAY - timedelta(days=5)


def test_declining_needs_a_message_and_the_reporter_gets_it(cast, case):
    wish, alice = asked(cast), cast.client("alice")
    path = f"/cases/{case.ref}/erasure/{wish.pk}/decline/"
    assert alice.post(path, {"text": "", "client_id": uuid4()}).status_code == 422
    assert ErasureRequest.objects.get().answered_at is None
    assert alice.post(path, {"text": "We need it for the fix.", "client_id": uuid4()}).status_code == 302
    wish.refresh_from_db()
    assert wish.granted is False and reread(case).erase_at is None
    assert "We need it for the fix." in page(cast.client("rita"), cast.report.get_absolute_url())
    assert Delivery.objects.filter(letter="team_replied").latest("pk").recipient == cast.rita
    assert "The team declined on" in page(cast.client("rita"), f"/reports/{cast.report.ref}/erasure/")
    assert asked(cast) != wish, "asking again is allowed"


def test_a_second_press_of_an_answer_finds_the_first(cast, case):
    wish, alice = asked(cast), proved(cast, "alice")
    path, form = f"/cases/{case.ref}/erasure/{wish.pk}/decline/", {"text": "We need it for the fix.", "client_id": uuid4()}
    assert [alice.post(path, form).status_code for _press in range(2)] == [302, 302]
    assert Message.objects.filter(author__user=cast.alice).count() == 2, "the verdict, and this once"
    late = alice.post(path, {"text": "Too late.", "client_id": uuid4()})
    assert late.status_code == 422 and "Too late." in late.content.decode() and "answered this wish meanwhile" in late.content.decode()
    assert alice.get(path).url == f"/cases/{case.ref}/erasure/"
    wish, path = asked(cast), f"/cases/{case.ref}/erasure/"
    assert alice.post(path, {"grant": wish.pk}).status_code == 302
    again = alice.post(path, {"grant": wish.pk})
    assert again.status_code == 409 and "planned already" in again.content.decode()


def test_where_it_is_planned_the_page_says_so_and_offers_nothing_that_would_be_refused(cast, case):
    erasure.decide(keyed(case), by=cast.olivia, at=now())
    shown = page(cast.client("rita"), f"/reports/{cast.report.ref}/erasure/")
    assert "The content will be erased:" in shown and "Ask the team to erase it" not in shown


def test_who_handed_the_report_over_meanwhile_does_not_ask(cast, case):
    cast.report.participants.filter(user=cast.rita).update(role="collaborator")
    with pytest.raises(erasure.NotPossible, match="Somebody else is the reporter"):
        asked(cast)


def test_an_open_case_may_be_asked_for_but_is_granted_only_once_it_is_closed(cast):
    wish = asked(cast)
    assert "once the team has closed it" not in page(cast.client("alice"), cast.case.get_absolute_url())
    answer = proved(cast, "alice").post(f"/cases/{cast.case.ref}/erasure/", {"grant": wish.pk})
    assert answer.status_code == 409 and "Close it first." in answer.content.decode()
    assert ErasureRequest.objects.get().answered_at is None


def test_owners_decide_without_a_wish_and_maintainers_do_not(cast, case):
    path = f"/cases/{case.ref}/erasure/"
    refused = proved(cast, "alice").post(path, {"decide": "1"})
    assert refused.status_code == 403 and "an owner of the project decides" in refused.content.decode()
    assert proved(cast, "olivia").post(path).status_code == 302 and reread(case).erase_at is None, "nothing was pressed"
    assert "Erase it in 7 days" in page(proved(cast, "olivia"), path)
    assert proved(cast, "olivia").post(path, {"decide": "1"}).status_code == 302
    assert reread(case).erase_because == "decided"
    again = proved(cast, "olivia").post(path, {"decide": "1"})
    assert again.status_code == 409 and "planned already" in again.content.decode()


def test_reopening_stops_it(cast, case):
    erasure.decide(keyed(case), by=cast.olivia, at=now())
    closure.reopen(keyed(case), by=cast.alice, at=now())
    assert reread(case).erase_at is None
    assert CaseEvent.objects.get(kind="erasure_stopped").facts == {"reason": "reopened"}
    periodic.sweep(at=now() + 30 * DAY)
    assert reread(case).erased_at is None


def test_a_wish_of_another_case_is_not_found(cast, case):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    wish = erasure.ask(other, by=cast.charlie, at=now())
    assert proved(cast, "alice").post(f"/cases/{case.ref}/erasure/", {"grant": wish.pk}).status_code == 404
    assert cast.client("alice").get(f"/cases/{case.ref}/erasure/{wish.pk}/decline/").status_code == 404


@pytest.mark.parametrize("wish", ["not-a-uuid", "", "\x00"])
def test_a_wish_that_cannot_be_is_not_found(cast, case, wish):
    assert proved(cast, "alice").post(f"/cases/{case.ref}/erasure/", {"grant": wish}).status_code == 404


# --- legal holds --------------------------------------------------------------------------------------------------------


def placed(cast, case, *, at=None, lift=False):
    verb = holds.lift if lift else holds.place
    verb(keyed(case), note=texts.message("A court order."), client_id=uuid4(), by=cast.olivia, at=at or now())


def test_a_hold_needs_a_reason_which_only_the_team_reads(cast, case):
    olivia, path = cast.client("olivia"), f"/cases/{case.ref}/hold/"
    assert path in page(olivia, case.get_absolute_url())
    assert olivia.post(path, {"text": " ", "client_id": uuid4()}).status_code == 422
    assert olivia.post(path, {"text": "Court order 17.", "client_id": uuid4()}).status_code == 302
    assert "Court order 17." in page(cast.client("bob"), case.get_absolute_url())
    shown = page(cast.client("rita"), cast.report.get_absolute_url())
    assert "must be kept for legal reasons; there is no date" in shown and "Court order" not in shown
    assert Delivery.objects.filter(letter="case_moved").latest("pk").recipient == cast.rita
    assert CaseEvent.objects.get(kind="hold_placed").by.user == cast.olivia


def test_maintainers_place_none(cast, case):
    assert cast.client("alice").post(f"/cases/{case.ref}/hold/", {"text": "Why", "client_id": uuid4()}).status_code == 403
    assert "Legal hold" not in page(cast.client("alice"), case.get_absolute_url())


def test_a_second_press_does_not_lift_what_the_first_has_placed_nor_the_other_way(cast, case):
    olivia, path = cast.client("olivia"), f"/cases/{case.ref}/hold/"
    for kind, held in (("hold_placed", True), ("hold_lifted", False)):
        lifts = field(olivia.get(path), "lifts")
        form = {"text": "Court order 17.", "client_id": uuid4(), "lifts": lifts}
        assert [olivia.post(path, form).status_code for _press in range(2)] == [302, 302]
        assert bool(reread(case).held_at) is held and CaseEvent.objects.filter(kind=kind).count() == 1
        stale = olivia.post(path, {"text": "Another window.", "client_id": uuid4(), "lifts": lifts})
        assert stale.status_code == 422 and "Another window." in stale.content.decode()
        assert bool(reread(case).held_at) is held


def test_a_hold_stops_the_months_and_what_was_decided(cast, case):
    erasure.decide(keyed(case), by=cast.olivia, at=now())
    placed(cast, case)
    periodic.sweep(at=now() + 90 * DAY)
    assert reread(case).erased_at is None


def test_a_hold_stops_wishes(cast, case):
    wish = asked(cast)
    placed(cast, case)
    with pytest.raises(erasure.NotPossible, match="legal hold"):
        erasure.grant(wish, by=cast.alice, at=now())
    wish.report.keys = keyed(case).keys
    erasure.decline(wish, **worded(), by=cast.alice, at=now())
    answer = cast.client("rita").post(f"/reports/{cast.report.ref}/erasure/")
    assert answer.status_code == 409 and "kept for legal reasons" in answer.content.decode()


def test_after_a_hold_what_is_planned_is_announced_anew_with_time_to_object(cast, case):
    erasure.decide(keyed(case), by=cast.olivia, at=now())
    placed(cast, case)
    letters()
    later = now() + 90 * DAY
    placed(cast, case, at=later, lift=True)
    assert reread(case).erase_at == later + timedelta(days=7)
    with time_machine.travel(later, tick=False):
        assert "rita@example.org" in {one.to[0] for one in letters() if "will be erased" in one.subject}
    periodic.sweep(at=later + 7 * DAY)
    assert reread(case).erased_at


def test_after_a_hold_the_months_of_the_project_count_with_30_days_notice(cast, case):
    Project.objects.filter(pk=cast.mailat.pk).update(retention_months=1)
    placed(cast, case)
    later = now() + 90 * DAY
    periodic.sweep(at=later)
    placed(cast, case, at=later, lift=True)
    assert reread(case).erase_at == later + 30 * DAY
    periodic.sweep(at=later)
    periodic.sweep(at=later + 29 * DAY)
    assert reread(case).erased_at is None
    periodic.sweep(at=later + 31 * DAY)
    assert reread(case).erased_at


def test_two_holds_at_once_are_one(cast, case):
    placed(cast, case)
    with pytest.raises(erasure.NotPossible, match="already"):
        placed(cast, case)
    placed(cast, case, lift=True)
    with pytest.raises(erasure.NotPossible, match="no legal hold"):
        placed(cast, case, lift=True)


def test_an_open_case_can_be_held_too(cast):
    placed(cast, cast.case)
    triage.reject(keyed(cast.case), reason="spam", by=cast.alice, at=now(), **worded())
    Project.objects.filter(pk=cast.mailat.pk).update(retention_months=1)
    closure.close(keyed(cast.case), by=cast.alice, at=now())
    periodic.sweep(at=now() + 400 * DAY)
    assert reread(cast.case).erased_at is None and Message.objects.exclude(sealed=b"").exists()


def test_the_proof_of_a_second_factor_is_not_the_password(cast, case):
    alice = cast.client("alice")
    alice.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": f"/cases/{case.ref}/erasure/"})
    assert alice.get(f"/cases/{case.ref}/erasure/").url.startswith("/account/second-factor/")
