"""manage.py recover_staff: the last resort for somebody of the staff who lost their second factor when nobody could confirm it."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from accounts import recovery, two_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Take away the second factors, sessions and API tokens of somebody on a team or of an administrator, and print a one-time link "
        "with which they set up a new factor after their password. They, the owners of their projects and the administrators are told."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *, address, **options):
        person = User.objects.with_address(address)
        if person is None:
            raise CommandError(f"Nobody has an account with the address {address}.")
        if not person.needs_second_factor:
            raise CommandError(f"{address} is on no team and no administrator. They ask at the sign-in, and administrators confirm it.")
        link = recovery.by_operator(person, at=now())
        self.stdout.write(settings.PUBLIC_URL + two_factor.enrolment_path(link))
