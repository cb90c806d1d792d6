"""What the events of a case say of its records, compared with what is stored. Rows come in, findings go out: no queries.

Feed a ``Ledger`` the events of one case in their order, then its rows, then ask what is left over.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from uuid import UUID

from intake.models.event import Kind
from portal.lib.chain import Fault, Walk

EVENT, REPORT, MESSAGE, NOTE, CASE = "intake_caseevent", "intake_report", "intake_message", "intake_note", "intake_case"
DRAFT, ADVISORY, FILE = "advisories_advisorydraft", "advisories_advisory", "intake_attachment"
TABLE_OF = {
    **dict.fromkeys((Kind.REPORT_RECEIVED, Kind.REPORT_RECORDED), REPORT),
    **dict.fromkeys((Kind.ACKNOWLEDGED, Kind.TEAM_REPLIED, Kind.REPORTER_REPLIED, Kind.MESSAGE_EDITED), MESSAGE),
    **dict.fromkeys((Kind.NOTE_WRITTEN, Kind.NOTE_EDITED), NOTE),
    Kind.RETITLED: CASE,
    Kind.ADVISORY_DRAFTED: DRAFT,
    **dict.fromkeys((Kind.ADVISORY_PUBLISHED, Kind.ADVISORY_REVISED, Kind.ADVISORY_WITHDRAWN), ADVISORY),
}
EDITS = {Kind.MESSAGE_EDITED, Kind.NOTE_EDITED}
RETRACTIONS = {Kind.MESSAGE_RETRACTED, Kind.NOTE_RETRACTED}
FAULTS = {
    Fault.GAP: "events before it are missing from {chain}",
    Fault.ORDER: "it does not stand in its place in {chain}",
    Fault.LINK: "its hash does not follow from the event before it in {chain}",
}


class Wrong(StrEnum):
    """What can be wrong with a stored record."""

    NO_EVENT = "no event tells of it"
    MISSING = "an event tells of it, but it is not there"
    REVISION_MISSING = "an earlier revision is not there"
    AUTHOR = "its author is not who the event names"
    TIME = "its time is not that of the event"
    MOVED = "it hangs on another report, or that on another case, than its events say"
    KIND = "its event is of another kind of record"
    FACTS = "what is stored beside its content is not what the events say"
    REVISION = "its revision is not the one of its newest event"
    RETRACTED = "whether it was retracted, and when, is not what the events say"
    ERASED = "whether it was erased, and when, is not what the events say"
    BACK = "its content is there again, though it was retracted or erased"
    EMPTY = "its content is gone, and no event says why"
    UNREADABLE = "it cannot be opened"
    OLDER = "an older revision was put back in its place"
    CHANGED = "its content is not the one that was committed to"
    NOT_NAMED = "nothing that was written names it"


class State(Enum):
    """How a sealed column was found."""

    OPEN = "open"
    BROKEN = "broken"
    GONE = "gone"
    SHUT = "not looked into"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in which table, with which row, of which case or report."""

    table: str
    uuid: UUID | None
    ref: str
    wrong: str

    def __str__(self):
        return f"{self.ref}: {self.table} {self.uuid or ''}: {self.wrong}".replace(" :", ":")


@dataclass(frozen=True)
class Stored:
    """A record as it was found. ``facts`` are what its event must say of it, if it is an event that names its record."""

    table: str
    uuid: UUID
    state: State
    commitment: str = ""
    report: UUID | None = None
    author: UUID | None = None
    at: datetime | None = None
    revision: int | None = 1  # None: it has none
    edited_at: datetime | None = None
    retracted_at: datetime | None = None
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """What is kept of an event while its case is looked at."""

    uuid: UUID
    kind: str
    by: UUID | None
    at: datetime
    report: UUID | None
    record: UUID | None
    commitment: str
    facts: dict


