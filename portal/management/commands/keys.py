"""manage.py keys: what the key ring holds, and how its keys are changed (docs/keys.md)."""

import json
import os
import stat
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.timezone import now

from accounts import audit
from portal import ring_check, ring_rotation, ring_rows
from portal.lib import keyring, ring_document, ring_file
from portal.lib.ring_document import State
from portal.management.progress import Progress

EVERYWHERE = "Every process must have it before it is activated: those on this machine read the file by themselves, copy it to the others."


class Command(BaseCommand):
    help = "Show, rotate, check and export the key ring."
    # The ring must be within reach when another part of the settings is wrong.
    requires_system_checks = []

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verbs.add_parser("status", help="the keys of the ring and what lies under each").add_argument("--json", action="store_true")
        _prints(verbs.add_parser("add", help="make a key that opens but is not used yet"))
        _prints(verbs.add_parser("activate", help="seal with this key from now on (without KEYID: with the newest)"), key="?")
        rewrap = verbs.add_parser("rewrap", help="bring everything under the active key; run it again if it was interrupted")
        rewrap.add_argument("--batch", type=int, default=ring_rotation.BATCH, metavar="ROWS", help="rows in one transaction")
        retire = _prints(verbs.add_parser("retire", help="disable a key under which nothing is left"), key=None)
        retire.add_argument("--destroy", action="store_true", help="remove a retired key: older backups can then no longer be opened")
        retire.add_argument("--yes", action="store_true", help="do not ask")
        _prints(verbs.add_parser("enable", help="let a retired key open again, for an older backup"), key=None)
        verbs.add_parser("export", help="write a copy of the ring, to be kept apart").add_argument("file", metavar="FILE", type=Path)
        verbs.add_parser("verify", help="open a sample of everything that is sealed").add_argument(
            "--all", action="store_true", dest="everything", help="open everything"
        )

    def handle(self, *, verb, **options):
        with _sentences():
            getattr(self, verb)(**options)

    def status(self, *, json, **_options):
        found = _status()
        if json:
            self.stdout.write(_as_json(found))
        else:
            self._show(found)

    def add(self, *, print, **_options):
        self._change(ring_rotation.with_a_new_key, print)
        if not print:
            new = ring_document.newest(keyring.document())
            _record("keys.added", key=new)
            self.stdout.write(f"Added key {new}. It opens, and is not used yet.\n{EVERYWHERE}\nThen: manage.py keys activate {new}")

    def activate(self, *, key_id, print, **_options):
        self._change(ring_rotation.active_from_now_on(key_id), print)
        if not print:
            _record("keys.activated", key=keyring.ring().active_key_id)
            self.stdout.write(
                f"Key {keyring.ring().active_key_id} is active: what is made from now on is sealed with it. Back the ring up once more."
                " A process that lacks it cannot open what is new.\nThen: manage.py keys rewrap"
            )

    def rewrap(self, *, batch, **_options):
        progress = Progress(self.stdout, "Rewrapping", ring_rotation.to_rewrap())
        try:
            result = ring_rotation.rewrap(tell=progress.tell, batch=max(1, batch))
        finally:
            progress.end()
        _record("keys.rewrapped", key=keyring.ring().active_key_id, rows=result.done)
        self._name(result.unreadable)
        if result.unreadable:
            raise CommandError(f"{len(result.unreadable)} rows could not be opened and stay as they are; {result.done} were rewrapped.")
        self.stdout.write(f"Rewrapped {result.done:,}. Everything lies under key {keyring.ring().active_key_id}.")

    def retire(self, *, key_id, destroy, yes, print, **_options):
        if destroy:
            self._destroy(key_id, yes, print)
        elif print:
            self._change(ring_rotation.retired(key_id), print)
        else:
            ring_rotation.retire(key_id)
            _record("keys.retired", key=key_id)
            self.stdout.write(
                f"Key {key_id} has retired: nothing lies under it, and it opens nothing. It stays in the ring for older backups.\n"
                f"When the last of those is gone: manage.py keys retire {key_id} --destroy"
            )

    def enable(self, *, key_id, print, **_options):
        self._change(ring_rotation.readable_again(key_id), print)
        if not print:
            _record("keys.enabled", key=key_id)
            self.stdout.write(f"Key {key_id} opens again. Rewrap, and let it retire, when the older backup is in.")

    def export(self, *, file, **_options):
        _check_place_of_copy(file)
        ring_file.export(file, ring_document.dump(keyring.document()))
        _record("keys.exported")
        self.stdout.write(
            f"Wrote the key ring to {file}, readable for you only. WHOEVER HAS THIS FILE AND A COPY OF THE DATABASE READS EVERYTHING.\n"
            "Take it off this machine, to a place where no backup of the database goes, and delete it here."
        )

    def verify(self, *, everything, **_options):
        broken = 0
        for kind in ring_check.kinds():
            progress = Progress(self.stdout, kind.name, kind.total if everything else 0)
            try:
                found = ring_check.check(kind, everything=everything, tell=progress.tell if everything else lambda done: None)
            finally:
                progress.end()
            erased = f", {found.erased:,} erased" if found.erased else ""
            self.stdout.write(f"{kind.name}: {found.opened:,} of {kind.total:,} opened{erased}")
            self._name(found.broken)
            broken += len(found.broken)
        if broken:
            raise CommandError(f"{broken} rows cannot be opened. They are named above.")
        self.stdout.write("Everything opens." if everything else "All of the sample opens; --all opens everything.")

    def _change(self, edit, print):
        if not print:
            keyring.change(edit)
            return
        if self.stdout.isatty():
            raise CommandError(
                "The document holds the keys in clear, and a terminal keeps what it shows. Pipe it to where the ring is kept."
            )
        self.stdout.write(ring_document.dump(keyring.changed(edit)))
        _record("keys.exported")

    def _destroy(self, key_id, yes, print):
        if not yes:
            self.stderr.write(f"Backups from before key {key_id} retired can never be opened again without a copy of it.")
            if not sys.stdin.isatty():
                raise CommandError("Nobody is here to ask. Give --yes if you are sure.")
            if input(f"Type {key_id} to destroy it: ").strip() != str(key_id):
                raise CommandError("Nothing was destroyed.")
        self._change(ring_rotation.destroyed(key_id), print)
        if not print:
            _record("keys.destroyed", key=key_id)
            self.stdout.write(f"Destroyed key {key_id}. Destroy its copies as well, wherever the ring was exported to.")

    def _show(self, found):
        mode = f" (mode {found['mode']})" if found["mode"] else ""
        self.stdout.write(f"The key ring: {found['ring']}{mode}\n\n")
        names = [table.name for table in ring_rows.TABLES]
        self.stdout.write(f"  {'key':>10}  {'state':<9}  " + "  ".join(names))
        for key in found["keys"]:
            self.stdout.write(f"  {key['id']:>10}  {key['state']:<9}  " + "  ".join(f"{key['rows'][name]:>{len(name)},}" for name in names))
        for line in _advice(found):
            self.stdout.write(f"\n{line}")

    def _name(self, rows):
        for row in rows:
            self.stderr.write(row)


