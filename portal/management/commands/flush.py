"""``flush`` empties the database on purpose, published policies included."""

from django.core.management.commands import flush

from portal import frozen


class Command(flush.Command):
    """Django's own, with the guards of published policies taken away meanwhile."""

    def handle(self, **options):
        frozen.remove(options["database"])
        try:
            super().handle(**options)
        finally:
            frozen.install(options["database"])
