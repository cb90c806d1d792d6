"""Every thread publishes to the broker of the settings."""

from threading import Thread

from celery import current_app
from django.conf import settings


def test_another_thread_uses_the_same_application():
    seen = []
    thread = Thread(target=lambda: seen.append((current_app.main, current_app.conf.broker_url)))
    thread.start()
    thread.join()
    assert seen == [("parley", settings.CELERY_BROKER_URL)]
