"""A process without the ring runs the public site, the clock's work and the mailer, and never asks for a key.

Whoever asks for the ring in such a process is told of in its log: the same process is then asked for a page that needs
keys, so that silence before means something.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import now

from accounts.models import Delivery
from intake.models import Deadline
from portal import webhooks
from tests import builders
from tests.browser.processes import free_port
from tests.cast import assemble
from tests.portal.keys_at_work import ROOT, environment

ASKED = "Something asked for the key ring"
WORK = """
import json, sys

from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from portal.celery import app

given = json.loads(sys.stdin.read())
settings.ALLOWED_HOSTS.append("testserver")


def said(words):
    print(json.dumps(words), file=sys.stdout, flush=True)
    print("== " + words[0], file=sys.stderr, flush=True)


def public(patterns, names=(), prefix=""):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from public(one.url_patterns, prefix=prefix + (f"{one.namespace}:" if one.namespace else ""))
        elif getattr(one.callback, "public_page", False):
            yield prefix + one.name, one


found, visitor = {}, Client(raise_request_exception=True)
for name, pattern in public(get_resolver().url_patterns):
    wanted = pattern.pattern.converters
    address = reverse(name, kwargs={key: given["names"][key] for key in wanted})
    found[name] = [visitor.get(address).status_code, visitor.post(address, {"version": "1.4.2"}).status_code]
said(["public", found])

app.loader.import_default_modules()
keyed = {name for name, route in settings.CELERY_TASK_ROUTES.items() if route["queue"] == "keyed"}
done = sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - keyed)
for name in done:
    app.tasks[name]()
said(["tasks", done])

rita = Client(raise_request_exception=True)
rita.cookies[settings.SESSION_COOKIE_NAME] = given["session"]
said(["keyed", rita.get(given["report"]).status_code])
"""


@pytest.mark.django_db(transaction=True)
def test_public_pages_the_clock_and_the_mailer_ask_for_no_key(tmp_path):
    cast = assemble()
    # An advisory, a deadline that is over, and letters that wait: there is work of each kind.
    advisory = builders.an_advisory(cast.case, by=cast.alice)
    late, past = builders.a_report(cast.mailat, by=cast.charlie), now() - timedelta(hours=1)
    Deadline.objects.filter(report=late).update(due_at=past, next_reminder_at=past)
    builders.a_pause(cast.mail_auth)
    builders.a_team_reply(cast.report, by=cast.bob)
    hook = builders.a_webhook(cast.mailat, by=cast.olivia)
    webhooks.try_out(hook, by=cast.olivia, at=now())
    reminded, waiting = (
        Deadline.objects.to_remind(now()).filter(report=late).count(),
        Delivery.objects.filter(outcome=Delivery.Outcome.OPEN).count(),
    )
    assert reminded and waiting
    names = {
        "slug": "mailat",
        "number": 1,
        "version": "1.4.2",
        "ref": advisory.ref,
        "token": "x",
        "key": "x",
        "uidb36": "1",
    }
    env = {**environment("-", tmp_path), "PARLEY_RING": "none:", "PARLEY_SECRET_KEY": settings.SECRET_KEY}
    given = {"names": names, "session": cast.client("rita").session.session_key, "report": cast.report.get_absolute_url()}
    process = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORK],
        cwd=ROOT, env=env, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    said = dict(json.loads(line) for line in process.stdout.splitlines())
    quiet, _, asked = process.stderr.partition("== tasks")

    assert len(said["public"]) > 15
    # There is no OpenPGP key, no calendar is called "x", and nobody shows response times; what takes forms only, answers a form.
    without = {name: got for name, got in said["public"].items() if 200 not in got}
    assert without == dict.fromkeys(("openpgp_key", "calendar", "responsiveness"), [404, 405])
    assert {"intake.tasks.sweep_deadlines", "accounts.tasks.drain_outbox"} <= set(said["tasks"])
    assert ASKED not in quiet and "Traceback" not in quiet and "ERROR" not in quiet, quiet

    assert not Deadline.objects.to_remind(now()).filter(report=late).exists(), "the clock did its work"
    assert webhooks.of(hook).get(letter="webhook.test").attempts == 0, "what needs a key to be sent waits for a process that has it"
    letters = Delivery.objects.filter(channel=Delivery.Channel.MAIL)
    assert not letters.filter(outcome=Delivery.Outcome.OPEN, due_at__lte=now() - timedelta(seconds=5)).exists(), "and the mailer its own"
    letters = sum(one.read_bytes().count(b"\nMessage-ID:") for one in (tmp_path / "mail").iterdir())
    assert letters == Delivery.objects.filter(outcome=Delivery.Outcome.ACCEPTED).count() > 3

    assert said["keyed"] == 503 and ASKED in asked, "whoever needs a key is told of: the silence above was real"
    assert not (tmp_path / "ring.json").exists()


def test_the_one_command_for_everything_needs_the_ring_and_says_so(tmp_path):
    env = {"PATH": os.environ["PATH"], "PARLEY_DATA": str(tmp_path), "PARLEY_RING": "none:", "PORT": str(free_port())}
    ended = subprocess.run([sys.executable, "manage.py", "up"], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1 and "manage.py up needs the key ring" in ended.stderr and "Traceback" not in ended.stderr
