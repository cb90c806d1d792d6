"""Processes to wait for: one of the portal's, a free port for it, and patience."""

import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(true, *, what, seconds=30):
    """Poll until ``true()`` answers something true, and return that; fail with ``what`` was missed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = true()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"Waited {seconds} s in vain: {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A process of the portal, with what it printed kept in a file."""

    def __init__(self, arguments, *, env, output, own_session=False):
        self.output = output
        with output.open("ab") as out:
            self._popen = subprocess.Popen(
                arguments, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=own_session
            )
        self.pid = self._popen.pid

    @property
    def printed(self):
        return self.output.read_text(errors="replace")

    @property
    def ended(self):
        return self._popen.poll() is not None

    def send(self, number):
        self._popen.send_signal(number)

    def wait(self, seconds=20):
        return self._popen.wait(seconds)

    def stop(self, seconds=20):
        """Ask it to end, as a terminal would; insist if it does not."""
        if self.ended:
            return
        self.send(signal.SIGINT)
        try:
            self.wait(seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self.wait()
