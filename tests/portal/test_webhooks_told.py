"""What webhooks are told: which events, to whom, and not a word, a name or a restricted case."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jsonschema
import pytest
from django.conf import settings as configured
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery
from intake import telling, triage
from intake.models import Case, CaseEvent
from intake.models.event import Kind
from portal import webhook_messages, webhooks
from portal.models import Webhook
from tests import builders
from tests.portal.hooks import SECRET, a_webhook, told
from tests.receiver import Receiver

pytestmark = pytest.mark.django_db
WORDS = (
    "Stored XSS",
    "crafted",
    "Send the message",
    "1.4.2",
    "Thank you",
    "Here is more",
    "Rita",
    "Bob",
    "Alice",
    "example.org",
    "MAILAT-R-",
)


@pytest.fixture
def receiver(settings):
    with Receiver() as one:
        settings.WEBHOOK_HOSTS = [one.address]
        yield one


def drain(at=None):
    return outbox.drain(at=at or now(), channel=webhooks.CHANNEL)


def test_a_case_is_told_step_by_step_and_never_in_words(cast, receiver):
    a_webhook(cast, receiver)
    builders.a_team_reply(cast.report, by=cast.bob)
    builders.a_reporter_reply(cast.report, by=cast.rita)
    builders.a_note(cast.case, by=cast.bob)
    triage.set_severity(cast.case, severity="high", by=cast.bob, at=now())
    case = Case.objects.get(pk=cast.case.pk)
    triage.accept(case, by=cast.bob, at=now())
    advisory = builders.an_advisory(Case.objects.get(pk=case.pk), by=cast.alice)
    drain()
    said = told(receiver)
    assert [one["type"] for one in said] == [
        "report.received",
        "report.acknowledged",
        "reporter.wrote",
        "case.severity_set",
        "case.accepted",
        "advisory.published",
    ]
    url = f"{configured.PUBLIC_URL}/cases/{case.ref}/"
    assert said[3]["data"] == {"project": "mailat", "case": case.ref, "url": url, "severity": "high"}
    public = f"{configured.PUBLIC_URL}{advisory.get_absolute_url()}"
    assert said[5]["data"] == {"project": "mailat", "advisory": advisory.ref, "url": public}, "what is public leads to no case"
    sent = b"".join(one.body for one in receiver.heard).decode() + str([one.headers for one in receiver.heard])
    assert not [word for word in WORDS if word in sent]
    kept = str(list(Delivery.objects.filter(channel="webhook").values()))
    assert not [word for word in (*WORDS, "SECRET-PATH") if word in kept]


def test_a_deadline_is_told_with_its_milestone(cast, receiver):
    a_webhook(cast, receiver, kinds=["deadline.passed"])
    event = CaseEvent(case=cast.case, kind=Kind.DEADLINE_PASSED, at=now(), facts={"milestone": "status_update", "ordinal": 2})
    telling.tell(event)
    drain()
    (said,) = told(receiver)
    assert said["type"] == "deadline.passed" and said["data"]["milestone"] == "status_update" and "ordinal" not in said["data"]


def test_every_event_that_is_offered_is_told_of_and_every_other_is_not():
    told_of = {name for name, _facts in telling.TOLD.values()}
    assert told_of == set(webhook_messages.EVENTS)
    assert {Kind.NOTE_WRITTEN, Kind.RESTRICTED, Kind.READER_NAMED, Kind.GUEST_INVITED}.isdisjoint(telling.TOLD)


def test_the_documented_shape_holds(cast, receiver):
    schema = json.loads((configured.BASE_DIR / "docs" / "webhook-1.json").read_text())
    a_webhook(cast, receiver)
    triage.set_severity(cast.case, severity="low", by=cast.bob, at=now())
    webhooks.try_out(Webhook.objects.get(), by=cast.olivia, at=now())
    drain()
    for said in told(receiver):
        jsonschema.validate(said, schema, jsonschema.Draft202012Validator)
    assert len(receiver.heard) == 3
    assert set(schema["properties"]["type"]["enum"]) == {*webhook_messages.EVENTS, webhook_messages.TEST}
    page = (configured.BASE_DIR / "docs" / "webhooks.md").read_text()
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    jsonschema.validate(example, schema, jsonschema.Draft202012Validator)
    assert not [name for name in webhook_messages.EVENTS if f"`{name}`" not in page]


def test_it_is_signed_as_standard_webhooks_says(cast, receiver):
    a_webhook(cast, receiver)
    assert cast.report
    drain(at=now() + timedelta(seconds=30))
    (heard,), row = receiver.heard, Delivery.objects.get(channel="webhook")
    moment = heard.headers["webhook-timestamp"]
    signed = hmac.digest(base64.b64decode(SECRET[6:]), f"{row.uuid}.{moment}.".encode() + heard.body, hashlib.sha256)
    assert heard.headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
    assert heard.headers["webhook-id"] == str(row.uuid) and abs(int(moment) - now().timestamp()) < 60
    assert heard.headers["content-type"] == "application/json"


def test_the_signature_is_that_of_the_published_example(cast):
    """Of the example that the libraries for Standard Webhooks are tested with."""
    row, at = Delivery(), now().replace(year=2021, month=2, day=25, hour=15, minute=2, second=10, microsecond=0)
    row.uuid = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = webhook_messages.headers_of(row, b'{"test": 2432232314}', secrets=[SECRET], at=at)
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_for_a_day_both_secrets_sign(cast, receiver):
    hook = a_webhook(cast, receiver)
    new = webhooks.replace_secret(hook, by=cast.olivia, at=now())
    for later in (timedelta(0), timedelta(days=1, minutes=1)):
        webhooks.try_out(hook, by=cast.olivia, at=now())
        drain(at=now() + later)
    both, alone = receiver.heard

    def signed(heard, secret):
        said = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
        return f"v1,{base64.b64encode(hmac.digest(base64.b64decode(secret[6:]), said, hashlib.sha256)).decode()}"

    assert both.headers["webhook-signature"] == f"{signed(both, new)} {signed(both, SECRET)}"
    assert alone.headers["webhook-signature"] == signed(alone, new)
    hook.refresh_from_db()
    webhooks.change(hook, name="bot", url="https://hooks.example.org/x", kinds=(), by=cast.olivia, at=now())
    hook.refresh_from_db()
    assert hook.opened["secret"] == new and hook.opened["earlier"] == SECRET


def test_a_chat_gets_one_line_in_which_nothing_but_the_link_acts(cast, receiver):
    cast.mailat.name = "Mail & <!channel> at"
    cast.mailat.save()
    a_webhook(cast, receiver, shape="slack")
    triage.set_severity(cast.case, severity="critical", by=cast.bob, at=now())
    drain()
    _first, said = told(receiver)
    link = f"<{configured.PUBLIC_URL}/cases/{cast.case.ref}/|{cast.case.ref}, Critical>"
    assert said == {"text": f"Mail &amp; &lt;!channel&gt; at: The severity was set: {link}"}
    assert not [name for name in receiver.heard[0].headers if name.startswith("webhook-")]


def test_who_wants_some_events_gets_no_others(cast, receiver):
    a_webhook(cast, receiver, kinds=["case.severity_set", "no.such"])
    assert Webhook.objects.get().kinds == ["case.severity_set"]
    triage.set_severity(cast.case, severity="low", by=cast.bob, at=now())
    drain()
    assert [one["type"] for one in told(receiver)] == ["case.severity_set"]


def test_other_projects_are_not_told(cast, receiver):
    a_webhook(cast, receiver)
    builders.a_report(cast.mail_auth, by=cast.rita)
    assert not Delivery.objects.filter(channel="webhook").exists()


def test_a_restricted_case_is_not_told_of(cast, receiver):
    a_webhook(cast, receiver)
    assert cast.report
    Case.objects.filter(pk=cast.case.pk).update(restricted_at=now())
    # Whoever read the case before it was restricted tells nothing either.
    triage.set_severity(cast.case, severity="low", by=cast.bob, at=now())
    row = Delivery.objects.get(channel="webhook")
    drain()
    row.refresh_from_db()
    assert receiver.heard == [] and row.outcome == Delivery.Outcome.DROPPED


def test_an_event_is_told_once_and_only_if_it_happened(cast, receiver):
    hook = a_webhook(cast, receiver)
    assert cast.report
    event = cast.case.events.get(kind=Kind.REPORT_RECEIVED)
    telling.tell(event)
    assert drain() == 1 and drain() == 0 and len(receiver.heard) == 1
    assert Delivery.objects.get(channel="webhook").recipient_key == f"hook:{hook.uuid}"


def test_without_a_webhook_an_event_costs_one_query(cast, django_assert_num_queries):
    event = CaseEvent(case=cast.case, kind=Kind.CLOSED, at=now())
    with django_assert_num_queries(1):
        telling.tell(event)
    event.kind = Kind.NOTE_WRITTEN
    with django_assert_num_queries(0):
        telling.tell(event)
