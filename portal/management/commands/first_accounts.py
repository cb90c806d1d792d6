"""manage.py first_accounts: people to try the portal with."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from portal import first_accounts
from portal.models import Project


class Command(BaseCommand):
    help = "Create one account for each standing on a database without people, and print how to sign in."

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="do it although this portal has a public https address")

    def handle(self, *, yes, **options):
        if settings.HTTPS and not yes:
            raise CommandError(
                f"{settings.PUBLIC_URL} looks like a portal in use, and these accounts are for trying it. Add --yes to create them anyway."
            )
        if not Project.objects.exists():
            raise CommandError("There is no project yet whose team these people could be. Run this first: manage.py load_policies")
        at = now()
        for line in sign_in_lines(first_accounts.make(at=at)):
            self.stdout.write(line)
        for line in enrolment_lines(first_accounts.enrolments(at=at)):
            self.stdout.write(line)


def sign_in_lines(made):
    """Yield what to print of the first sign-ins; ``made`` is empty when people were there already."""
    if made:
        yield "First sign-ins, with passwords made just now:"
        yield from (f"  {sign_in}" for sign_in in made)
        yield f"  They are also in {first_accounts.KEPT_IN}: delete it once you have changed them."
    elif first_accounts.KEPT_IN.exists():
        yield f"First sign-ins: as printed at the first start, kept in {first_accounts.KEPT_IN}"


def enrolment_lines(links):
    """Yield what to print of the one-time links for second factors."""
    if links:
        yield "Second factors to set up (one-time links, for 72 hours; have an authenticator app ready):"
        yield from (f"  {email:<20} {link}" for email, link in links)
