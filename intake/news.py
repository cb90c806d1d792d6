"""What changed in a conversation since a page was drawn, for a page that stays open.

A page carries a stamp of what it shows: the last event, and when somebody else read on last. The reporter's side counts the
events of the report, the team's those of the case; so nothing that the team does among itself moves a reporter's stamp.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from intake import parts, reading, seen
from intake.models import CaseEvent, Message, Note, SeenMark
from intake.models.event import Kind

WRITTEN = (Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED, Kind.REPORTER_REPLIED, Kind.MESSAGE_EDITED, Kind.MESSAGE_RETRACTED)
NOTED = (Kind.NOTE_WRITTEN, Kind.NOTE_EDITED, Kind.NOTE_RETRACTED)
BEGUN = (Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED, Kind.REPORTER_REPLIED, Kind.NOTE_WRITTEN)
MOST = 100  # of each at once; who missed more is led to the page


@dataclass(frozen=True)
class Stamp:
    """What a page shows: the last event, and the last time at which somebody else read on."""

    event: int = 0
    read: str = ""

    def __str__(self):
        return urlsafe_b64encode(json.dumps([self.event, self.read]).encode()).decode()


@dataclass
class News:
    """What to change on the page: messages and notes, written or changed since, and who has read how far."""

    messages: list
    notes: list
    seen: dict
    more: bool


def of_page(row, taking_part, *, viewer) -> Stamp:
    """Return the stamp of a report or a case from its door, with who takes part in it (``parts.of``)."""
    return _stamp(row.last_event, max((one.read_at for one in taking_part if one.read_at and one.user_id != viewer.pk), default=None))


def of_row(row) -> Stamp:
    """Return the stamp of a report or a case that was fetched for it alone."""
    return _stamp(row.last_event, row.last_read)


def read_stamp(text) -> Stamp:
    """Return the stamp that a page carries; of one that was changed everything is news."""
    try:
        event, read = json.loads(urlsafe_b64decode((text or "").encode()))
        return Stamp(min(abs(int(event)), 2**31 - 1), str(read))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return Stamp()


def count_reports(reports):
    """Annotate reports with the number of their last event, from the end of an index."""
    return _counted(reports, CaseEvent.objects.filter(report=OuterRef("pk")).order_by("-report_seq").values("report_seq"))


def count_cases(cases):
    """Annotate cases with the number of their last event."""
    return _counted(cases, CaseEvent.objects.filter(case=OuterRef("pk")).order_by("-seq").values("seq"))


def stamp_reports(reports, user):
    """Annotate reports with all that their reporter's page is stamped with."""
    return _stamped(count_reports(reports), _marks_of_others(user).filter(report=OuterRef("pk")))


def stamp_cases(cases, user):
    """Annotate cases with all that the team's page is stamped with."""
    return _stamped(count_cases(cases), _marks_of_others(user).filter(report__case=OuterRef("pk")))


def of_report(report, *, viewer, since: Stamp) -> News:
    """Return what changed for a reporter or a guest; notes are not even asked for."""
    happened = CaseEvent.objects.filter(report=report, report_seq__gt=since.event, kind__in=WRITTEN).order_by("-report_seq")
    return _news(*_records(happened), [report], report.keys, viewer)


def of_case(case, *, viewer, since: Stamp) -> News:
    """Return what changed for the team: the conversations of all reports of the case, and the notes."""
    happened = CaseEvent.objects.filter(case=case, seq__gt=since.event, kind__in=WRITTEN + NOTED).order_by("-seq")
    records, more = _records(happened)
    news = _news(records, more, case.opened_reports, case.keys, viewer)
    # A conversation that came or went has no place on the page that is open.
    news.more = news.more or CaseEvent.objects.filter(case=case, seq__gt=since.event, kind=Kind.REPORT_JOINED).exists()
    rows = Note.objects.filter(case=case, pk__in=list(records)).select_related("author__user").order_by("at", "uuid")
    news.notes = list(reading.spoken(list(rows), case.keys, viewer=viewer, note=True).values())
    for note in news.notes:
        note.changed = records[note.uuid]
    return news


def _stamp(event, read):
    return Stamp(event, read.isoformat() if read else "")


def _counted(rows, events):
    return rows.annotate(last_event=Coalesce(Subquery(events[:1]), 0))


def _stamped(rows, marks):
    return rows.annotate(last_read=Subquery(marks.order_by(F("read_at").desc()).values("read_at")[:1]))


def _marks_of_others(user):
    return SeenMark.objects.exclude(read_at=None).exclude(participant__user_id=user.pk)


def _records(happened):
    """Return {UUID: whether it only changed, and was written before}, and whether there is more."""
    found, latest = {}, list(happened.exclude(record=None).values_list("record", "kind")[: MOST + 1])
    for record, kind in latest[:MOST]:
        found[record] = found.get(record, True) and kind not in BEGUN
    return found, len(latest) > MOST


def _news(records, more, reports, keys, viewer):
    rows = Message.objects.filter(report__in=reports, pk__in=list(records)).select_related("author__user").order_by("at", "uuid")
    since = {report.pk: getattr(report, "viewer_sees_from", None) for report in reports}
    rows = [row for row in rows if since[row.report_id] is None or row.at >= since[row.report_id]]
    shown, elsewhere = reading.spoken(rows, keys, viewer=viewer), reading.answered_elsewhere(rows)
    of = {report.pk: report for report in reports}
    for row in rows:
        message = shown[row.pk]
        message.report, message.parent, message.changed = of[row.report_id], row.parent_id, records[row.pk]
        if row.parent_id in shown:
            message.answers = shown[row.parent_id].name
        elif row.parent_id:
            reading.say_whom_it_answers(message, elsewhere.get(row.parent_id), since[row.report_id])
            message.parent = row.parent_id if message.answers_link else None
    read = seen.below(parts.of(reports, project=reports[0].policy.project_id, viewer=viewer), viewer=viewer) if reports else {}
    return News(list(shown.values()), [], read, more=more)
