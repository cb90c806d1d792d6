"""A letter that waits in the queue is not sent to somebody who may no longer read what it tells of."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery
from intake.models import Case, Deadline
from portal import teams
from tests import builders

pytestmark = pytest.mark.django_db
# What is made up from a case, for its team; whatever else an event has to tell comes beside it.
FOR_TEAM = (
    "report_arrived", "reporter_replied", "guest_joined_team", "erasure_asked", "reporter_left", "report_handed_over",
    "deadline_near", "deadline_passed", "erasure_planned", "erasure_stopped", "content_erased", "mentioned",
    "case_assigned", "case_not_assigned", "extension_answered",
)  # fmt: skip
# What goes to a reporter or a guest, to an address, or to somebody about their own account.
OTHERS = frozenset(
    {
        "report_received", "case_moved", "advisory_published", "guest_joined", "team_replied", "message_written", "report_claim",
        "guest_invitation", "guest_removed", "extension_asked", "deadline_owners", "deadline_administrators", "deadline_fallback",
        "case_reader_named", "case_owner_stepped_in",
    }
)  # fmt: skip


@pytest.fixture
def waiting(cast):
    """A letter of each kind about a case to Bob, and one to Alice, as they lie in the queue: {name: [Bob's, Alice's]}."""
    case, at = cast.case, now()
    erase_at = at + timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(closed_at=at, erase_at=erase_at, erase_because="decided", erased_at=None)
    facts = {"case": case.ref, "record": uuid4().hex, "erase_at": erase_at.isoformat(), "reason": "decided"}
    facts["deadline"] = str(Deadline.objects.open().first().uuid)
    row = partial(Delivery, cause_uuid=uuid4(), facts=facts, made_at=at, due_at=at)
    cast.waiting = {letter: [row(letter=letter, recipient=who) for who in (cast.bob, cast.alice)] for letter in FOR_TEAM}
    return cast


def made_up(letter):
    Case.objects.update(erased_at=now() if letter.letter == "content_erased" else None)  # what it tells of
    return outbox.made_up(letter)


def test_who_was_removed_gets_none_of_them(waiting):
    assert all(made_up(one) for letters in waiting.waiting.values() for one in letters)
    teams.remove(waiting.mailat.memberships.get(user=waiting.bob), by=waiting.olivia, at=now())
    for letter, (bobs, alices) in waiting.waiting.items():
        assert made_up(bobs) is None, letter
        assert made_up(alices), letter


def test_the_queue_drops_them_and_says_so(cast):
    report = builders.a_report(cast.mailat, by=cast.rita)
    assert Delivery.objects.filter(letter="report_arrived", recipient=cast.bob, facts__case=report.case.ref, outcome="").exists()
    teams.remove(cast.mailat.memberships.get(user=cast.bob), by=cast.olivia, at=now())
    outbox.drain(at=now())
    assert [letter.subject for letter in mail.outbox if letter.to == ["bob@example.org"]] == ["Your place in the team of Mailat"]
    assert Delivery.objects.get(letter="report_arrived", recipient=cast.bob).outcome == "dropped"
    assert Delivery.objects.get(letter="report_arrived", recipient=cast.alice).outcome == "accepted"


def test_every_letter_is_one_of_the_team_or_declared_as_another():
    """A new kind must be put into one of the lists: then the test above asks it too."""
    registered = {name for name, one in outbox._letters.items() if one.make_up.__module__.startswith(("intake", "advisories"))}
    assert registered <= set(FOR_TEAM) | OTHERS
