"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from advisories import frozen


class AdvisoriesConfig(AppConfig):
    name = "advisories"
    verbose_name = "Advisories"

    def ready(self):
        post_migrate.connect(frozen.after_migrating, sender=self)
