"""App configurations: the app of hosted projects, and the admin site of the portal."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate

from portal import frozen
from portal.lib import keyring


class PortalConfig(AppConfig):
    default = True
    name = "portal"
    verbose_name = "Projects"

    def ready(self):
        # The application that every process publishes to; without it Celery would look for a broker of its own.
        from portal import celery, checks, ring_rows, webhooks  # noqa: F401  (registers how webhooks leave)

        # A lost ring must be restored, not quietly replaced by one that opens nothing.
        keyring.ask_before_making(ring_rows.why_no_new_ring)

        # The guards depend on the tables and are made anew with them: a migration that rebuilds a table would trip over
        # them (SQLite) or lose them.
        pre_migrate.connect(frozen.before_migrating, sender=self)
        post_migrate.connect(frozen.after_migrating, sender=self)


class ParleyAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "portal.admin_site.ParleyAdminSite"
