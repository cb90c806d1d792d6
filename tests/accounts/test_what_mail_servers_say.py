"""What a mail server answers: a no for good is believed at once and told of once, everything else is tried again."""

import email
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery
from tests.accounts.mail_servers import mail_server
from tests.browser.processes import free_port

Outcome = Delivery.Outcome


@pytest.fixture
def undelivered():
    """What was told of letters that did not arrive."""
    heard = []

    def hear(delivery, at, **_kwargs):
        heard.append(delivery)

    outbox.undeliverable.connect(hear)
    yield heard
    outbox.undeliverable.disconnect(hear)


def a_letter(user, *, at):
    outbox.send("account_changed", cause=uuid4(), to=[user], facts={"what": "password"}, at=at)
    return Delivery.objects.latest("pk")


def tried(user, *, at):
    row = a_letter(user, at=at)
    outbox.attempt(row.pk, at=at)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    "answers, trouble, address",
    [
        ({"recipient": "550 5.1.1 rita@example.org: no such mailbox"}, "SMTPRecipientsRefused 550 5.1.1", True),
        ({"recipient": "553 rita, go away"}, "SMTPRecipientsRefused 553", True),
        ({"letter": "554 5.7.1 looks like spam"}, "SMTPDataError 554 5.7.1", False),
    ],
)
def test_a_no_for_good_ends_it_at_once(rita, settings, undelivered, answers, trouble, address):
    at = now()
    with mail_server(settings, **answers):
        row = tried(rita, at=at)
    assert (row.outcome, row.trouble, row.attempts, row.settled_at) == (Outcome.REFUSED, trouble, 1, at)
    assert undelivered == [row]
    rita.refresh_from_db()
    assert rita.bounces_since == (at if address else None), "what is wrong with a letter is not the address's fault"


@pytest.mark.parametrize(
    "answers, trouble",
    [
        ({"recipient": "450 4.2.1 try again"}, "SMTPRecipientsRefused 450"),
        ({"recipient": "530 5.7.0 authentication required"}, "SMTPRecipientsRefused 530 5.7.0"),
        ({"letter": "451 4.3.0 disk full"}, "SMTPDataError 451"),
        ({"letter": "552 5.3.4 what\r\nmakes two lines", "pause": 1.0}, None),
    ],
)
def test_everything_else_is_tried_again(rita, settings, undelivered, answers, trouble):
    settings.EMAIL_TIMEOUT = 0.3
    at = now()
    with mail_server(settings, **answers):
        row = tried(rita, at=at)
    assert (row.outcome, row.due_at) == (Outcome.OPEN, at + timedelta(minutes=1))
    assert row.trouble == trouble if trouble else row.trouble.isidentifier()
    assert undelivered == []
    with mail_server(settings) as server:
        outbox.drain(at=row.due_at)
    assert [one.rcpt_tos for one in server.kept] == [[rita.email]] and Delivery.objects.get().outcome == Outcome.ACCEPTED


def test_nobody_there_ends_in_giving_up_and_is_told_of_once(rita, settings, undelivered, monkeypatch):
    monkeypatch.setattr(outbox, "TRIES", 3)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    row = tried(rita, at=now())
    for _try in range(4):
        row.refresh_from_db()
        outbox.attempt(row.pk, at=row.due_at)
    row.refresh_from_db()
    assert (row.outcome, row.attempts, row.trouble) == (Outcome.FAILED, 3, "ConnectionRefusedError") and undelivered == [row]
    rita.refresh_from_db()
    assert rita.bounces_since is None


def test_who_cannot_hear_of_it_does_not_bring_the_letter_back(rita, settings, caplog):
    def stumble(**_kwargs):
        raise RuntimeError

    outbox.undeliverable.connect(stumble)
    try:
        with mail_server(settings, recipient="550 no"):
            row = tried(rita, at=now())
    finally:
        outbox.undeliverable.disconnect(stumble)
    assert row.outcome == Outcome.REFUSED and "Nobody could be told" in caplog.text


def test_what_was_told_in_a_digest_that_is_refused_did_not_arrive_either(rita, settings, undelivered):
    at, places = now(), {"letter": "case_moved", "cause_uuid": uuid4(), "made_at": at_of(now()), "due_at": at_of(now())}
    outbox.send("account_changed", cause=uuid4(), to=[rita], facts={"what": "password"}, at=at)
    digest = Delivery.objects.get()
    told = Delivery.objects.create(recipient=rita, recipient_key="x", outcome=Outcome.GATHERED, digest=digest, about="R-1", **places)
    with mail_server(settings, recipient="550 no"):
        outbox.drain(at=at)
    told.refresh_from_db()
    assert told.outcome == Outcome.REFUSED and {one.pk for one in undelivered} == {told.pk, digest.pk}


def at_of(moment):
    return moment - timedelta(hours=1)


def test_each_letter_leaves_with_an_address_of_its_own_to_come_back_to(rita, settings):
    settings.BOUNCES = "bounces@portal.example"
    with mail_server(settings) as server:
        row = tried(rita, at=now())
    (envelope,) = server.kept
    assert envelope.mail_from.startswith(f"bounces+{row.uuid.hex}-") and envelope.mail_from.endswith("@portal.example")
    assert len(envelope.mail_from.partition("@")[0]) <= 64
    assert email.message_from_bytes(envelope.content)["From"] == settings.DEFAULT_FROM_EMAIL
    settings.BOUNCES = ""
    with mail_server(settings) as server:
        tried(rita, at=now())
    assert server.kept[0].mail_from in settings.DEFAULT_FROM_EMAIL
