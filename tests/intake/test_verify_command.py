"""`manage.py verify` says what is wrong and ends with 1, streams what it says, knows what is erased, and does without keys."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from intake import erasure, texts, triage, verification
from intake.models import Case, CaseEvent, Message
from portal.lib import chain
from tests import builders
from tests.intake import story
from tests.intake.doing import keyed


def run(*arguments):
    """Run the command; return (exit code, what it says)."""
    out, code = io.StringIO(), 0
    try:
        call_command("verify", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue()


def spoil(message):
    Message.objects.filter(pk=message.pk).update(sealed=b"spoilt")
    return f"{message.report.case.ref}: intake_message {message.pk}: it cannot be opened"


def test_it_says_that_nothing_is_wrong(cast):
    story.play(cast)
    assert run() == (0, "2 cases checked: nothing is wrong.\n")


def test_it_names_what_is_wrong_and_ends_with_1(cast):
    told = spoil(builders.a_team_reply(cast.report, by=cast.bob))
    builders.a_report(cast.mailat, by=cast.charlie)
    assert run() == (1, f"{told}\n2 cases checked: 1 findings.\n")
    assert run("--case", cast.case.ref)[0] == 1
    other = Case.objects.exclude(pk=cast.case.pk).get()
    assert run("--case", other.ref) == (0, "1 case checked: nothing is wrong.\n")
    with pytest.raises(CommandError, match="There is no case NOPE-1"):
        run("--case", "NOPE-1")


def test_as_json_it_prints_an_object_a_line(cast):
    message = builders.a_team_reply(cast.report, by=cast.bob)
    spoil(message)
    lines = [json.loads(line) for line in run("--json")[1].splitlines()]
    assert lines == [
        {"table": "intake_message", "uuid": str(message.pk), "ref": cast.case.ref, "wrong": "it cannot be opened"},
        {"cases": 1, "contents_opened": True, "findings": 1},
    ]


def test_without_the_ring_it_checks_chains_and_says_so(cast, settings):
    message = builders.a_team_reply(cast.report, by=cast.bob)
    spoil(message)
    settings.KEY_RING = "none:"
    code, told = run()
    assert code == 0 and "no content was opened" in told
    event = CaseEvent.objects.get(record=message.pk)
    CaseEvent.objects.filter(pk=event.pk).update(kind="team_replied")
    assert run()[0] == 1
    CaseEvent.objects.filter(pk=event.pk).update(kind=event.kind)
    Message.objects.filter(pk=message.pk).update(at=now())
    assert "its time is not that of the event" in run()[1]


def test_heads_that_were_kept_are_compared(cast, tmp_path):
    story.play(cast)
    code, heads = run("--heads")
    assert code == 0 and len(heads.splitlines()) == 1 + 2 * 2
    (tmp_path / "heads").write_text(heads)
    written = builders.a_team_reply(cast.report, by=cast.bob)
    assert run("--against", str(tmp_path / "heads"))[0] == 0
    (tmp_path / "later").write_text(run("--heads")[1])
    newest = CaseEvent.objects.get(record=written.pk)
    newest.delete()
    code, told = run("--against", str(tmp_path / "later"))
    assert code == 1 and f"the kept head of case {newest.case_id}" in told and "is no longer there" in told
    (tmp_path / "broken").write_text("case what 1 2\n")
    with pytest.raises(CommandError, match="line 1: this is no head"):
        run("--against", str(tmp_path / "broken"))
    with pytest.raises(CommandError, match="No such file"):
        run("--against", str(tmp_path / "missing"))


def test_a_chain_written_anew_is_whole_but_not_the_one_that_was_kept(cast, tmp_path):
    """Somebody who may write the database can make a chain; not one with the head that was kept elsewhere."""
    builders.a_team_reply(cast.report, by=cast.bob)
    (tmp_path / "heads").write_text(run("--heads")[1])
    previous, of_report = chain.GENESIS, chain.GENESIS
    for event in CaseEvent.objects.order_by("seq"):
        event.facts = {**event.facts, "forged": True}
        event.hash = previous = chain.link(previous, event.entry())
        event.report_hash = of_report = chain.link(of_report, event.report_entry())
        event.save()
    assert run()[0] == 0
    code, told = run("--against", str(tmp_path / "heads"))
    assert code == 1 and told.count("is another one now") == 2


def test_what_was_erased_is_a_known_state(cast):
    report, _other = story.play(cast)
    case = keyed(report.case)
    erasure.decide(case, by=cast.olivia, at=case.closed_at)
    assert erasure.sweep(at=case.closed_at + timedelta(days=40)) == 1
    assert Case.objects.get(pk=case.pk).erased_at
    assert run() == (0, "2 cases checked: nothing is wrong.\n")
    Message.objects.filter(report=report, retracted_at=None).update(sealed=b"back again")
    assert "its content is there again" in run()[1]


def test_events_from_before_they_named_their_records_are_told_by_what_they_commit_to(cast):
    story.play(cast)
    previous, of_report = {}, {}
    for event in CaseEvent.objects.exclude(kind__in=["advisory_drafted", "advisory_published"]).order_by("case", "seq"):
        if event.kind not in ("message_edited", "note_edited", "message_retracted", "note_retracted", "assigned"):
            event.record = None
            event.facts = {name: value for name, value in event.facts.items() if name in ("severity", "reason", "before")}
        event.save()
    for event in CaseEvent.objects.order_by("case", "seq"):
        event.hash = previous[event.case_id] = chain.link(previous.get(event.case_id, chain.GENESIS), event.entry())
        if event.report_id:
            event.report_hash = of_report[event.report_id] = chain.link(of_report.get(event.report_id, chain.GENESIS), event.report_entry())
        event.save()
    assert list(verification.cases(keyed=True)) == []
    message = Message.objects.filter(revision=1, retracted_at=None).first()
    Message.objects.filter(pk=message.pk).update(sealed=b"spoilt")
    assert [one.uuid for one in verification.cases(keyed=True)] == [message.pk]
    keys = builders._keys(message.report)
    keys.seal(message, texts.message("Another text."))
    message.save()
    assert [str(one.wrong) for one in verification.cases(keyed=True)] == ["its content is not the one that was committed to"]


def test_what_is_being_written_meanwhile_is_not_called_wrong(cast, monkeypatch):
    """The first look may see a message whose event it has not seen; the second, with the case held, sees both."""
    looked = []
    first_look = verification._check

    def check(batch, keyed):
        looked.append(len(batch))
        if len(looked) == 1:
            return [verification.Finding("intake_message", uuid4(), batch[0].ref, "seen too early")]
        return first_look(batch, keyed)

    monkeypatch.setattr(verification, "_check", check)
    assert cast.report and list(verification.cases(keyed=True)) == [] and looked == [1, 1]


def test_statements_do_not_grow_with_cases(cast, django_assert_num_queries, django_assert_max_num_queries):
    for _number in range(2):
        builders.a_team_reply(builders.a_report(cast.mailat, by=cast.rita), by=cast.bob)
    with django_assert_max_num_queries(22) as few:
        assert list(verification.cases(keyed=True)) == []
    for _number in range(6):
        builders.a_team_reply(builders.a_report(cast.mailat, by=cast.rita), by=cast.bob)
    with django_assert_num_queries(len(few.captured_queries)):
        assert list(verification.cases(keyed=True)) == []


def test_a_severity_that_nobody_set_is_named(cast):
    triage.set_severity(keyed(cast.case), severity="high", by=cast.alice, at=now())
    Case.objects.filter(pk=cast.case.pk).update(severity="low")
    assert "is not what the events say: severity" in run()[1]
