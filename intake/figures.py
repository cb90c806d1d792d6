"""The numbers behind a team's dashboard, each from one query whatever the number of cases. Only what the asker may open is counted.

``cases`` are those that a door gave (``access.inbox``). What was met is found by the promise that it comes from, because that
leads to the project without looking at each case; ``hidden`` are the cases of these projects that are left out (``access.hidden_cases``).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from django.db.models import BigIntegerField, BooleanField, Count, DurationField, ExpressionWrapper, F, Func, Q, Value, When
from django.db.models import Case as Choose
from django.db.models.functions import Coalesce, TruncMonth

from accounts.models import User
from intake.measures import AGES, DAY, HOUR, MINUTE, Met
from intake.models import Deadline, Report
from intake.stages import Stage


class WholeSeconds(Func):
    """A length of time in whole seconds. SQLite keeps it as microseconds, PostgreSQL as an interval."""

    output_field = BigIntegerField()
    template = "FLOOR(DATE_PART('epoch', %(expressions)s))::bigint"

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="(%(expressions)s / 1000000)", **context)


# What a clock took: until it was met, or until it last stood still, without the time for which it had stood still before.
RAN = ExpressionWrapper(Coalesce("paused_at", "met_at") - F("starts_at"), output_field=DurationField())
SECONDS = WholeSeconds(RAN) - WholeSeconds(F("stood_still"))
# To the minute within a day, to the hour beyond, which pages do not show more closely: as many rows as lengths, not as clocks.
LENGTH = Choose(
    When(seconds__lt=DAY, then=F("seconds") - F("seconds") % MINUTE),
    default=F("seconds") - F("seconds") % HOUR,
    output_field=BigIntegerField(),
)
IN_TIME = Choose(
    When(Q(paused_at__isnull=False) | Q(met_at__lte=F("due_at")), then=Value(True)), default=Value(False), output_field=BooleanField()
)
DUE = ("late", "today", "week", "later", "still")


@dataclass
class OpenCases:
    """How many open cases are due when, lie with whom (and how many of these are overdue), and are how old at which stage."""

    due: Counter = field(default_factory=Counter)
    with_whom: Counter = field(default_factory=Counter)
    overdue_with: Counter = field(default_factory=Counter)
    ages: Counter = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.due.total()


def met(projects, hidden, *, since: datetime, until: datetime, zone: tzinfo) -> list[Met]:
    """Return what was met within a time, by milestone, severity, month and how long it took."""
    rows = (
        _met(projects, hidden, since, until, zone).values("milestone", "severity", "month", "in_time", "length").annotate(count=Count("pk"))
    )
    return [
        Met(row["milestone"], row["severity"], row["month"].date(), row["in_time"], max(row["length"], 0), row["count"]) for row in rows
    ]


def met_one_by_one(projects, hidden, *, since: datetime, until: datetime, zone: tzinfo):
    """Yield the same for each single deadline, with the case that it is of."""
    rows = _met(projects, hidden, since, until, zone).values_list("milestone", "severity", "month", "in_time", "length", "report__case")
    for milestone, severity, month, in_time, length, case in rows.iterator():
        yield Met(milestone, severity, month.date(), in_time, max(length, 0)), case


def overdue(cases, *, at: datetime) -> Counter:
    """Count the deadlines that are overdue and still open, by (milestone, severity)."""
    late = cases.filter(next_due_at__lte=at)  # the earliest that runs; what stands still is not overdue
    rows = Deadline.objects.open().filter(report__case__in=late.values("pk"), paused_at=None, due_at__lte=at).order_by()
    counted = rows.values_list("milestone", "severity").annotate(count=Count("pk"))
    return Counter({(milestone, severity): count for milestone, severity, count in counted})


def overdue_by_then(projects, hidden, *, since: datetime, until: datetime):
    """Yield (milestone, severity, case) of each deadline that came due within a time, and was neither met nor over at its end."""
    rows = _promised(projects, hidden).filter(due_at__gte=since, due_at__lt=until)
    for name in ("met_at", "cancelled_at", "paused_at"):
        rows = rows.filter(Q(**{name: None}) | Q(**{f"{name}__gte": until}))
    yield from rows.values_list("milestone", "severity", "report__case").iterator()


def open_cases(cases, *, at: datetime, today_ends: datetime, week_ends: datetime) -> OpenCases:
    """Count open cases by when they are due, with whom they lie, and how old they are at which stage."""
    rows = cases.filter(closed_at=None).order_by()
    rows = rows.values(_stage=_stage(), age=_age(at), due=_due(at, today_ends, week_ends), person=F("assignee")).annotate(count=Count("pk"))
    found = OpenCases()
    for row in rows:
        found.due[row["due"]] += row["count"]
        found.with_whom[row["person"]] += row["count"]
        found.ages[row["age"], row["_stage"]] += row["count"]
        if row["due"] == "late":
            found.overdue_with[row["person"]] += row["count"]
    return found


def people(projects, *, also, limit: int) -> dict[int, User]:
    """Return the members of some teams, and these people besides, by their id."""
    also = [pk for pk in also if pk is not None]
    rows = User.objects.filter(Q(memberships__project__in=projects) | Q(pk__in=also)).distinct().order_by("display_name", "pk")
    return {person.pk: person for person in rows[:limit]}


def _promised(projects, hidden):
    """Deadlines of promises of these projects: a report stays with the project that promised, also when it is joined to another case."""
    reports = Report.objects.filter(case__in=hidden.values("pk")).values("pk")
    return Deadline.objects.filter(level__policy__project__in=projects).exclude(report__in=reports).order_by()


def _met(projects, hidden, since, until, zone):
    rows = _promised(projects, hidden).filter(met_at__gte=since, met_at__lt=until)
    rows = rows.alias(seconds=SECONDS).annotate(length=LENGTH)
    return rows.annotate(month=TruncMonth("met_at", tzinfo=zone), in_time=IN_TIME)


def _stage():
    """The stage of an open case, as ``stages.stage_of`` derives it; wants ``with_acknowledgement``."""
    verdicts = {Stage.ACCEPTED: "accepted", Stage.DEFERRED: "deferred", Stage.REJECTED: "rejected"}
    return Choose(
        When(disclosed_at__isnull=False, then=Value(str(Stage.DISCLOSED))),
        When(remediated_at__isnull=False, then=Value(str(Stage.REMEDIATED))),
        *(When(verdict=verdict, then=Value(str(stage))) for stage, verdict in verdicts.items()),
        When(unacknowledged=True, then=Value(str(Stage.RECEIVED))),
        default=Value(str(Stage.ACKNOWLEDGED)),
    )


def _age(at):
    """The place of a case's age among ``AGES``."""
    younger = (When(opened_at__gt=at - timedelta(days=days), then=Value(place)) for place, days in enumerate(AGES))
    return Choose(*younger, default=Value(len(AGES)))


def _due(at, today_ends, week_ends):
    return Choose(
        When(next_due_at=None, then=Value("still")),
        When(next_due_at__lte=at, then=Value("late")),
        When(next_due_at__lt=today_ends, then=Value("today")),
        When(next_due_at__lt=week_ends, then=Value("week")),
        default=Value("later"),
    )
