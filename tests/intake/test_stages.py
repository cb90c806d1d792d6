"""Stages are derived from facts; moves from stages."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import product

import pytest

from intake.stages import LABELS, MOVE_LABELS, MOVES, Facts, Move, Stage, moves_from, stage_of

T = datetime(2026, 11, 4, tzinfo=UTC)
EVERY = [
    Facts(acknowledged, verdict, remediated, disclosed, closed)
    for acknowledged, verdict, remediated, disclosed, closed in product(
        (None, T), ("", "accepted", "deferred", "rejected"), (None, T), (None, T), (None, T)
    )
]


@pytest.mark.parametrize(
    "facts, stage",
    [
        (Facts(), Stage.RECEIVED),
        (Facts(acknowledged_at=T), Stage.ACKNOWLEDGED),
        (Facts(verdict="accepted"), Stage.ACCEPTED),
        (Facts(acknowledged_at=T, verdict="deferred"), Stage.DEFERRED),
        (Facts(verdict="rejected"), Stage.REJECTED),
        (Facts(verdict="accepted", remediated_at=T), Stage.REMEDIATED),
        (Facts(verdict="accepted", disclosed_at=T), Stage.DISCLOSED),
        (Facts(verdict="accepted", remediated_at=T, disclosed_at=T), Stage.DISCLOSED),
        (Facts(verdict="rejected", closed_at=T), Stage.CLOSED),
    ],
)
def test_the_furthest_fact_decides(facts, stage):
    assert stage_of(facts) is stage


def test_every_combination_of_facts_has_a_stage_and_a_way_on():
    assert len(fields(Facts)) == 6
    for facts in EVERY:
        assert moves_from(facts), facts
        assert set(moves_from(facts)) <= set(MOVES[stage_of(facts)])


def test_a_fix_comes_once_and_a_closed_case_only_reopens():
    for facts in EVERY:
        if facts.remediated_at:
            assert Move.REMEDIATE not in moves_from(facts)
        if facts.closed_at:
            assert moves_from(facts) == (Move.REOPEN,)


def test_what_is_erased_has_no_way_on():
    for facts in EVERY:
        assert moves_from(replace(facts, erased_at=T)) == ()


def test_all_have_words():
    assert set(LABELS) == set(MOVES) == set(Stage)
    assert set(MOVE_LABELS) == set(Move)
    assert all(str(one.label) for one in [*Stage, *Move])
