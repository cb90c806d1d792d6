"""Rotation: a rewrap that dies anywhere goes on when it is run again, two at once do no harm, and there is a way back."""

import json
import shutil

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import TotpDevice
from intake.models import Case, Report
from portal import ring_check, ring_rotation, ring_rows
from portal.keys import Keys
from portal.lib import crypto, keyring, ring_file
from portal.lib.keyring import NotPossible
from portal.models import Keyset, Project
from tests import builders
from tests.cast import assemble
from tests.portal.keys_at_work import environment, manage, opens, start, write_cases


@pytest.fixture
def ring(tmp_path, settings):
    """A ring of this test's own."""
    path = tmp_path / "keys" / "ring.json"
    path.parent.mkdir()
    settings.KEY_RING = f"file:{path}"
    ring_file.make(path, keyring.new_document())
    return path


def add_and_activate():
    """Go over to a new key; return the number of the old one and of the new one."""
    old = keyring.ring().active_key_id
    keyring.change(ring_rotation.with_a_new_key)
    keyring.change(ring_rotation.active_from_now_on(None))
    return old, keyring.ring().active_key_id


def everything_opens():
    found = [ring_check.check(kind, everything=True) for kind in ring_check.kinds()]
    return not any(one.broken for one in found) and sum(one.opened for one in found)


@pytest.fixture
def cases(transactional_db):
    """Makes so many cases with keysets of their own, in a database that other processes see."""
    call_command("load_policies", verbosity=0)
    return lambda count: write_cases(Project.objects.first(), range(count), who="here")


def test_a_whole_rotation_with_everything_in_its_place(ring, db):
    cast = assemble()
    assert cast.report and builders.a_team_reply(cast.report, by=cast.bob)
    before = everything_opens()
    seeds = {device.pk: device.seed for device in TotpDevice.objects.all()}
    sealed = set(Keyset.objects.values_list("wrapped", flat=True))
    old, new = add_and_activate()
    builders.a_report(cast.mailat, by=cast.charlie)
    assert ring_rows.counts().keys() == {old, new}
    with pytest.raises(NotPossible, match="rows still lie under"):
        ring_rotation.retire(old)
    told = []
    result = ring_rotation.rewrap(batch=2, tell=told.append)
    assert result.done == told[-1] == len(sealed) + len(seeds) and not result.unreadable
    assert set(ring_rows.counts()) == {new}
    assert sealed.isdisjoint(Keyset.objects.values_list("wrapped", flat=True))
    assert {device.pk: device.seed for device in TotpDevice.objects.all()} == seeds
    assert {crypto.key_id_of(bytes(device.sealed_seed)) for device in TotpDevice.objects.all()} == {new}
    assert ring_rotation.rewrap().done == 0, "a second run has nothing to do"
    ring_rotation.retire(old)
    assert everything_opens() > before
    keyring.change(ring_rotation.destroyed(old))
    assert everything_opens() > before


def test_codes_are_taken_after_a_rotation(ring, db):
    """Recovery codes are digests under a key that is not rotated; an app's codes come from its seed."""
    cast = assemble()
    device = TotpDevice.objects.get(user=cast.alice)
    old, _new = add_and_activate()
    before = keyring.ring().digest("recovery-code", "ABC")
    ring_rotation.rewrap()
    ring_rotation.retire(old)
    assert keyring.ring().digest("recovery-code", "ABC") == before
    assert TotpDevice.objects.get(pk=device.pk).seed


def test_addresses_of_webhooks_go_along(ring, db):
    cast = assemble()
    hook = builders.a_webhook(cast.mailat, by=cast.olivia)
    before, (old, new) = hook.opened, add_and_activate()
    assert crypto.key_id_of(bytes(hook.sealed)) == old
    ring_rotation.rewrap()
    hook.refresh_from_db()
    assert crypto.key_id_of(bytes(hook.sealed)) == new and hook.opened == before
    ring_rotation.retire(old)
    keyring.change(ring_rotation.destroyed(old))
    assert everything_opens() and hook.opened == before


def test_the_way_back_to_the_old_key(ring, db):
    cast = assemble()
    assert cast.report
    old, new = add_and_activate()
    ring_rotation.rewrap()
    builders.a_report(cast.mailat, by=cast.charlie)
    keyring.change(ring_rotation.active_from_now_on(old))
    builders.a_report(cast.mailat, by=cast.charlie)
    assert everything_opens()
    ring_rotation.rewrap()
    ring_rotation.retire(new)
    keyring.change(ring_rotation.destroyed(new))
    assert everything_opens() and set(ring_rows.counts()) == {old}


