"""Parley on PostgreSQL and Redis as processes that are killed at random and started again at once, by their ids."""

import json
import os
import random
import shutil
import signal
import sys
import time

from tests.browser.live import SET_UP, Portal
from tests.browser.processes import Process, free_port, wait_until

# No limits: they have tests of their own. A letter that a killed process had in hand is free again sooner than in five minutes.
SETTINGS = {
    "PARLEY_LIMITS": "report.account.new=off,report.account=off,report.project=off,message=off,render=off",
    "PARLEY_CLAIM_SECONDS": "25",
}
REDIS = shutil.which("redis-server")


class KilledPortal(Portal):
    """A portal whose web server, worker, clock, Redis and mail server are killed while it works."""

    def __init__(self):
        super().__init__("servers")
        self.kills = []
        self._commands, self._running = {}, {}

    def letters(self):
        """Return what the mail server has taken, as {Message-ID: [who, …]}: one for each copy."""
        found = {}
        for line in self._letters_file.read_bytes().splitlines():
            letter = json.loads(line)
            found.setdefault(letter["id"], []).append(letter["to"])
        return found

    def kill_at_random(self, seconds, *, seed):
        """Kill one process after the other for so many seconds, each of the five at least once if there is time."""
        dice, until = random.Random(seed), time.monotonic() + seconds
        turn = []
        while time.monotonic() < until:
            turn = turn or dice.sample(sorted(self._commands), len(self._commands))
            name = turn.pop()
            self._kill(name)
            self.kills.append(name)
            time.sleep(dice.uniform(0, 1))
            self._begin(name)
            time.sleep(dice.uniform(0.5, 2.5))

    def _environment(self):
        self._mail_port, self._redis_port = free_port(), free_port()
        self._letters_file = self.data / "letters.jsonl"
        self._letters_file.touch()
        return super()._environment() | SETTINGS | {"EMAIL_URL": f"smtp://127.0.0.1:{self._mail_port}"}

    def _use_servers(self, ending):
        super()._use_servers(ending)
        ending.callback(self._stop_processes)
        self.env["REDIS_URL"] = f"redis://127.0.0.1:{self._redis_port}/0"

    def _start_servers(self):
        redis = ["--bind", "127.0.0.1", "--port", str(self._redis_port), "--save", "", "--appendonly", "no", "--dir", str(self.data)]
        celery = [sys.executable, "-m", "celery", "-A", "portal"]
        web = [sys.executable, "-m", "gunicorn", "--threads=8", "--no-control-socket", f"--bind=127.0.0.1:{self.port}", "portal.wsgi"]
        self._commands = {
            "redis": [REDIS, *redis],
            "smtp": [sys.executable, "-m", "tests.chaos.sink", str(self._mail_port), str(self._letters_file)],
            "web": web,
            "worker": [*celery, "worker", "--concurrency=2", "--loglevel=WARNING"],
            "beat": [*celery, "beat", "--loglevel=WARNING", f"--schedule={self.data / 'beat'}"],
        }
        for name in ("redis", "smtp"):
            self._begin(name)
        self.manage("shell", "--no-imports", "-c", SET_UP)
        for name in ("web", "worker", "beat"):
            self._begin(name)
        wait_until(self.answers, what="the portal answers")

    def _begin(self, name):
        # A session of its own, so that what it forks is killed with it.
        process = Process(self._commands[name], env=self.env, output=self.data / f"{name}.out", own_session=True)
        self._running[name] = process

    def _kill(self, name):
        process = self._running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _stop_processes(self):
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            if not process.ended:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        super()._stop_processes()
