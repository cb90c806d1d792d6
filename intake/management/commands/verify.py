"""manage.py verify: hold what is stored against the timelines (docs/verify.md)."""

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from intake import verification
from intake.verification import Head
from portal.lib import keyring
from portal.management.progress import Progress

KEYLESS = "This process has no key ring, so no content was opened: only chains, and who wrote what and when, were checked."


class Command(BaseCommand):
    help = "Check the hash chains, and every stored record against the events that tell of it. Exits with 1 if anything is wrong."

    def add_arguments(self, parser):
        parser.add_argument("--case", metavar="REF", default="", help="check one case only")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object a line")
        parser.add_argument("--heads", action="store_true", help="print the head of each chain instead, to be kept elsewhere")
        parser.add_argument("--against", metavar="HEADS", help="also compare with heads that were kept (a file that --heads printed)")

    def handle(self, *, case, as_json, heads, against, **options):
        if heads:
            for head in verification.heads():
                self.stdout.write(str(head))
            return
        total = verification.count(ref=case)
        if case and not total:
            raise CommandError(f"There is no case {case}.")
        keyed = self._has_keys()
        progress = Progress(self.stderr, "Cases", total)
        found = verification.cases(ref=case, keyed=keyed, seen=progress.tell)
        wrong = 0
        with _heads_in(against) as kept:
            for finding in chain(found, () if case else verification.audit_trail(), verification.against(kept)):
                wrong += 1
                self.stdout.write(json.dumps(asdict(finding), default=str) if as_json else str(finding))
        progress.end()
        if as_json:
            self.stdout.write(json.dumps({"cases": total, "contents_opened": keyed, "findings": wrong}))
        else:
            self._sum_up(total, keyed, wrong)
        if wrong:
            sys.exit(1)

    def _has_keys(self):
        try:
            keyring.ring()
        except keyring.KeylessProcess:
            return False
        except keyring.RingUnusable as trouble:
            raise CommandError(str(trouble)) from None
        return True

    def _sum_up(self, total, keyed, wrong):
        if not keyed:
            self.stdout.write(KEYLESS)
        cases = "1 case" if total == 1 else f"{total:,} cases"
        self.stdout.write(f"{cases} checked: {f'{wrong:,} findings' if wrong else 'nothing is wrong'}.")


@contextmanager
def _heads_in(name):
    """Read the heads of a file line by line."""
    if not name:
        yield ()
        return
    try:
        with Path(name).open() as file:
            yield (_head(name, number, line) for number, line in enumerate(file, 1) if line.strip())
    except OSError as trouble:
        raise CommandError(f"{name}: {trouble.strerror}") from None


def _head(name, number, line):
    try:
        return Head.parse(line)
    except ValueError:
        raise CommandError(f"{name}, line {number}: this is no head of a chain. Give a file that --heads printed.") from None