def test_a_process_that_lacks_the_new_key_shows_what_it_can_and_says_which_key_it_lacks(ring, db, settings, caplog):
    cast = assemble()
    early = builders.a_report(cast.mailat, by=cast.rita)
    elsewhere = ring.with_name("elsewhere.json")
    shutil.copy(ring, elsewhere)
    _old, new = add_and_activate()
    late = builders.a_report(cast.mailat, by=cast.rita)
    settings.KEY_RING = f"file:{elsewhere}"
    rita = cast.client("rita")
    assert "cannot be opened" in rita.get(late.get_absolute_url()).content.decode()
    assert f"ring key {new}" in caplog.text
    assert "Stored XSS" in rita.get(early.get_absolute_url()).content.decode()
    again = builders.a_report(cast.mailat, by=cast.rita)
    settings.KEY_RING = f"file:{ring}"
    for report in (early, late, again):
        assert Keys.to(shared=[report.pk]).open(Report.objects.get(pk=report.pk))


def test_what_an_older_backup_brings_back_opens_until_its_key_is_destroyed(ring, db):
    cast = assemble()
    backup = {cast.report.pk: Keyset.objects.get(scope_uuid=cast.report.pk)}
    old, _new = add_and_activate()
    ring_rotation.rewrap()
    ring_rotation.retire(old)
    backup[cast.report.pk].save()
    assert not everything_opens() and ring_rotation.to_rewrap() == 1
    keyring.change(ring_rotation.readable_again(old))
    assert everything_opens()
    ring_rotation.rewrap()
    ring_rotation.retire(old)
    keyring.change(ring_rotation.destroyed(old))
    backup[cast.report.pk].save()
    result = ring_rotation.rewrap()
    assert [str(cast.report.pk) in said for said in result.unreadable] == [True]
    assert Keys.to(internal=[cast.case.pk]).open(Case.objects.get(pk=cast.case.pk)), "and the rest is untouched"


def test_one_that_does_not_open_stops_nobody_else_and_is_named(ring, db):
    cast = assemble()
    bad = Keyset.objects.filter(scope_uuid=cast.report.pk)
    bad.update(wrapped=b"\0" * 40)
    _old, new = add_and_activate()
    result = ring_rotation.rewrap(batch=1)
    assert len(result.unreadable) == 1 and str(cast.report.pk) in result.unreadable[0]
    assert not Keyset.objects.exclude(scope_uuid=cast.report.pk).exclude(ring_key_id=new).exists()


def test_what_changed_meanwhile_is_left_alone(ring, db):
    cast = assemble()
    assert cast.report
    add_and_activate()
    table, row = ring_rows.TABLES[0], Keyset.objects.first()
    Keyset.objects.filter(pk=row.pk).update(wrapped=b"erased")
    assert table.rewrap(row, keyring.ring()) is False
    assert bytes(Keyset.objects.get(pk=row.pk).wrapped) == b"erased"


def test_a_rewrap_that_is_killed_at_any_statement_loses_nothing_and_goes_on(ring, cases, tmp_path):
    builders.a_factor(builders.a_person("Alice"))
    cases(5)
    keyring.change(ring_rotation.with_a_new_key)
    process = start(environment(ring, tmp_path / "data"), "die_everywhere", 2)
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    found = json.loads(said.splitlines()[-1])
    assert found["strange"] == []
    left = {rows for _before, _point, rows in found["deaths"]}
    assert {0, 6} < left, "it died with nothing done, with some, and with all"
    assert len(found["deaths"]) > 20
    assert everything_opens()


def test_two_at_once_share_the_work(ring, cases, tmp_path):
    made = cases(60)
    _old, new = add_and_activate()
    env, go = environment(ring, tmp_path / "data"), tmp_path / "go"
    both = [start(env, "rewrap_when", go, 3) for _number in range(2)]
    for process in both:
        assert process.stdout.readline() == "working\n"
    go.touch()
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    connection.close()
    assert set(ring_rows.counts()) == {new}
    for case in Case.objects.all():
        opens(case)
    assert Case.objects.count() == len(made)
    done = [int(out.split("Rewrapped ")[-1].partition(".")[0]) for out, _errors in said]
    assert sum(done) == len(made)


def test_it_dies_for_real_and_a_second_command_finishes(ring, cases, tmp_path):
    cases(20)
    _old, new = add_and_activate()
    env = environment(ring, tmp_path / "data")
    died = start(env, "rewrap_and_die", 12, 3)
    died.communicate(timeout=60)
    assert died.returncode == -9
    left = ring_rotation.to_rewrap()
    assert 0 < left < 20
    again = manage(env, "keys", "rewrap")
    assert again.returncode == 0 and f"Rewrapped {left}." in again.stdout, again.stderr
    assert set(ring_rows.counts()) == {new} and everything_opens()
