"""Create the projects whose policies come with the portal."""

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from portal import seeding


class Command(BaseCommand):
    help = "Create the projects whose policies come with the portal. A project that exists is left as it is."

    def handle(self, **_options):
        new = seeding.load_all(at=now())
        for project in new:
            self.stdout.write(f"{project.name}: policy published at {project.get_absolute_url()}")
        if not new:
            self.stdout.write("Every project is there already; nothing was changed.")
