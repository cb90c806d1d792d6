"""manage.py enrolment_link: let somebody set up their first second factor, from the console."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from accounts import two_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Print a one-time link, good for 72 hours, with which somebody sets up their first second factor."

    def add_arguments(self, parser):
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *, address, **options):
        person = User.objects.filter(email__iexact=address).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {address}.")
        if two_factor.has_factor(person):
            raise CommandError(f"{address} has a second factor already, so this link would not be taken.")
        link = two_factor.new_enrolment_link(person, by=None, at=now())
        self.stdout.write(settings.PUBLIC_URL + two_factor.enrolment_path(link))
