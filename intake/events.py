"""The timeline: append one event to a case, in the transaction of the change that it tells of."""

from dataclasses import dataclass
from datetime import UTC

from django.db import transaction
from django.utils.translation import gettext as _

from intake import telling
from intake.models import Case, CaseEvent, Report
from intake.models.event import Kind
from intake.texts import TextRefused
from portal.lib import chain

__all__ = ["Elsewhere", "Erased", "Kind", "hold", "hold_report", "hold_to_write", "record"]


# What these commit to is public, and stays when the case is erased.
PUBLISHED = frozenset({Kind.ADVISORY_PUBLISHED, Kind.ADVISORY_REVISED, Kind.ADVISORY_WITHDRAWN})


class Erased(TextRefused):
    """The content was erased, and its keys with it: nothing can be written there any more."""

    def __init__(self):
        super().__init__(_("The content was erased meanwhile, so nothing more can be written here. Your text was not sent: copy it."))


class Elsewhere(TextRefused):
    """The report was joined to another case since it was read, by a verb that did not ask ``hold_report``."""

    def __init__(self):
        super().__init__(_("This report was joined to another case meanwhile. Open it again, and send it there."))


def hold(case_id) -> Case:
    """Let nobody else act on this case until the transaction ends.

    A verb that locks a report or a deadline takes the case first, so that no two wait for each other. Without the key:
    whoever inserts a row that points to the case shares its key, and two of them could never both go on.
    """
    return Case.objects.select_for_update(no_key=True).only("pk", "erased_at").get(pk=case_id)


def hold_report(report) -> Case:
    """Hold the case in which a report is by now: somebody may have joined it to another since it was read.

    Where that is so, ``report.case`` is set anew. No two cases are held at a time, so that nobody waits in a circle.
    """
    while True:
        with transaction.atomic():
            held = hold(report.case_id)
            case_id = Report.objects.values_list("case", flat=True).get(pk=report.pk)
            if case_id == held.pk:
                return held
            transaction.set_rollback(True)  # to the savepoint: lets go of the case that it left
        report.case = Case.objects.select_related("project").get(pk=case_id)


def hold_to_write(case_id=None, *, report=None) -> None:
    """Hold a case, or that of a report, into which something is to be sealed; refuse one whose content was erased."""
    if (hold(case_id) if report is None else hold_report(report)).erased_at:
        raise Erased


def record(case, kind: Kind, *, by=None, at, report=None, commitment="", record=None, first=False, **facts) -> CaseEvent:
    """Append an event by a Participant (None: the portal itself). Must run inside a transaction.

    ``record``: the UUID of the row that the commitment is of. ``first``: the case was opened in this very transaction, so
    nobody can hold it and nothing has happened to it.
    """
    last = _Last() if first else _last(case, report, seals=bool(commitment) and kind not in PUBLISHED)
    event = CaseEvent(
        case=case,
        report=report,
        seq=last.seq + 1,
        kind=kind,
        by=by,
        at=at.astimezone(UTC),
        facts=facts,
        record=record,
        commitment=commitment,
    )
    event.hash = chain.link(last.hash, event.entry())
    if report is not None:
        event.report_seq = last.report_seq + 1
        event.report_hash = chain.link(last.report_hash, event.report_entry())
    event.save(force_insert=True)
    telling.tell(event)
    return event


@dataclass
class _Last:
    """Where the chain of the case and that of the report have got to."""

    seq: int = 0
    hash: str = chain.GENESIS
    report_seq: int = 0
    report_hash: str = chain.GENESIS


def _last(case, report, *, seals):
    if seals:
        hold_to_write(case.pk)
    else:
        hold(case.pk)
    last = _Last()
    of_case = CaseEvent.objects.filter(case=case).order_by("-seq").values_list("seq", "hash").first()
    if of_case:
        last.seq, last.hash = of_case
    if report is not None:
        rows = CaseEvent.objects.filter(report=report).order_by("-report_seq")
        of_report = rows.values_list("report_seq", "report_hash", "report__case").first()
        if of_report:
            last.report_seq, last.report_hash, is_in = of_report
            if is_in != case.pk:
                raise Elsewhere
    return last
