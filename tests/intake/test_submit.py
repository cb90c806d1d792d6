"""A report arrives: sealed, with a reference, a pinned policy, its clocks, and letters on their way."""

from datetime import timedelta
from uuid import uuid4

from accounts.models import Delivery
from intake.models import Report
from portal.keys import Keys
from tests import builders


def test_it_is_sealed_and_opens_with_its_own_key_only(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    content = Keys.to(shared=[cast.report.uuid]).open(cast.report)
    assert content["title"] == "Stored XSS in the inbox preview"
    assert b"Stored XSS" not in bytes(cast.report.sealed)
    assert other.uuid != cast.report.uuid


def test_it_pins_the_policy_in_force(cast):
    assert cast.report.policy.project == cast.mailat
    assert cast.report.policy.number == 1


def test_its_clocks_are_those_of_the_policy(cast):
    due = {row.milestone: row.due_at - cast.report.received_at for row in cast.report.deadlines.all()}
    assert due == {"acknowledgement": timedelta(hours=48), "status_update": timedelta(days=7)}
    cast.case.refresh_from_db()
    assert (cast.case.next_due_at, cast.case.next_milestone) == (cast.report.received_at + timedelta(hours=48), "acknowledgement")


def test_mail_auth_promises_an_assessment_too(cast):
    report = builders.a_report(cast.mail_auth, by=cast.rita)
    due = {row.milestone: row.due_at - report.received_at for row in report.deadlines.all()}
    assert due == {"acknowledgement": timedelta(hours=24), "assessment": timedelta(hours=48)}


def test_a_second_press_of_the_button_makes_no_second_report(cast):
    form = uuid4()
    first = builders.a_report(cast.mailat, by=cast.rita, client_id=form)
    assert builders.a_report(cast.mailat, by=cast.rita, client_id=form) == first
    assert Report.objects.count() == 1


def test_case_numbers_count_within_project_and_year(cast):
    first, second = builders.a_report(cast.mailat, by=cast.rita), builders.a_report(cast.mailat, by=cast.rita)
    other = builders.a_report(cast.mail_auth, by=cast.rita)
    assert (first.case.number, second.case.number, other.case.number) == (1, 2, 1)
    assert first.case.ref.startswith("MAILAT-")
    assert first.ref.startswith("MAILAT-R-")


def test_the_reporter_gets_a_receipt_and_the_team_is_told_but_nobody_else(cast):
    assert cast.report
    told = {(row.letter, row.recipient.display_name) for row in Delivery.objects.all()}
    assert told == {("report_received", "Rita"), ("report_arrived", "Alice"), ("report_arrived", "Bob"), ("report_arrived", "Olivia")}
    assert "XSS" not in str(list(Delivery.objects.values_list("facts", flat=True)))
