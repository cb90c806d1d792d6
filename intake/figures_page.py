"""What a team's dashboard shows, laid out: numbers of ``figures`` in words, in tables and as charts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.dates import MONTHS_3
from django.utils.text import Truncator
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import charts, figures, measures
from intake.measures import AGES, Tally
from intake.stages import LABELS, Stage
from portal import service_levels
from portal.lib import times

WINDOWS = {"90": 90, "365": 365}  # days
PEOPLE = 60  # rows of the table of who has what
NONE = "–"
# An open case that was deferred or not accepted waits to be closed, and so does one that is fixed: five kinds can be told apart.
KINDS = (
    (Stage.RECEIVED,),
    (Stage.ACKNOWLEDGED,),
    (Stage.ACCEPTED,),
    (Stage.DEFERRED, Stage.REJECTED),
    (Stage.REMEDIATED, Stage.DISCLOSED),
)


@dataclass(frozen=True)
class Chart:
    """A chart with its words: ``says`` is what it shows in a sentence; ``columns`` and ``rows`` are the table behind it."""

    key: str
    title: str
    says: str
    drawn: object
    legend: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Row:
    """How one promise was kept, in words."""

    milestone: str
    severity: str
    met: int
    kept: str
    median: str
    p90: str
    overdue: int


def dashboard(cases, hidden, projects, *, window: str, now) -> dict:
    """Return everything that the page shows of these cases, and of the promises of these projects but for hidden cases."""
    zone = get_current_timezone()
    since = now - timedelta(days=WINDOWS[window])
    met = figures.met(projects, hidden, since=since, until=now, zone=zone)
    late = figures.overdue(cases, at=now)
    today_ends = _midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
    found = figures.open_cases(cases, at=now, today_ends=today_ends, week_ends=today_ends + timedelta(days=6))
    people = figures.people(projects, also=found.with_whom, limit=PEOPLE)
    return {
        "due": found.due,
        "number_of_open": found.count,
        "times": _times(met, late),
        "trends": _trends(met, measures.months(measures.next_month(since.astimezone(zone).date()), now.astimezone(zone).date())),
        "load": _load(found, people) if found.count else None,
        "ages": _ages(found) if found.count else None,
    }


def _times(met, late):
    tallies = measures.tallied(met, by=lambda one: (one.milestone, one.severity))
    for key, count in late.items():
        tallies.setdefault(key, Tally()).overdue = count
    return [
        Row(
            milestone=service_levels.milestone_name(milestone),
            severity=service_levels.severity_name(severity),
            met=tally.met,
            kept=share(tally.kept),
            median=length(tally.median),
            p90=length(tally.p90),
            overdue=tally.overdue,
        )
        for (milestone, severity), tally in sorted(tallies.items(), key=lambda one: in_order(*one[0]))
    ]


def _trends(met, shown):
    """Return a chart of each milestone that was met: median, and what nine of ten did not exceed, by month."""
    by_milestone = {}
    for (milestone, month), tally in measures.tallied(met, by=lambda one: (one.milestone, one.month)).items():
        if month in shown:
            by_milestone.setdefault(milestone, {})[month] = tally
    return [trend(milestone, by_milestone[milestone], shown) for milestone in service_levels.MILESTONES if milestone in by_milestone]


def trend(milestone, by_month, shown) -> Chart:
    """Return the chart of one milestone; a month of which there is nothing leaves a gap. Values have ``median`` and ``p90``."""
    name, names = service_levels.milestone_name(milestone), [month_name(month) for month in shown]
    medians = [by_month[month].median if month in by_month else None for month in shown]
    slowest = [by_month[month].p90 if month in by_month else None for month in shown]
    rows = [(f"{words} {month.year}", length(a), length(b)) for month, words, a, b in zip(shown, names, medians, slowest, strict=True)]
    latest = next((row for row in reversed(rows) if row[1] != NONE), (NONE,) * 3)
    says = _(
        "%(name)s, by month from %(first)s to %(last)s. In %(month)s half of them took up to %(median)s, nine of ten up to %(p90)s."
    ) % {
        "name": name,
        "first": rows[0][0],
        "last": rows[-1][0],
        "month": latest[0],
        "median": latest[1],
        "p90": latest[2],
    }
    return Chart(
        key=f"trend-{milestone}",
        title=name,
        says=says,
        drawn=charts.lines(names, (medians, slowest), say=times.span),
        legend=(_("half within (median)"), _("nine of ten within")),
        columns=(_("Month"), _("Half within (median)"), _("Nine of ten within")),
        rows=tuple(rows),
    )


def _load(found, people):
    rows = [(person.shown_name, found.with_whom[pk], found.overdue_with[pk]) for pk, person in people.items()]
    rows.sort(key=lambda row: (-row[1], row[0].casefold()))
    others = [pk for pk in found.with_whom if pk is not None and pk not in people]
    if others:
        rows.append((_("others"), sum(found.with_whom[pk] for pk in others), sum(found.overdue_with[pk] for pk in others)))
    rows.insert(0, (_("nobody yet"), found.with_whom[None], found.overdue_with[None]))
    return Chart(
        key="load",
        title=_("Open cases by person"),
        says=_("With whom the open cases lie, and how many of them are overdue."),
        drawn=charts.bars([(_load_words(*row), (late, count - late)) for row in rows for _name, count, late in [row]]),
        legend=(_("overdue"), _("not overdue")),
        columns=(_("With"), _("Open"), _("Overdue")),
        rows=tuple((name, str(count), str(late)) for name, count, late in rows),
    )


def _load_words(name, count, late):
    # Words in a drawing do not wrap: a long name would leave a phone. The table has it in full.
    said = _("%(name)s: %(count)d open") % {"name": Truncator(name).chars(24), "count": count}
    return _("%(said)s, %(late)d overdue") % {"said": said, "late": late} if late else said


def _ages(found):
    kinds = [" / ".join(str(LABELS[stage]) for stage in kind) for kind in KINDS]
    counts = [[sum(found.ages[age, stage] for stage in kind) for kind in KINDS] for age in range(len(AGES) + 1)]
    names = [_age_name(age) for age in range(len(AGES) + 1)]
    return Chart(
        key="ages",
        title=_("Open cases by age and stage"),
        says=_("How many days ago the open cases arrived, and at which stage they are."),
        drawn=charts.bars([(f"{name}: {sum(row)}", row) for name, row in zip(names, counts, strict=True)]),
        legend=tuple(kinds),
        columns=(_("Age"), *kinds, _("All")),
        rows=tuple((name, *map(str, row), str(sum(row))) for name, row in zip(names, counts, strict=True)),
    )


def _age_name(place):
    if place == len(AGES):
        return _("older than %(days)d days") % {"days": AGES[-1]}
    if place == 0:
        return ngettext("up to %(days)d day", "up to %(days)d days", AGES[0]) % {"days": AGES[0]}
    return _("%(first)d to %(last)d days") % {"first": AGES[place - 1], "last": AGES[place]}


def length(seconds) -> str:
    """Say how long something took; a dash where there is nothing to say."""
    return NONE if seconds is None else times.span(seconds)


def share(percent) -> str:
    """Say a share; a dash where there is none."""
    return NONE if percent is None else _("%(percent)d %%") % {"percent": percent}


def month_name(day) -> str:
    """Name a month shortly: "Nov"."""
    return str(MONTHS_3[day.month]).title()


def in_order(milestone, severity) -> tuple:
    """Sort as a report meets them, and from critical to low."""
    return service_levels.MILESTONES.index(milestone), service_levels.SEVERITIES.index(severity)


def _midnight(day, zone):
    return datetime.combine(day, time.min, tzinfo=zone)
