"""Keeps a few child processes alive from one terminal. Pure: knows processes and signals, nothing of Parley.

Children are forked from this process, so that what it has imported is shared memory and they start at once. For that,
this process must have no threads and no open database connections when it forks.
"""

import ctypes
import gc
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

GRACE_SECONDS = 10
CALM_SECONDS = 30
LONGEST_PAUSE_SECONDS = 30
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process to keep alive: ``run`` is called in the child and ends by SIGTERM."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    due_at: float = 0.0
    failures: int = field(default=0)


class Supervisor:
    """Starts children, restarts those that die, and stops them all on SIGINT, SIGTERM or SIGHUP.

    ``before_fork`` is called each time before a child is forked; ``say`` takes a line for the person at the terminal.
    """

    def __init__(self, *, say, before_fork=lambda: None):
        self.say = say
        self.before_fork = before_fork
        self.children = []
        self.stopping = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._watch_signals()

    def start(self, name, run):
        """Fork a child that runs ``run``, and keep it alive from now on."""
        child = Child(name, run)
        self.children.append(child)
        self._fork(child)

    def run(self):
        """Keep the children alive until this process is asked to stop; then stop them."""
        while not self.stopping:
            self.tend(wait_seconds=5)
        self.stop()

    def tend(self, *, wait_seconds):
        """Wait for a signal or for some seconds, note who died and start again whose pause is over."""
        soonest = min((child.due_at for child in self.children if not child.pid), default=None)
        if soonest is not None:
            wait_seconds = max(0.0, min(wait_seconds, soonest - time.monotonic()))
        if select.select([self._wake_read], [], [], wait_seconds)[0]:
            os.read(self._wake_read, 512)
        self._reap()
        if self.stopping:
            return
        for child in self.children:
            if not child.pid and child.due_at <= time.monotonic():
                self._fork(child)

    def stop(self):
        """Ask every child to end, and end by force whoever does not within the time of grace."""
        self.stopping = True
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self.tend(wait_seconds=0.2)
        self._signal_all(signal.SIGKILL)
        for child in self.children:
            if child.pid:
                with suppress(ChildProcessError):
                    os.waitpid(child.pid, 0)
                child.pid = 0

    def _watch_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        # The handler does nothing: the wake-up descriptor tells the loop. SIG_IGN would reap the children unseen.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def _asked_to_stop(self, number, frame):
        self.stopping = True

    def _fork(self, child):
        self.before_fork()
        sys.stdout.flush()
        sys.stderr.flush()
        gc.collect()
        gc.freeze()  # the collector would write to every object's header, and so unshare its page
        supervisor_pid = os.getpid()
        child.pid = os.fork()
        if child.pid:
            gc.unfreeze()
            child.started_at = time.monotonic()
            return
        try:
            self._become_child(supervisor_pid)
            child.run()
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def _become_child(self, supervisor_pid):
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._wake_read)
        os.close(self._wake_write)
        # A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops the rest in order.
        os.setpgid(0, 0)
        if sys.platform == "linux":
            # Should the supervisor be killed outright, the kernel ends the child.
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != supervisor_pid:
                os._exit(0)

    def _reap(self):
        for child in self.children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            # Whatever it left running must not stand in its successor's way.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.pid = 0
            if not self.stopping:
                self._put_off(child, os.waitstatus_to_exitcode(status))

    def _put_off(self, child, code):
        calm = time.monotonic() - child.started_at > CALM_SECONDS
        child.failures = 1 if calm else child.failures + 1
        pause = min(0.5 * 2 ** (child.failures - 1), LONGEST_PAUSE_SECONDS)
        child.due_at = time.monotonic() + pause
        why = f"signal {-code}" if code < 0 else f"code {code}"
        self.say(f"The {child.name} process ended ({why}). Starting it again in {pause:g} s.")

    def _signal_all(self, number):
        for child in self.children:
            if child.pid:
                with suppress(ProcessLookupError, PermissionError):
                    # By force, the whole group goes; the orderly end is for the child itself, which tells its own.
                    (os.killpg if number == signal.SIGKILL else os.kill)(child.pid, number)
