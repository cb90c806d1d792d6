"""Background work of accounts: delegates only."""

from celery import shared_task
from django.utils.timezone import now

from accounts import outbox


@shared_task(ignore_result=True)
def drain_outbox():
    """Try every letter that is due."""
    outbox.drain(at=now())
