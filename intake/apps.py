"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = "Reports and cases"

    def ready(self):
        from intake import notifications  # noqa: F401  (registers its letters)
