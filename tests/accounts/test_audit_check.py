"""The chain is followed in steps, a break is named wherever it is, and a copy that lies elsewhere finds what the database hides."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from accounts import audit, audit_check
from accounts.models import AuditCheck, AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(rita):
    return [audit.record("second_factor.link_made", by=rita, at=now(), person=rita.uuid, hours=number) for number in range(1, 8)]


def test_a_long_trail_is_followed_in_steps_and_then_what_is_appended(seven, rita):
    at = now()
    assert [audit_check.follow(at=at, most=3).seq for _step in range(2)] == [3, 6]
    assert audit_check.latest().whole_at is None, "not at the end yet"
    note = audit_check.follow(at=at + timedelta(minutes=5), most=3)
    assert (note.seq, note.whole_at, note.upto_at) == (7, at, at + timedelta(minutes=5)), "whole since the walk began"
    audit.record("signed_out", by=rita, at=now())
    note = audit_check.follow(at=at + timedelta(minutes=10), most=3)
    assert (note.seq, note.whole_at, note.begun_at) == (8, at, at), "what was appended, without all before it"
    AuditEvent.objects.filter(seq=2).update(facts={})
    assert audit_check.follow(at=at + timedelta(minutes=15)).broken_seq is None, "that is for the next walk"
    assert audit_check.follow(at=at + timedelta(days=1)).broken_seq == 2


@pytest.mark.parametrize(
    "change", [{"kind": "x"}, {"facts": {}}, {"actor_uuid": None}, {"at": now()}, {"project_uuid": "0" * 32}, {"hash": "0" * 64}]
)
def test_a_changed_event_is_named_and_a_restored_one_is_found_right(seven, change, caplog):
    AuditEvent.objects.filter(seq=4).update(**change)
    assert audit_check.follow(at=now()).broken_seq == 4
    assert audit_check.follow(at=now()).broken_seq == 4
    assert len([record for record in caplog.records if record.name == "parley.trail"]) == 1, "it is said once"
    AuditEvent.objects.filter(seq=4).delete()
    seven[3].save(force_insert=True)
    assert audit_check.follow(at=now()).broken_seq is None and audit_check.latest().broken_at is None


@pytest.mark.parametrize("gone", [[1], [3], [7], [5, 6, 7]])
def test_removed_events_are_found_at_the_beginning_in_the_middle_and_at_the_end(seven, gone):
    audit_check.follow(at=now())
    AuditEvent.objects.filter(seq__in=gone).delete()
    assert audit_check.follow(at=now(), anew=True).broken_seq == (7 if 7 in gone else gone[0] + 1)


def test_two_walks_at_once_do_not_undo_each_other(seven):
    behind = AuditCheck.objects.get_or_create()[0]
    audit_check.follow(at=now())
    behind.seq = 3
    audit_check._keep(behind, AuditCheck())
    assert audit_check.latest().seq == 7


def copy_of(events):
    return [json.dumps(event.entry() | {"hash": event.hash}) for event in events]


def test_a_copy_finds_a_trail_that_was_written_anew_and_one_that_was_cut_off(seven, rita):
    lines = copy_of(seven)
    assert list(audit_check.against(lines)) == []
    shuffled = [f"<110>Nov 22 21:14:03 portal parley-audit: {line}" for line in reversed(lines)] + ["", lines[0]]
    assert list(audit_check.against(shuffled)) == [], "in any order, twice, with what a log daemon writes in front"
    AuditEvent.objects.filter(seq__gte=5).delete()
    AuditCheck.objects.all().delete()
    audit.record("signed_out", by=rita, at=now())
    assert audit_check.follow(at=now()).broken_seq is None, "by itself the database holds together"
    found = list(audit_check.against(lines))
    assert [sentence.split(": ")[1].split(" (")[0] for sentence in found] == ["event 5", "event 6", "event 7"]
    assert "another one" in found[0] and "no longer" in found[1]


@pytest.mark.parametrize(
    "line", ["{", "x", "[1]", '{"seq": true}', '{"seq": 0}', '{"seq": 1e400}', '{"seq": 99999999999999999999}', "{" * 4000]
)
def test_a_line_that_is_none_is_named(line):
    assert list(audit_check.against([line])) == ["Line 1 is no event of a trail."]


def test_the_command_says_it_and_exits(seven, tmp_path, capsys):
    copy = tmp_path / "audit.jsonl"
    call_command("verify_audit", lines_after=0)
    copy.write_text(capsys.readouterr().out)
    assert copy.read_text().splitlines() == [audit.line(event) for event in seven]
    call_command("verify_audit", against=str(copy))
    assert capsys.readouterr().out == "7 events, each follows from the one before it. The copy agrees.\n"
    AuditEvent.objects.filter(seq=7).delete()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", against=str(copy))
    said = capsys.readouterr().out
    assert ended.value.code == 1 and "breaks at event 7" in said and "event 7 (second_factor.link_made) is no longer" in said


def test_no_event_is_a_whole_trail(capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out.startswith("0 events")
    assert audit_check.latest().whole_at
