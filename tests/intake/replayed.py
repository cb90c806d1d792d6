"""A report's clocks worked out anew from nothing but the timeline: what is stored must be what comes out."""

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from intake import clocks, stops
from intake.ledger import Ledger
from intake.models import Case, CaseEvent, Deadline, Report
from intake.models.case import Verdict
from intake.models.event import Kind
from portal.models.policy import Milestone

SHOWN = (
    "milestone", "severity", "starts_at", "earliest_at", "due_at", "first_due_at", "late",
    "paused_at", "waiting_at", "held_at", "stood_still",
)  # fmt: skip
FACTS = ("verdict", "verdict_at", "rejection_reason", "severity", "remediated_at", "disclosed_at", "closed_at")
VERDICTS = (Kind.ACCEPTED, Kind.REJECTED, Kind.DEFERRED)
TOLD_FIRST = (*VERDICTS, Kind.REMEDIATED)  # their row is changed before the message that tells of them


def running(report) -> list[dict]:
    """Return what is stored of the clocks of a report that are open."""
    return sorted(Deadline.objects.open().filter(report=report).values(*SHOWN), key=str)


class _Undone(Exception):
    pass


def replayed(report) -> list[dict]:
    """Return what the timeline of a report makes of its clocks; what is stored stays as it is."""
    try:
        with transaction.atomic():
            Deadline.objects.filter(report=report).delete()
            Report.objects.filter(pk=report.pk).update(acknowledged_at=None, waiting_at=None)
            for case_id, after, events in _places(report):
                _live_through(report, case_id, after, events)
            found = running(report)
            raise _Undone
    except _Undone:
        return found


def _places(report):
    """Yield (case, the place after which it counts, all events of the case) for each case in which the report was, in order."""
    came = list(CaseEvent.objects.filter(report=report).order_by("report_seq").values_list("case", "seq", "kind"))
    arrivals = [(case, seq) for number, (case, seq, kind) in enumerate(came) if not number or kind == Kind.REPORT_JOINED]
    for case, first in arrivals:
        yield case, first - 1, list(CaseEvent.objects.filter(case=case).order_by("seq"))


def _live_through(report, case_id, after, events):
    Report.objects.filter(pk=report.pk).update(case=case_id)
    book = Ledger("", {})
    for number, event in enumerate(events):
        book.take(event)
        if event.seq <= after:
            continue
        if event.kind == Kind.REPORT_JOINED and event.facts.get("joined_report") == str(report.pk):
            return  # it left
        ahead = _told_of(event, events[number + 1 :])
        if ahead:
            book.take(ahead)
        Case.objects.filter(pk=case_id).update(
            joined_into=None, erase_at=None, erase_because="", erase_notice_at=None, **{name: book.case_facts[name] for name in FACTS}
        )
        if event.report_id in (None, report.pk):
            _happens(event, Report.objects.select_related("case", "policy__project").get(pk=report.pk), events[number + 1 :])


def _told_of(event, following):
    """Return the verdict, or the fix, that a message of the team told of: its event comes behind the messages to all reporters."""
    if event.kind not in (Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED):
        return None
    for one in following:
        if one.kind in TOLD_FIRST and one.report_id is None:
            return one
        if one.kind not in (Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED, Kind.CLOCKS_STOPPED, Kind.CLOCKS_RESUMED) or one.at < event.at:
            return None
    return None


def _happens(event, report, following):
    at, kind = event.at, event.kind
    if kind in (Kind.REPORT_RECEIVED, Kind.REPORT_RECORDED):
        clocks.start(report, clocks.promised_on_arrival(report.policy, received_at=report.received_at, at=at))
    elif kind in (Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED):
        first = kind == Kind.ACKNOWLEDGED
        if first:
            Report.objects.filter(pk=report.pk).update(acknowledged_at=at)
        next_one = following[0] if following and following[0].report_id == report.pk else None
        reason = next_one.facts.get("reason") if next_one else None
        waits = {"waiting": True, "taken_back": False}.get(reason)
        clocks.team_wrote(report, at=at, first=first, assessment=event.facts.get("assessment", False), waits=waits)
    elif kind == Kind.REPORTER_REPLIED:
        clocks.reporter_wrote(report, at=at)
    elif kind == Kind.SEVERITY_SET:
        clocks.severity_set(report, severity=event.facts["severity"], at=at)
    elif kind in VERDICTS:
        clocks.meet([report.pk], [Milestone.ASSESSMENT], at=at)
        if kind == Verdict.ACCEPTED:
            clocks.take_up(report, at=at)
        else:
            clocks.cancel([report.pk], milestones=clocks.AFTER_VERDICT, at=at)
    elif kind == Kind.REMEDIATED:
        clocks.meet([report.pk], [Milestone.REMEDIATION], at=at)
        clocks.fixed(report, at=at)
        clocks.end_updates(report.case, [report.pk], at=at)
    elif kind == Kind.CLOSED:
        clocks.cancel([report.pk], milestones=[one for one in Milestone if one != Milestone.ACKNOWLEDGEMENT], at=at)
    elif kind == Kind.REOPENED:
        clocks.take_up(report, at=at)
    elif kind == Kind.REPORT_JOINED and event.report_id:
        clocks.joined(report, at=at)
    elif kind in (Kind.CLOCKS_STOPPED, Kind.CLOCKS_RESUMED) and event.facts["reason"] in ("pause", "pause_over"):
        stops.let_pauses_act(report, at=at)
    elif kind == Kind.EXTENSION_AGREED:
        _agreed(event, report)


def _agreed(event, report):
    until, said = parse_datetime(event.facts["until"]), event.facts
    rows = Deadline.objects.open().filter(report=report, milestone=said["milestone"], ordinal=said["ordinal"])
    rows.update(due_at=until, first_due_at=Coalesce("first_due_at", "due_at"))
    rows.filter(paused_at=None).update(counted_until=event.at)
