"""What each person has read: a mark of how far, in each report that they open. It never moves back.

Marks say who has seen what ("Seen by Alice, 12:04"), and what is new to somebody: what others wrote behind their mark.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts import told
from intake import conversation, events
from intake.models import Message, Participant, Report, SeenMark
from intake.models.event import Kind
from intake.parts import NEVER


@dataclass(frozen=True)
class Seen:
    """Somebody has read a conversation up to one message: whom the page names below it, and when."""

    under: UUID
    report_id: UUID
    name: str
    at: datetime


def mark(reports, *, by, at, until: dict):
    """Note that somebody was shown these reports (from their door), each up to a moment: ``until`` is {report UUID: moment}."""
    _look_up([report for report in reports if not hasattr(report, "seen_by_viewer")], by)
    for report in reports:
        moment = until.get(report.pk)
        if not report.seen_by_viewer:
            _first(report, by=by, at=at, until=moment)
        elif moment and (report.read_until is None or moment > report.read_until):
            _further(report, by=by, at=at, until=moment)


def open_row(row, *, by, at) -> None:
    """Note that somebody opened a report or a case from its door, and so what they were told of it; asks only if there is something."""
    if row.unopened:
        told.open_about(by, row.ref, at=at)


def below(parts, *, viewer) -> dict:
    """Return who has read how far, but for the viewer, of ``parts.of``: {message UUID: [Seen]}."""
    found = {}
    for row in sorted((row for row in parts if row.under and row.user_id != viewer.pk), key=lambda row: (row.read_at, row.pk)):
        found.setdefault(row.under, []).append(Seen(row.under, row.report_id, row.shown_name, row.read_at))
    return found


def count_new_in_cases(cases, *, user) -> None:
    """Set on each case how much is ``new`` to a person of its team: reports never opened, and messages behind the mark."""
    counts = _counted(Report.objects.filter(case__in=[case.pk for case in cases]), user)
    new = Counter()
    for one in counts:
        new[one.case_id] += one.behind + (one.unopened and one.role != Participant.Role.REPORTER)
    for case in cases:
        case.new = new[case.pk]


def count_new_in_reports(reports, *, user) -> None:
    """Set on each report of a person's own how much is ``new`` to them; to a guest with history, that is also the report."""
    counts = {one.report_id: one for one in _counted(Report.objects.filter(pk__in=[report.pk for report in reports]), user)}
    for report in reports:
        one = counts[report.pk]
        report.new = one.behind + (one.unopened and one.role == Participant.Role.COLLABORATOR and one.sees_from is None)


@dataclass(frozen=True)
class _Count:
    case_id: UUID
    report_id: UUID
    role: str
    sees_from: datetime | None
    mark: int | None
    behind: int

    @property
    def unopened(self):
        return self.mark is None


def _counted(reports, user):
    """Return of each report how many messages of others stand behind a person's mark; one query, each message by its index."""
    rows = reports.annotate(mine=FilteredRelation("participants", condition=Q(participants__user_id=user.pk)))
    behind = Message.objects.filter(
        report=OuterRef("pk"),
        retracted_at=None,
        at__gt=Coalesce(OuterRef("mine__seen_marks__read_until"), NEVER),
        at__gte=Coalesce(OuterRef("mine__sees_from"), NEVER),
    )
    behind = behind.exclude(author__user_id=user.pk).order_by().values("report").annotate(count=Count("pk")).values("count")
    rows = rows.annotate(behind=Coalesce(Subquery(behind), 0))
    return [_Count(*row) for row in rows.values_list("case_id", "pk", "mine__role", "mine__sees_from", "mine__seen_marks__pk", "behind")]


def _look_up(reports, user):
    """Set on reports that no page was drawn of how far a person has read them."""
    marks = SeenMark.objects.filter(report__in=reports, participant__user_id=user.pk) if reports else ()
    known = {mark.report_id: mark for mark in marks}
    for report in reports:
        mark = known.get(report.pk)
        report.seen_by_viewer, report.read_until = mark is not None, mark and mark.read_until


@transaction.atomic
def _first(report, *, by, at, until):
    """The first look. That somebody of the team opened it is an event, once for each person; the reporter may see when."""
    if events.hold_report(report).erased_at:
        return
    person = conversation.participant(report, by=by, role=Participant.Role.TEAM, at=at)  # the reporter has a place already
    facts = {"at": at, "read_until": until, "read_at": at if until else None}
    _mark, first = SeenMark.objects.get_or_create(participant=person, report=report, defaults=facts)
    # Who reported it, and joined the team since: that nobody of the team has read it stays true.
    if first and person.role == Participant.Role.TEAM:
        events.record(report.case, Kind.SEEN, by=person, at=at, report=report)
    if until and not first:
        _further(report, by=by, at=at, until=until)


def _further(report, *, by, at, until):
    marks = SeenMark.objects.filter(report=report, participant__user_id=by.pk).filter(Q(read_until=None) | Q(read_until__lt=until))
    marks.update(read_until=until, read_at=at)
    report.read_until = until
