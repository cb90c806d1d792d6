"""Letters that come back: what a delivery status notification changes, and that nothing else changes anything."""

import io
import sys
import threading
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts import audit, bounces, outbox
from accounts.models import AuditEvent, Delivery, User
from portal.lib import mail_settings
from tests.accounts.conftest import make_person, sign_in

Outcome = Delivery.Outcome
DSN = """\
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={type}; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

The mailbox could not be reached.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; rita@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such mailbox of rita@example.org

--b
Content-Type: text/rfc822-headers

Subject: Update

--b--
"""


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BOUNCES = "bounces@portal.example"


@pytest.fixture
def letter(rita):
    """A letter to Rita that her mail server took."""
    outbox.send("account_changed", cause=uuid4(), to=[rita], facts={"what": "password"}, at=now())
    outbox.drain(at=now())
    return Delivery.objects.get()


@pytest.fixture
def undelivered():
    heard = []

    def hear(delivery, at, **_kwargs):
        heard.append(delivery.pk)

    outbox.undeliverable.connect(hear)
    yield heard
    outbox.undeliverable.disconnect(hear)


def dsn(to, *, action="failed", status="5.1.1", type="delivery-status"):
    return DSN.format(to=to, action=action, status=status, type=type).encode()


def test_a_letter_that_comes_back_is_noted_once(rita, letter, undelivered):
    at = now()
    raw = dsn(bounces.sender_of(letter))
    assert "came back" in bounces.take(raw, at=at)
    letter.refresh_from_db()
    rita.refresh_from_db()
    assert (letter.outcome, letter.trouble, letter.settled_at) == (Outcome.BOUNCED, "DSN failed 5.1.1", at)
    assert rita.bounces_since == at and undelivered == [letter.pk]
    assert "nothing changed" in bounces.take(raw, at=now())
    assert undelivered == [letter.pk]


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To"])
def test_its_address_is_found_where_mail_servers_write_it(letter, header):
    raw = f"{header}: {bounces.sender_of(letter).upper()}\n".encode() + dsn("bounces@portal.example")
    assert "came back" in bounces.take(raw, at=now())


def test_its_address_may_be_said_by_the_mail_server(letter):
    assert "came back" in bounces.take(dsn("whoever@portal.example"), to=bounces.sender_of(letter), at=now())


def test_a_delay_is_noted_and_ends_nothing(rita, letter, undelivered):
    assert "delayed" in bounces.take(dsn(bounces.sender_of(letter), action="delayed", status="4.4.1"), at=now())
    letter.refresh_from_db()
    rita.refresh_from_db()
    assert (letter.outcome, letter.trouble) == (Outcome.ACCEPTED, "DSN delayed 4.4.1")
    assert rita.bounces_since is None and undelivered == []


def test_of_an_address_whose_mailbox_is_full_for_days_it_counts_too(letter):
    assert "came back" in bounces.take(dsn(bounces.sender_of(letter), status="4.2.2"), at=now())


def test_a_letter_to_an_address_without_an_account_comes_back_too(db, undelivered):
    outbox.send("account_changed", cause=uuid4(), address="new@example.org", facts={"what": "password"}, at=now())
    outbox.drain(at=now())
    letter = Delivery.objects.get()
    assert "came back" in bounces.take(dsn(bounces.sender_of(letter)), at=now()) and undelivered == [letter.pk]


@pytest.mark.parametrize("name", ["To", "Content-Type", "CONTENT-TYPE"])
@pytest.mark.parametrize("fold", ["", "\r "])
def test_no_header_keeps_a_process_busy(letter, name, fold):
    """To take some of them apart costs the square of their length: a mail of a mebibyte would take hours."""
    raw = f"{name}: {'x' * 40}{(fold + chr(34) * 100) * 400}\n".encode() + dsn(bounces.sender_of(letter))
    with pytest.raises(bounces.NotABounce, match="too long"):
        bounces.take(raw, to=bounces.sender_of(letter), at=now())


def forged(letter):
    return bounces.sender_of(letter).replace("-", "-0")[: -len("@portal.example") - 1] + "@portal.example"


def others(letter):
    return bounces.sender_of(Delivery(uuid=uuid4())).replace(bounces.sender_of(letter), "")


