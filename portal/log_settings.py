"""What is logged, and where to: references and outcomes only, never a body. Read by the settings."""

from accounts import audit_log


def read(*, level: str, audit: str) -> dict:
    """Return Django's LOGGING: all to standard error from ``level`` on, and the audit trail to where ``audit`` says (docs/audit.md)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}, "bare": {"format": "%(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}, "audit": audit_log.handler(audit)},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Celery would write two lines for each sweep, twelve times a minute.
            **{name: {"level": "WARNING"} for name in ("kombu", "celery.beat", "celery.worker.strategy", "celery.app.trace")},
            "parley.audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        },
    }
