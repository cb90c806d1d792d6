"""What runs in the background, how often, and in which queue. Read by the settings."""

# Tasks that need the key ring wait in a queue of their own, so that a worker for the rest can do without it.
QUEUES = ("plain", "keyed")
ROUTES = {task: {"queue": "keyed"} for task in ("intake.tasks.make_previews", "portal.tasks.post_webhooks")}
STALE = 60  # seconds after which a tick that nobody took is dropped: the next one does the same


def queues() -> dict:
    """Return Celery's task_queues."""
    return {name: {"exchange": name, "routing_key": name} for name in QUEUES}


def schedule(*, sweep_seconds: int) -> dict:
    """Return Celery's beat_schedule: what is asked for every ``sweep_seconds``, and what less often."""
    every = {
        "intake.tasks.sweep_deadlines": sweep_seconds,
        "accounts.tasks.drain_outbox": sweep_seconds,
        "intake.tasks.make_previews": sweep_seconds,
        "portal.tasks.post_webhooks": sweep_seconds,
        "intake.tasks.follow_teams": 30,
        "accounts.tasks.sweep_recoveries": 60,
        "accounts.tasks.follow_audit_trail": 300,
        "accounts.tasks.clear_sessions": 3600,
        "intake.tasks.sweep_files": 3600,
    }
    return {task: {"task": task, "schedule": seconds, "options": {"expires": max(STALE, seconds)}} for task, seconds in every.items()}
