"""How long a start takes, and how much memory the embedded whole needs: ``manage.py up`` as a person runs it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATHS = ("/", "/p/mailat/", "/p/mail-auth/", "/advisories/", "/accounts/login/", "/accounts/signup/", "/healthz")
SETTLE_SECONDS = 12  # two sweeps of the worker
PATIENCE_SECONDS = 90


class Portal:
    """One run of ``manage.py up`` on a data folder."""

    def __init__(self, data):
        self.port = _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DJANGO_"))}
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            kept.pop(name, None)
        env = {**kept, "PARLEY_DATA": str(data), "PORT": str(self.port)}
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def first_200(self) -> float:
        """Return the seconds from the start to the first page."""
        while time.monotonic() - self.begun < PATIENCE_SECONDS:
            if self.status("/p/mailat/") == 200:
                return time.monotonic() - self.begun
            time.sleep(0.01)
        raise SystemExit("manage.py up gave no page.")

    def status(self, path):
        """Ask for a page; return the status, or None where nobody answers yet."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = asked.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return None
        finally:
            asked.close()

    def memory_mb(self) -> float:
        """Return the memory of all its processes: proportional set size, so that what they share counts once."""
        return sum(_pss_kib(pid) for pid in _family(self.process.pid)) / 1024

    def stop(self):
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)


def measure(starts: int) -> dict:
    """Set up once, then start again and again; return seconds of the starts that need no set-up, and the memory."""
    seconds = []
    with tempfile.TemporaryDirectory(prefix="parley-bench-up-") as data:
        portal = Portal(data)
        first = portal.first_200()
        for _ in range(starts):
            portal.stop()
            portal = Portal(data)
            seconds.append(portal.first_200())
        try:
            for _ in range(3):
                for path in PATHS:
                    portal.status(path)
            time.sleep(SETTLE_SECONDS)
            memory = portal.memory_mb()
        finally:
            portal.stop()
    return {"set_up_s": first, "starts_s": seconds, "memory_mb": memory}


def _family(pid):
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _pss_kib(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
