"""Reports and messages: a flood is slowed down, and a newcomer with a real report always gets through, with the text kept."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import User
from intake.models import Draft, Message, Report
from portal.keys import Keys
from portal.lib import proof_of_work
from tests import builders
from tests.intake.doing import filled
from tests.security.test_limits_sign_up import ASKED, TICKET, solve

TEXT = "Opening a crafted message runs script: canary-flood."


@pytest.fixture
def flooded(cast, settings, monkeypatch):
    """Mailat had as many reports this hour as it takes without asking."""
    monkeypatch.setattr(proof_of_work, "ITERATIONS", 1)
    monkeypatch.setattr(proof_of_work, "TRIES", 8)
    settings.LIMITS = {"report.project": "1/h", "report.account.new": "4/d", "report.account": "6/d"}
    assert send(cast, "charlie").status_code == 302
    return cast


def form(**more):
    return filled(answer_description=TEXT, **more)


def send(cast, who="rita", fields=None, **more):
    return cast.client(who).post(reverse("report_new", args=["mailat"]), fields or form(**more))


def page(cast, who="rita"):
    return cast.client(who).get(reverse("report_new", args=["mailat"])).content.decode()


def sent(who):
    return Report.objects.filter(submitted_by__display_name=who).count()


def test_without_a_flood_nobody_is_asked(cast):
    assert not ASKED.search(page(cast))
    assert send(cast).status_code == 302


def test_a_new_account_computes_and_is_let_in(flooded):
    shown = page(flooded)
    assert "Your browser computes something" in shown
    assert send(flooded, proof=solve(shown)).status_code == 302
    assert sent("Rita") == 1
    assert send(flooded, proof=solve(page(flooded, "charlie"))).status_code == 429, "another person's answer counts"


def test_who_has_been_here_for_a_while_is_not_asked(flooded):
    User.objects.filter(pk=flooded.rita.pk).update(date_joined=now() - timedelta(days=8))
    assert not ASKED.search(page(flooded))
    assert send(flooded).status_code == 302


def test_another_project_is_not_flooded(flooded):
    assert not ASKED.search(flooded.client("rita").get(reverse("report_new", args=["mail-auth"])).content.decode())


def test_what_is_not_sent_stays_in_the_page_and_as_a_draft(flooded):
    fields = form()
    answer = send(flooded, fields=fields)
    shown = answer.content.decode()
    assert answer.status_code == 429 and int(answer["Retry-After"]) == 600 and sent("Rita") == 0
    assert "canary-flood" in shown and "It is kept as a draft" in shown and "in 10 minutes or later" in shown
    draft = Draft.objects.get(user=flooded.rita)
    assert Keys.to(shared=[draft.pk]).open(draft)["fields"]["answer_description"] == TEXT
    assert "canary-flood" in page(flooded), "the draft is not in the form when its writer comes back"
    assert send(flooded, fields=fields | {"proof": solve(shown)}).status_code == 302
    assert sent("Rita") == 1 and not Draft.objects.filter(user=flooded.rita).exists()


def test_without_javascript_one_waits_and_is_let_in(flooded):
    fields = form()
    ticket = TICKET.search(send(flooded, fields=fields).content.decode())[1]
    assert send(flooded, fields=fields | {"ticket": ticket}).status_code == 429
    with time_machine.travel(now() + timedelta(minutes=10, seconds=2)):
        assert send(flooded, fields=fields | {"ticket": ticket}).status_code == 302
    assert sent("Rita") == 1


def test_an_account_has_its_number_a_day_and_is_told_when_to_send_the_next(cast, settings):
    settings.LIMITS = {"report.account.new": "1/d", "report.account": "2/d"}
    assert send(cast).status_code == 302
    answer = send(cast)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 3600
    shown = answer.content.decode()
    assert "A new account sends only some reports a day. Try again in" in shown and "canary-flood" in shown
    User.objects.filter(pk=cast.rita.pk).update(date_joined=now() - timedelta(days=8))
    assert [send(cast).status_code for _number in range(2)] == [302, 429]


def test_a_second_press_of_a_sent_report_leads_to_it_and_counts_no_more(cast, settings):
    settings.LIMITS = {"report.account": "1/d"}
    fields = form()
    first, second = send(cast, fields=fields), send(cast, fields=fields)
    assert first.headers["Location"] == second.headers["Location"] and sent("Rita") == 1


def test_what_was_refused_for_the_project_does_not_count_for_the_account(flooded):
    for _number in range(9):
        send(flooded)
    assert send(flooded, proof=solve(page(flooded))).status_code == 302


@pytest.mark.parametrize("who, name, reply", [("rita", "report_reply", True), ("alice", "case_reply", True), ("alice", "case_note", False)])
def test_messages_and_notes_are_counted_for_each_person_and_place(cast, settings, who, name, reply):
    settings.LIMITS = {"message": "2/h"}
    report, other = cast.report, builders.a_report(cast.mailat, by=cast.rita)

    def write(to):
        where = {"report_reply": [to.ref], "case_reply": [to.case.ref, to.ref], "case_note": [to.case.ref]}[name]
        return cast.client(who).post(reverse(name, args=where), {"text": TEXT, "client_id": str(uuid4())})

    assert [write(report).status_code for _number in range(2)] == [302, 302]
    refused = write(report)
    assert refused.status_code == 429 and "canary-flood" in refused.content.decode()
    assert "These were many messages within an hour. Try again in" in refused.content.decode()
    assert write(other).status_code == 302
    assert not reply or Message.objects.filter(report=report).count() == 2
