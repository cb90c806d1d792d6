"""manage.py keys: what it says, what it refuses, and that it never writes keys where they would be found with the data."""

import io
import json
import os
import stat

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from portal.lib import keyring, ring_document, ring_file
from portal.management.progress import Progress
from portal.models import Keyset
from tests import builders
from tests.cast import assemble


@pytest.fixture
def ring(tmp_path, settings, db):
    path = tmp_path / "keys" / "ring.json"
    path.parent.mkdir()
    settings.KEY_RING = f"file:{path}"
    ring_file.make(path, keyring.new_document())
    return path


@pytest.fixture
def in_environment(ring, settings, monkeypatch):
    monkeypatch.setenv("A_TEST_RING", ring.read_text())
    monkeypatch.setattr(keyring, "_rings", {})
    settings.KEY_RING = "env:A_TEST_RING"


def keys(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    call_command("keys", *map(str, arguments), stdout=out, stderr=errors)
    return out.getvalue() + errors.getvalue()


def secrets_of(path):
    document = json.loads(path.read_text())
    return [key["keyData"]["value"] for name in ("wrap", "digest") for key in document[name]["key"]]


def states():
    return {key["id"]: key["state"] for key in json.loads(keys("status", "--json"))["keys"]}


def test_the_life_of_a_key(ring):
    cast = assemble()
    assert cast.report
    old = keyring.ring().active_key_id
    said = keys("add")
    new = ring_document.newest(keyring.document())
    assert f"keys activate {new}" in said and "Every process must have it" in said
    assert states() == {old: "active", new: "readable"}
    keys("activate")
    assert states() == {old: "readable", new: "active"}
    assert "rows do not lie under the active key: manage.py keys rewrap" in keys("status")
    with pytest.raises(CommandError, match=f"rows still lie under key {old}"):
        keys("retire", old)
    rows = Keyset.objects.count() + 4
    said = keys("rewrap")
    assert f"Rewrapped {rows}." in said and f"Rewrapping: {rows} of {rows}" in said
    with pytest.raises(CommandError, match="has not retired yet"):
        keys("retire", old, "--destroy", "--yes")
    keys("retire", old)
    assert states() == {old: "disabled", new: "active"}
    keys("enable", old)
    assert states() == {old: "readable", new: "active"}
    keys("retire", old)
    keys("retire", old, "--destroy", "--yes")
    assert states() == {new: "active"}
    assert "Everything opens." in keys("verify", "--all") and "--all opens everything" in keys("verify")
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600


def test_nothing_it_says_holds_a_key(ring):
    before = secrets_of(ring)
    said = keys("status") + keys("status", "--json") + keys("add") + keys("activate") + keys("rewrap") + keys("verify")
    assert not [one for one in before + secrets_of(ring) if one in said]


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["activate", 5], "The ring has no key 5"),
        (["activate"], "is the active one already"),
        (["retire", 5], "The ring has no key 5"),
        (["enable", 5], "The ring has no key 5"),
        (["retire", 5, "--destroy", "--yes"], "The ring has no key 5"),
        (["retire", 5, "--destroy"], "Nobody is here to ask"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(ring, arguments, told):
    before = ring.read_bytes()
    with pytest.raises(CommandError, match=told):
        keys(*arguments)
    assert ring.read_bytes() == before


def test_the_active_key_never_retires(ring):
    with pytest.raises(CommandError, match="is the active one"):
        keys("retire", keyring.ring().active_key_id)


def test_to_destroy_a_key_its_number_is_typed(ring, monkeypatch):
    keys("add")
    key_id = ring_document.newest(keyring.document())
    keys("retire", key_id)
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    with pytest.raises(CommandError, match="Nothing was destroyed"):
        keys("retire", key_id, "--destroy")
    assert states()[key_id] == "disabled"
    monkeypatch.setattr("sys.stdin", Terminal(f"{key_id}\n"))
    assert "can never be opened again" in keys("retire", key_id, "--destroy")
    assert key_id not in states()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_status_names_keys_that_the_ring_lacks(ring):
    assemble()
    keys("rewrap")
    theirs = keyring.ring().active_key_id
    ring.unlink()
    ring_file.make(ring, keyring.new_document())
    assert states() == {theirs: "missing", keyring.ring().active_key_id: "active"}
    said = keys("status")
    assert "keys that this ring lacks" in said and str(theirs) in said and "mode 0600" in said and str(ring) in said


def test_verify_names_what_does_not_open(ring):
    cast = assemble()
    note, message = builders.a_note(cast.case, by=cast.bob), builders.a_team_reply(cast.report, by=cast.bob)
    for row in (note, message):
        type(row).objects.filter(pk=row.pk).update(sealed=b"\x01" + bytes(row.sealed)[:-1])
    errors = io.StringIO()
    with pytest.raises(CommandError, match="^2 rows cannot be opened"):
        call_command("keys", "verify", "--all", stdout=io.StringIO(), stderr=errors)
    assert f"note.content {note.pk}" in errors.getvalue() and f"message.content {message.pk}" in errors.getvalue()


def test_a_copy_is_its_writers_alone_and_says_what_it_is(ring, tmp_path):
    copy = tmp_path / "elsewhere" / "copy.json"
    copy.parent.mkdir()
    said = keys("export", copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 and "READS EVERYTHING" in said
    assert ring_document.load(copy.read_text()) == keyring.document()
    with pytest.raises(CommandError, match="exists already"):
        keys("export", copy)
    with pytest.raises(CommandError, match="No such file or directory"):
        keys("export", tmp_path / "nowhere" / "copy.json")


def test_a_copy_never_lies_with_the_data(ring, tmp_path, settings):
    link = tmp_path / "link"
    link.symlink_to(settings.DATA_DIR)
    for folder in (settings.DATA_DIR, settings.DATA_DIR / "files", link, tmp_path / "keys" / ".." / "link"):
        with pytest.raises(CommandError, match="is backed up or served with the data"):
            keys("export", folder / "copy.json")
    assert not list(settings.DATA_DIR.glob("**/copy.json"))


def test_a_copy_restores_everything(ring, tmp_path):
    """The drill: the database without the ring opens nothing and says so; with the copy it opens all."""
    cast = assemble()
    assert builders.a_team_reply(cast.report, by=cast.bob)
    keys("export", tmp_path / "copy.json")
    ring.unlink()
    keyring._rings.clear()
    with pytest.raises(CommandError, match="is missing, and the database holds"):
        keys("verify")
    assert not ring.exists()
    os.rename(tmp_path / "copy.json", ring)
    assert "Everything opens" in keys("verify", "--all")


def test_a_ring_in_the_environment_is_printed_and_not_changed(in_environment):
    before = os.environ["A_TEST_RING"]
    for verb in (["add"], ["enable", keyring.ring().active_key_id]):
        with pytest.raises(CommandError, match="--print"):
            keys(*verb)
    printed = ring_document.load(keys("add", "--print"))
    assert len(ring_document.states(printed)) == 2
    assert os.environ["A_TEST_RING"] == before and len(keyring.ring().key_ids) == 1


def test_a_rotation_in_the_environment(in_environment, monkeypatch):
    assert assemble().report
    old = keyring.ring().active_key_id
    for verb in (["add"], ["activate"], ["rewrap"], ["retire", old], ["retire", old, "--destroy", "--yes"]):
        said = keys(*verb, *([] if verb == ["rewrap"] else ["--print"]))
        if verb != ["rewrap"]:
            monkeypatch.setenv("A_TEST_RING", said.strip().splitlines()[-1])
            monkeypatch.setattr(keyring, "_rings", {})
    assert old not in states() and "Everything opens" in keys("verify", "--all")


def test_nothing_is_printed_to_a_terminal(in_environment):
    with pytest.raises(CommandError, match="a terminal keeps what it shows"):
        call_command("keys", "add", "--print", stdout=OutputWrapper(Terminal()))


@pytest.mark.parametrize("verb", [["add"], ["activate"], ["rewrap"], ["verify"], ["add", "--print"]])
def test_a_process_without_the_ring_changes_nothing(ring, settings, verb):
    settings.KEY_RING = "none:"
    with pytest.raises(CommandError, match="without the key ring"):
        keys(*verb)


def test_without_the_ring_status_still_counts(ring, settings):
    assemble()
    settings.KEY_RING = "none:"
    assert "does not know the states" in keys("status")


def test_a_broken_ring_is_one_sentence(ring):
    ring.write_text("{")
    keyring._rings.clear()
    for verb in ("status", "add", "rewrap", "verify"):
        with pytest.raises(CommandError, match="Restore it from its backup"):
            keys(verb)


def test_a_bar_moves_on_a_terminal_and_lines_come_elsewhere():
    shown, lines = Terminal(), io.StringIO()
    for stream in (shown, lines):
        progress = Progress(OutputWrapper(stream), "Rewrapping", 200)
        for done in range(0, 201, 5):
            progress.tell(done)
        progress.end()
    assert shown.getvalue().count("\r") == 41 and shown.getvalue().endswith(f"[{'#' * 30}] 200 of 200\n")
    assert lines.getvalue().count("\n") == 10 and lines.getvalue().endswith("Rewrapping: 200 of 200\n")
