"""The audit trail knows of erased content and of legal holds, by reference alone."""

from uuid import uuid4

from django.utils.timezone import now

from accounts.models import AuditEvent
from intake import closure, erasure, holds, texts, triage
from tests.intake.doing import keyed, worded


def trail(*kinds):
    return [
        (event.kind, event.actor, event.project_uuid, event.facts) for event in AuditEvent.objects.filter(kind__in=kinds).order_by("seq")
    ]


def test_holds_and_the_erasure_stand_in_it(cast):
    case, why = cast.case, texts.message("The court asks for canary-7 to be kept.")
    for verb in (holds.place, holds.lift):
        verb(keyed(case), note=why, client_id=uuid4(), by=cast.olivia, at=now())
    of_case = {"case": case.ref}
    assert trail("case.hold_placed", "case.hold_lifted") == [
        ("case.hold_placed", cast.olivia, cast.mailat.uuid, of_case),
        ("case.hold_lifted", cast.olivia, cast.mailat.uuid, of_case),
    ]
    triage.reject(keyed(case), reason="not_reproducible", by=cast.alice, at=now(), **worded())
    closure.close(keyed(case), by=cast.alice, at=now())
    erasure.decide(keyed(case), by=cast.olivia, at=now())
    at = now() + erasure.WAIT
    assert erasure.sweep(at=at) == 1
    assert trail("case.erased") == [("case.erased", None, cast.mailat.uuid, of_case | {"reason": "decided"})]
    assert erasure.sweep(at=at) == 0 and len(trail("case.erased")) == 1
