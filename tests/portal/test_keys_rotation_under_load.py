"""A whole rotation while people read and write, with its rewrap killed twice on the way: nobody notices.

The suite plays it with some hundred keysets, ``make proof`` with ten thousand.
"""

import json
import signal
import time

import hypothesis
import pytest
from django.core.management import call_command

from intake.models import Case
from portal import ring_rotation, ring_rows
from portal.lib import keyring, ring_file
from portal.models import Keyset, Project
from tests.portal.keys_at_work import environment, manage, opens, start, write_cases

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True)]

SHORT, LONG = (300, 10), (10_000, 200)


@pytest.fixture
def size():
    """How many keysets, and how many in one transaction of the rewrap."""
    return LONG if hypothesis.settings.get_current_profile_name() == "proof" else SHORT


@pytest.fixture
def env(tmp_path, settings):
    path = tmp_path / "keys" / "ring.json"
    path.parent.mkdir()
    settings.KEY_RING = f"file:{path}"
    ring_file.make(path, keyring.new_document())
    return environment(path, tmp_path / "data")


@pytest.fixture
def people(env, size):
    """Some who read and some who write, until the test ends whatever happens."""
    call_command("load_policies", verbosity=0)
    for begin in range(0, size[0], 500):
        write_cases(Project.objects.first(), range(begin, min(begin + 500, size[0])), who="here")
    pairs = 2 if size == LONG else 1
    working = [start(env, "read") for _number in range(pairs)] + [start(env, "write", number) for number in range(pairs)]
    try:
        for process in working:
            assert process.stdout.readline() == "working\n", process.stderr.read()
        yield working
    finally:
        for process in working:
            if process.poll() is None:
                process.kill()
            process.communicate()


def test_nobody_notices(env, people, size):
    old, (rows, batch) = keyring.ring().active_key_id, size
    call_command("keys", "add")
    call_command("keys", "activate")
    left = [Keyset.objects.filter(ring_key_id=old).count()]
    for share in (4, 2):
        # Each row is one statement, and each batch two or three more.
        killed = start(env, "rewrap_and_die", rows // share, batch)
        said = killed.communicate(timeout=600)
        assert killed.returncode == -signal.SIGKILL, said
        left.append(Keyset.objects.filter(ring_key_id=old).count())
    assert left[0] > left[1] > left[2] > 0, "each was killed on the way"
    again = manage(env, "keys", "rewrap", "--batch", str(batch))
    assert again.returncode == 0, again.stderr
    assert old not in ring_rows.counts() and ring_rotation.to_rewrap() == 0
    call_command("keys", "retire", old)
    call_command("keys", "retire", old, "--destroy", "--yes")
    time.sleep(0.5)  # people go on with the new key alone
    for process in people:
        process.send_signal(signal.SIGTERM)
    said = [json.loads(process.communicate(timeout=60)[0].splitlines()[-1]) for process in people]
    assert [one["errors"] for one in said] == [[]] * len(people)
    assert all(one["done"] > 10 for one in said), said
    assert Keyset.objects.count() == Case.objects.count() == rows + sum(one["done"] for one in said[len(said) // 2 :])
    call_command("keys", "verify", "--all")
    for case in Case.objects.filter(ref__startswith="here"):
        opens(case)
