"""A report's clocks as the promise line and as sentences: what was promised, where now is, what is due next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import deadlines as arithmetic
from intake import stops
from intake.deadlines import BUSINESS_DAYS, Clock, clock
from intake.models import Deadline, Extension
from intake.models.case import Verdict
from intake.stages import Facts, Stage, stage_of
from portal import service_levels
from portal.lib import times
from portal.lib.promise_line import Mark
from portal.models import ProjectPause
from portal.models.policy import Milestone, Severity

STATES = {
    Clock.OPEN: "open",
    Clock.SOON: "soon",
    Clock.OVERDUE: "late",
    Clock.STOPPED: "pause",
    Clock.MET: "met",
    Clock.MISSED: "met",
    Clock.ENDED: "ended",
}


@dataclass(frozen=True)
class Promised:
    """One deadline in words: a chip's state and text, what it is, and why: the promise behind it, or what stops it.

    ``due_at`` is None and ``stopped_at`` a moment where it stands still. ``question`` names the open question for a later date.
    """

    name: str
    state: str
    words: str
    due_at: datetime | None
    because: str
    stopped_at: datetime | None = None
    question: UUID | None = None
    asked_until: datetime | None = None


def line(report, case, deadlines, *, now) -> list[Mark]:
    """Return the marks of a report's promise line, in order of time, with now among them."""
    dated = [(report.received_at, Mark(_("Received"), _day(report.received_at), "met"))]
    dated += [(row.met_at or _due_by(row, now), _mark(row, report.policy, now)) for row in _telling(deadlines)]
    dated.append((now, Mark(_("Now"), "", "open", "now")))
    if over := _over(case):
        dated.append(over)
    elif not any(row.milestone == Milestone.DISCLOSURE for row in deadlines):
        dated.append(_end(case, latest=max(at for at, _one in dated)))
    return [mark for _at, mark in sorted(dated, key=lambda one: one[0])]


def promised(report, deadlines, *, now, for_team=False) -> list[Promised]:
    """Return what is open of a report's deadlines, what runs first, each with the promise that it comes from."""
    rows = sorted((row for row in deadlines if _is_open(row)), key=lambda row: (row.paused_at is not None, _due_by(row, now)))
    return [_stopped(row, report.policy, for_team) if row.paused_at else _running(row, report.policy, now) for row in rows]


def can_be_later(deadlines) -> bool:
    """Say whether a later date can be asked for one of a report's deadlines."""
    once = (row for row in deadlines if _is_open(row) and not row.level.recurring and row.milestone != Milestone.ACKNOWLEDGEMENT)
    return any(row.paused_at is None and row.question is None for row in once)


def name_with_date(row) -> str:
    """Name a deadline that runs, with the date on which it is due, for a list to choose from."""
    return _("%(name)s, due %(day)s") % {"name": _name(row), "day": date_format(localtime(row.due_at), "j M Y H:i")}


def can_wait(deadlines) -> bool:
    """Say whether a clock of a report is open that stops while the team waits for the reporter."""
    return any(row.level.waits_for_reporter for row in deadlines if _is_open(row))


def words_of(due_at, now, *, milestone="") -> tuple[str, str]:
    """Return the chip of a case's next deadline: its state and its words. One without a date, but with a name, stands still."""
    if due_at is None:
        return ("pause", _("stopped")) if milestone else ("ended", _("nothing due"))
    seconds = (due_at - now).total_seconds()
    state = "late" if seconds <= 0 else "soon" if seconds <= 24 * 60 * 60 else "open"
    return state, times.until_due(due_at, now)


def say_what_is_next(rows, *, now) -> None:
    """Set on each case or report the chip of its next deadline (``due_state``, ``due_words``) and what it is for."""
    names = {milestone: service_levels.milestone_name(milestone) for milestone in Milestone.values}
    for row in rows:
        row.due_state, row.due_words = words_of(row.next_due_at, now, milestone=row.next_milestone)
        row.due_name = names.get(row.next_milestone, "")


def deadlines_of(reports, *, at) -> dict:
    """Return the deadlines of each report, with the promises behind them and until when a pause holds them; one query for all."""
    holding = ProjectPause.objects.running(OuterRef("held_at")).filter(project=OuterRef("report__case__project")).order_by("-ends_at")
    rows = Deadline.objects.filter(report__in=reports).select_related("level")
    found = {report.pk: [] for report in reports}
    asked = Extension.objects.open(at).filter(deadline=OuterRef("pk"))
    rows = rows.annotate(question=Subquery(asked.values("pk")[:1]), asked_until=Subquery(asked.values("until")[:1]))
    for row in rows.annotate(held_until=Subquery(holding.values("ends_at")[:1])):
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


def _is_open(row):
    return not row.met_at and not row.cancelled_at


