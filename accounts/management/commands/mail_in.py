"""manage.py mail_in: takes one mail that came back to an address of PARLEY_BOUNCES, from standard input (docs/mail.md)."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.timezone import now

from accounts import bounces

# As mail servers know them from sysexits.h: what cannot be used, and what they may bring again later.
UNUSABLE, LATER = 65, 75


class Command(BaseCommand):
    help = (
        "Read one mail from standard input. A delivery status notification (RFC 3464) to the address from which a letter left notes that "
        "the letter came back. Whatever else it is changes nothing and ends with code 65; 75 means that the mail should come again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", default="", help="the address that the mail came to, where the mail server gives it separately")

    def handle(self, *, to, **options):
        raw = sys.stdin.buffer.read(bounces.LARGEST + 1)
        try:
            self.stdout.write(bounces.take(raw, to=to, at=now()))
        except bounces.NotABounce as reason:
            raise CommandError(str(reason), returncode=UNUSABLE) from None
        except DatabaseError as error:
            raise CommandError(f"The database did not answer ({type(error).__name__}): bring the mail again.", returncode=LATER) from None
