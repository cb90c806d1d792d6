"""A copy of a report for its reporter, or of a case for its team: a ZIP that can be checked offline (docs/verify.md).

It holds what its reader may see, with the salts, commitments and events that the timeline is made of, up to the event that
tells of the copy itself. The ZIP is made while it is sent: nothing of it lies anywhere.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from intake import attachments, conversation, events
from intake.events import Kind
from intake.models import Attachment, CaseEvent, Message, Note, Participant
from portal.lib.crypto import DecryptError
from portal.lib.zips import json_pieces, safe_name, streamed

FORMAT = 1
SCRIPT = f"copies/verify-{FORMAT}.py"
ROWS = 200
RETRACTIONS = (Kind.MESSAGE_RETRACTED, Kind.NOTE_RETRACTED)
NOT_OPENED = "it could not be opened"
NOT_THERE = "it was retracted while the copy was made"


class Reason(models.TextChoices):
    """Why the team takes a copy."""

    RECORD = "record", gettext_lazy("for our own records")
    HANDOVER = "handover", gettext_lazy("to hand the case over")
    EVIDENCE = "evidence", gettext_lazy("as evidence of what was said and when")
    LEGAL = "legal", gettext_lazy("the law asks for it")


class TooOften(Exception):
    """Enough copies for now; the message says when to come back."""


def of_report(report, *, by, at, one_of_many=False) -> Iterator[bytes]:
    """Record that the reporter takes a copy, and return its ZIP in pieces: what the reporter may see, and nothing of the team's.

    ``one_of_many``: of everything that a person takes away at once, which is limited as a whole.
    """
    within_reach(report.keys, report)
    with transaction.atomic():
        events.hold_report(report)
        if not one_of_many:
            _not_too_often(by, at)
        taker = report.participants.get(user=by, role=Participant.Role.REPORTER, left_at=None)
        taken = events.record(report.case, Kind.COPY_TAKEN, by=taker, at=at, report=report)
    made = _Copy(report.keys, taken, of_team=False, reports=[report], reach={report.pk: taken.report_seq})
    return made.pieces()


def of_case(case, *, reason: Reason, by, at) -> Iterator[bytes]:
    """Record that somebody of the team takes a copy, and return its ZIP in pieces: all reports of the case, and its notes."""
    within_reach(case.keys, case)
    with transaction.atomic():
        events.hold(case.pk)
        _not_too_often(by, at)
        taker = conversation.participant_of_case(case, by=by, at=at)
        taken = events.record(case, Kind.COPY_TAKEN, by=taker, at=at, reason=str(reason))
        audit.record("case.copy_taken", by=by, at=at, project=case.project.uuid, case=case.ref, reason=str(reason))
        rows = CaseEvent.objects.filter(report__in=case.opened_reports, report__case=case).order_by().values_list("report")
        reach = dict(rows.annotate(models.Max("report_seq")))
    reports = [report for report in case.opened_reports if report.pk in reach]  # but for one that was joined elsewhere just now
    return _Copy(case.keys, taken, of_team=True, reports=reports, reach=reach, case=case).pieces()


def within_reach(keys, row):
    """Raise now what a process without keys would raise in the middle of the answer; a damaged row is no reason to refuse the rest."""
    with suppress(DecryptError):
        keys.open(row)


def _not_too_often(by, at):
    lately = CaseEvent.objects.filter(kind=Kind.COPY_TAKEN, by__user=by, at__gt=at - timedelta(hours=1)).count()
    if lately >= settings.COPIES_AN_HOUR:
        raise TooOften(_("You took %(number)d copies within an hour, which is the limit. Try again later.") % {"number": lately})


class _Copy:
    """One copy while it is made: each row is read, opened, written and let go."""

    def __init__(self, keys, taken, *, of_team, reports, reach, case=None):
        self.keys, self.taken, self.of_team, self.reports, self.reach, self.case = keys, taken, of_team, reports, reach, case
        # What was written up to the event of this copy: {record: how often}. What comes later belongs to the next copy.
        # A report that was joined has events in the cases before, too: of reports counts how far their own chains reach.
        told = models.Q(case=taken.case_id, seq__lte=taken.seq)
        for report, last in reach.items():
            told |= models.Q(report=report, report_seq__lte=last)
        rows = CaseEvent.objects.filter(told)
        self.written = Counter(rows.exclude(commitment="").values_list("record", flat=True).iterator(chunk_size=2000))
        self.retracted = set(rows.filter(kind__in=RETRACTIONS).values_list("record", flat=True))
        self.files = []

    def pieces(self):
        return streamed(self._entries(), at=self.taken.at)

    def _entries(self):
        about = {"of_team": self.of_team, "case": self.case, "reports": self.reports, "at": self.taken.at, "url": settings.PUBLIC_URL}
        yield "README.txt", [render_to_string("intake/copy_readme.txt", about).encode()]
        yield "verify.py", [(Path(settings.BASE_DIR) / "portal" / "static" / SCRIPT).read_bytes()]
        yield "case.json", json_pieces(self._document())
        for pk, path in self.files:
            row = Attachment.objects.select_related("message").get(pk=pk)
            yield path, attachments.content_of(row, attachments.known(row, self.keys))

    def _document(self):
        return {
            "format": FORMAT,
            "kind": "case" if self.of_team else "report",
            "made_at": self.taken.at.isoformat(),
            "portal": settings.PUBLIC_URL,
            "case": self._case() if self.of_team else None,
            "reports": (self._report(report) for report in self.reports),
        }

    def _case(self):
        case = self.case
        facts = ("verdict", "rejection_reason", "severity")
        moments = ("opened_at", "verdict_at", "remediated_at", "disclosed_at", "closed_at")
        return {
            "uuid": str(case.pk),
            "ref": case.ref,
            "title": self._content(case),
            **{name: getattr(case, name) for name in facts},
            **{name: _text(getattr(case, name)) for name in moments},
            "participants": self._participants(case.participants),
            "notes": (self._written(row) for row in self._rows(Note.objects.filter(case=case)) if self._is_in(row)),
            "files": self._files(Attachment.objects.filter(note__case=case)),
            "events": ({"entry": event.entry(), "hash": event.hash} for event in self._events(case.events, "seq", self.taken.seq)),
        }

    def _report(self, report):
        policy = report.policy
        of_report = models.Q(report=report) | models.Q(message__report=report)
        return {
            "uuid": str(report.pk),
            "ref": report.ref,
            "project": policy.project.name,
            "policy": {"title": policy.title, "number": policy.number},
            "channel": report.channel,
            "received_at": _text(report.received_at),
            "recorded_at": _text(report.recorded_at),
            "commitment": report.commitment,
            **self._content(report),
            "participants": self._participants(report.participants, report),
            "messages": (self._written(row) for row in self._rows(Message.objects.filter(report=report)) if self._is_in(row)),
            "files": self._files(Attachment.objects.filter(of_report)),
            "deadlines": [_deadline(row) for row in report.deadlines.order_by("due_at", "pk")],
            "events": ({"entry": event.report_entry(), "hash": event.report_hash} for event in self._events_of(report)),
        }

    def _participants(self, rows, report=None):
        """Names as the pages show them: to a reporter, of the team only those who wrote."""
        rows = rows.select_related("user").order_by("joined_at", "pk")
        if not self.of_team:
            wrote = set(Message.objects.filter(report=report).values_list("author_id", flat=True))
        for row in rows.iterator(chunk_size=ROWS):
            shown = self.of_team or row.role != Participant.Role.TEAM or row.pk in wrote
            yield {"uuid": str(row.pk), "role": row.role, "name": row.shown_name if shown else None}

    def _events_of(self, report):
        return self._events(report.events, "report_seq", self.reach[report.pk])

    def _events(self, rows, number, last):
        return rows.filter(**{f"{number}__lte": last}).order_by(number).iterator(chunk_size=2000)

    def _rows(self, rows):
        return rows.prefetch_related("revisions").order_by("at", "uuid").iterator(chunk_size=ROWS)

    def _is_in(self, row):
        # An event from before events named their records counts for what is as old.
        return row.pk in self.written or (self.written[None] > 0 and row.at <= self.taken.at)

    def _written(self, row):
        newest = max(self.written[row.pk], 1) if row.pk in self.written else row.revision
        gone = row.pk in self.retracted
        revisions = [] if gone else self._revisions(row, newest)
        edited_at = _text(row.edited_at) if gone else revisions[-1]["at"] if newest > 1 else None
        said = {
            "uuid": str(row.pk),
            "author": str(row.author_id),
            "at": _text(row.at),
            "edited_at": edited_at,
            "retracted_at": _text(row.retracted_at) if gone else None,
            "revisions": revisions,
        }
        if isinstance(row, Message):
            said |= {"answers": str(row.parent_id) if row.parent_id else None, "assessment": row.is_assessment}
        return said

    def _revisions(self, row, newest):
        if row.retracted_at:
            return [{"n": 1, "at": _text(row.at), "content": None, "why": NOT_THERE}]
        made = []
        for earlier in sorted(row.revisions.all(), key=lambda one: one.n):
            setattr(earlier, row._meta.model_name, row)
            made.append({"n": earlier.n, "at": _text(earlier.at), **self._content(earlier)})
        made.append({"n": row.revision, "at": _text(row.edited_at or row.at), **self._content(row)})
        return [one for one in made if one["n"] <= newest]

    def _files(self, rows):
        for row in rows.select_related("message").order_by("at", "uuid").iterator(chunk_size=ROWS):
            if (row.message_id or row.note_id or row.report_id) in self.written:
                yield self._file(row)

    def _file(self, row):
        said = {"uuid": str(row.pk), "gone": row.shredded_at is not None, "path": None, "known": None}
        if row.shredded_at is None:
            try:
                known = attachments.known(row, self.keys)
            except DecryptError:
                return said | {"why": NOT_OPENED}
            path = f"files/{len(self.files) + 1:04}-{safe_name(known['name'])}"
            self.files.append((row.pk, path))
            said |= {"path": path, "known": {name: value for name, value in known.items() if name != "key"}}
        return said

    def _content(self, row):
        try:
            return {"content": self.keys.open(row)}
        except DecryptError:
            return {"content": None, "why": NOT_OPENED}


def _deadline(row):
    facts = {name: getattr(row, name) for name in ("milestone", "ordinal", "severity", "late")}
    moments = ("starts_at", "earliest_at", "due_at", "paused_at", "met_at", "cancelled_at")
    return facts | {name: _text(getattr(row, name)) for name in moments}


def _text(moment):
    return moment.astimezone(UTC).isoformat() if moment else None
