"""The timeline: append one event to a case, in the transaction of the change that it tells of."""

from datetime import UTC

from intake.models import Case, CaseEvent
from intake.models.event import Kind
from portal.lib import chain

__all__ = ["Kind", "hold", "record"]


def hold(case_id) -> None:
    """Let nobody else act on this case until the transaction ends.

    A verb that locks a report or a deadline takes the case first, so that no two wait for each other. Without the key:
    whoever inserts a row that points to the case shares its key, and two of them could never both go on.
    """
    Case.objects.select_for_update(no_key=True).only("pk").get(pk=case_id)


def record(case, kind: Kind, *, by=None, at, report=None, commitment="", first=False, **facts) -> CaseEvent:
    """Append an event by a Participant (None: the portal itself). Must run inside a transaction.

    ``first``: the case was opened in this very transaction, so nobody can hold it and nothing has happened to it.
    """
    last = (0, chain.GENESIS) if first else _last(case)
    event = CaseEvent(
        case=case,
        report=report,
        seq=last[0] + 1,
        kind=kind,
        by=by,
        at=at.astimezone(UTC),
        facts=facts,
        commitment=commitment,
    )
    event.hash = chain.link(last[1], event.entry())
    event.save(force_insert=True)
    return event


def _last(case):
    hold(case.pk)
    return CaseEvent.objects.filter(case=case).order_by("-seq").values_list("seq", "hash").first() or (0, chain.GENESIS)
