"""What becomes of what does not arrive: tried again, refused, given up; and a webhook that is switched off."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from accounts.models import AuditEvent, Delivery
from portal import webhooks
from portal.models import Webhook
from tests.portal.hooks import a_webhook
from tests.receiver import OK, Receiver, answering

pytestmark = pytest.mark.django_db
Outcome = Delivery.Outcome


@pytest.fixture
def answered(settings, cast):
    """A webhook whose receiver gives these answers, with one event queued."""
    receivers = []

    def begin(*answers):
        receiver = Receiver(*answers).__enter__()
        receivers.append(receiver)
        settings.WEBHOOK_HOSTS = [receiver.address]
        hook = a_webhook(cast, receiver)
        webhooks.try_out(hook, by=cast.olivia, at=now())
        return hook, receiver

    yield begin
    for receiver in receivers:
        receiver.__exit__()


def tried(at=None):
    outbox.drain(at=at or now(), channel=webhooks.CHANNEL)
    return Delivery.objects.get(channel="webhook")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_two_hundred_is_taken(answered, status):
    hook, _receiver = answered(answering(status))
    row = tried()
    assert row.outcome == Outcome.ACCEPTED and row.facts["status"] == status and not row.trouble
    hook.refresh_from_db()
    assert hook.failing_since is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_what_may_pass_is_tried_again_with_the_same_id(answered, status):
    hook, receiver = answered(answering(status), OK)
    row = tried()
    assert row.outcome == Outcome.OPEN and row.trouble == f"HTTP {status}" and row.due_at > now()
    hook.refresh_from_db()
    assert hook.failing_since
    row = tried(row.due_at)
    hook.refresh_from_db()
    assert row.outcome == Outcome.ACCEPTED and hook.failing_since is None and row.attempts == 2
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"], "it is signed for its moment"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304, 400, 401, 403, 404, 413, 422])
def test_what_was_refused_is_not_tried_again(answered, status):
    hook, receiver = answered(answering(status, Location="http://127.0.0.1:1/"))
    row = tried()
    assert row.outcome == Outcome.REFUSED and row.trouble == f"HTTP {status}"
    tried(now() + timedelta(days=9))
    assert receiver.connections == 1
    hook.refresh_from_db()
    assert hook.failing_since and not hook.off_at


def test_gone_switches_it_off_at_once(answered, cast):
    hook, receiver = answered(answering(410))
    assert tried().outcome == Outcome.REFUSED
    hook.refresh_from_db()
    assert hook.off_at
    outbox.drain(at=now())
    (letter,) = mail.outbox
    assert letter.to == ["olivia@example.org"] and "gone for good" in letter.body and "SECRET-PATH" not in letter.body
    event = AuditEvent.objects.get(kind="webhook.switched_off")
    assert event.facts == {"webhook": str(hook.uuid), "because": "gone"} and event.project_uuid == cast.mailat.uuid
    assert cast.report and not Delivery.objects.filter(channel="webhook", letter="report.received").exists(), "nothing more is queued"


def test_nobody_at_home_is_tried_again(answered):
    _hook, receiver = answered()
    receiver.__exit__()
    row = tried()
    assert row.outcome == Outcome.OPEN and row.trouble == "ConnectionRefusedError"


def test_a_name_that_turned_private_is_refused(cast, settings):
    settings.WEBHOOK_HOSTS = ["10.0.0.5"]
    hook, _secret = webhooks.make(cast.mailat, name="x", url="http://10.0.0.5/", shape="json", kinds=(), by=cast.olivia, at=now())
    settings.WEBHOOK_HOSTS = []
    webhooks.try_out(hook, by=cast.olivia, at=now())
    row = tried()
    assert row.outcome == Outcome.REFUSED and row.trouble == "NotPublic"


def test_after_three_days_it_is_switched_off_and_what_waits_is_dropped(answered, cast):
    hook, receiver = answered(answering(503))
    begun, tries = now(), 0
    assert cast.report
    while not Webhook.objects.get().off_at:
        due = Delivery.objects.filter(channel="webhook", outcome="").order_by("due_at").first().due_at
        outbox.drain(at=due, channel=webhooks.CHANNEL)
        tries += 1
        assert tries < 120
    assert timedelta(days=2, hours=12) <= Webhook.objects.get().off_at - begun < timedelta(days=3, hours=7)
    outbox.drain(at=now() + timedelta(days=9), channel=webhooks.CHANNEL)
    assert set(Delivery.objects.filter(channel="webhook").values_list("outcome", flat=True)) <= {Outcome.DROPPED, Outcome.FAILED}
    outbox.drain(at=now() + timedelta(days=9))
    (letter,) = [one for one in mail.outbox if one.to == ["olivia@example.org"] and "webhook" in one.subject.lower()]
    assert "for three days" in letter.body and f"/p/mailat/webhooks/{hook.uuid}/" in letter.body


def test_on_again_nothing_of_before_counts(answered, cast):
    hook, _receiver = answered(answering(410), OK)
    tried()
    outbox.drain(at=now(), channel=webhooks.CHANNEL)
    assert webhooks.switch_on(hook, by=cast.olivia, at=now()) and not webhooks.switch_on(hook, by=cast.olivia, at=now())
    outbox.drain(at=now())
    assert not mail.outbox, "the letter is not sent when it is on again"
    hook.refresh_from_db()
    assert hook.off_at is None and hook.failing_since is None
    assert webhooks.send_again(hook, Delivery.objects.get(channel="webhook"), by=cast.olivia, at=now())
    assert tried().outcome == Outcome.ACCEPTED


def test_one_that_fails_does_not_hold_up_others(answered, cast):
    """What else waits for it waits on, so that a server that hangs costs its ten seconds once a minute."""
    _hook, receiver = answered(answering(503))
    assert cast.report
    for number in range(4):
        webhooks.tell(
            "case.closed", [Webhook.objects.get()], cause=cast.case.uuid, about="", facts={}, at=now() - timedelta(minutes=number)
        )
    outbox.drain(at=now(), channel=webhooks.CHANNEL)
    assert receiver.connections == 1


def test_letters_and_webhooks_keep_apart(answered, cast):
    answered(OK)
    outbox.drain(at=now())
    assert Delivery.objects.get(channel="webhook").outcome == Outcome.OPEN, "the mailer has no key for it"
    assert cast.report
    letters = Delivery.objects.filter(channel="mail", outcome=Outcome.OPEN)
    before = letters.count()
    outbox.drain(at=now(), channel=webhooks.CHANNEL)
    assert letters.count() == before > 0


def test_one_that_was_removed_gets_nothing(answered, cast):
    hook, receiver = answered(OK)
    webhooks.remove(hook, by=cast.olivia, at=now())
    outbox.drain(at=now(), channel=webhooks.CHANNEL)
    assert receiver.connections == 0 and not Delivery.objects.filter(channel="webhook").exists()


def test_the_log_says_no_address(answered, caplog):
    answered(answering(500))
    tried()
    assert "HTTP 500" in caplog.text and "SECRET-PATH" not in caplog.text and "127.0.0.1" not in caplog.text
