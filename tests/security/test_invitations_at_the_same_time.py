"""People who invite, accept and remove at the same moment: each act counts once, and nobody meets an error."""

import pytest
from django.utils.timezone import now

from intake import guests
from intake.models import CaseEvent, GuestInvitation, Participant
from portal import teams
from portal.models import Invitation
from tests import builders
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "gus@example.org"


def test_two_owners_invite_the_same_address_to_the_team():
    cast = assemble()
    for _round in range(4):
        acts = [lambda: teams.invite(cast.mailat, email=ADDRESS, role="triager", by=cast.olivia, at=now())] * 3
        assert together(*acts) == []
        assert Invitation.objects.filter(used_at=None).count() == 1


def test_reporter_and_maintainer_invite_the_same_guest():
    cast = assemble()
    report = cast.report
    for _round in range(4):
        acts = [lambda by=by: guests.invite(report, email=ADDRESS, with_history=True, by=by, at=now()) for by in (cast.rita, cast.alice)]
        assert together(*acts) == []
        assert GuestInvitation.objects.filter(used_at=None).count() == 1


def test_two_tabs_accept_one_invitation():
    cast = assemble()
    gus = builders.a_person("Gus")
    invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
    acts = [lambda: guests.accept(guests.invitation_of(token), user=gus, at=now())] * 3
    token = guests.notifications.guest_token(invitation)
    assert together(*acts) == []
    assert Participant.objects.filter(user=gus).count() == CaseEvent.objects.filter(kind="guest_joined").count() == 1


def test_one_leaves_while_another_removes_them():
    cast = assemble()
    gus = builders.a_person("Gus")
    for _round in range(4):
        place = builders.a_guest(cast.report, gus, by=cast.rita)
        raised = together(
            lambda: guests.leave(cast.report, by=gus, at=now()),
            lambda place=place: guests.remove(cast.report, place, by=cast.alice, at=now()),
        )
        assert len(raised) == 1 and isinstance(raised[0], guests.NotPossible)
    assert CaseEvent.objects.filter(kind__in=("guest_left", "guest_removed")).count() == 4


def test_an_invitation_is_taken_back_while_it_is_accepted():
    cast = assemble()
    gus = builders.a_person("Gus")
    for _round in range(4):
        invitation = guests.invite(cast.report, email=ADDRESS, with_history=True, by=cast.rita, at=now())
        raised = together(
            lambda one=invitation: guests.accept(one, user=gus, at=now()),
            lambda one=invitation: guests.withdraw(
                GuestInvitation.objects.select_related("report__case").get(pk=one.pk), by=cast.rita, at=now()
            ),
        )
        assert len(raised) == 1 and isinstance(raised[0], guests.NotPossible)
        Participant.objects.filter(user=gus).update(left_at=now())
