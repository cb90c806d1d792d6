"""The ring: made once, for its owner's eyes only, the same for all processes, or plainly refused."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal.lib import keyring
from portal.lib.keyring import KeylessProcess, RingUnusable

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import sys
from django.conf import settings
settings.configure(KEY_RING=sys.argv[1])
from portal.lib import keyring
print(keyring.ring().active_key_id, keyring.ring().digest("test", "value"))
"""


@pytest.fixture
def path(tmp_path, settings, db):
    settings.KEY_RING = f"file:{tmp_path / 'keys' / 'ring.json'}"
    return tmp_path / "keys" / "ring.json"


def test_it_is_made_on_the_first_start_for_its_owner_only(path, caplog):
    first = keyring.ring()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "Back it up now" in caplog.text and keyring.ring() is first
    assert [one.name for one in path.parent.iterdir()] == ["ring.json"], "no half-written file stays"


def test_a_strict_umask_or_a_loose_one_changes_nothing(path):
    before = os.umask(0)
    try:
        keyring.ring()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601, 0o666])
def test_one_that_others_may_touch_is_refused(path, mode):
    path.parent.mkdir()
    path.write_text(keyring.new_document())
    path.chmod(mode)
    with pytest.raises(RingUnusable, match="chmod 600"):
        keyring.ring()
    path.chmod(0o600)
    assert keyring.ring().active_key_id


@pytest.mark.parametrize("document", ["", "{}", "not JSON", '{"wrap": {}, "digest": {}}', '{"wrap": 5, "digest": 6}', "[]", "null"])
def test_one_that_is_broken_is_refused_and_not_made_anew(path, document):
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_text(document)
    with pytest.raises(RingUnusable, match="Restore it from its backup"):
        keyring.ring()
    assert path.read_text() == document


def test_from_the_environment_it_works_and_warns_without_telling_it(settings, monkeypatch, caplog):
    document = keyring.new_document()
    monkeypatch.setenv("A_TEST_RING", document)
    settings.KEY_RING = "env:A_TEST_RING"
    monkeypatch.setattr(keyring, "_rings", {})
    assert keyring.ring().active_key_id == json.loads(document)["wrap"]["primaryKeyId"]
    assert "A_TEST_RING" in caplog.text and json.loads(document)["wrap"]["key"][0]["keyData"]["value"] not in caplog.text
    settings.KEY_RING = "env:NO_SUCH_RING"
    with pytest.raises(RingUnusable):
        keyring.ring()


def test_without_a_ring_it_says_so(settings):
    settings.KEY_RING = "none:"
    with pytest.raises(KeylessProcess, match="without the key ring"):
        keyring.ring()


@pytest.mark.parametrize("source", ["", "kms://somewhere", "/etc/ring.json"])
def test_another_source_is_refused(settings, source):
    settings.KEY_RING = source
    with pytest.raises(RingUnusable, match="file:, env: or none:"):
        keyring.ring()


@pytest.mark.parametrize("folder", ["files", "backup", "mail"])
def test_one_that_lies_with_what_it_opens_is_refused(settings, folder):
    settings.KEY_RING = f"file:{settings.DATA_DIR / folder / 'keys' / '..' / 'ring.json'}"
    with pytest.raises(RingUnusable, match="Move it somewhere else"):
        keyring.ring()


def test_one_that_this_process_may_not_read_is_said_so(path):
    path.parent.mkdir()
    path.mkdir(mode=0o700)
    with pytest.raises(RingUnusable, match="cannot be read by this process"):
        keyring.ring()


def test_one_that_went_away_is_not_replaced_while_there_is_what_it_opens(path, cast, settings):
    """A new ring would open nothing of what is there, and take in what the restored one cannot open."""
    settings.KEY_RING = f"file:{path.with_name('lost.json')}"
    with pytest.raises(RingUnusable, match="is missing, and the database holds 4 keys"):
        keyring.ring()
    assert not path.with_name("lost.json").exists()


def test_processes_that_start_together_agree(path):
    out = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    started = [subprocess.Popen([sys.executable, "-c", ASK, f"file:{path}"], **out) for _number in range(4)]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1 and said.pop().strip()
    assert [one.name for one in path.parent.iterdir()] == ["ring.json"]


def test_digests_are_blind_and_keep_purposes_apart(path):
    ring = keyring.ring()
    assert ring.digest("a", "x") == ring.digest("a", "x")
    assert len({ring.digest("a", "x"), ring.digest("b", "x"), ring.digest("a", "y"), ring.digest("a\0x", "")}) == 4
