"""Each move of a case from where it makes sense, and a sentence where it does not."""

from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import closure, remediation, triage
from intake.models import Case, Message
from intake.stages import MOVES, Facts, Move, Stage
from tests import builders
from tests.intake.doing import keyed, letters, worded


def form(**changes):
    return {"text": "We looked at it together.", "reason": "not_reproducible", "client_id": str(uuid4()), **changes}


def move(client, case, name, **changes):
    return client.post(reverse("case_move", args=[case.ref, name]), form(**changes))


PATHS = {
    Stage.RECEIVED: [],
    Stage.ACKNOWLEDGED: ["reply"],
    Stage.ACCEPTED: ["accept"],
    Stage.DEFERRED: ["defer"],
    Stage.REJECTED: ["reject"],
    Stage.REMEDIATED: ["accept", "remediate"],
    Stage.DISCLOSED: ["accept", "disclose"],
    Stage.CLOSED: ["defer", "close"],
}
AFTER = {Move.ACCEPT: Stage.ACCEPTED, Move.REJECT: Stage.REJECTED, Move.DEFER: Stage.DEFERRED, Move.CLOSE: Stage.CLOSED}


def bring(cast, stage):
    """Bring the case to a stage by its verbs."""
    steps = {
        "reply": lambda case: builders.a_team_reply(cast.report, by=cast.bob),
        "accept": lambda case: triage.accept(case, by=cast.bob, at=now()),
        "defer": lambda case: triage.defer(case, by=cast.bob, at=now(), **worded()),
        "reject": lambda case: triage.reject(case, reason="spam", by=cast.bob, at=now(), **worded()),
        "remediate": lambda case: remediation.remediate(case, by=cast.bob, at=now()),
        "disclose": lambda case: closure.disclose(case, by=cast.alice, at=now(), advisory_ref="MAILAT-SA-2026-0001"),
        "close": lambda case: closure.close(case, by=cast.alice, at=now()),
    }
    for step in PATHS[stage]:
        steps[step](keyed(cast.case))
    case = keyed(cast.case)
    assert case.stage is stage
    return case


@pytest.mark.parametrize("stage", Stage)
def test_from_each_stage_the_moves_that_make_sense_and_no_other(cast, stage):
    case, client = bring(cast, stage), cast.client("alice")
    events = case.events.count()
    page = client.get(case.get_absolute_url()).content.decode()
    for wanted in Move:
        legal = wanted in MOVES[stage]
        assert (reverse("case_move", args=[case.ref, wanted]) in page) == legal, wanted
        if legal:
            assert client.get(reverse("case_move", args=[case.ref, wanted])).status_code == 200
            continue
        assert "is not possible" in client.get(reverse("case_move", args=[case.ref, wanted]), follow=True).content.decode()
        refused = move(client, case, wanted)
        assert refused.status_code == 422 and "is not possible" in refused.content.decode()
        if wanted not in (Move.CLOSE, Move.REOPEN):
            assert "We looked at it together." in refused.content.decode(), "what was written is not lost"
    case = keyed(case)
    assert case.stage is stage
    assert case.events.exclude(kind="seen").count() == events
    assert Message.objects.exclude(author__user=cast.bob).count() == 0


@pytest.mark.parametrize("stage, wanted", [(stage, wanted) for stage in Stage for wanted in MOVES[stage]])
def test_each_legal_move_is_made_and_told(cast, stage, wanted):
    case = bring(cast, stage)
    letters().clear()
    answer = move(cast.client("alice"), case, wanted)
    assert answer.status_code == 302 and answer.url == case.get_absolute_url()
    case = keyed(case)
    if wanted is Move.REOPEN:
        assert case.stage is Stage.DEFERRED
    elif wanted is Move.REMEDIATE:
        assert case.remediated_at
    else:
        assert case.stage is AFTER[wanted]
    told = {(letter.to[0], letter.subject) for letter in letters() if "rita" in letter.to[0]}
    assert told and all(cast.report.ref in subject for _to, subject in told)
    with_words = wanted not in (Move.CLOSE, Move.REOPEN)
    assert Message.objects.filter(author__user=cast.alice).count() == with_words


def test_a_verdict_against_it_needs_words(cast):
    client = cast.client("bob")
    for wanted, text in product((Move.REJECT, Move.DEFER), ("", "   ", "\n\t\n", "\0")):
        answer = move(client, cast.case, wanted, text=text)
        assert answer.status_code == 422 and "required" in answer.content.decode()
    assert keyed(cast.case).verdict == "" and not Message.objects.exists()