class Ledger:
    """The events of one case. Every method that takes a row returns nothing: what is wrong is in ``findings``."""

    def __init__(self, ref: str, reports: dict[UUID, str] | None = None):
        self.ref, self.reports, self.findings = ref, reports or {}, []
        self.case_facts = {"verdict": "", "verdict_at": None, "rejection_reason": "", "severity": ""}
        self.case_facts |= {"remediated_at": None, "disclosed_at": None, "closed_at": None, "held_at": None, "opened_at": None}
        self.case_facts |= {"joined_into_id": None, "restricted_at": None, "assigned_at": None}
        self.readers, self.assignee = set(), None  # by their places in the case
        self.acknowledged_at, self.erased_at = {}, None
        self.writings, self.nameless, self._retractions = defaultdict(list), [], {}
        self._claimed, self._revisions, self._named, self._vague = {}, defaultdict(set), {}, set()
        self._chain, self._chains = Walk(), defaultdict(Walk)
        # Of reports that were joined: events in the cases before, where each was last, and events here of those that left.
        self._before, self._last_in, self._left_here = defaultdict(list), {}, defaultdict(list)

    def say(self, table, uuid, wrong):
        self.findings.append(Finding(table, uuid, self.ref, str(wrong)))

    def take_before(self, event):
        """Take an event that a report of this case had in another, before it was joined: all of them first, each report's in order."""
        self._before[event.report_id].append(event)

    def take(self, event):
        """Take the next event (a CaseEvent), and look at its places in both chains."""
        self._say_faults(event, "the chain of the case", self._chain.step(event.seq, event.entry(), event.hash))
        entry = _entry(event)
        self._keep_of_case(entry)
        if event.report_id in self.reports:
            before = self._before[event.report_id]
            while before and before[0].report_seq < event.report_seq:
                self._take_of_report(before.pop(0), here=False)
            self._take_of_report(event, here=True)
        elif event.report_id:
            self._left_here[event.report_id].append(event.uuid)
        else:
            if event.report_hash:
                self.say(EVENT, event.uuid, "it has a place in the chain of a report, but names none")
            self._keep(entry)
            if entry.kind == Kind.REPORT_JOINED:  # a report has left for another case
                self._left_here.pop(_uuid(entry.facts.get("joined_report")), None)

    def record(self, row: Stored):
        """Look at a report, a message, a note, a title or a draft as it is now."""
        entries = self._entries(row)
        if not entries:
            self.say(row.table, row.uuid, Wrong.NO_EVENT)
            return
        first, last, gone = entries[0], entries[-1], self._retractions.get(row.uuid)
        wrong = {
            Wrong.KIND: any(TABLE_OF.get(entry.kind) != row.table for entry in entries),
            Wrong.MOVED: any(entry.report != row.report for entry in entries),
            Wrong.AUTHOR: row.author is not None and row.author != first.by,
            Wrong.TIME: row.at is not None and row.at != first.at,
            Wrong.REVISION: row.revision is not None and row.revision != last.facts.get("revision", len(entries)),
            Wrong.RETRACTED: row.retracted_at != (gone.at if gone else None),
            Wrong.FACTS: bool(first.record) and any(first.facts.get(name) != value for name, value in row.facts.items()),
        }
        if row.table in (MESSAGE, NOTE) and row.edited_at != (last.at if len(entries) > 1 else None):
            wrong[Wrong.REVISION] = True
        for name in (name for name, is_so in wrong.items() if is_so):
            self.say(row.table, row.uuid, name)
        self._content(row.table, row.uuid, row, last.commitment, [entry.commitment for entry in entries], gone=bool(gone))

    def earlier(self, table: str, holder: UUID, number: int, row: Stored):
        """Look at what a message or note said before it was edited: its revision ``number``."""
        entries = self._claimed.get(holder, [])
        self._revisions[holder].add(number)
        if not 1 <= number < len(entries) or holder in self._retractions:
            self.say(table, row.uuid, Wrong.NO_EVENT if holder not in self._retractions else Wrong.BACK)
            return
        entry = entries[number - 1]
        if row.at != entry.at:
            self.say(table, row.uuid, Wrong.TIME)
        self._content(table, row.uuid, row, entry.commitment, [one.commitment for one in entries], gone=False)

    def names(self, holder: UUID, files):
        """Note which files a text names; None: it could not be opened, so nobody knows."""
        if files is None:
            self._vague.add(holder)
        for file in files or ():
            self._named[UUID(file["uuid"])] = holder, file["commitment"]

    def file(self, row: Stored, holder: UUID, *, shredded: bool):
        """Look at a file that was sent with a text."""
        if holder in self._vague:
            self._named.pop(row.uuid, None)
            return
        named_by, commitment = self._named.pop(row.uuid, (None, ""))
        if holder in self._retractions or self.erased_at:
            if not shredded or row.state not in (State.GONE, State.SHUT):
                self.say(row.table, row.uuid, Wrong.BACK)
        elif named_by != holder:
            self.say(row.table, row.uuid, Wrong.NOT_NAMED)
        elif shredded:
            self.say(row.table, row.uuid, Wrong.EMPTY)
        else:
            self._content(row.table, row.uuid, row, commitment, [commitment], gone=False)

    def close(self):
        """Say what the events tell of and nobody has shown, and which reports and events are in a case without having been joined."""
        for uuid in [one for stayed in self._left_here.values() for one in stayed]:
            self.say(EVENT, uuid, Wrong.MOVED)
        gone = {report for report, (_case, here) in self._last_in.items() if not here} | {one for one, rest in self._before.items() if rest}
        for report in gone:
            self.say(REPORT, report, Wrong.MOVED)
        entries = [entry for written in self.writings.values() for entry in written] + self.nameless
        for uuid, table in {entry.record or entry.uuid: TABLE_OF.get(entry.kind, "a record") for entry in entries}.items():
            self.say(table, uuid, Wrong.MISSING)
        for holder, entries in self._claimed.items():
            if entries and holder not in self._retractions and TABLE_OF.get(entries[-1].kind) in (MESSAGE, NOTE):
                missing = set(range(1, len(entries))) - self._revisions[holder]
                if missing:
                    self.say(TABLE_OF[entries[-1].kind], holder, f"{Wrong.REVISION_MISSING}: {', '.join(map(str, sorted(missing)))}")
        for uuid in self._named if not self.erased_at else ():
            self.say(FILE, uuid, Wrong.MISSING)

    def _say_faults(self, event, chain, faults):
        for fault in faults:
            self.say(EVENT, event.uuid, FAULTS[fault].format(chain=chain))

    def _take_of_report(self, event, *, here):
        """Look at the place of an event in its report's chain, which goes on from case to case only where the report was joined."""
        report = event.report_id
        walked = self._chains[report].step(event.report_seq, event.report_entry(), event.report_hash)
        self._say_faults(event, f"the chain of {self.reports[report]}", walked)
        last = self._last_in.get(report)
        if last and last[0] != event.case_id and event.kind != Kind.REPORT_JOINED:
            self.say(EVENT, event.uuid, Wrong.MOVED)
        self._last_in[report] = event.case_id, here
        self._keep(_entry(event))

    def _keep_of_case(self, entry):
        facts = self.case_facts
        facts["opened_at"] = facts["opened_at"] or entry.at
        if entry.kind in (Kind.ACCEPTED, Kind.REJECTED, Kind.DEFERRED):
            facts |= {"verdict": entry.kind, "verdict_at": entry.at, "rejection_reason": entry.facts.get("reason", "")}
        elif entry.kind == Kind.SEVERITY_SET:
            facts["severity"] = entry.facts.get("severity")
        elif entry.kind == Kind.REMEDIATED:
            facts["remediated_at"] = entry.at
        elif entry.kind == Kind.ADVISORY_PUBLISHED:
            facts["disclosed_at"] = facts["disclosed_at"] or entry.at
        elif entry.kind in (Kind.CLOSED, Kind.REOPENED):
            facts["closed_at"] = entry.at if entry.kind == Kind.CLOSED else None
            facts["joined_into_id"] = _uuid(entry.facts.get("into")) if entry.kind == Kind.CLOSED else None
        elif entry.kind in (Kind.HOLD_PLACED, Kind.HOLD_LIFTED):
            facts["held_at"] = entry.at if entry.kind == Kind.HOLD_PLACED else None
        elif entry.kind in (Kind.ASSIGNED, Kind.UNASSIGNED):
            facts["assigned_at"] = entry.at if entry.kind == Kind.ASSIGNED else None
            self.assignee = entry.record if entry.kind == Kind.ASSIGNED else None
        elif entry.kind in (Kind.RESTRICTED, Kind.RESTRICTION_LIFTED):
            facts["restricted_at"] = entry.at if entry.kind == Kind.RESTRICTED else None
            self.readers = set(entry.facts.get("readers", ()))
        elif entry.kind in (Kind.READER_NAMED, Kind.READER_DISMISSED):
            act = self.readers.add if entry.kind == Kind.READER_NAMED else self.readers.discard
            act(entry.facts.get("reader"))
        elif entry.kind == Kind.ERASED:
            self.erased_at = entry.at

    def _keep(self, entry):
        if entry.kind == Kind.ACKNOWLEDGED:
            self.acknowledged_at.setdefault(entry.report, entry.at)
        if entry.kind in RETRACTIONS and entry.record:
            self._retractions[entry.record] = entry
        if entry.commitment and entry.record:
            self.writings[entry.record].append(entry)
        elif entry.commitment:
            self.nameless.append(entry)

    def _entries(self, row):
        """Return the events that wrote this record, in order. Older ones, which name none, are told by what they commit to."""
        entries = self.writings.pop(row.uuid, [])
        if not entries or entries[0].kind in EDITS:
            same = [entry for entry in self.nameless if TABLE_OF.get(entry.kind) == row.table]
            by_content = [entry for entry in same if entry.commitment == row.commitment]
            found = by_content or [entry for entry in same if (entry.by, entry.at) == (row.author, row.at)]
            if row.table == CASE:
                found = same
            for entry in found if row.table == CASE else found[:1]:
                self.nameless.remove(entry)
            entries = [*found, *entries] if row.table == CASE else [*found[:1], *entries]
        self._claimed[row.uuid] = entries
        return entries

    def _content(self, table, uuid, row, wanted, all_wanted, *, gone):
        if row.state is State.SHUT:
            return
        if gone or self.erased_at:
            if row.state is not State.GONE:
                self.say(table, uuid, Wrong.BACK)
        elif row.state is State.GONE:
            self.say(table, uuid, Wrong.EMPTY)
        elif row.state is State.BROKEN:
            self.say(table, uuid, Wrong.UNREADABLE)
        elif row.commitment != wanted:
            self.say(table, uuid, Wrong.OLDER if row.commitment in all_wanted else Wrong.CHANGED)


def _entry(event):
    facts = event.facts if isinstance(event.facts, dict) else {}
    return Entry(event.uuid, event.kind, event.by_id, event.at, event.report_id, event.record, event.commitment, facts)


def _uuid(text):
    """Return the UUID that a fact names, or None."""
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
