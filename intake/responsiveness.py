"""What everybody may read of how soon a team answered: made once a month, kept, and the same until the month is over.

Nothing of fewer than five cases: such a cell has no number at all. So that none follows from others either,

- a milestone is shown by severity only if each severity has five cases, else as one row for all of them;
- counts are rounded down to fives, shares to five of a hundred, and months have no counts;
- only months that are over are counted, and what was made for a month stays, whatever becomes of its cases meanwhile: between two
  visits there is a whole month of work, or no difference.

Left out are reports that were judged to be spam, and restricted cases: a member of the team whom such a case does not name could
compare with the figures of the team.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q

from intake import figures, measures
from intake.figures_page import in_order, length, share, trend
from intake.measures import FEWEST, Tally, about, at_least
from intake.models import Case, MonthlyFigures
from intake.models.case import RejectionReason
from portal import policies, service_levels
from portal.models import ProjectPause

SHOWN_PAUSES = 24


@dataclass(frozen=True)
class Times:
    """Median and ninetieth percentile of a month."""

    median: int
    p90: int


def of_month(project, *, at: datetime) -> MonthlyFigures:
    """Return what is public of a project in this month of its own; the first who asks in a month makes it."""
    month = at.astimezone(ZoneInfo(project.timezone)).date().replace(day=1)
    found = MonthlyFigures.objects.filter(project=project, month=month).first()
    if found is None:
        made = {"figures": _make(project, month, at), "made_at": at}
        found, _new = MonthlyFigures.objects.get_or_create(project=project, month=month, defaults=made)
    return found


def page(policy, *, at: datetime) -> dict:
    """Return what the page shows: the figures in words and as charts, and the pauses in which clocks stood still."""
    project, found = policy.project, of_month(policy.project, at=at)
    said, zone = found.figures, ZoneInfo(project.timezone)
    since, until = measures.year_before(found.month), found.month
    months = measures.months(since, until)[:-1]
    trends = [_trend(milestone, by_month, months) for milestone, by_month in said["months"].items()]
    return {
        "project": project,
        "policy": policy,
        "first": months[0],
        "last": months[-1],
        "rows": [_row(one) for one in said["rows"]],
        "trends": sorted(trends, key=lambda one: service_levels.MILESTONES.index(one.key.removeprefix("trend-"))),
        "pauses": _pauses(project, _moment(since, zone), _moment(until, zone)),
        "fewest": FEWEST,
    }


def _make(project, month, at):
    zone = ZoneInfo(project.timezone)
    since, until = _moment(measures.year_before(month), zone), _moment(month, zone)
    left_out = Q(restricted_at__isnull=False) | Q(rejection_reason=RejectionReason.SPAM)
    hidden = Case.objects.filter(left_out, project=project)
    cells, months = defaultdict(_Cell), defaultdict(_Cell)
    for one, case in figures.met_one_by_one([project], hidden, since=since, until=until, zone=zone):
        for cell in (cells[one.milestone, one.severity], months[one.milestone, one.month]):
            cell.add(one, case)
    for milestone, severity, case in figures.overdue_by_then([project], hidden, since=since, until=until):
        cells[milestone, severity].add_overdue(case)
    levels = policies.levels_of(policies.in_force(project, at))
    rows = [row for milestone in service_levels.MILESTONES for row in _rows(milestone, cells, levels)]
    return {"rows": rows, "months": _months(months, {row["milestone"] for row in rows})}


class _Cell:
    """A tally that knows of how many cases it is."""

    def __init__(self):
        self.tally, self.cases = Tally(), set()

    def add(self, met, case):
        self.tally.add(met)
        self.cases.add(case)

    def add_overdue(self, case):
        self.tally.overdue += 1
        self.cases.add(case)

    def take(self, other):
        self.tally.lengths += other.tally.lengths
        self.tally.in_time += other.tally.in_time
        self.tally.overdue += other.tally.overdue
        self.cases |= other.cases

    @property
    def is_enough(self):
        return len(self.cases) >= FEWEST and self.tally.all >= FEWEST


def _rows(milestone, cells, levels):
    """Return the rows of a milestone: by severity if none of them is too small, what was promised and never met included."""
    severities = {severity for of_it, severity in cells if of_it == milestone}
    severities |= {level.severity for level in levels if level.milestone == milestone}
    if len(severities) > 1 and not all(cells[milestone, severity].is_enough for severity in severities):
        whole = _Cell()
        for severity in severities:
            whole.take(cells[milestone, severity])
        return [_said(milestone, "all", whole)] if whole.is_enough else []
    shown = [(severity, cells[milestone, severity]) for severity in severities]
    return [
        _said(milestone, severity, cell) for severity, cell in sorted(shown, key=lambda one: in_order(milestone, one[0])) if cell.is_enough
    ]


def _said(milestone, severity, cell):
    tally = cell.tally
    enough = tally.met >= FEWEST
    return {
        "milestone": milestone,
        "severity": severity,
        "at_least": at_least(tally.all),
        "kept": about(tally.kept),
        "median": tally.median if enough else None,
        "p90": tally.p90 if enough else None,
    }


def _months(cells, milestones):
    found = defaultdict(dict)
    for (milestone, month), cell in cells.items():
        if milestone in milestones and cell.is_enough:
            found[milestone][month.isoformat()] = [cell.tally.median, cell.tally.p90]
    return found


def _row(said):
    severity = said["severity"]
    return {
        "milestone": service_levels.milestone_name(said["milestone"]),
        "severity": "" if severity == "all" else service_levels.severity_name(severity),
        "at_least": said["at_least"],
        "kept": share(said["kept"]),
        "median": length(said["median"]),
        "p90": length(said["p90"]),
    }


def _trend(milestone, by_month, months):
    return trend(milestone, {date.fromisoformat(month): Times(*both) for month, both in by_month.items()}, months)


def _pauses(project, since, until):
    rows = ProjectPause.objects.filter(project=project, starts_at__lt=until, ends_at__gt=since).order_by("starts_at", "pk")
    return list(rows[:SHOWN_PAUSES])


def _moment(day, zone):
    return datetime.combine(day, time.min, tzinfo=zone)
