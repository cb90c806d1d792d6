"""Celery tasks of intake: they look at the clock and delegate."""

from celery import shared_task
from django.utils.timezone import now

from intake import attachments, periodic, previews


@shared_task(ignore_result=True)
def sweep_deadlines():
    periodic.sweep(at=now())


@shared_task(ignore_result=True)
def follow_teams():
    periodic.follow_teams(at=now())


@shared_task(ignore_result=True)
def make_previews():
    previews.sweep()


@shared_task(ignore_result=True)
def sweep_files():
    attachments.sweep(at=now())
