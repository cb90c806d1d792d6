"""One request, in this process, through the whole stack, and what it costs.

CPU of the application is ``time.process_time`` around the call of the WSGI handler until the answer is read and closed.
CPU of the database is what the kernel counted for the backend behind our connection, where we can see that.
"""

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory, override_settings

BARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


def whole_handler() -> WSGIHandler:
    """The portal as it is."""
    return WSGIHandler()


def bare_handler() -> WSGIHandler:
    """Plain Django: sessions and sign-in, nothing else."""
    with override_settings(MIDDLEWARE=BARE):
        return WSGIHandler()


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict


@dataclass
class Costs:
    """The costs of one kind of request: milliseconds of CPU, best and median, and SQL statements."""

    app: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statements: int = 0
    yard: list[float] = field(default_factory=list)  # the yardstick, taken between the requests

    @property
    def best(self):
        return min(self.app)

    @property
    def median(self):
        return median(self.app)

    @property
    def database_best(self):
        return min(self.database, default=0.0)


class Asker:
    """Sends one kind of request again and again. ``prepare`` is called before each, outside the clock."""

    def __init__(self, handler, path, *, cookies="", form=None, headers=None, prepare=None):
        self.handler, self.path, self.form, self.prepare = handler, path, form, prepare
        self.headers = {"HTTP_HOST": "localhost", "HTTP_COOKIE": cookies, **(headers or {})}
        self.costs = Costs()

    def ask(self, backend) -> Answer:
        """Send the request once and note what it cost."""
        if self.prepare:
            self.prepare()
        environ, got = self._environ(), {}
        database_before, before = backend.spent_ms(), time.process_time()
        response = self.handler(environ, lambda status, headers: got.update(status=int(status[:3]), headers=dict(headers)))
        body = b"".join(response)
        response.close()
        self.costs.app.append((time.process_time() - before) * 1000)
        self.costs.database.append(backend.spent_ms() - database_before)
        return Answer(got["status"], body, got["headers"])

    def count(self, backend) -> Answer:
        """Send the request once with an eye on the database; note the statements, not the time."""
        seen = []

        def watch(execute, sql, params, many, context):
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            answer = self.ask(backend)
        self.costs = Costs(statements=len(seen))
        return answer

    def _environ(self):
        factory = RequestFactory()
        if self.form is None:
            return factory.get(self.path, **self.headers).environ
        form = self.form() if callable(self.form) else self.form
        return factory.post(self.path, form, content_type="application/x-www-form-urlencoded", **self.headers).environ


class Backend:
    """The process of the database server that serves our connection."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.seen = self._path.exists()

    def spent_ms(self) -> float:
        """Return the CPU that the backend has used so far; 0 where it runs on another machine."""
        return int(self._path.read_text().split()[0]) / 1e6 if self.seen else 0.0


def measure(*askers, rounds: int):
    """Ask each in turn, so that what disturbs the machine disturbs all of them alike; the collector waits meanwhile."""
    backend = Backend()
    for asker in askers:
        for _ in range(3):
            asker.ask(backend)
        statements, asker.costs = asker.costs.statements, Costs()
        asker.costs.statements = statements
    with _no_collector():
        for turn in range(rounds):
            if turn % 5 == 0:
                gc.collect()
                yard = _million()
                for asker in askers:
                    asker.costs.yard.append(yard)
            for asker in askers:
                asker.ask(backend)


def yardstick() -> float:
    """Return the milliseconds of CPU that a million additions take here and now, the best of 15."""
    return min(_million() for _ in range(15))


def _million():
    before, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - before) * 1000


@contextmanager
def _no_collector():
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
