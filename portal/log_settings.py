"""What is logged, and where to: references and outcomes only, never a body. Read by the settings."""

import logging
import re

from accounts import audit_log

# A part of a path that is as long as a token: of calendars, claims, invitations, links to enrol and to confirm. A UUID is shorter.
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_.:=~-]{38,}")


class WithoutTokens(logging.Filter):
    """Takes the tokens out of the paths that Django logs with what it refused: who reads a log must not be let in by it."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(TOKEN.sub("…", one) if isinstance(one, str) else one for one in record.args)
        return True


def read(*, level: str, audit: str) -> dict:
    """Return Django's LOGGING: all to standard error from ``level`` on, and the audit trail to where ``audit`` says (docs/audit.md)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}, "bare": {"format": "%(message)s"}},
        "filters": {"without_tokens": {"()": WithoutTokens}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}, "audit": audit_log.handler(audit)},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Celery would write two lines for each sweep, twelve times a minute.
            **{name: {"level": "WARNING"} for name in ("kombu", "celery.beat", "celery.worker.strategy", "celery.app.trace")},
            # What it is put on sees what is logged under that very name.
            **{name: {"filters": ["without_tokens"]} for name in ("django.request", "django.security.csrf")},
            "parley.audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        },
    }
