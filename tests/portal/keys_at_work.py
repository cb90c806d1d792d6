"""People who read and write cases while keys are rotated, as processes of their own; and a rewrap that dies on the way.

A role runs in the environment that ``environment`` returns: the database of the running test, and a ring of its own.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from django.core.management import call_command
from django.db import connection, transaction

from intake.models import Case
from portal import keys, ring_rotation, ring_rows
from portal.lib import keyring
from portal.models import Project

ROOT = Path(__file__).resolve().parent.parent.parent
SOME = 200  # rows that a reader chooses from
PAUSE_SECONDS = 0.005  # between two acts, so that whoever rotates gets a turn on a small machine


def environment(ring, data):
    """Return the environment of a process that uses the test's database, and this ring."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{found['NAME']}"
    else:
        who = ":".join(quote(part, safe="") for part in (found["USER"], found["PASSWORD"]) if part)
        url = f"postgres://{who}{'@' if who else ''}{found['HOST']}{':' if found['PORT'] else ''}{found['PORT']}/{found['NAME']}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "PGPASSWORD") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": url,
        "PARLEY_DATA": str(data),
        "PARLEY_RING": f"file:{ring}",
    }


def manage(env, *arguments):
    """Run a management command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600
    )


def start(env, role, *arguments):
    """Start a role; what it has to say comes on its standard output."""
    code = f"from tests.portal import keys_at_work; keys_at_work.ROLES[{role!r}](*{[str(one) for one in arguments]!r})"
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "manage.py", "shell", "--no-imports", "-c", code], cwd=ROOT, env=env, **out)


def a_case(project, number, *, who):
    """Return an unsaved case of a project; its title says who made it."""
    return Case(project=project, year=1, number=number, ref=f"{who}-{number}", opened_at="2020-01-01T00:00:00Z")


def write_cases(project, numbers, *, who):
    """Make cases with sealed titles, and their keysets, in one transaction."""
    rows = [a_case(project, number, who=who) for number in numbers]
    with transaction.atomic():
        made = keys.create(*[(row.pk, keys.Purpose.INTERNAL) for row in rows])
        for row in rows:
            made.seal(row, {"title": f"title of {row.ref}", "salt": uuid4().hex})
        type(row).objects.bulk_create(rows)
    return rows


def opens(case):
    """Open a case as a door would, with keys fetched now; raise if its title is not what was sealed."""
    title = keys.Keys.to(internal=[case.pk]).open(case)["title"]
    if title != f"title of {case.ref}":
        raise AssertionError(f"{case.ref} holds another title")


class Working:
    """Until SIGTERM."""

    def __init__(self):
        self.stopped, self.done, self.errors = False, 0, []
        signal.signal(signal.SIGTERM, self._stop)
        print("working", flush=True)  # noqa: T201

    def _stop(self, *_):
        self.stopped = True

    def until_stopped(self, act):
        while not self.stopped:
            try:
                act()
                self.done += 1
            except Exception as error:  # whatever it is, the test wants to know
                self.errors.append(f"{type(error).__name__}: {error}")
            time.sleep(PAUSE_SECONDS)
        print(json.dumps({"done": self.done, "errors": self.errors[:20]}), flush=True)  # noqa: T201


def read():
    cases = list(Case.objects.order_by("?")[:SOME])
    Working().until_stopped(lambda: opens(random.choice(cases)))


def write(who):
    project, numbers = Project.objects.first(), iter(range(10**6, 10**9))

    def one():
        (case,) = write_cases(project, [int(who) * 10**6 + next(numbers)], who=f"w{who}")
        opens(type(case).objects.get(pk=case.pk))

    Working().until_stopped(one)


def rewrap_when(go, batch):
    """Rewrap as soon as a file appears, so that two begin together."""
    print("working", flush=True)  # noqa: T201
    while not Path(go).exists():
        pass
    call_command("keys", "rewrap", "--batch", batch)


def rewrap_and_die(statements, batch):
    """Rewrap, and be killed when so many statements have run."""
    with connection.execute_wrapper(_dying(int(statements), before=False)):
        call_command("keys", "rewrap", "--batch", batch)


def die_everywhere(batch):
    """Be killed before and behind each statement of a rewrap, each time on the way to the other of two keys.

    After each death everything must open, and a second run must bring the rest over. Prints how often it died where.
    """
    deaths, strange = [], []
    for before in (True, False):
        for point in range(1, 200):
            pair = sorted(keyring.ring().key_ids)
            target = next(key for key in pair if key != keyring.ring().active_key_id)
            keyring.change(ring_rotation.active_from_now_on(target))
            died = _in_a_child(lambda point=point, before=before: _rewrap_dying(point, before, int(batch)))
            for case in Case.objects.all():
                opens(case)
            left = ring_rotation.to_rewrap()
            result = ring_rotation.rewrap(batch=int(batch))
            if result.unreadable or result.done != left or set(ring_rows.counts()) != {target}:
                strange.append([before, point, left, result.done])
            if not died:
                break
            deaths.append([before, point, left])
    print(json.dumps({"deaths": deaths, "strange": strange}), flush=True)  # noqa: T201


def _rewrap_dying(point, before, batch):
    with connection.execute_wrapper(_dying(point, before=before)):
        ring_rotation.rewrap(batch=batch)


def _dying(point, *, before):
    left = point

    def wrapper(execute, *call):
        nonlocal left
        left -= 1
        if not left and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(*call)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


def _in_a_child(act):
    """Say whether a child that does this was killed."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            act()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"The rewrap ended with {status}.")
    return status != 0


ROLES = {"read": read, "write": write, "rewrap_when": rewrap_when, "rewrap_and_die": rewrap_and_die, "die_everywhere": die_everywhere}
