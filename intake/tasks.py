"""Celery tasks of intake: they look at the clock and delegate."""

from celery import shared_task
from django.utils.timezone import now

from intake import periodic


@shared_task(ignore_result=True)
def sweep_deadlines():
    periodic.sweep(at=now())
