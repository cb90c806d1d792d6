"""The ledger: of each thing that happened, who was told, by which channel, and what became of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import digests, outbox
from accounts.models import Delivery, NoticeChoice
from intake import deliveries, guests
from intake.models.event import Kind
from tests import builders
from tests.intake.doing import CANARY, letters


def ledger(client, case, **query):
    return client.get(f"/cases/{case.ref}/told/", query)


def became(page, kind):
    event = next(event for event in page.context["page"].rows if event.kind == kind)
    return {told.name: (told.word, str(told.more)) for told in event.told}


def test_it_names_people_and_says_what_became_of_their_letters(cast):
    message = builders.a_reporter_reply(cast.report, by=cast.rita, text=CANARY)
    NoticeChoice.objects.create(user=cast.olivia, kind="team_messages", how="digest")
    NoticeChoice.objects.create(user=cast.bob, kind="team_messages", how="off")
    builders.a_reporter_reply(cast.report, by=cast.rita, text=CANARY)
    letters()
    builders.a_team_reply(cast.report, by=cast.alice, text=CANARY)
    page = ledger(cast.client("alice"), cast.case)
    assert became(page, Kind.ACKNOWLEDGED) == {"Rita": ("on its way", "")}
    second = next(event for event in page.context["page"].rows if event.kind == Kind.REPORTER_REPLIED)
    words = {told.name: told.word for told in second.told}
    assert words == {"Alice": "accepted", "Bob": "turned off", "Olivia": "waits"}
    first = [event for event in page.context["page"].rows if event.kind == Kind.REPORTER_REPLIED][1]
    assert first.record == message.pk and {told.word for told in first.told} == {"accepted"}
    said = page.content.decode()
    assert CANARY not in said and "@example.org" not in said.replace(cast.alice.email, "")
    assert next(told.role for event in page.context["page"].rows for told in event.told if told.name == "Rita") == "reporter"


def test_what_did_not_arrive_is_said_there_in_the_timeline_and_beside_the_person(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    row = Delivery.objects.get(recipient=cast.rita, letter="team_replied")
    Delivery.objects.filter(pk=row.pk).update(outcome="bounced", settled_at=now(), trouble="DSN failed 5.1.1")
    outbox.note_bounce(row, at=now())
    alice = cast.client("alice")
    assert became(ledger(alice, cast.case), Kind.ACKNOWLEDGED)["Rita"][0] == "came back"
    timeline = alice.get(f"/cases/{cast.case.ref}/timeline/").content.decode()
    assert "told 1" in timeline and "1 did not arrive" in timeline
    assert "letters come back" in alice.get(f"/cases/{cast.case.ref}/").content.decode()
    assert "letters come back" not in cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()


@pytest.mark.parametrize(
    "facts, word, more",
    [
        ({"attempts": 2, "trouble": "SMTPDataError 451"}, "not taken yet", "tried 2 times, again at"),
        ({"outcome": "refused"}, "refused", ""),
        ({"outcome": "failed"}, "given up", ""),
        ({"outcome": "dropped", "trouble": "no longer wanted"}, "not sent", "no longer wanted"),
        ({"outcome": "accepted", "trouble": "DSN delayed 4.4.1"}, "accepted", "delayed"),
        ({"outcome": "gathered"}, "on its way", "together with others"),
    ],
)
def test_every_outcome_has_words(cast, facts, word, more):
    assert cast.report
    Delivery.objects.filter(recipient=cast.rita).update(settled_at=now(), **facts)
    said = became(ledger(cast.client("alice"), cast.case), Kind.REPORT_RECEIVED)["Rita"]
    assert said[0] == word and more in said[1]


def test_what_is_told_in_a_digest_has_the_outcome_of_the_digest(cast):
    NoticeChoice.objects.create(user=cast.rita, kind="messages", how="digest")
    builders.a_team_reply(cast.report, by=cast.bob)
    at = now() + timedelta(days=2)
    digests.gather(at=at)
    outbox.drain(at=at)
    assert mail.outbox
    page = ledger(cast.client("alice"), cast.case)
    assert became(page, Kind.ACKNOWLEDGED)["Rita"][0] == "accepted"


def test_it_says_who_opened_what_in_the_portal(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    cast.client("rita").get(f"/reports/{cast.report.ref}/")
    page = ledger(cast.client("alice"), cast.case)
    assert "opened in the portal" in page.content.decode()


def test_an_invited_address_is_not_shown(cast):
    guests.invite(cast.report, email="co-finder@example.net", with_history=True, by=cast.rita, at=now())
    page = ledger(cast.client("alice"), cast.case)
    assert "co-finder" not in page.content.decode()
    assert set(became(page, Kind.GUEST_INVITED)) == {"an address without an account"}


@pytest.mark.parametrize("who, status", [(None, 302), ("rita", 404), ("charlie", 404), ("ada", 404), ("bob", 200)])
def test_only_the_team_sees_it(cast, who, status):
    assert ledger(cast.client(who), cast.case).status_code == status


def test_pages_follow_each_other_and_cost_the_same(cast, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(deliveries, "SIZE", 3)
    alice = cast.client("alice")
    for _number in range(4):
        builders.a_reporter_reply(cast.report, by=cast.rita)
    seen, query = [], {}
    while True:
        with django_assert_max_num_queries(18) as asked:
            page = ledger(alice, cast.case, **query).context["page"]
        seen += [event.seq for event in page.rows]
        if not page.more:
            break
        query = {"before": page.more}
    assert len(seen) == len(set(seen)) == 5 and seen == sorted(seen, reverse=True)
    assert len(asked.captured_queries) <= 18
