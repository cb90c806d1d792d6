"""Say what was erased, what will be, and when the last copy of a destroyed key is gone."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from intake.models import Case
from portal import shredding

SHOWN = 20
DAY = "%Y-%m-%d"


class Command(BaseCommand):
    help = "Say which cases were erased and will be, and when the last backup that can be opened is gone."

    def handle(self, **_options):
        erased = Case.objects.exclude(erased_at=None)
        waiting = Case.objects.filter(erased_at=None, held_at=None, erase_at__lte=now() + timedelta(days=30))
        say = self.stdout.write
        say(f"{erased.count()} cases erased, {erased.filter(purged_at=None).count()} still to be cleared from the database's files.")
        say(
            f"{waiting.count()} will be erased within 30 days, {Case.objects.filter(held_at__isnull=False).count()} are under a legal hold."
        )
        for ref, erased_at, purged_at in erased.order_by("-erased_at").values_list("ref", "erased_at", "purged_at")[:SHOWN]:
            cleared = f"gone from the running portal {purged_at:{DAY}}" if purged_at else "not cleared yet"
            say(f"  {ref}: erased {erased_at:{DAY}}, {cleared}, from the last backup {shredding.last_copy_gone(erased_at):{DAY}}")
