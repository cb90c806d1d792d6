"""Holds what is stored against the timelines: case after case, in bounded memory, while the portal goes on.

A case with a finding is looked at once more while nobody else may act on it, so that what somebody was just writing is
never called wrong. What the checks mean, and what they do not, is in docs/verify.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery

from accounts.models import AuditEvent
from intake import attachments, events, ledger
from intake.ledger import Finding, Ledger, State, Stored, Wrong
from intake.models import Attachment, Case, CaseEvent, CaseReader, Message, MessageRevision, Note, NoteRevision, Participant, Report
from portal.keys import Keys
from portal.lib import chain
from portal.lib.chain import Fault, Walk
from portal.lib.crypto import DecryptError

BATCH, ROWS, LINES = 200, 200, 500
AUDIT = "accounts_auditevent"
CASE_FACTS = (
    "verdict",
    "verdict_at",
    "rejection_reason",
    "severity",
    "remediated_at",
    "disclosed_at",
    "closed_at",
    "held_at",
    "opened_at",
    "joined_into_id",
    "restricted_at",
    "assigned_at",
)


@dataclass(frozen=True)
class Head:
    """Where a chain has got to: enough to find out later that its end was cut off, or all of it written anew."""

    chain: str  # "case", "report" or "audit"
    uuid: str  # "-" for the audit trail
    seq: int
    hash: str

    def __str__(self):
        return f"{self.chain} {self.uuid} {self.seq} {self.hash}"

    @classmethod
    def parse(cls, line: str) -> "Head":
        """Return the head that a line names; raise ValueError."""
        name, uuid, seq, digest = line.split()
        if name not in ("case", "report", "audit") or len(digest) != 64:
            raise ValueError(line)
        return cls(name, uuid if name == "audit" else str(UUID(uuid)), int(seq), digest)


def cases(*, ref: str = "", keyed: bool, seen=lambda count: None) -> Iterator[Finding]:
    """Yield what is wrong with each case, or with one. ``keyed``: contents are opened; ``seen`` is told how many were looked at."""
    rows = _with_advisories().order_by("uuid")
    last, done = None, 0
    while batch := list((rows.filter(ref=ref) if ref else rows).filter(**({"uuid__gt": last} if last else {}))[:BATCH]):
        doubtful = {finding.ref for finding in _check(batch, keyed)}
        for case in batch:
            if case.ref in doubtful:
                yield from _check_alone(case.pk, keyed)
        last, done = batch[-1].pk, done + len(batch)
        seen(done)
    if not ref:
        yield from _lost_cases()


def audit_trail() -> Iterator[Finding]:
    """Yield what is wrong with the chain of the audit trail."""
    walk = Walk()
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        for fault in walk.step(event.seq, event.entry(), event.hash):
            yield Finding(AUDIT, None, f"audit {event.seq}", ledger.FAULTS[Fault(fault)].format(chain="the audit trail"))


def heads() -> Iterator[Head]:
    """Yield the head of each chain."""
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    if last:
        yield Head("audit", "-", *last)
    rows = CaseEvent.objects.order_by("case_id", "seq").values_list(
        "case_id", "seq", "hash", "report_id", "report_seq", "report_hash", "report__case"
    )
    of, found = None, {}
    for case, seq, digest, report, report_seq, report_digest, is_in in rows.iterator(chunk_size=2000):
        if case != of:
            yield from found.values()
            of, found = case, {}
        found[case] = Head("case", str(case), seq, digest)
        if report and is_in == case:  # one that was joined goes on in another case
            found[report] = Head("report", str(report), report_seq, report_digest)
    yield from found.values()


def against(kept: Iterable[Head]) -> Iterator[Finding]:
    """Yield which chains no longer hold what a kept head says: they were cut off, or written anew."""
    kept = iter(kept)
    while batch := list(islice(kept, LINES)):
        now = {}
        trail = AuditEvent.objects.filter(seq__in=[head.seq for head in batch if head.chain == "audit"])
        now |= {("audit", "-", seq): digest for seq, digest in trail.values_list("seq", "hash")}
        for name, fields in {"case": ("case_id", "seq", "hash"), "report": ("report_id", "report_seq", "report_hash")}.items():
            wanted = {head.uuid: head.seq for head in batch if head.chain == name}
            rows = CaseEvent.objects.filter(**{f"{fields[0]}__in": list(wanted)}).values_list(*fields)
            now |= {(name, str(uuid), seq): digest for uuid, seq, digest in rows.iterator(chunk_size=2000)}
        for head in batch:
            digest = now.get((head.chain, head.uuid, head.seq))
            if digest != head.hash:
                wrong = "is no longer there" if digest is None else "is another one now"
                uuid = None if head.chain == "audit" else UUID(head.uuid)
                table = AUDIT if head.chain == "audit" else ledger.EVENT
                yield Finding(table, uuid, f"the kept head of {head.chain} {head.uuid}", f"event {head.seq} of this chain {wrong}")


def _with_advisories():
    """Cases with what lies a floor above: the draft of an advisory, and what was published."""
    return Case.objects.select_related("advisory_draft", "advisory").prefetch_related("advisory__revisions")


def _check_alone(pk, keyed):
    with transaction.atomic():
        events.hold(pk)
        return _check([_with_advisories().get(pk=pk)], keyed)


def _check(batch, keyed) -> list[Finding]:
    """Return what is wrong with these cases. A handful of queries, however many rows they have."""
    report_of = {pk: (ref, case) for pk, ref, case in Report.objects.filter(case__in=batch).values_list("pk", "ref", "case_id")}
    arrived_in = {}  # of reports that were joined
    ledgers = {case.pk: Ledger(case.ref, {pk: ref for pk, (ref, of) in report_of.items() if of == case.pk}) for case in batch}
    elsewhere = CaseEvent.objects.filter(report__case__in=batch).exclude(case=F("report__case")).order_by("report_id", "report_seq")
    for event in elsewhere.iterator(chunk_size=ROWS):
        if event.report_id in report_of:
            ledgers[report_of[event.report_id][1]].take_before(event)
            arrived_in.setdefault(event.report_id, event.case_id)
    for event in CaseEvent.objects.filter(case__in=batch).order_by("case_id", "seq").iterator(chunk_size=ROWS):
        ledgers[event.case_id].take(event)
    look = _Look(Keys.to(shared=list(report_of), internal=list(ledgers)) if keyed else None, ledgers, report_of, arrived_in)
    look.at_readers()
    look.at_assignees()
    look.at_reports({case.pk: case.project_id for case in batch})
    look.at_messages_and_notes()
    look.at_files()
    for case in batch:
        look.at_case(case)
    found = []
    for one in ledgers.values():
        one.close()
        found += one.findings
    return found


class _Look:
    """Shows the stored rows of a batch to the ledgers of their cases, each opened, told and let go."""

    def __init__(self, keys, ledgers, report_of, arrived_in):
        self.keys, self.ledgers, self.report_of, self.arrived_in, self.titles = keys, ledgers, report_of, arrived_in, {}
        self.readers, self.users = defaultdict(set), {}

    def ledger(self, report):
        return self.ledgers[self.report_of[report][1]]

    def open(self, row):
        """Return (state, content) of a sealed row."""
        if not row.sealed:
            return State.GONE, None
        if self.keys is None:
            return State.SHUT, None
        try:
            return State.OPEN, self.keys.open(row)
        except DecryptError:
            return State.BROKEN, None

    def at_readers(self):
        """Whom restricted cases name, each by their place in the case, as events know them; None for somebody who has none."""
        place = Participant.objects.filter(case=OuterRef("case"), user=OuterRef("user")).values("uuid")
        rows = CaseReader.objects.filter(case__in=list(self.ledgers)).values_list("case", Subquery(place))
        for case, uuid in rows.iterator(chunk_size=ROWS):
            self.readers[case].add(uuid)

    def at_assignees(self):
        """Whose the places are to which the events assign cases; somebody who closed their account has none."""
        places = [found.assignee for found in self.ledgers.values() if found.assignee]
        self.users = dict(Participant.objects.filter(pk__in=places).values_list("pk", "user")) if places else {}

    def at_reports(self, projects):
        rows = Report.objects.filter(pk__in=list(self.report_of)).select_related("policy").order_by("received_at", "uuid")
        for row in rows.iterator(chunk_size=ROWS):
            found, (state, content) = self.ledger(row.pk), self.open(row)
            recorded = row.received_at != row.recorded_at or row.channel != "portal"
            facts = {"ref": row.ref, "policy": row.policy.number}
            facts |= {"channel": row.channel, "received_at": row.received_at.astimezone(UTC).isoformat()} if recorded else {}
            said, first = commitment_of(content), found.writings.get(row.pk) or []
            if first and row.commitment != first[0].commitment:
                found.say(ledger.REPORT, row.pk, "the commitment on its receipt is not the one of its event")
            if row.policy.project_id != projects[row.case_id]:
                found.say(ledger.REPORT, row.pk, "its policy is of another project than its case")
            if row.acknowledged_at != found.acknowledged_at.get(row.pk):
                found.say(ledger.REPORT, row.pk, f"{Wrong.FACTS}: acknowledged_at")
            found.record(Stored(ledger.REPORT, row.pk, state, said, report=row.pk, at=row.recorded_at, facts=facts))
            found.names(row.pk, files_of(content))
            self.titles.setdefault(self.arrived_in.get(row.pk, row.case_id), content["title"] if content else None)

    def at_messages_and_notes(self):
        for row in Message.objects.filter(report__in=list(self.report_of)).order_by("at", "uuid").iterator(chunk_size=ROWS):
            facts = {"answers": str(row.parent_id) if row.parent_id else None, "assessment": row.is_assessment or None}
            self._at_written(ledger.MESSAGE, row, self.ledger(row.report_id), report=row.report_id, facts=facts)
        for row in Note.objects.filter(case__in=list(self.ledgers)).order_by("at", "uuid").iterator(chunk_size=ROWS):
            self._at_written(ledger.NOTE, row, self.ledgers[row.case_id])
        rows = MessageRevision.objects.filter(message__report__in=list(self.report_of)).select_related("message").defer("message__sealed")
        for row in rows.iterator(chunk_size=ROWS):
            self._at_earlier("intake_messagerevision", row, row.message_id, self.ledger(row.message.report_id))
        rows = NoteRevision.objects.filter(note__case__in=list(self.ledgers)).select_related("note").defer("note__sealed")
        for row in rows.iterator(chunk_size=ROWS):
            self._at_earlier("intake_noterevision", row, row.note_id, self.ledgers[row.note.case_id])

    def _at_written(self, table, row, found, *, report=None, facts=None):
        state, content = self.open(row)
        place = {"author": row.author_id, "at": row.at, "report": report}
        marks = {"revision": row.revision, "edited_at": row.edited_at, "retracted_at": row.retracted_at}
        found.record(Stored(table, row.pk, state, commitment_of(content), **place, **marks, facts=facts or {}))
        if not row.retracted_at:
            found.names(row.pk, files_of(content))

    def _at_earlier(self, table, row, holder, found):
        state, content = self.open(row)
        found.earlier(table, holder, row.n, Stored(table, row.pk, state, commitment_of(content), at=row.at))

    def at_files(self):
        for row in Attachment.objects.filter(scope__in=[*self.report_of, *self.ledgers], draft=None).iterator(chunk_size=ROWS):
            holder = row.message_id or row.note_id or row.report_id
            found = self.ledgers[row.scope] if row.scope in self.ledgers else self.ledger(row.scope)
            state, content = self.open(row)
            said = attachments.commitment(content) if content else ""
            found.file(Stored(ledger.FILE, row.pk, state, said), holder, shredded=row.shredded_at is not None)

    def at_case(self, case):
        found = self.ledgers[case.pk]
        if case.erased_at != found.erased_at:
            found.say(ledger.CASE, case.pk, Wrong.ERASED)
        for name in CASE_FACTS:
            if getattr(case, name) != found.case_facts[name]:
                found.say(ledger.CASE, case.pk, f"{Wrong.FACTS}: {name}")
        if case.assignee_id != self.users.get(found.assignee):
            found.say(ledger.CASE, case.pk, f"{Wrong.FACTS}: assignee")
        if {str(place) for place in self.readers[case.pk]} != found.readers:
            found.say("intake_casereader", None, Wrong.FACTS)
        state, content = self.open(case)
        if case.pk in found.writings or any(entry.kind == events.Kind.RETITLED for entry in found.nameless):
            found.record(Stored(ledger.CASE, case.pk, state, commitment_of(content), revision=None))
        elif state is State.GONE and not found.erased_at or state is not State.GONE and found.erased_at:
            found.say(ledger.CASE, case.pk, Wrong.BACK if found.erased_at else Wrong.EMPTY)
        elif state is State.BROKEN:
            found.say(ledger.CASE, case.pk, Wrong.UNREADABLE)
        elif content and content["title"] != self.titles.get(case.pk, content["title"]):
            found.say(ledger.CASE, case.pk, "its title was never changed, but is not the one of its report")
        self._at_advisory(case, found)

    def _at_advisory(self, case, found):
        draft = getattr(case, "advisory_draft", None)
        if draft is not None and draft.pk in found.writings:
            state, content = self.open(draft)
            found.record(Stored(ledger.DRAFT, draft.pk, state, commitment_of(content), revision=draft.revision))
        public = getattr(case, "advisory", None)
        if public is not None and (said := found.writings.pop(public.uuid, None)):
            revisions = sorted(public.revisions.all(), key=lambda revision: revision.number)
            there = [(one.number, chain.digest(one.document), one.published_at) for one in revisions]
            if there != [(number, entry.commitment, entry.at) for number, entry in enumerate(said, 1)] or public.latest != len(said):
                found.say(ledger.ADVISORY, public.uuid, "what is published is not what was published")


def commitment_of(content: dict | None) -> str:
    """Return the commitment to a content; empty where it was not opened or has no salt."""
    return chain.commitment(content) if content and "salt" in content else ""


def files_of(content: dict | None):
    """Return the files that a text names, or None if the text was not opened."""
    return None if content is None else content.get("files", ())


def _lost_cases():
    """Cases are numbered without gaps in each year of a project, and never deleted."""
    for model in (Report, CaseEvent):
        orphans = model.objects.filter(~Exists(Case.objects.filter(pk=OuterRef("case_id")))).values_list("uuid", "case_id")
        for uuid, case in orphans.iterator(chunk_size=ROWS):
            yield Finding(model._meta.db_table, uuid, f"case {case}", "its case is not there")
    numbers = Case.objects.order_by("project_id", "year", "number").values_list("project_id", "year", "number", "project__slug")
    last = Counter()
    for project, year, number, slug in numbers.iterator(chunk_size=5000):
        for missing in range(last[project, year] + 1, number):
            yield Finding(ledger.CASE, None, f"{slug} {year}", f"case number {missing} is missing")
        last[project, year] = number


def count(*, ref: str = "") -> int:
    """Return how many cases there are to look at."""
    return Case.objects.filter(**({"ref": ref} if ref else {})).count()