def _record(kind, **facts):
    """Note in the audit trail what was done on the console: nobody is signed in there."""
    audit.record(kind, by=None, at=now(), **facts)


def _prints(parser, *, key=False):
    if key is not False:
        parser.add_argument("key_id", metavar="KEYID", type=int, nargs=key)
    parser.add_argument("--print", action="store_true", help="write the new document to standard output, and change nothing")
    return parser


@contextmanager
def _sentences():
    """Whatever may go wrong ends in one sentence."""
    try:
        yield
    except (keyring.KeylessProcess, keyring.RingUnusable, keyring.NotPossible) as refused:
        raise CommandError(str(refused)) from refused
    except FileExistsError as there:
        raise CommandError(f"{there.filename} exists already. Give another name: nothing is overwritten.") from there
    except OSError as failed:
        raise CommandError(f"{failed.filename or 'The key ring'}: {failed.strerror}.") from failed
    except DatabaseError as failed:
        raise CommandError(f"The database does not answer as it should ({type(failed).__name__}). Has it been migrated?") from failed
    except KeyboardInterrupt:
        raise CommandError("Stopped. What was done stays done; run the command again to go on.") from None


def _status():
    place = keyring.where()
    states = {} if place.kind == "none" else ring_rotation.states()
    counts = {table.name: table.counts() for table in ring_rows.TABLES}
    missing = sorted(set(sum(counts.values(), Counter())) - set(states))
    return {
        "ring": str(place),
        "mode": f"{stat.S_IMODE(os.stat(place.name).st_mode):04o}" if place.kind == "file" else "",
        "keys": [
            {"id": key_id, "state": states.get(key_id, "missing"), "rows": {name: rows[key_id] for name, rows in counts.items()}}
            for key_id in [*states, *missing]
        ],
    }


def _as_json(found):
    return json.dumps(found, indent=2)


def _advice(found):
    left = {state: sum(sum(key["rows"].values()) for key in found["keys"] if key["state"] == state) for state in (*State, "missing")}
    if found["ring"].startswith("none"):
        yield "This process runs without the ring, so it does not know the states of the keys."
        return
    if left[State.READABLE]:
        yield f"{left[State.READABLE]:,} rows do not lie under the active key: manage.py keys rewrap"
    if left[State.DISABLED]:
        yield f"{left[State.DISABLED]:,} rows lie under a key that has retired, and cannot be opened: keys enable KEYID, then rewrap"
    if left["missing"]:
        yield f"{left['missing']:,} rows lie under keys that this ring lacks, and cannot be opened: is it the ring of this database?"


def _check_place_of_copy(file):
    folders = [settings.DATA_DIR, *settings.KEY_RING_NEVER_IN]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        folders.append(Path(settings.DATABASES["default"]["NAME"]).parent)
    for folder in folders:
        if Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
            raise CommandError(f"{file} lies in {folder}, which is backed up or served with the data. Write the copy somewhere else.")
