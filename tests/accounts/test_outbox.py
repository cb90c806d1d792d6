"""The one way out: once for each cause, tried again when it fails, dropped when nobody wants it any more."""

import smtplib
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import Celery
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery
from tests.accounts.conftest import make_person

LETTER = "account_changed"
FACTS = {"what": "password"}

CLAIM = timedelta(seconds=settings.CLAIM_SECONDS)


def queue(user, **changes):
    facts = {"cause": uuid4(), "to": [user], "facts": FACTS, "at": now(), **changes}
    outbox.send(LETTER, **facts)
    return facts


def broken(monkeypatch):
    """A mail server that does not answer."""

    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("rita@example.org: the body of a letter")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def test_the_same_cause_goes_once_to_each_recipient(rita):
    bob = make_person("bob@example.org")
    facts = queue(rita)
    outbox.send(LETTER, **facts)
    outbox.send(LETTER, **{**facts, "to": [rita, bob]})
    assert outbox.drain(at=now()) == 2
    assert sorted(message.to[0] for message in mail.outbox) == ["bob@example.org", "rita@example.org"]
    assert outbox.drain(at=now()) == 0


def test_a_bare_address_is_one_recipient_however_it_is_written(db):
    cause = uuid4()
    for address in ("New@Example.org", "new@example.org"):
        outbox.send(LETTER, cause=cause, address=address, facts=FACTS, at=now())
    assert outbox.drain(at=now()) == 1
    assert Delivery.objects.get().address == ""


def test_an_unknown_letter_is_refused_when_it_is_queued(rita):
    with pytest.raises(LookupError):
        outbox.send("no_such_letter", cause=uuid4(), to=[rita], facts={}, at=now())


def test_headers_name_the_delivery_and_nothing_else(rita):
    queue(rita)
    outbox.drain(at=now())
    message = mail.outbox[0].message()
    assert message["Message-ID"] == f"<{Delivery.objects.get().uuid}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert mail.outbox[0].alternatives[0].mimetype == "text/html"


def test_a_failure_moves_the_next_try_and_keeps_no_content(rita, monkeypatch):
    at = now()
    queue(rita, at=at)
    with monkeypatch.context() as broken_now:
        broken(broken_now)
        for number, minutes in enumerate((1, 2, 4, 8), start=1):
            row = Delivery.objects.get()
            assert outbox.attempt(row.pk, at=at) is False
            row.refresh_from_db()
            assert row.attempts == number and row.due_at == at + timedelta(minutes=minutes)
            assert row.trouble == "SMTPServerDisconnected" and row.claimed_until is None
            assert outbox.drain(at=at) == 0, "it is not due yet"
            at = row.due_at
    assert outbox.drain(at=at) == 1
    row.refresh_from_db()
    assert row.outcome == Delivery.Outcome.ACCEPTED and row.trouble == "" and row.settled_at


def test_the_pause_grows_to_six_hours_and_ends_in_giving_up(rita, monkeypatch):
    broken(monkeypatch)
    at = now()
    queue(rita, at=at)
    pauses = []
    for _try in range(40):
        row = Delivery.objects.get()
        if row.outcome:
            break
        outbox.attempt(row.pk, at=row.due_at)
        pauses.append(Delivery.objects.get().due_at - row.due_at)
    assert row.outcome == Delivery.Outcome.FAILED and row.attempts == outbox.TRIES
    assert max(pauses) == timedelta(hours=6)


def test_a_claim_keeps_others_away_until_it_runs_out(rita):
    at = now()
    queue(rita, at=at)
    Delivery.objects.update(claimed_until=at + CLAIM)  # as a process leaves it that was killed
    assert outbox.drain(at=at + timedelta(minutes=4)) == 0
    assert outbox.drain(at=at + CLAIM) == 1


def test_a_letter_for_later_waits(rita):
    at = now()
    queue(rita, at=at, due_at=at + timedelta(hours=1))
    assert outbox.drain(at=at) == 0
    assert outbox.drain(at=at + timedelta(hours=1)) == 1


def test_what_is_no_longer_wanted_is_dropped(rita, monkeypatch):
    monkeypatch.setitem(outbox._letters, LETTER, outbox.Registered(lambda delivery: None))
    queue(rita)
    assert outbox.drain(at=now()) == 0 and mail.outbox == []
    assert Delivery.objects.get().outcome == Delivery.Outcome.DROPPED


@pytest.mark.parametrize("change", ["closed", "unproved"])
def test_nothing_goes_to_a_closed_account_or_an_unproved_address(rita, change):
    queue(rita)
    if change == "closed":
        type(rita).objects.update(is_active=False)
    else:
        rita.emailaddress_set.update(verified=False)
    assert outbox.drain(at=now()) == 0 and mail.outbox == []
    assert Delivery.objects.get().outcome == Delivery.Outcome.DROPPED


def test_nothing_is_queued_by_a_transaction_that_fails(rita):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue(rita)
        raise RuntimeError
    assert not Delivery.objects.exists()


def test_a_broker_that_is_down_stops_nobody(rita, django_capture_on_commit_callbacks, monkeypatch, caplog):
    def refuse(self, *args, **options):
        raise OSError("nobody there")

    monkeypatch.setattr(Celery, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        queue(rita)
    assert "The broker took no message (OSError)" in caplog.text
    assert outbox.drain(at=now()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_try_at_once_one_sends():
    user = make_person()
    at = now()
    queue(user, at=at)
    pk = Delivery.objects.get().pk
    start, results = threading.Barrier(4), []

    def run():
        start.wait()
        results.append(outbox.attempt(pk, at=at))
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    assert len(mail.outbox) == 1
