"""A report's clocks as the promise line and as sentences: what was promised, where now is, what is due next."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.dates import MONTHS_3
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from intake.deadlines import Clock, clock
from intake.models import Deadline
from intake.stages import Facts, stage_of
from portal import service_levels
from portal.lib import times
from portal.lib.promise_line import Mark
from portal.models.policy import Milestone, Severity

STATES = {Clock.OPEN: "open", Clock.SOON: "soon", Clock.OVERDUE: "late", Clock.MET: "met", Clock.MISSED: "met", Clock.ENDED: "ended"}


@dataclass(frozen=True)
class Promised:
    """One deadline in words: a chip's state and text, what it is, and the sentence of the policy behind it."""

    name: str
    state: str
    words: str
    due_at: object
    because: str


def line(report, case, deadlines, *, now) -> list[Mark]:
    """Return the marks of a report's promise line, in order of time, with now among them."""
    dated = [(report.received_at, Mark(_("Received"), _day(report.received_at), "met"))]
    dated += [(row.met_at or row.due_at, _mark(row, now)) for row in _telling(deadlines)]
    dated.append((now, Mark(_("Now"), "", "open", "now")))
    if not any(row.milestone == Milestone.DISCLOSURE for row in deadlines):
        dated.append(_end(case, latest=max(at for at, _one in dated)))
    return [mark for _at, mark in sorted(dated, key=lambda one: one[0])]


def promised(report, deadlines, *, now) -> list[Promised]:
    """Return what is open of a report's deadlines, the earliest first, each with the promise that it comes from."""
    rows = [row for row in deadlines if not row.met_at and not row.cancelled_at]
    project = report.policy.project.name
    return [_promised(row, project, now) for row in sorted(rows, key=lambda row: row.due_at)]


def words_of(due_at, now) -> tuple[str, str]:
    """Return the chip of a case's next deadline: its state and its words."""
    if due_at is None:
        return "ended", _("nothing due")
    seconds = (due_at - now).total_seconds()
    state = "late" if seconds <= 0 else "soon" if seconds <= 24 * 60 * 60 else "open"
    return state, times.until_due(due_at, now)


def say_what_is_next(rows, *, now) -> None:
    """Set on each case or report the chip of its next deadline (``due_state``, ``due_words``) and what it is for."""
    names = {milestone: service_levels.milestone_name(milestone) for milestone in Milestone.values}
    for row in rows:
        row.due_state, row.due_words = words_of(row.next_due_at, now)
        row.due_name = names.get(row.next_milestone, "")


def deadlines_of(reports) -> dict:
    """Return the deadlines of each report; one query for all."""
    found = {report.pk: [] for report in reports}
    for row in Deadline.objects.filter(report__in=reports):
        found[row.report_id].append(row)
    return found


def stage_for_reporter(report) -> str:
    """Return the stage as this report's reporter sees it: joined reports do not show through."""
    case = report.case
    facts = Facts(report.acknowledged_at, case.verdict, case.remediated_at, case.disclosed_at, case.closed_at)
    return stage_of(facts).label


def _telling(deadlines):
    """Leave out what tells nothing: what was cancelled, and status updates that were met but for the last."""
    shown = [row for row in deadlines if not row.cancelled_at]
    updates = [row for row in shown if row.milestone == Milestone.STATUS_UPDATE]
    old = {row.pk for row in updates if row.met_at}
    return [row for row in shown if row.pk not in old]


def _mark(row, now):
    state = clock(starts_at=row.starts_at, due_at=row.due_at, met_at=row.met_at, cancelled_at=row.cancelled_at, now=now)
    name = _name(row)
    if row.met_at:
        took, of = _hours(row.met_at - row.starts_at), _hours(row.due_at - row.starts_at)
        late = state is Clock.MISSED
        words = _("late: after %(took)s of %(of)s") if late else _("after %(took)s of %(of)s")
        return Mark(name, words % {"took": took, "of": of}, STATES[state])
    if row.earliest_at and state is not Clock.OVERDUE:
        return Mark(name, f"{_day(row.earliest_at)} – {_day(row.due_at)}", STATES[state], "span")
    return Mark(name, f"{_day(row.due_at)}, {times.until_due(row.due_at, now)}", STATES[state])


def _end(case, *, latest):
    name = service_levels.milestone_name(Milestone.DISCLOSURE)
    if case.disclosed_at:
        return case.disclosed_at, Mark(name, _day(case.disclosed_at), "met", "end")
    return latest, Mark(name, _("once it is fixed"), "promised", "end")


def _promised(row, project, now):
    state = STATES[clock(starts_at=row.starts_at, due_at=row.due_at, met_at=None, cancelled_at=None, now=now)]
    because = _("%(project)s promises this %(window)s.") % {"project": project, "window": service_levels.window(_level(row))}
    if row.late:
        because = _("The promised time had passed when this clock started, so it is due a day from then.")
    return Promised(_name(row), state, times.until_due(row.due_at, now), row.due_at, because)


def _level(row):
    """Return the promise behind a deadline, as the policy said it."""
    first, last = ((at - row.starts_at) // timedelta(hours=1) if at else None for at in (row.earliest_at, row.due_at))
    in_days = last > 48 and last % 24 == 0 and (first or 0) % 24 == 0
    if in_days:
        first, last = first // 24 if first else None, last // 24
    return service_levels.Level(
        milestone=row.milestone,
        severity=row.severity,
        anchor="",
        earliest=first,
        latest=last,
        unit="days" if in_days else "hours",
        recurring=row.milestone == Milestone.STATUS_UPDATE,
    )


def _name(row):
    name = _("Next update") if row.milestone == Milestone.STATUS_UPDATE else service_levels.milestone_name(row.milestone)
    return f"{name} ({Severity(row.severity).label})" if row.severity else name


def _day(moment):
    here = moment.astimezone(get_current_timezone())
    return f"{here.day} {str(MONTHS_3[here.month]).title()}"


def _hours(length):
    hours = length.total_seconds() / 3600
    return _("%(count)d min") % {"count": hours * 60} if hours < 2 else times.span_words(round(hours))
