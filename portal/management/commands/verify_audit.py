"""manage.py verify_audit: follow the audit trail, or compare it with a copy that was kept elsewhere (docs/audit.md)."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from accounts import audit, audit_check
from accounts.models import AuditEvent
from portal.management.progress import Progress


class Command(BaseCommand):
    help = "Check that the audit trail holds together, from its first event to its last. Exits with 1 if it does not."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--against", metavar="FILE", help="also compare with lines that were shipped or exported; - is standard input")
        what.add_argument("--lines-after", metavar="NUMBER", type=int, help="print the events behind this one as they are shipped, instead")

    def handle(self, *, against, lines_after, **options):
        if lines_after is not None:
            for event in AuditEvent.objects.filter(seq__gt=lines_after).order_by("seq").iterator(chunk_size=2000):
                self.stdout.write(audit.line(event))
            return
        progress = Progress(self.stderr, "Events", AuditEvent.objects.count())
        note = audit_check.follow(at=now(), most=None, anew=True, tell=progress.tell)
        progress.end()
        wrong = note.broken_seq is not None
        if wrong:
            self.stdout.write(f"The trail breaks at event {note.broken_seq:,}: it was changed or removed, or what stood before it was.")
        for sentence in self._compared(against) if against else ():
            wrong = True
            self.stdout.write(sentence)
        if wrong:
            sys.exit(1)
        self.stdout.write(f"{note.seq:,} events, each follows from the one before it.{' The copy agrees.' if against else ''}")

    def _compared(self, name):
        try:
            if name == "-":
                yield from audit_check.against(sys.stdin)
                return
            with Path(name).open(encoding="utf-8", errors="replace") as lines:
                yield from audit_check.against(lines)
        except OSError as trouble:
            raise CommandError(f"{name}: {trouble.strerror}") from None
