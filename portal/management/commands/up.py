"""manage.py up: all of Parley from one terminal."""

import http.client
import logging
import os
import socket
import threading
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from django.utils.timezone import now

from portal import embedded, first_accounts
from portal.lib import keyring
from portal.management.commands.first_accounts import enrolment_lines, sign_in_lines
from portal.models import Project
from portal.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run the web server and the worker here until Ctrl-C; set up the database first where that is needed."
    # A start should take a second or two; `manage.py check` is for CI.
    requires_system_checks = []

    def handle(self, **options):
        os.umask(0o077)
        listener = _listen(int(os.environ.get("PORT") or 8000))
        # The key ring is made here, once, before two processes want it; what its log would say is printed below.
        said = logging.getLogger("parley.keys")
        said.setLevel(logging.ERROR)
        try:
            keyring.ring()
        except (keyring.KeylessProcess, keyring.RingUnusable) as missing:
            raise CommandError(f"{missing} manage.py up needs the key ring.") from missing
        said.setLevel(logging.NOTSET)
        _import_all_pages()
        try:
            made = self._set_up()
        except KeyboardInterrupt:
            raise CommandError("Stopped while setting up. The next start goes on from there.") from None
        supervisor = Supervisor(say=self._say, before_fork=_before_fork)
        supervisor.start("web", lambda: embedded.web(listener))
        try:
            supervisor.start("worker", embedded.worker)
            # Said when it is true; in the meantime the children start.
            lines = list(_facts(made))
            connections.close_all()
            if _wait_for_answer(supervisor, listener):
                self._say("\n".join(lines))
            supervisor.run()
        finally:
            supervisor.stop()
        self._say("Parley has stopped. What it keeps is where it was.")

    def _set_up(self):
        """Bring an empty or older database up to date; return the sign-ins made. A few cheap queries when all is there."""
        if _migrations_to_do():
            self._say("Setting up the database.")
            call_command("migrate", verbosity=0, interactive=False)
        if not Project.objects.exists():
            call_command("load_policies", verbosity=0)
        return [] if settings.HTTPS else first_accounts.make(at=now())

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()


def _facts(made):
    yield f"\nParley is ready: {settings.PUBLIC_URL}\n"
    if settings.HTTPS:
        yield "No accounts are made on a public address: docs/running.md tells how the first administrator comes in."
    else:
        yield from sign_in_lines(made)
        yield from enrolment_lines(first_accounts.enrolments(at=now()))
    yield ""
    yield f"Outgoing mail:  {_where_mail_goes()}"
    yield f"Data and logs:  {settings.DATA_DIR}"
    if settings.KEY_RING.startswith("file:"):
        yield f"Key ring:       {settings.KEY_RING.removeprefix('file:')}"
        yield "                Back it up apart from the database: without it nobody can read a report again."
    yield "\nCtrl-C stops everything."


def _listen(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as refused:
        raise CommandError(
            f"Port {port} on 127.0.0.1 cannot be used ({refused.strerror}). Choose another one: PORT={port + 1} make run"
        ) from refused
    listener.listen(256)
    return listener


def _import_all_pages():
    # What is imported before the fork is shared by both processes and ready for the first request.
    _ = get_resolver().url_patterns


def _migrations_to_do():
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _before_fork():
    # A connection shared by two processes corrupts both.
    connections.close_all()
    if threading.active_count() > 1:
        raise RuntimeError("A thread is running in the supervisor, so it cannot fork safely.")


def _where_mail_goes():
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return f"{settings.EMAIL_FILE_PATH} (a file for each letter; EMAIL_URL sends them for real)"
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if getattr(settings, "EMAIL_HOST", "") else settings.EMAIL_BACKEND


def _wait_for_answer(supervisor, listener, *, seconds=60):
    """Ask the portal for a page until it answers; return whether it did."""
    host, port = listener.getsockname()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not supervisor.stopping:
        supervisor.tend(wait_seconds=0)
        connection = http.client.HTTPConnection(host, port, timeout=1)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.PUBLIC_URL).netloc})
            if connection.getresponse().status < 400:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        supervisor.tend(wait_seconds=0.1)
    return False
