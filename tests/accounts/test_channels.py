"""Other channels than mail: what waits for one leaves by its own sender, and only when somebody asks for that channel."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery

WEBHOOK, Outcome = Delivery.Channel.WEBHOOK, Delivery.Outcome


@pytest.fixture
def sender(monkeypatch, db):
    """A sender of webhooks that answers as it is told; what it was given stands in ``given``."""

    class Sender:
        answer, given = "", []

        def leave(self, delivery, *, at):
            self.given.append(delivery.recipient_key)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    one = Sender()
    one.given = []
    monkeypatch.setitem(outbox._channels, WEBHOOK, outbox.Channel(one.leave, "no.such.task"))
    return one


def posted(**facts):
    facts = {"cause": uuid4(), "to": ["hook:1"], "facts": {}, "at": now(), "about": "MAILAT-2026-0001", **facts}
    outbox.post(WEBHOOK, "report_received", **facts)


def test_each_key_gets_it_once_and_letters_are_left_alone(sender):
    cause = uuid4()
    posted(cause=cause, to=["hook:1", "hook:2"])
    posted(cause=cause)
    assert outbox.drain(at=now()) == 0, "the mail's task leaves it alone"
    assert outbox.drain(at=now(), channel=WEBHOOK) == 2 and sorted(sender.given) == ["hook:1", "hook:2"]
    assert set(Delivery.objects.values_list("outcome", "about")) == {("accepted", "MAILAT-2026-0001")}


@pytest.mark.parametrize(
    "answer, outcome, trouble",
    [
        (outbox.Refused("HTTP 404"), Outcome.REFUSED, "HTTP 404"),
        (outbox.Trouble("HTTP 503"), Outcome.OPEN, "HTTP 503"),
        (ValueError("a text of somebody"), Outcome.OPEN, "ValueError"),
        ("the webhook was removed", Outcome.DROPPED, "the webhook was removed"),
    ],
)
def test_what_became_of_it_is_kept_in_classes_and_numbers(sender, answer, outcome, trouble):
    sender.answer = answer
    posted()
    outbox.drain(at=now(), channel=WEBHOOK)
    assert Delivery.objects.values_list("outcome", "trouble", "attempts").get() == (outcome, trouble, 1)


def test_that_a_webhook_does_not_answer_reminds_nobody(sender):
    heard = []

    def hear(**facts):
        heard.append(facts)

    outbox.undeliverable.connect(hear)
    try:
        sender.answer = outbox.Refused("HTTP 404")
        posted()
        outbox.drain(at=now(), channel=WEBHOOK)
    finally:
        outbox.undeliverable.disconnect(hear)
    assert heard == [] and Delivery.objects.get().outcome == Outcome.REFUSED


def test_letters_are_not_posted_nor_what_nobody_registered(db):
    for channel in ("mail", "pigeon"):
        with pytest.raises(LookupError):
            outbox.post(channel, "x", cause=uuid4(), to=["x"], facts={}, at=now())
