"""What Parley runs when one terminal is all there is: a web server, and a worker with the clock in it.

Both functions are for a process just forked by the supervisor, with Django set up; both end by SIGTERM.
"""

import logging
import os
import signal
import threading
from contextlib import suppress

from celery import signals
from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication

from portal.celery import app as celery_app
from portal.wsgi import application

LOG_DIR = settings.DATA_DIR / "log"
LARGEST_LOG_BYTES = 5 * 1024 * 1024
WEB_THREADS = 8  # more than portal.lib.render gives to costly texts

log = logging.getLogger("parley.embedded")


class _Web(BaseApplication):
    def __init__(self, options):
        self.options = options
        super().__init__()

    def load_config(self):
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        return application


def web(listener):
    """Serve on a socket that already listens."""
    _log_to("web")
    # gunicorn puts its handlers on a logger that does not propagate.
    logging.getLogger("gunicorn.error").addHandler(_terminal)
    _Web(
        {
            "bind": [f"fd://{listener.fileno()}"],
            "worker_class": "gthread",
            "workers": 1,
            "threads": WEB_THREADS,
            "preload_app": True,
            "graceful_timeout": 5,
            "timeout": 60,
            "control_socket_disable": True,
        }
    ).run()


def worker():
    """Do background work, and ask for the periodic part of it (Celery worker and beat in one process)."""
    _log_to("worker")
    # Celery leaves the logging alone when somebody answers this signal.
    signals.setup_logging.connect(_logging_is_set_up, weak=False)
    signals.worker_ready.connect(_start_beat, weak=False)
    celery_app.worker_main(
        ["worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-n", "embedded@%h"]
    )


def _logging_is_set_up(**_):
    pass


def _start_beat(**_):
    # Not `worker -B`: that forks a process of its own, which outlives a worker that is killed.
    threading.Thread(target=_beat, name="beat", daemon=True).start()


def _beat():
    try:
        # By name: the web need not wait for this import. The plain scheduler keeps no file of last runs, for what it
        # asks for looks into the database and may be asked for at any time.
        clock = import_string("celery.beat.Service")(celery_app, max_interval=1, scheduler_cls="celery.beat:Scheduler")
        clock.start()
    except BaseException:
        log.exception("The clock stopped; the worker ends with it and will be started again.")
        os.kill(os.getpid(), signal.SIGTERM)


_terminal = logging.StreamHandler()


def _log_to(name):
    """Send what this process prints to its log file; warnings also reach the terminal."""
    LOG_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = LOG_DIR / f"{name}.log"
    with suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    terminal = os.fdopen(os.dup(2), "w", buffering=1)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    _terminal.setStream(terminal)
    _terminal.setLevel(logging.WARNING)
    _terminal.setFormatter(logging.Formatter(f"{name}: %(message)s"))
    logging.getLogger().addHandler(_terminal)