def _due_by(row, now):
    """Return when a deadline is due; of one that stands still, if it went on now."""
    return now + (row.due_at - row.paused_at) if row.paused_at else row.due_at


def _mark(row, policy, now):
    state = _state(row, now)
    name = _name(row)
    if row.met_at:
        return Mark(name, _met(row, late=state is Clock.MISSED), STATES[state])
    if state is Clock.STOPPED:
        return Mark(name, _("stopped, %(time)s left") % {"time": _left(row, policy)}, STATES[state])
    if row.earliest_at and state is not Clock.OVERDUE:
        return Mark(name, f"{_day(row.earliest_at)} – {_day(row.due_at)}", STATES[state], "span")
    return Mark(name, f"{_day(row.due_at)}, {times.until_due(row.due_at, now)}", STATES[state])


def _state(row, now):
    return clock(
        starts_at=row.starts_at, due_at=row.due_at, met_at=row.met_at, cancelled_at=row.cancelled_at, paused_at=row.paused_at, now=now
    )


def _met(row, *, late):
    took, of = _hours(row.met_at - row.starts_at), _hours(row.due_at - row.starts_at)
    if row.level.unit == BUSINESS_DAYS or _stood_still(row):
        # Time as it passed is no measure of the time that was counted.
        return (_("late: after %(took)s") if late else _("in time, after %(took)s")) % {"took": took}
    return (_("late: after %(took)s of %(of)s") if late else _("after %(took)s of %(of)s")) % {"took": took, "of": of}


def _stood_still(row):
    return row.paused_at is not None or (row.counted_until > row.starts_at and not row.late)


def _left(row, policy):
    calendar = stops.calendar_of(row, policy)
    time = arithmetic.left(row.course, calendar=calendar)
    if calendar is None or time.days < 1:
        return times.span(time.total_seconds())
    return ngettext("%(count)d business day", "%(count)d business days", time.days) % {"count": time.days}


def _over(case):
    """Return the mark of a case that ended, or seems to, without an advisory: nothing of the kind comes any more."""
    if case.disclosed_at:
        return None
    if case.closed_at:
        return case.closed_at, Mark(str(Stage.CLOSED.label), _day(case.closed_at), "ended", "end")
    if case.verdict == Verdict.REJECTED:
        return case.verdict_at, Mark(str(Stage.REJECTED.label), _day(case.verdict_at), "ended", "end")
    return None


def _end(case, *, latest):
    name = service_levels.milestone_name(Milestone.DISCLOSURE)
    if case.disclosed_at:
        return case.disclosed_at, Mark(name, _day(case.disclosed_at), "met", "end")
    return latest, Mark(name, _("once it is fixed"), "promised", "end")


def _running(row, policy, now):
    promise = {"project": policy.project.name, "window": service_levels.window(row.level)}
    because = _("%(project)s promises this %(window)s.") % promise
    if row.severity:
        promise["severity"] = service_levels.severity_name(row.severity)
        because = _("%(project)s promises this %(window)s for %(severity)s severity.") % promise
    if row.first_due_at:
        because = _("The reporter agreed to this date. Before, it was due by %(day)s.") % {"day": _day(row.first_due_at)}
    elif row.late:
        because = _("The promised time had passed when this clock started, so it is due a day from then.")
    elif _stood_still(row):
        because = _("%(promise)s It is due later by the time for which the clock stood still.") % {"promise": because}
    asked = {"question": row.question, "asked_until": row.asked_until}
    return Promised(_name(row), STATES[_state(row, now)], times.until_due(row.due_at, now), row.due_at, because, **asked)


def _stopped(row, policy, for_team):
    why = []
    if row.waiting_at:
        why.append(_("The team waits for the reporter's answer.") if for_team else _("The team waits for an answer from you."))
    if row.held_until:
        said = _("%(project)s is on a planned pause until %(day)s.")
        why.append(said % {"project": policy.project.name, "day": _day(row.held_until)})
    elif row.held_at:
        why.append(_("%(project)s is on a planned pause.") % {"project": policy.project.name})
    why.append(_("Time left when it goes on: %(time)s.") % {"time": _left(row, policy)})
    return Promised(_name(row), "pause", _("stopped"), None, " ".join(why), row.paused_at, row.question, row.asked_until)


def _name(row):
    name = _("Next update") if row.milestone == Milestone.STATUS_UPDATE else service_levels.milestone_name(row.milestone)
    return f"{name} ({Severity(row.severity).label})" if row.severity else name


def _day(moment):
    here = moment.astimezone(get_current_timezone())
    return f"{here.day} {str(MONTHS_3[here.month]).title()}"


def _hours(length):
    hours = length.total_seconds() / 3600
    return _("%(count)d min") % {"count": hours * 60} if hours < 2 else times.span_words(round(hours))
