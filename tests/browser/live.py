"""The real thing for tests: Parley as processes of its own, a real SMTP server in front of it, and time that passes.

Nothing here touches the ORM of the test process: the portal under test has its own database, keys and broker. Two ways:
``embedded`` is ``manage.py up`` with nothing else; ``servers`` is PostgreSQL and Redis with gunicorn, a Celery worker
and beat as separate processes, and needs DATABASE_URL and REDIS_URL.
"""

import base64
import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from django_otp.oath import TOTP

from tests.browser.mail_server import MailServer
from tests.browser.processes import ROOT, Process, free_port, wait_until

LIVE_REDIS_OFFSET = 4  # beside the databases of the test processes themselves


class Authenticator:
    """An authenticator app that never shows one code twice, as the portal never takes one twice."""

    def __init__(self, seed_base32):
        self._key = base64.b32decode(seed_base32.replace(" ", ""))
        self._last_step = -1

    def code(self):
        step = max(int(time.time() // 30), self._last_step + 1)
        # The portal takes a code one step early; a third code within half a minute has to wait.
        wait_until(lambda: step <= time.time() // 30 + 1, what="the next code", seconds=65)
        self._last_step = step
        totp = TOTP(self._key)
        totp.time = step * 30
        return f"{totp.token():06}"


class Portal:
    """A running portal. ``with Portal("embedded") as portal: …``"""

    def __init__(self, mode):
        self.mode = mode
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.settings = {}  # more of them, for the environment; before it starts
        self.processes = []
        self._ending = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as ending:
            # /tmp by name: the folder must outlast nothing, and its path must be short enough for sockets.
            self.data = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="parley-live-", ignore_cleanup_errors=True)))
            self.smtp = ending.enter_context(MailServer())
            self.env = self._environment()
            ending.callback(self._stop_processes)
            if self.mode == "servers":
                self._use_servers(ending)
                self._start_servers()
            else:
                self.start_up()
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *_):
        self._ending.close()

    def start_up(self):
        """Start ``manage.py up`` and wait until it says that it is ready."""
        up = self._start("up", "manage.py", "up")
        self.wait_for_output(up, "Ctrl-C stops everything")
        return up

    def wait_for_output(self, process, words, *, seconds=60):
        """Wait until a process has printed something."""
        wait_until(lambda: words in process.printed or process.ended, what=f"{words!r}, printed was: {process.printed}", seconds=seconds)
        assert words in process.printed, f"It ended without {words!r}:\n{process.printed}"

    def manage(self, *arguments):
        """Run a management command of this portal and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def sign_in(self, standing):
        """Return (e-mail address, password) of the first person of this standing."""
        for line in (self.data / "first-sign-ins.txt").read_text().splitlines():
            found, address, password = line.split()
            if found == standing:
                return address, password
        raise LookupError(standing)

    def enrolment_link(self, address):
        """Return a fresh one-time link for setting up somebody's first second factor."""
        return re.search(rf"^\s*{re.escape(address)}\s+(http\S+)$", self.manage("first_accounts"), re.MULTILINE).group(1)

    def mails(self, *, to, subject_contains="", count=1, seconds=30):
        """Wait until so many letters have arrived at an address, and return all that match."""
        return wait_until(
            lambda: len(found := self.smtp.found(to=to, subject_contains=subject_contains)) >= count and found,
            what=f"{count} letter(s) to {to} about {subject_contains!r}; there are {[(to, m['Subject']) for to, m in self.smtp.received]}",
            seconds=seconds,
        )

    def time_passes(self, hours):
        """Let hours pass: every instant of reports and cases moves into the past by as much.

        To the portal that is the same as waiting: what it asks of the clock is how far away these instants are. The
        event log stays as it is, for its entries are hashed with their times.
        """
        self.manage("shell", "--no-imports", "-c", TIME_PASSES.format(hours=hours))

    def answers(self, path="/healthz"):
        """Say whether the portal answers 200 now."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PORT": str(self.port),
            "PARLEY_DATA": str(self.data),
            "PARLEY_URL": self.url,
            "PARLEY_SWEEP_SECONDS": "1",
            "EMAIL_URL": self.smtp.url,
            **self.settings,
        }

    def _use_servers(self, ending):
        url = urlsplit(os.environ["DATABASE_URL"])
        name = f"{url.path.strip('/')}_live_{os.getpid()}"
        with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        ending.callback(_drop_database, url, name)
        ending.callback(self._stop_processes)
        self.env["DATABASE_URL"] = url._replace(path=f"/{name}").geturl()
        broker = urlsplit(os.environ["REDIS_URL"])
        self.env["REDIS_URL"] = broker._replace(path=f"/{int(broker.path.strip('/') or 0) + LIVE_REDIS_OFFSET}").geturl()
        _flush(self.env["REDIS_URL"])
        ending.callback(_flush, self.env["REDIS_URL"])

    def _start_servers(self):
        # One process for all three: most of the time goes into its start.
        self.manage("shell", "--no-imports", "-c", SET_UP)
        self._start("web", "-m", "gunicorn", "--threads=8", "--no-control-socket", f"--bind=127.0.0.1:{self.port}", "portal.wsgi")
        self._start("worker", "-m", "celery", "-A", "portal", "worker", "--concurrency=2", "--loglevel=WARNING")
        self._start("beat", "-m", "celery", "-A", "portal", "beat", "--loglevel=WARNING")
        wait_until(self.answers, what=f"the portal answers; it printed: {self.processes[0].printed}")

    def _start(self, name, *arguments):
        process = Process([sys.executable, *arguments], env=self.env, output=self.data / f"{name}.out")
        self.processes.append(process)
        return process

    def _stop_processes(self):
        while self.processes:
            self.processes.pop().stop()


SET_UP = """
from django.core.management import call_command

call_command("migrate", verbosity=0)
call_command("load_policies")
call_command("first_accounts")
"""

TIME_PASSES = """
from datetime import timedelta
from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, F

with transaction.atomic():
    for model in apps.get_app_config("intake").get_models():
        moments = [field.name for field in model._meta.local_fields if isinstance(field, DateTimeField)]
        if moments and model.__name__ != "CaseEvent":
            model._base_manager.update(**{{name: F(name) - timedelta(hours={hours}) for name in moments}})
"""


def _drop_database(url, name):
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _flush(url):
    with redis.Redis.from_url(url) as client:
        client.flushdb()
