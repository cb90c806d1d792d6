#!/usr/bin/env python3
"""Check a copy of a report or a case that was taken from a Parley portal: offline, with Python 3.8 or newer and nothing else.

    python3 verify.py                        # beside case.json, or with the copy's .zip in the same folder
    python3 verify.py COPY.zip               # or the folder into which it was unpacked
    python3 verify.py COPY.zip --receipt COMMITMENT --earlier EARLIER.zip

It says what is in order and what is not, and what that shows. It ends with 0 if everything is in order, with 1 if
something is wrong, and with 2 if there is no copy that it can read. It changes nothing and connects to nothing.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path

FORMAT = 1
GENESIS = "0" * 64
SUMS, CASE = "SHA256SUMS", "case.json"
WRITES = {
    "report": {"report_received", "report_recorded"},
    "message": {"acknowledged", "team_replied", "reporter_replied", "message_edited"},
    "note": {"note_written", "note_edited"},
    "title": {"retitled"},
}
RETRACTS = {"message_retracted", "note_retracted"}
SHOWS = """
What this shows: the texts, files, authors and times in this copy are those that the chain of events speaks of, and no
event was changed, taken out, put in or moved before the head of the chain.

What it does not show: that the chain is the one which the portal had at the time. Whoever runs the portal, or changes
this copy, can write a whole new chain. Compare what you kept apart from both: the commitment of the receipt
(--receipt), an earlier copy (--earlier), or the head above. Names of people, titles of policies and deadlines are not
in the chain: they are as the portal said when the copy was made.
"""


class Unreadable(Exception):
    """There is no copy that can be checked; the message says why."""


def canonical(value):
    """Return the one byte form of JSON values: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous, entry):
    """Return the hash of an entry behind the one before it."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def commitment(content):
    """Return the commitment to a content, which holds its own salt."""
    return hashlib.sha256(content["salt"].encode() + canonical(content)).hexdigest()


class Copy:
    """The files of a copy, in a ZIP or in a folder. Nothing is unpacked."""

    def __init__(self, place):
        self.place = Path(place)
        self.zip = zipfile.ZipFile(self.place) if self.place.is_file() else None

    def names(self):
        if self.zip:
            return [name for name in self.zip.namelist() if not name.endswith("/")]
        return [path.relative_to(self.place).as_posix() for path in self.place.rglob("*") if path.is_file()]

    def open(self, name):
        return self.zip.open(name) if self.zip else (self.place / name).open("rb")

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def digest(self, name):
        """Return (SHA-256, size) of a file, read piece by piece."""
        sums, size = hashlib.sha256(), 0
        with self.open(name) as file:
            for piece in iter(lambda: file.read(1 << 18), b""):
                sums.update(piece)
                size += len(piece)
        return sums.hexdigest(), size


class Check:
    """Goes through a copy; ``wrong`` is what it found, ``fine`` what is in order."""

    def __init__(self, copy):
        self.copy, self.wrong, self.fine = copy, [], []
        self.digests, self.texts, self.files, self.gone = {}, 0, 0, 0
        self.data = parsed(copy.read(CASE))
        if not isinstance(self.data, dict) or self.data.get("format") != FORMAT:
            found = self.data.get("format") if isinstance(self.data, dict) else None
            raise Unreadable("case.json says format %r, and this script knows format %d." % (found, FORMAT))

    def say(self, sentence):
        self.wrong.append(sentence)

    def everything(self):
        """Look at all of it; return this check."""
        self.sums()
        case, reports = self.data["case"], self.data["reports"]
        of_case = self.chain("the case", case["events"], "seq") if case else None
        for report in reports:
            self.report(report, of_case)
        if case:
            self.case(case, of_case)
        last = (case or reports[0])["events"][-1]["entry"]
        if len({report["uuid"] for report in reports}) != len(reports) or (len(reports) > 1 and not case):
            self.say("The copy holds a report twice, or another one besides.")
        if (last["kind"], last["at"]) != ("copy_taken", self.data["made_at"]):
            self.say("The last event is not the one of this copy: the end of the chain was cut off, or changed.")
        self.fine.append("Texts that are those which the events commit to: %d." % self.texts)
        self.fine.append("Files that are those which the texts name: %d." % self.files)
        self.fine.append("Texts that were retracted, so that only the event is left: %d." % self.gone)
        return self

    def sums(self):
        """Every file is as SHA256SUMS says, and there is none besides."""
        listed = {}
        for line in self.copy.read(SUMS).decode().splitlines():
            digest, _, name = line.partition("  ")
            if name in listed:
                self.say("%s names %s twice." % (SUMS, name))
            listed[name] = digest
        names = self.copy.names()
        for name in sorted(set(listed) | set(names) - {SUMS}):
            if name not in names:
                self.say("%s is missing from the copy." % name)
            elif name not in listed:
                self.say("%s was put into the copy: %s does not name it." % (name, SUMS))
            else:
                self.digests[name] = self.copy.digest(name)
                if self.digests[name][0] != listed[name]:
                    self.say("%s was changed since the copy was made: its SHA-256 is another one." % name)
        for name in {name for name in names if names.count(name) > 1}:
            self.say("The copy holds two files %s." % name)

    def chain(self, of, events, number):
        """Check one chain; return what its events say of records."""
        previous, told = GENESIS, Told()
        for place, event in enumerate(events, 1):
            entry = event["entry"]
            if entry[number] != place:
                self.say("%s: event %s stands at place %d: events are missing or moved." % (of, entry[number], place))
            if link(previous, entry) != event["hash"]:
                self.say("%s: event %d (%s) or the one before it was changed: its hash does not follow." % (of, place, entry["kind"]))
            previous = event["hash"]
            told.take(entry)
        self.fine.append("%s: %d events form one chain. Its head: %s" % (of, len(events), previous))
        return told

    def report(self, report, of_case):
        ref, uuid = report["ref"], report["uuid"]
        told = self.chain(ref, report["events"], "report_seq")
        for event in report["events"]:
            if event["entry"]["report"] != uuid:
                self.say("%s: event %s is of another report." % (ref, event["entry"]["report_seq"]))
        self.same_events(ref, report["events"], of_case)
        entries = self.written("report", ref, report, told, [report])
        if entries:
            self.facts(ref, report, entries[0])
        self.written_all("message", ref, report["messages"], told)
        self.attached(ref, report)
        self.left(ref, told)
        for other in joined(report):
            self.fine.append("%s was joined to a report received at %s, commitment %s." % (ref, other["received_at"], other["commitment"]))

    def case(self, case, told):
        title = case["title"]
        if title and "title" in {kind for entries in told.writes.values() for kind in map(kind_of, entries)}:
            self.written("title", "the working title", {"uuid": case["uuid"]}, told, [title], at_least=True)
        self.written_all("note", "the case", case["notes"], told)
        self.attached("the case", case)
        if {event["entry"]["case"] for event in case["events"]} != {case["uuid"]}:
            self.say("The events are of another case.")
        self.left("the case", told, only={"note", "title"})

    def same_events(self, ref, events, of_case):
        """The chain of a report and that of its case tell of the same events, where the copy holds both."""
        if of_case is None:
            return
        mine = [common(event["entry"]) for event in events]
        theirs = [entry for entry in of_case.common.values() if entry["report"] in {one["report"] for one in mine}]
        # What a report went through before it was joined to this case stands in the chain of the case in which it was.
        came = max([n for n, one in enumerate(mine) if one["kind"] == "report_joined" and one in theirs], default=0)
        if [one for one in mine[:came] if one["uuid"] in of_case.common] + mine[came:] != theirs:
            self.say("%s: the chain of the case tells of other events than that of the report." % ref)

    def written_all(self, kind, of, rows, told):
        for row in rows:
            name = "%s: %s %s" % (of, kind, row["uuid"])
            entries = self.written(kind, name, row, told, row["revisions"])
            if entries:
                self.place(name, row, entries, told)

    def written(self, kind, name, row, told, revisions, at_least=False):
        """Hold what a record says, and said, against its events; return them."""
        entries = told.entries(kind, row, revisions)
        if not entries:
            self.say("%s: no event tells of it." % name)
            return None
        if row["uuid"] in told.retracted:
            self.gone += 1
            if any(one.get("content") for one in revisions):
                self.say("%s: it was retracted, but its content is there." % name)
            return entries
        wanted = entries[-1:] if at_least else entries
        if len(revisions) != len(wanted):
            self.say("%s: there are %d revisions, and events tell of %d." % (name, len(revisions), len(wanted)))
        for one, entry in zip(revisions, wanted):  # noqa: B905  strict= needs Python 3.10
            if not one.get("content"):
                self.say("%s: its content is not in this copy (%s)." % (name, one.get("why", "it was left out")))
            elif commitment(one["content"]) != entry["commitment"]:
                self.say("%s: its content is not the one that was committed to at %s." % (name, entry["at"]))
            else:
                self.texts += 1
        return entries

    def place(self, name, row, entries, told):
        """Who wrote it, when, and what it answers is as the events say."""
        first, last = entries[0], entries[-1]
        edited_at, gone = last["at"] if len(entries) > 1 else None, told.retracted.get(row["uuid"])
        expected = {"author": first["by"], "at": first["at"], "edited_at": edited_at, "retracted_at": gone and gone["at"]}
        if "answers" in row and first["record"]:
            expected.update(answers=first["facts"].get("answers"), assessment=first["facts"].get("assessment", False))
        for key, value in expected.items():
            if row[key] != value:
                self.say("%s: %s is not what the events say." % (name, key))
        for number, (one, entry) in enumerate(zip(row["revisions"], entries), 1):  # noqa: B905
            if one["n"] != number or one["at"] != entry["at"]:
                self.say("%s: revision %d is not as the events say." % (name, number))

    def facts(self, ref, report, entry):
        if report["commitment"] != entry["commitment"]:
            self.say("%s: the commitment is not the one of its event." % ref)
        facts = entry["facts"]
        expected = {"recorded_at": entry["at"]}
        if entry["record"]:
            expected.update(ref=facts["ref"], received_at=facts.get("received_at", entry["at"]))
            if report["policy"]["number"] != facts["policy"]:
                self.say("%s: the version of the policy is not what the events say." % ref)
        for key, value in expected.items():
            if report[key] != value:
                self.say("%s: %s is not what the events say." % (ref, key))

    def attached(self, of, holder):
        """Every file that a text names is there and is as it was committed to, and no other file is."""
        named = {}
        for text in texts_of(holder):
            for file in text.get("files", ()):
                named[file["uuid"]] = file["commitment"]
        for file in holder["files"]:
            name = "%s: file %s" % (of, file["uuid"])
            promised, known = named.pop(file["uuid"], None), file["known"]
            if promised is None:
                if not file["gone"]:
                    self.say("%s: no text names it." % name)
            elif file["gone"] or not known or not file["path"]:
                self.say("%s: it is not in this copy." % name)
            elif commitment(known) != promised:
                self.say("%s: what is said of it is not what was committed to." % name)
            elif self.digests.get(file["path"]) != (known["digest"], known["size"]):
                self.say("%s (%s): its bytes are not those that were committed to." % (name, file["path"]))
            else:
                self.files += 1
        for uuid in named:
            self.say("%s: file %s is named by a text, but is not in this copy." % (of, uuid))

    def left(self, of, told, only=None):
        for entry in [entry for entries in told.writes.values() for entry in entries] + told.nameless:
            if only is None or kind_of(entry) in only:
                self.say("%s: the event of %s (%s) tells of a text that is not in this copy." % (of, entry["at"], entry["kind"]))


class Told:
    """What the events of one chain say of records."""

    def __init__(self):
        self.writes, self.nameless, self.retracted, self.common = {}, [], {}, {}

    def take(self, entry):
        self.common[entry["uuid"]] = common(entry)
        if entry["kind"] in RETRACTS and entry.get("record"):
            self.retracted[entry["record"]] = entry
        elif entry["commitment"] and kind_of(entry):
            of = self.writes.setdefault(entry["record"], []) if entry.get("record") else self.nameless
            of.append({"record": None, **entry})

    def entries(self, kind, row, revisions):
        """Return the events that wrote a record, in order. Old events name none: they are told by what they commit to."""
        found = [entry for entry in self.writes.pop(row["uuid"], []) if kind_of(entry) == kind]
        if found and found[0]["kind"] not in ("message_edited", "note_edited"):
            return found
        content = revisions[0].get("content") if revisions else None
        for entry in self.nameless:
            same_place = (entry["by"], entry["at"]) == (row.get("author"), row.get("at"))
            if kind_of(entry) == kind and (commitment(content) == entry["commitment"] if content else same_place):
                self.nameless.remove(entry)
                return [entry] + found
        return found


def kind_of(entry):
    return next((kind for kind, kinds in WRITES.items() if entry["kind"] in kinds), None)


def joined(report):
    """Return what the events say of the reports to which one was joined."""
    facts = [event["entry"]["facts"] for event in report["events"] if event["entry"]["kind"] == "report_joined"]
    return [{name: one["joined_" + name] for name in ("received_at", "commitment")} for one in facts if "joined_commitment" in one]


def common(entry):
    """Return what both chains say of an event."""
    return {name: entry.get(name) for name in ("uuid", "report", "kind", "by", "at", "facts", "record", "commitment")}


def texts_of(holder):
    """Yield the contents of a report and its messages, or of the notes of a case."""
    if holder.get("content"):
        yield holder["content"]
    for row in holder.get("messages", holder.get("notes", ())):
        yield from (one["content"] for one in row["revisions"] if one.get("content"))


def parsed(raw):
    """Return JSON values; a name that stands twice in one object would be read as one thing here and as another elsewhere."""

    def once(pairs):
        if len({name for name, _value in pairs}) != len(pairs):
            raise Unreadable("case.json has a name twice in one object.")
        return dict(pairs)

    return json.loads(raw.decode(), object_pairs_hook=once)


def compare(check, earlier):
    """Say whether an earlier copy holds the beginning of the same chains."""
    before = {report["uuid"]: report for report in earlier.data["reports"]}
    for report in check.data["reports"]:
        for other in list(before.values()):
            if {"received_at": other["received_at"], "commitment": other["commitment"]} in joined(report):
                del before[other["uuid"]]
                check.fine.append("%s was joined to %s: commitment and time are those of that copy." % (report["ref"], other["ref"]))
                if earlier.wrong:
                    check.say("The copy of %s is not in order: check it by itself." % other["ref"])
        old = before.pop(report["uuid"], None)
        if old:
            kept = [event["hash"] for event in old["events"]]
            if [event["hash"] for event in report["events"]][: len(kept)] != kept:
                check.say("%s: its events are not those of the earlier copy." % report["ref"])
            else:
                check.fine.append("%s: the %d events of the earlier copy are all there, unchanged." % (report["ref"], len(kept)))
    if len(before) == len(earlier.data["reports"]):
        check.say("The earlier copy is of another report.")


def beside():
    """Return the copy that lies beside this script."""
    here = Path(__file__).resolve().parent
    zips = [] if (here / CASE).exists() else sorted(here.glob("*.zip"))
    if len(zips) > 1:
        raise Unreadable("There are several .zip files here: say which one is to be checked.")
    return zips[0] if zips else here


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check a copy of a report or a case, offline.")
    parser.add_argument("copy", nargs="?", help="the .zip, or the folder into which it was unpacked")
    parser.add_argument("--receipt", metavar="COMMITMENT", help="the commitment that stands on your receipt")
    parser.add_argument("--earlier", metavar="COPY", help="a copy that was taken earlier")
    asked = parser.parse_args(arguments)
    say = sys.stdout.write
    try:
        check = Check(Copy(asked.copy or beside())).everything()
        if asked.receipt and asked.receipt.strip().lower() not in [report["commitment"] for report in check.data["reports"]]:
            check.say("The commitment on the receipt is not the one of this copy.")
        if asked.earlier:
            compare(check, Check(Copy(asked.earlier)).everything())
    except (Unreadable, OSError) as trouble:
        say("This cannot be checked: %s\n" % trouble)
        return 2
    except Exception as trouble:  # whatever somebody made of it is no copy any more
        say("WRONG  This is not a whole copy in format %d: %s: %s\n" % (FORMAT, type(trouble).__name__, trouble))
        return 1
    say("A copy of %s, made at %s.\n" % (", ".join(report["ref"] for report in check.data["reports"]), check.data["made_at"]))
    for mark, sentence in [("     ", one) for one in check.fine] + [("WRONG", one) for one in check.wrong]:
        say("%s  %s\n" % (mark, sentence))
    say("\n%s\n" % ("WRONG: %d." % len(check.wrong) if check.wrong else "Everything is in order."))
    say(SHOWS)
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
