"""Recoveries that are asked for, agreed to, stopped and done at the same moment: each act counts once, and nobody meets an error."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts import recovery
from accounts.models import Delivery, EnrolmentLink, FactorRecovery, TotpDevice
from accounts.two_factor import Refused
from tests import builders
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_take_turns():
    cast = assemble()
    assert together(*[lambda: recovery.ask(cast.bob, at=now())] * 3) == []
    lost = FactorRecovery.objects.get()

    raised = together(*[lambda by=by: recovery.approve(lost, by=by, at=now()) for by in (cast.olivia, cast.ada, cast.olivia)])
    assert [type(one) for one in raised] == [Refused]
    lost.refresh_from_db()
    assert lost.ready_at and lost.approvals.count() == 2
    assert Delivery.objects.filter(letter="recovery_own", facts__step="planned").count() == 1

    ready = lost.ready_at + timedelta(minutes=1)
    assert together(*[lambda: recovery.sweep(at=ready)] * 3) == []
    assert EnrolmentLink.objects.count() == Delivery.objects.filter(letter="recovery_done").count() == 1

    for _round in range(3):
        TotpDevice.objects.filter(user=cast.bob).delete()
        builders.a_factor(cast.bob)
        FactorRecovery.objects.all().delete()
        lost = recovery.ask(cast.bob, at=now())
        recovery.approve(lost, by=cast.olivia, at=now())
        recovery.approve(lost, by=cast.ada, at=now())
        raised = together(
            lambda one=lost: recovery.stop(one, by=cast.bob, at=now()),
            lambda: recovery.sweep(at=ready),
        )
        lost.refresh_from_db()
        gone = not TotpDevice.objects.filter(user=cast.bob).exists()
        assert (lost.outcome, gone, len(raised)) in {("done", True, 1), ("stopped", False, 0)}
