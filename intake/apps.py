"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = "Reports and cases"

    def ready(self):
        from intake import escalation, notifications, places, reminders  # noqa: F401  (letters, where they lead, who hears of one that failed)
