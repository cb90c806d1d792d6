"""Erasing after a join: nobody's report goes on another one's wish, and what was left behind goes along."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from intake import closure, erasure, holds, joining, texts, triage, verification
from intake.models import Case, ErasureRequest
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake import joined
from tests.intake.doing import keyed, worded
from tests.intake.test_erasure_asked import page, proved


@pytest.fixture
def pair(cast):
    """Carol's report was joined to Rita's, where it says something; the case it left says something of it, too."""
    first, second = joined.two(cast)
    cast.left = second.case
    builders.a_note(cast.left, by=cast.bob, text="What Carol told us.")
    return joined.anew(first), joined.join(second, first, by=cast.bob)


def ended(cast, case):
    """Bring a case to its end."""
    case = keyed(case)
    if not case.verdict:
        triage.reject(case, reason="not_reproducible", by=cast.alice, at=now(), **worded())
    closure.close(keyed(case), by=cast.alice, at=now())


def asks(cast, report):
    report = joined.anew(report)
    return erasure.ask(report, by=report.participants.get(role="reporter").user, at=now())


def opens(report):
    try:
        return bool(Keys.to(shared=[report.pk]).open(joined.anew(report)))
    except DecryptError:
        return False


def erases(case):
    due = Case.objects.get(pk=case.pk).erase_at
    return erasure.sweep(at=due)


def test_one_reporters_wish_does_not_take_the_others_report_and_says_what_to_do(cast, pair):
    first, second = pair
    wish = asks(cast, second)
    ended(cast, first.case)
    alice, path = proved(cast, "alice"), f"/cases/{first.case.ref}/erasure/"
    shown = page(alice, path)
    assert f"in this one is also {first.ref}" in shown and f"join {second.ref} back to {cast.left.ref}" in shown
    assert "Grant it" not in shown and "Decline it" in shown
    refused = alice.post(path, {"grant": wish.pk})
    assert refused.status_code == 409 and Case.objects.get(pk=first.case_id).erase_at is None


def test_parted_as_it_says_the_wish_is_granted_and_the_other_stays(cast, pair):
    first, second = pair
    wish = asks(cast, second)
    ended(cast, first.case)
    for case in (first.case, cast.left):
        closure.reopen(keyed(case), by=cast.alice, at=now())
    second = joined.join(second, cast.left, by=cast.bob)
    for case in (first.case, cast.left):
        ended(cast, case)
    assert proved(cast, "alice").post(f"/cases/{cast.left.ref}/erasure/", {"grant": wish.pk}).status_code == 302
    assert erases(cast.left) == 1
    assert opens(first) and not opens(second) and not Case.objects.get(pk=first.case_id).erased_at
    assert [str(finding) for finding in verification.cases(keyed=True)] == []


def test_where_all_have_asked_it_is_granted_to_all_and_what_was_left_behind_goes_along(cast, pair):
    first, second = pair
    wish, _other = asks(cast, first), asks(cast, second)
    ended(cast, first.case)
    assert f"notes of {cast.left.ref}" in page(proved(cast, "alice"), f"/cases/{first.case.ref}/erasure/")
    erasure.grant(wish, by=cast.alice, at=now())
    assert set(ErasureRequest.objects.values_list("granted", flat=True)) == {True}
    assert erases(first.case) == 1 and not opens(first) and not opens(second)
    behind = Case.objects.get(pk=cast.left.pk)
    assert behind.erased_at and behind.erase_because == "asked" and not bytes(behind.sealed) and not bytes(behind.notes.get().sealed)
    assert [str(finding) for finding in verification.cases(keyed=True)] == []
    assert cast.client("bob").get(f"/cases/{cast.left.ref}/").status_code == 200


def test_what_was_left_behind_stays_under_its_own_hold_and_once_it_is_open_again(cast, pair):
    first, second = pair
    third = joined.join(builders.a_report(cast.mailat, by=cast.charlie), first, by=cast.bob)
    other = Case.objects.get(joined_into=first.case, reports=None, notes=None)
    assert joining.of(third)
    holds.place(keyed(cast.left), note=texts.message("A court asks."), client_id=uuid4(), by=cast.olivia, at=now())
    closure.reopen(keyed(other), by=cast.alice, at=now())
    wishes = [asks(cast, report) for report in (first, second, third)]
    ended(cast, first.case)
    erasure.grant(wishes[0], by=cast.alice, at=now())
    assert erases(first.case) == 1
    assert not Case.objects.filter(pk__in=[cast.left.pk, other.pk]).exclude(erased_at=None).exists()


def test_where_nobody_can_go_back_the_wish_waits_or_is_declined(cast, pair):
    first, second = pair
    asks(cast, second)
    ended(cast, first.case)
    erasure.decide(cast.left, by=cast.olivia, at=now())
    assert erases(cast.left) == 1 and opens(second)
    assert "There is no case to which one of them could go back" in erasure.in_the_way(first.case)
