"""Stages of a case, derived from its facts, and the moves that make sense. Pure.

Cf. Vultron's report management: received, valid/invalid, accepted/deferred, closed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Stage(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    REMEDIATED = "remediated"
    DISCLOSED = "disclosed"
    CLOSED = "closed"

    @property
    def label(self):
        return LABELS[self]


LABELS = {
    Stage.RECEIVED: _("Received"),
    Stage.ACKNOWLEDGED: _("Acknowledged"),
    Stage.ACCEPTED: _("Accepted"),
    Stage.DEFERRED: _("Deferred"),
    Stage.REJECTED: _("Not accepted"),
    Stage.REMEDIATED: _("Fixed"),
    Stage.DISCLOSED: _("Disclosed"),
    Stage.CLOSED: _("Closed"),
}


class Move(StrEnum):
    """What the team may do next; each is a verb of intake."""

    ACCEPT = "accept"
    REJECT = "reject"
    DEFER = "defer"
    REMEDIATE = "remediate"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def label(self):
        return MOVE_LABELS[self]


MOVE_LABELS = {
    Move.ACCEPT: _("Accept as a vulnerability"),
    Move.REJECT: _("Do not accept"),
    Move.DEFER: _("Defer"),
    Move.REMEDIATE: _("Mark as fixed"),
    Move.CLOSE: _("Close the case"),
    Move.REOPEN: _("Reopen the case"),
}


@dataclass(frozen=True)
class Facts:
    """What a stage is derived from."""

    acknowledged_at: datetime | None = None
    verdict: str = ""
    remediated_at: datetime | None = None
    disclosed_at: datetime | None = None
    closed_at: datetime | None = None
    erased_at: datetime | None = None


def stage_of(facts: Facts) -> Stage:
    """Return the stage; the furthest fact decides."""
    if facts.closed_at:
        return Stage.CLOSED
    if facts.disclosed_at:
        return Stage.DISCLOSED
    if facts.remediated_at:
        return Stage.REMEDIATED
    if facts.verdict:
        return Stage(facts.verdict)
    return Stage.ACKNOWLEDGED if facts.acknowledged_at else Stage.RECEIVED


MOVES = {
    Stage.RECEIVED: (Move.ACCEPT, Move.REJECT, Move.DEFER),
    Stage.ACKNOWLEDGED: (Move.ACCEPT, Move.REJECT, Move.DEFER),
    Stage.ACCEPTED: (Move.REMEDIATE, Move.REJECT, Move.DEFER),
    Stage.DEFERRED: (Move.ACCEPT, Move.REJECT, Move.CLOSE),
    Stage.REJECTED: (Move.ACCEPT, Move.CLOSE),
    Stage.REMEDIATED: (Move.CLOSE,),
    Stage.DISCLOSED: (Move.REMEDIATE, Move.CLOSE),
    Stage.CLOSED: (Move.REOPEN,),
}


def moves_from(facts: Facts) -> tuple[Move, ...]:
    """Return the moves that make sense now. A fix may come after the disclosure, but only once; what is erased stays as it is."""
    if facts.erased_at:
        return ()
    return tuple(move for move in MOVES[stage_of(facts)] if not (move is Move.REMEDIATE and facts.remediated_at))