USELESS = {
    "an auto-reply": lambda letter: f"To: {bounces.sender_of(letter)}\nAuto-Submitted: auto-replied\n\nI am away.".encode(),
    "a report of another kind": lambda letter: dsn(bounces.sender_of(letter), type="feedback-report"),
    "a letter that was delivered": lambda letter: dsn(bounces.sender_of(letter), action="delivered", status="2.0.0"),
    "a forged address": lambda letter: dsn(forged(letter)),
    "another letter's proof": lambda letter: dsn(f"bounces+{letter.uuid.hex}-{'0' * 16}@portal.example"),
    "an unknown letter": lambda letter: dsn(others(letter)),
    "another host": lambda letter: dsn(bounces.sender_of(letter).replace("portal", "other")),
    "no address": lambda letter: dsn("bounces@portal.example"),
    "no status": lambda letter: dsn(bounces.sender_of(letter)).replace(b"message/delivery-status", b"text/plain"),
    "no action": lambda letter: dsn(bounces.sender_of(letter)).replace(b"Action:", b"Axtion:"),
    "a report cut off": lambda letter: dsn(bounces.sender_of(letter)).partition(b"Reporting-MTA")[0],
    "a boundary that is missing": lambda letter: dsn(bounces.sender_of(letter)).replace(b'; boundary="b"', b""),
    "too large": lambda letter: dsn(bounces.sender_of(letter)) + b"x" * bounces.LARGEST,
    "nothing": lambda letter: b"",
    "no mail": lambda letter: bytes(range(256)) * 64,
    "broken headers": lambda letter: b"To: =?utf-8?q?=?= <<>>@,;\nContent-Type: multipart/report;;; =\xff\n\n--\n",
}


@pytest.mark.parametrize("what", USELESS)
def test_everything_else_changes_nothing(rita, letter, undelivered, what):
    before = Delivery.objects.values().get()
    with pytest.raises(bounces.NotABounce):
        bounces.take(USELESS[what](letter), at=now())
    rita.refresh_from_db()
    assert Delivery.objects.values().get() == before and rita.bounces_since is None and undelivered == []


def test_nothing_is_taken_where_no_address_is_set(letter, settings):
    raw = dsn(bounces.sender_of(letter))
    settings.BOUNCES = ""
    with pytest.raises(bounces.NotABounce, match="PARLEY_BOUNCES"):
        bounces.take(raw, at=now())


def test_an_address_from_before_the_secret_changed_still_counts(letter, settings):
    sender = bounces.sender_of(letter)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret", [settings.SECRET_KEY]
    assert bounces.sender_of(letter) != sender and "came back" in bounces.take(dsn(sender), at=now())


def test_the_command_reads_standard_input_and_says_what_became_of_it(letter, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(dsn(bounces.sender_of(letter)))))
    call_command("mail_in")
    assert "came back" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Subject: hello\n\nhello")))
    with pytest.raises(CommandError, match="no delivery status") as refused:
        call_command("mail_in")
    assert refused.value.returncode == 65


def test_the_setting_leaves_room_for_the_name_of_a_letter():
    assert mail_settings.bounces("bounces@portal.example") and mail_settings.bounces("") == ""
    for address in ("bounces", "letters-that-come-back@portal.example", "a+b@portal.example", "a b@portal.example", "Parley <a@b.example>"):
        with pytest.raises(ImproperlyConfigured):
            mail_settings.bounces(address)


def test_who_gets_no_letters_is_told_on_their_pages_until_they_say_otherwise(rita, letter):
    client = Client()
    sign_in(client, rita.email)
    assert "Letters to you come back" not in client.get("/reports/").content.decode()
    bounces.take(dsn(bounces.sender_of(letter)), at=now())
    assert "Letters to you come back" in client.get("/reports/").content.decode()
    assert "I get letters again" in client.get("/account/").content.decode()
    assert client.post("/account/letters/arrive/").status_code == 302
    assert "come back" not in client.get("/account/").content.decode()


def test_another_address_begins_anew(db):
    person = make_person("old@example.org", bounces_since=now())
    email_changed.send(
        sender=User, request=None, user=person, from_email_address=EmailAddress(email="old@example.org"), to_email_address=None
    )
    person.refresh_from_db()
    assert person.bounces_since is None


@pytest.mark.django_db(transaction=True)
def test_of_mails_that_come_at_once_one_counts(settings):
    person = make_person()
    outbox.send("account_changed", cause=uuid4(), to=[person], facts={"what": "password"}, at=now())
    outbox.drain(at=now())
    letter = Delivery.objects.get()

    def climb(delivery, at, **_kwargs):
        audit.record("letters.tried_again", by=None, at=at, count=1)

    start, said = threading.Barrier(3), []

    def run():
        start.wait()
        said.append(bounces.take(dsn(bounces.sender_of(letter)), at=now()))
        connection.close()

    outbox.undeliverable.connect(climb)
    try:
        threads = [threading.Thread(target=run) for _number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        outbox.undeliverable.disconnect(climb)
    assert len([one for one in said if "came back" in one]) == 1
    assert AuditEvent.objects.filter(kind="letters.tried_again").count() == 1, "what others did of it was undone with it"


def test_who_comes_late_undoes_what_others_did_of_it(letter):
    def climb(delivery, at, **_kwargs):
        audit.record("letters.tried_again", by=None, at=at, count=1)
        Delivery.objects.filter(pk=delivery.pk).update(outcome=Outcome.DROPPED)  # as another process would just now

    outbox.undeliverable.connect(climb)
    try:
        settled = outbox.settle_undelivered(letter, Outcome.BOUNCED, trouble="", at=now(), seen={"outcome": Outcome.ACCEPTED})
    finally:
        outbox.undeliverable.disconnect(climb)
    assert not settled and not AuditEvent.objects.filter(kind="letters.tried_again").exists()
