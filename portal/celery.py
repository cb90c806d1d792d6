"""The Celery application. Tasks carry ids only; the database is the queue of record."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("parley")
# Current only means "of this thread": without a default, another thread of the web server would publish elsewhere.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