def test_not_accepting_needs_one_of_the_reasons(cast):
    client = cast.client("bob")
    for reason in ("", "because", "duplicate"):
        assert move(client, cast.case, Move.REJECT, reason=reason).status_code == 422
    assert keyed(cast.case).verdict == ""


def test_a_reason_is_kept_and_goes_when_it_is_accepted_after_all(cast):
    move(cast.client("bob"), cast.case, Move.REJECT)
    assert keyed(cast.case).rejection_reason == "not_reproducible"
    move(cast.client("bob"), cast.case, Move.ACCEPT)
    assert (keyed(cast.case).verdict, keyed(cast.case).rejection_reason) == ("accepted", "")


def test_accepting_needs_no_words(cast):
    assert move(cast.client("bob"), cast.case, Move.ACCEPT, text="").status_code == 302
    assert not Message.objects.exists()


@pytest.mark.parametrize("stage, wanted", [(Stage.REJECTED, Move.CLOSE), (Stage.CLOSED, Move.REOPEN)])
def test_a_triager_may_neither_close_nor_reopen(cast, stage, wanted):
    case = bring(cast, stage)
    path = reverse("case_move", args=[case.ref, wanted])
    assert path not in cast.client("bob").get(case.get_absolute_url()).content.decode()
    for answer in (cast.client("bob").get(path), move(cast.client("bob"), case, wanted)):
        assert answer.status_code == 403
        assert "for maintainers and owners of the project. Ask one of them." in answer.content.decode()
    assert keyed(case).stage is stage


def test_an_unknown_move_is_not_found(cast):
    for name in ("disclose", "ACCEPT", "x"):
        assert cast.client("alice").get(reverse("case_move", args=[cast.case.ref, name])).status_code == 404


def test_a_reporter_moves_nothing(cast):
    assert move(cast.client("rita"), cast.case, Move.ACCEPT).status_code == 404


@pytest.mark.parametrize(
    "stage, first, second",
    [
        (Stage.RECEIVED, "reject", "accept"),
        (Stage.ACCEPTED, "reject", "remediate"),
        (Stage.ACCEPTED, "remediate", "reject"),
        (Stage.DEFERRED, "accept", "close"),
        (Stage.REJECTED, "accept", "close"),
        (Stage.DEFERRED, "close", "accept"),
        (Stage.CLOSED, "reopen", "reopen"),
        (Stage.REMEDIATED, "close", "close"),
    ],
)
def test_of_two_moves_at_once_the_second_is_refused(cast, stage, first, second):
    bring(cast, stage)
    verbs = {
        "accept": lambda case: triage.accept(case, by=cast.bob, at=now()),
        "reject": lambda case: triage.reject(case, reason="spam", by=cast.bob, at=now(), **worded()),
        "remediate": lambda case: remediation.remediate(case, by=cast.bob, at=now()),
        "close": lambda case: closure.close(case, by=cast.alice, at=now()),
        "reopen": lambda case: closure.reopen(case, by=cast.alice, at=now()),
    }
    mine, theirs = keyed(cast.case), keyed(cast.case)  # both looked before either moved
    verbs[first](mine)
    with pytest.raises(triage.NotNow, match="is not possible"):
        verbs[second](theirs)


def test_the_severity_is_one_of_four(cast):
    client, path = cast.client("bob"), reverse("case_severity", args=[cast.case.ref])
    assert client.post(path, {"severity": "terrible"}).status_code == 422
    assert client.post(path, {"severity": "high"}).status_code == 302
    assert keyed(cast.case).severity == "high"
    assert "High" in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()


def test_the_working_title_is_the_teams_alone(cast):
    client = cast.client("bob")
    assert client.post(reverse("case_title", args=[cast.case.ref]), {"title": "Preview runs script"}).status_code == 302
    assert "Preview runs script" in client.get(reverse("inbox")).content.decode()
    page = cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    assert "Preview runs script" not in page and "Stored XSS" in page
    assert b"Preview runs" not in bytes(Case.objects.get().sealed)
    assert client.post(reverse("case_title", args=[cast.case.ref]), {"title": " "}).status_code == 422


def test_facts_of_a_case_are_the_facts_of_its_stage(cast):
    assert isinstance(keyed(cast.case).facts, Facts)
