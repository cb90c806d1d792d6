"""Background work of projects: delegates only."""

from celery import shared_task
from django.utils.timezone import now

from accounts import outbox
from portal import webhooks


@shared_task(ignore_result=True)
def post_webhooks():
    """Try what is due to be sent to webhooks. It opens their addresses, so it waits in the queue for those with the ring."""
    outbox.drain(at=now(), channel=webhooks.CHANNEL, seconds=webhooks.DRAIN_SECONDS)
