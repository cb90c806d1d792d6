"""How long the content of closed cases is kept: when it will be erased, and that its people are told in time.

A project's months are read anew by each sweep, so that whoever changes them need not know of cases. No date is nearer than
``NOTICE`` to the moment at which it was set, and nothing is erased before its people were told ``NOTICE`` ahead.
"""

import calendar
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from intake import events, notifications
from intake.models import Case
from intake.models.case import Because
from intake.models.event import Kind
from portal.models import Project

log = logging.getLogger("parley.shredding")
NOTICE = timedelta(days=30)
NO_DATE = {"erase_at": None, "erase_because": "", "erase_notice_at": None}


def months_later(moment: datetime, months: int, zone: str) -> datetime:
    """Return the same time of day some calendar months later in a time zone; a day that the month lacks is its last."""
    local = moment.astimezone(ZoneInfo(zone))
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def planned(project, *, closed_at, earliest) -> dict:
    """Return the columns of a case that was closed: when the project's months are over, and when its people are told."""
    months = project.retention_months or 0
    if not months:
        return {**NO_DATE, "kept_months": 0}
    erase_at = max(months_later(closed_at, months, project.timezone), earliest)
    return {"erase_at": erase_at, "erase_because": Because.RETENTION, "erase_notice_at": erase_at - NOTICE, "kept_months": months}


def follow(*, at, limit=500) -> int:
    """Work out the dates of closed cases anew where a project has changed its months; return of how many."""
    moved = 0
    for project in _out_of_step():
        rows = _kept().filter(project=project).exclude(kept_months=project.retention_months or 0)
        for batch in _batches(rows.order_by("pk").values_list("pk", flat=True)[: limit - moved], size=100):
            moved += _follow(project, batch, at=at)
    return moved


def give_notice(*, at, limit=200) -> int:
    """Tell the people of cases whose content will be erased soon; return of how many cases. What fails waits for the next sweep."""
    told = 0
    for pk in list(_to_tell(at).order_by("erase_notice_at").values_list("pk", flat=True)[:limit]):
        try:
            told += _tell(pk, at=at)
        except Exception:
            log.exception("Notice of the erasure of case %s failed; the next sweep tries again.", pk)
    return told


def announce(case, *, by=None, at, besides=None) -> None:
    """Record when the content will be erased and why, on each report, and tell all its people. In the transaction of the plan."""
    facts = {"erase_at": case.erase_at.astimezone(UTC).isoformat(), "reason": str(case.erase_because)}
    notifications.tell_all(
        record_on_all(case, Kind.ERASURE_PLANNED, by=by, at=at, **facts), "erasure_planned", at=at, besides=besides, **facts
    )


def record_on_all(case, kind, *, by=None, at, **facts) -> list:
    """Record an event on each report of a case, so that the chain of each has it; on the case itself if it has none."""
    reports = list(case.reports.order_by("received_at", "uuid")) or [None]
    return [events.record(case, kind, by=by, at=at, report=report, **facts) for report in reports]


def _kept():
    return Case.objects.filter(closed_at__isnull=False, erased_at=None, held_at=None)


def _to_tell(at):
    return _kept().filter(erase_notice_at__lte=at)


def _out_of_step():
    """Return the projects that have closed cases with a date for other months than theirs. Two looks into an index for each."""
    kept = _kept().filter(project=OuterRef("pk"))
    months = {"kept_months__lt": OuterRef("months")}, {"kept_months__gt": OuterRef("months")}
    less, more = (Exists(kept.filter(**one)) for one in months)
    return Project.objects.annotate(months=Coalesce(F("retention_months"), 0)).filter(Q(less) | Q(more))


def _batches(rows, *, size):
    rows = list(rows)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


@transaction.atomic
def _follow(project, batch, *, at):
    moved = 0
    for case in _kept().filter(pk__in=batch).order_by("pk"):
        columns = {"kept_months": project.retention_months or 0}
        if case.erase_because in ("", Because.RETENTION):
            columns = planned(project, closed_at=case.closed_at, earliest=at + NOTICE)
        as_seen = {"closed_at": case.closed_at, "kept_months": case.kept_months, "erase_because": case.erase_because}
        moved += _kept().filter(pk=case.pk, **as_seen).update(**columns)
    return moved


@transaction.atomic
def _tell(pk, *, at) -> bool:
    events.hold(pk)
    case = _to_tell(at).select_related("project").filter(pk=pk).first()
    if case is None:
        return False
    # A sweep that comes late takes no days from anybody.
    case.erase_at = max(case.erase_at, at + NOTICE)
    Case.objects.filter(pk=pk).update(erase_at=case.erase_at, erase_notice_at=None)
    announce(case, at=at)
    return True
