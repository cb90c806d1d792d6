"""App configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self):
        from accounts import mailing  # noqa: F401  (registers how letters leave)

        # Every app's letters (notifications.py), the receivers of the sign-in signals, and what each does when an account is closed.
        autodiscover_modules("notifications", "signing_in", "leaving", "exporting", "security_sections", "recovery_letters")
