"""One command runs the whole portal, keeps it running, and leaves nothing behind when it ends."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.browser.live import Portal, wait_until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the process table in /proc"),
]


@pytest.fixture(scope="module")
def portal():
    with Portal("embedded") as running:
        yield running


def children(pid):
    """Return the pids of the direct children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def descendants(pid):
    direct = children(pid)
    return direct + [further for child in direct for further in descendants(child)]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(pids):
    wait_until(lambda: not any(alive(pid) for pid in pids), what=f"processes end: {[pid for pid in pids if alive(pid)]}")


def web_and_worker(supervisor):
    """Return the pids of the two children; the web is the one that has a child of its own (gunicorn's worker)."""
    found = children(supervisor.pid)
    web = [pid for pid in found if children(pid)]
    worker = [pid for pid in found if not children(pid)]
    return (web[0], worker[0]) if len(web) == len(worker) == 1 else None


def test_the_first_start_prints_the_way_in(portal):
    printed = portal.processes[0].printed
    assert portal.url in printed
    assert portal.answers("/") and portal.answers("/healthz")
    for standing in ("researcher", "triager", "maintainer", "owner", "administrator"):
        address, password = portal.sign_in(standing)
        assert address in printed and password in printed and len(password) > 20
    assert printed.count("/account/second-factor/enrol/") == 4


def test_what_is_secret_is_the_owners_alone(portal):
    for name in ("ring.json", "first-sign-ins.txt", "secret_key", "parley.sqlite3", "log/web.log", "log/worker.log"):
        assert stat.S_IMODE((portal.data / name).stat().st_mode) & 0o077 == 0, name


def test_a_port_in_use_is_said(portal):
    second = portal._start("second", "manage.py", "up")
    assert second.wait() != 0
    assert f"Port {portal.port}" in second.printed and "Traceback" not in second.printed
    assert portal.answers()


def test_a_killed_worker_is_started_again(portal):
    up = portal.processes[0]
    _, worker = wait_until(lambda: web_and_worker(up), what="a web and a worker process")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: (found := web_and_worker(up)) and found[1] != worker, what="another worker process")
    portal.wait_for_output(up, "Starting it again")


def test_a_killed_web_server_is_started_again(portal):
    up = portal.processes[0]
    web, _ = wait_until(lambda: web_and_worker(up), what="a web and a worker process")
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: (found := web_and_worker(up)) and found[0] != web, what="another web process")
    wait_until(portal.answers, what="an answer")


def test_a_second_start_keeps_the_data(portal):
    ring, sign_ins = ((portal.data / name).read_text() for name in ("ring.json", "first-sign-ins.txt"))
    up = portal.processes[0]
    family = descendants(up.pid)
    up.send(signal.SIGINT)
    assert up.wait() == 0
    all_gone(family)

    up.output.unlink()
    portal.processes[:] = [portal.start_up()]
    assert portal.answers("/p/mailat/")
    assert (portal.data / "ring.json").read_text() == ring
    assert (portal.data / "first-sign-ins.txt").read_text() == sign_ins
    printed = portal.processes[0].printed
    assert portal.sign_in("owner")[1] not in printed and "first-sign-ins.txt" in printed
    assert "Setting up" not in printed


def test_children_do_not_outlive_a_killed_supervisor(portal):
    up = portal.processes[0]
    family = wait_until(lambda: web_and_worker(up) and descendants(up.pid), what="a web and a worker process")
    up.send(signal.SIGKILL)
    up.wait()
    all_gone(family)
