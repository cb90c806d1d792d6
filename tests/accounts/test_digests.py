"""The letter of the day: what happened, each thing once, however often a process dies or two do it at once."""

import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils.timezone import now

from accounts import digests, notices, outbox
from accounts.models import Delivery, NoticeChoice
from accounts.tasks import drain_outbox
from intake import guests
from tests import builders
from tests.cast import assemble

CLAIM = timedelta(seconds=settings.CLAIM_SECONDS)


def wants_digests(user, *kinds):
    for kind in kinds:
        NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"how": "digest"})


def waiting(user, **facts):
    return Delivery.objects.filter(recipient=user, gather=True, **facts)


def due(user):
    return waiting(user).latest("due_at").due_at


@pytest.fixture
def rita(cast):
    """Rita, whose report was received, and who hears of messages and news once a day."""
    wants_digests(cast.rita, "messages", "news")
    assert cast.report
    outbox.drain(at=now())
    mail.outbox.clear()
    return cast.rita


def test_it_lists_references_and_what_happened_each_once_and_nothing_of_the_text(cast, rita):
    other = builders.a_report(cast.mail_auth, by=rita)
    builders.on_team(cast.charlie, cast.mail_auth, "maintainer")
    outbox.drain(at=now())
    mail.outbox.clear()
    for text in ("canary-1", "canary-2"):
        builders.a_team_reply(cast.report, by=cast.bob, text=text)
    builders.a_team_reply(other, by=cast.charlie, text="canary-3")
    assert digests.gather(at=now()) == 0, "it is not the hour yet"
    at = due(rita)
    assert digests.gather(at=at) == 1 and digests.gather(at=at) == 0
    outbox.drain(at=at)
    (letter,) = mail.outbox
    html = letter.alternatives[0].content
    assert letter.subject == "What happened at Parley" and letter.to == [rita.email]
    for said in (letter.body, html):
        assert said.count(f"Update on {cast.report.ref}") == 1 and said.count(f"Update on {other.ref}") == 1 and "(2×)" in said
        assert f"http://localhost:8000/reports/{other.ref}/" in said and "canary" not in said and "/account/letters/" in said
    rows = waiting(rita)
    assert rows.count() == 3 and {row.outcome for row in rows} == {"gathered"} and len({row.digest_id for row in rows}) == 1
    assert rows[0].digest.outcome == "accepted"


def test_what_is_no_longer_wanted_is_left_out_and_of_nothing_no_letter_is_made(cast, rita):
    guest = builders.a_guest(cast.report, builders.a_person("Gus"), by=cast.rita)
    wants_digests(guest.user, "messages")
    builders.a_team_reply(cast.report, by=cast.bob)
    guests.remove(cast.report, guest, by=cast.rita, at=now())
    outbox.drain(at=now())
    mail.outbox.clear()
    at = max(due(rita), due(guest.user))
    assert digests.gather(at=at) == 2
    outbox.drain(at=at)
    assert [one.to for one in mail.outbox] == [[rita.email]]
    assert Delivery.objects.get(recipient=guest.user, letter="digest").outcome == "dropped"


def test_a_process_that_dies_while_it_gathers_loses_nothing_and_doubles_nothing(cast, rita, monkeypatch):
    builders.a_team_reply(cast.report, by=cast.bob)
    at = due(rita)

    class Killed(BaseException):
        pass

    def die(*_args, **_facts):
        raise Killed

    for place in ("send_after", "hurry"):
        with monkeypatch.context() as dying:
            # Before the digest is queued, and after both were written and before the commit.
            dying.setattr(outbox, "send" if place == "send_after" else "_hurry_on_commit", die)
            with pytest.raises(Killed):
                digests.gather(at=at)
        assert waiting(rita, outcome="").count() == 1 and not Delivery.objects.filter(letter="digest").exists()
    assert digests.gather(at=at) == 1
    Delivery.objects.filter(letter="digest").update(claimed_until=at + CLAIM, attempts=1)  # killed while it was sent
    assert outbox.drain(at=at) == 0
    assert outbox.drain(at=at + CLAIM) == 1 and len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_gather_at_once_one_makes_the_letter():
    cast = assemble()
    wants_digests(cast.rita, "messages")
    builders.a_team_reply(cast.report, by=cast.bob)
    at = due(cast.rita)
    start, made = threading.Barrier(3), []

    def run():
        start.wait()
        made.append(digests.gather(at=at))
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 1] and Delivery.objects.filter(letter="digest").count() == 1


def test_many_letters_about_one_case_within_minutes_become_one(cast):
    report, at = cast.report, now()
    outbox.drain(at=at)
    mail.outbox.clear()
    for minute in range(8):
        builders.a_team_reply(report, by=cast.bob, at=at + timedelta(minutes=minute))
    assert waiting(cast.rita).count() == 4, "with the receipt, five came at once"
    first = waiting(cast.rita).earliest("due_at").due_at
    outbox.drain(at=first)
    assert len([one for one in mail.outbox if one.to == [cast.rita.email]]) == 4
    mail.outbox.clear()
    assert digests.gather(at=first - timedelta(minutes=1)) == 0
    assert digests.gather(at=first) == 1 and not waiting(cast.rita, outcome="").exists(), "those that are due in a moment come along"
    outbox.drain(at=first)
    (letter,) = mail.outbox
    assert "(4×)" in letter.body
    builders.a_team_reply(builders.a_report(cast.mail_auth, by=cast.rita), by=cast.alice, at=first)
    assert Delivery.objects.filter(recipient=cast.rita, letter="team_replied").latest("pk").gather is False, "another case is another"


def test_the_safety_of_an_account_waits_for_nothing(cast):
    for number in range(8):
        outbox.send("account_changed", cause=uuid4(), to=[cast.rita], facts={"what": "password", "case": "X", "n": number}, at=now())
    assert not waiting(cast.rita).exists()


def test_it_says_how_many_things_there_are_beside_those_that_it_lists(cast, rita, monkeypatch):
    monkeypatch.setattr(digests, "MOST", 2)
    for _number in range(3):
        builders.a_team_reply(cast.report, by=cast.bob)
    at = due(rita)
    digests.gather(at=at)
    outbox.drain(at=at)
    assert "And 1 more thing" in mail.outbox[-1].body


def test_the_sweep_makes_them(cast, rita):
    builders.a_team_reply(cast.report, by=cast.bob)
    waiting(rita).update(due_at=now())
    drain_outbox()
    assert [one.subject for one in mail.outbox] == ["What happened at Parley"]


@pytest.mark.parametrize(
    "zone, hour, after, expected",
    [
        ("Europe/Berlin", 8, "2026-03-28T09:00+01:00", "2026-03-29T08:00+02:00"),  # the clocks change in the night
        ("Europe/Berlin", 2, "2026-03-28T12:00+01:00", "2026-03-29T03:00+02:00"),  # this hour is left out
        ("Asia/Kathmandu", 8, "2026-11-22T01:00+00:00", "2026-11-22T02:15+00:00"),
        ("UTC", 8, "2026-11-22T08:00+00:00", "2026-11-23T08:00+00:00"),
        ("UTC", 0, "2026-12-31T23:59+00:00", "2027-01-01T00:00+00:00"),
    ],
)
def test_the_hour_is_that_of_the_person(zone, hour, after, expected):
    person = SimpleNamespace(timezone=zone, digest_hour=hour)
    assert notices.next_digest(person, after=datetime.fromisoformat(after)) == datetime.fromisoformat(expected)
