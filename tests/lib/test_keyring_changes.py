"""A ring that changes: processes notice, a broken one disturbs nobody, and a command that dies leaves the old or the new one."""

import fcntl
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from portal.lib import crypto, keyring, ring_document, ring_file
from portal.lib.crypto import Binding, DecryptError
from portal.lib.keyring import NotPossible, RingUnusable

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = json.loads((ROOT / "tests/data/golden_v1_test_key_not_secret.json").read_text())
PLACE = Binding(scope=UUID(GOLDEN["scope"]), row=UUID(GOLDEN["scope"]), label="keyset.shared")


@pytest.fixture
def path(tmp_path, settings):
    """A ring on which processes have looked already."""
    settings.KEY_RING = f"file:{tmp_path / 'ring.json'}"
    ring_file.make(tmp_path / "ring.json", keyring.new_document())
    keyring.ring()
    return tmp_path / "ring.json"


def add(document):
    return ring_document.with_key(document, keyring.new_key())


def activate_newest(document):
    return ring_document.activated(document, ring_document.newest(document))


def test_a_process_notices_a_new_key_and_goes_on_to_open_what_the_old_one_sealed(path):
    before = keyring.ring()
    sealed = before.wrap.encrypt(b"content", b"place")
    keyring.change(add)
    with_two = keyring.ring()
    assert with_two.active_key_id == before.active_key_id and len(with_two.key_ids) == 2
    keyring.change(activate_newest)
    after = keyring.ring()
    assert after.active_key_id != before.active_key_id and keyring.ring() is after
    assert after.wrap.decrypt(sealed, b"place") == b"content"
    assert after.digest("a", "x") == before.digest("a", "x"), "the key of the digests is not rotated"
    assert crypto.key_id_of(after.wrap.encrypt(b"content", b"place")) == after.active_key_id


def test_a_file_put_in_its_place_by_hand_is_noticed(path):
    before = keyring.ring()
    other = path.with_name("other.json")
    other.touch(mode=0o600)
    other.write_text(ring_document.dump(activate_newest(add(ring_document.load(path.read_text())))))
    other.replace(path)
    assert keyring.ring().active_key_id != before.active_key_id


@pytest.mark.parametrize(
    "harm, told",
    [
        (lambda path: path.write_text(path.read_text()[:100]), "cannot be read"),
        (lambda path: path.write_text(""), "ring.json cannot be read"),
        (lambda path: path.chmod(0o640), "chmod 600"),
        (lambda path: path.unlink(), "is gone"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "cannot be read"),
    ],
)
def test_one_that_broke_keeps_the_ring_in_memory_and_is_said_once(path, caplog, harm, told):
    before, text = keyring.ring(), path.read_text()
    harm(path)
    for _again in range(3):
        assert keyring.ring() is before
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1 and told in errors[0] and "goes on" in errors[0]
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    keyring.change(add)
    assert len(keyring.ring().key_ids) == 2, "once mended it is read again"


def test_a_change_that_would_not_open_is_never_written(path):
    before = path.read_bytes()
    with pytest.raises(NotPossible, match="would not open"):
        keyring.change(lambda document: {**document, "wrap": {**document["wrap"], "primaryKeyId": "none"}})
    with pytest.raises(NotPossible):
        keyring.change(lambda document: ring_document.activated(document, 5))
    assert path.read_bytes() == before and not path.with_name(".ring.json.new").exists()


def test_it_stays_its_owners_alone_and_a_symbolic_link_stays_one(path, tmp_path, settings):
    link = tmp_path / "link" / "ring.json"
    link.parent.mkdir()
    link.symlink_to(path)
    settings.KEY_RING = f"file:{link}"
    umask, written = os.umask(0), path.stat().st_ino
    try:
        keyring.change(add)
    finally:
        os.umask(umask)
    assert path.stat().st_ino != written, "replaced as a whole, not written over"
    assert link.is_symlink() and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(ring_document.states(ring_document.load(path.read_text()))) == 2
    assert len(keyring.ring().key_ids) == 2


def test_of_two_commands_one_waits_and_then_says_why_it_gives_up(path, monkeypatch):
    monkeypatch.setattr(ring_file, "PATIENCE_SECONDS", 0)
    with path.with_name(".ring.json.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RingUnusable, match="in hand"):
            keyring.change(add)
    keyring.change(add)
    assert len(keyring.ring().key_ids) == 2


ADD = """
import os, signal, sys
from django.conf import settings
settings.configure(KEY_RING=f"file:{sys.argv[1]}")
from portal.lib import keyring, ring_document
folder, left = os.path.dirname(sys.argv[1]), int(sys.argv[2])
keyring.ring()

def watch(event, arguments):
    # Whatever touches the folder of the ring: the interpreter itself tells of it before it happens.
    global left
    if event in ("open", "os.rename", "os.remove", "os.chmod", "os.chown", "fcntl.flock") and left:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
keyring.change(lambda document: ring_document.with_key(document, keyring.new_key()))
"""


def test_a_command_that_is_killed_anywhere_leaves_the_old_ring_or_the_new_one(path):
    killed_at = 0
    for point in range(1, 40):
        before = ring_document.load(path.read_text())
        ended = subprocess.run([sys.executable, "-c", ADD, path, str(point)], cwd=ROOT, check=False, timeout=60)
        after = ring_document.load(path.read_text())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        grown = len(after["wrap"]["key"]) - len(before["wrap"]["key"])
        assert after["wrap"]["key"][: len(before["wrap"]["key"])] == before["wrap"]["key"] and grown in (0, 1)
        if ended.returncode == 0:
            assert grown == 1
            break
        assert ended.returncode == -9
        killed_at = point
    assert killed_at >= 4, "it was killed at several points, and ended in the last round"
    assert sorted(one.name for one in path.parent.iterdir()) == [".ring.json.lock", "ring.json"], "nothing half-written stays"
    keyring.ring()


def test_a_record_of_the_first_format_opens_after_each_step_of_a_rotation(tmp_path, settings):
    """What lies on disks since the first version is carried on, and opens no more when its key was destroyed."""
    path = tmp_path / "ring.json"
    settings.KEY_RING = f"file:{path}"
    ring_file.make(path, json.dumps(GOLDEN["ring"]))
    wrapped, old = bytes.fromhex(GOLDEN["wrapped"]), keyring.ring().active_key_id
    binding = Binding(UUID(GOLDEN["scope"]), UUID(GOLDEN["row"]), GOLDEN["label"], UUID(GOLDEN["author"]), GOLDEN["revision"])

    def opens(bytes_of_keyset):
        key = crypto.unwrap_keyset(bytes_of_keyset, ring=keyring.ring().wrap, binding=PLACE)
        return crypto.unseal(key, bytes.fromhex(GOLDEN["sealed"]), binding) == GOLDEN["content"]

    assert opens(wrapped)
    for step in (add, activate_newest):
        keyring.change(step)
        assert opens(wrapped)
    again = crypto.rewrap_keyset(wrapped, ring=keyring.ring().wrap, binding=PLACE)
    assert opens(again) and opens(wrapped) and again != wrapped
    keyring.change(lambda document: ring_document.disabled(document, old))
    keyring.change(lambda document: ring_document.without(document, old))
    assert opens(again)
    with pytest.raises(DecryptError):
        opens(wrapped)
