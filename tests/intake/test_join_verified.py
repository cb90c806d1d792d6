"""After a join, `verify` finds nothing wrong, and still names what was tampered with; copies hold what a comparison needs."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from intake import verification
from intake.ledger import Wrong
from intake.models import Case, CaseEvent, Report
from tests import builders
from tests.intake import copied, joined
from tests.intake.doing import said


@pytest.fixture
def pair(cast):
    first, second = joined.two(cast)
    cast.left = second.case
    builders.a_team_reply(second, by=cast.bob)
    builders.a_sent_file(second, by=cast.carol)
    second = joined.join(second, first, by=cast.bob)
    builders.a_reporter_reply(second, by=cast.carol)
    return joined.anew(first), second


def wrong():
    return [(finding.table, finding.wrong) for finding in verification.cases(keyed=True)]


def test_each_case_by_itself_is_in_order(cast, pair):
    assert wrong() == []
    for ref in (cast.left.ref, pair[0].case.ref):
        assert list(verification.cases(ref=ref, keyed=True)) == []
        call_command("verify", "--case", ref, stdout=StringIO())


def test_each_chain_has_one_head(pair):
    heads = [head for head in verification.heads() if head.chain == "report"]
    assert len({head.uuid for head in heads}) == len(heads) == 2
    assert {head.uuid: head.seq for head in heads}[str(pair[1].pk)] == pair[1].events.count()
    assert list(verification.against(verification.heads())) == []


def test_a_report_that_hangs_on_a_case_to_which_nobody_joined_it_is_named(cast, pair):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    for case in (cast.left, other.case):
        Report.objects.filter(pk=pair[1].pk).update(case=case)
        assert ("intake_report", str(Wrong.MOVED)) in wrong()
    Report.objects.filter(pk=pair[1].pk).update(case=pair[0].case)
    Report.objects.filter(pk=other.pk).update(case=pair[0].case)
    assert ("intake_report", str(Wrong.MOVED)) in wrong()


def test_where_a_case_leads_is_what_the_events_say(cast, pair):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    Case.objects.filter(pk=cast.left.pk).update(joined_into=other.case)
    assert wrong() == [("intake_case", f"{Wrong.FACTS}: joined_into_id")]
    Case.objects.filter(pk=cast.left.pk).update(joined_into=None)
    assert wrong() == [("intake_case", f"{Wrong.FACTS}: joined_into_id")]


@pytest.mark.parametrize("where", ["before", "the join", "after"])
def test_a_removed_event_of_either_case_is_missed(cast, pair, where):
    events = CaseEvent.objects.filter(report=pair[1]).order_by("report_seq")
    place = {"before": events.filter(case=cast.left)[1], "the join": events.get(kind="report_joined"), "after": events.last()}[where]
    CaseEvent.objects.filter(pk=place.pk).delete()
    assert wrong()


def test_that_it_left_cannot_be_taken_out(cast, pair):
    CaseEvent.objects.filter(case=cast.left, kind="report_joined").delete()
    assert ("intake_caseevent", str(Wrong.MOVED)) in wrong()


def test_an_event_on_the_case_that_it_left_is_named(cast, pair):
    CaseEvent.objects.filter(report=pair[1], case=pair[0].case).exclude(kind="report_joined").update(case=cast.left, seq=90)
    assert ("intake_report", str(Wrong.MOVED)) in wrong()


def test_the_copy_of_the_joined_one_says_to_what_and_compares_with_the_other_copy(cast, pair, tmp_path):
    first, second = pair
    places = {}
    for name, who, report in (("rita", "rita", first), ("carol", cast.carol, second)):
        places[name] = tmp_path / f"{name}.zip"
        places[name].write_bytes(copied.bytes_of(copied.taken(cast.client(who), report.ref)))
    code, told = copied.verified(places["carol"], "--receipt", second.commitment)
    assert code == 0 and f"{second.ref} was joined to a report received at" in told and first.commitment in told, told
    code, told = copied.verified(places["carol"], "--earlier", places["rita"])
    assert code == 0 and f"{second.ref} was joined to {first.ref}: commitment and time are those of that copy." in told, told
    code, told = copied.verified(places["rita"], "--earlier", places["carol"])
    assert code == 1 and "The earlier copy is of another report." in told
    stranger = builders.a_report(cast.mailat, by=cast.charlie)
    places["charlie"] = tmp_path / "charlie.zip"
    places["charlie"].write_bytes(copied.bytes_of(copied.taken(cast.client("charlie"), stranger.ref)))
    code, told = copied.verified(places["carol"], "--earlier", places["charlie"])
    assert code == 1 and "of another report" in told


def test_a_copy_from_before_the_join_is_the_beginning_of_one_from_after(cast, tmp_path):
    first, second = joined.two(cast)
    carol = cast.client(cast.carol)
    (tmp_path / "before.zip").write_bytes(copied.bytes_of(copied.taken(carol, second.ref)))
    joined.join(second, first, by=cast.bob)
    assert carol.post(f"/reports/{second.ref}/reply/", said(files=copied.a_file())).status_code == 302
    (tmp_path / "after.zip").write_bytes(copied.bytes_of(copied.taken(carol, second.ref)))
    code, told = copied.verified(tmp_path / "after.zip", "--earlier", tmp_path / "before.zip")
    assert code == 0 and "of the earlier copy are all there, unchanged" in told, told


def test_copies_of_both_cases_are_whole(cast, pair, tmp_path):
    builders.a_note(cast.left, by=cast.bob)
    alice = copied.proved(cast.client("alice"))
    for ref, reports in ((cast.left.ref, 0), (pair[0].case.ref, 2)):
        place = tmp_path / f"{ref}.zip"
        place.write_bytes(copied.bytes_of(copied.taken(alice, ref, kind="case", reason="record")))
        code, told = copied.verified(place)
        assert code == 0 and len(copied.document(place.read_bytes())["reports"]) == reports, told


def test_a_case_copy_whose_report_came_from_nowhere_is_wrong(cast, pair, tmp_path):
    """Its chain of the case must tell of the join, and of all that came after it."""
    alice = copied.proved(cast.client("alice"))
    zipped = copied.bytes_of(copied.taken(alice, pair[0].case.ref, kind="case", reason="record"))
    place = copied.unpacked(zipped, tmp_path / "copy")
    script = (place / "verify.py").read_text()
    assert script.count('one["kind"] == "report_joined"') == 1
    (place / "verify.py").write_text(script.replace('one["kind"] == "report_joined"', 'one["kind"] == "never"'))
    _code, told = copied.verified(place)
    assert "tells of other events than that of the report" in told
    assert Report.objects.get(pk=pair[1].pk).received_at < now()
