"""The pages of webhooks: owners make, change, try and remove them; an address is never shown again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts import outbox, signing_in
from accounts.models import AuditEvent, Delivery
from portal import webhooks
from portal.models import Webhook
from tests.portal.hooks import a_webhook
from tests.receiver import Receiver, answering

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/services/SECRET-PATH"


@pytest.fixture
def owner(cast):
    """Olivia's browser, her second factor proved a moment ago."""
    client = cast.client("olivia")
    session = client.session
    session[signing_in.PROVED] = now().isoformat()
    session.save()
    return client


@pytest.fixture
def receiver(settings):
    with Receiver() as one:
        settings.WEBHOOK_HOSTS = [one.address]
        yield one


def path(name, hook=None, **more):
    return reverse(name, kwargs={"slug": "mailat", **({"uuid": hook.uuid} if hook else {}), **more})


def made(owner, **changes):
    form = {"name": "bot", "shape": "json", "url": URL, "kinds": ["case.closed"], **changes}
    return owner.post(path("webhook_new"), form)


def test_the_secret_is_shown_once_and_the_address_never_again(owner):
    page = made(owner)
    hook = Webhook.objects.get()
    secret = hook.opened["secret"]
    assert page.status_code == 200 and secret in page.content.decode() and secret.startswith("whsec_")
    for name in ("webhooks", "webhook", "webhook_edit", "webhook_remove", "webhook_secret", "project_audit"):
        text = owner.get(path(name, None if name in ("webhooks", "project_audit") else hook)).content.decode()
        assert secret not in text and "SECRET-PATH" not in text
        assert ("hooks.example.org" in text) == (name not in ("webhook_remove", "webhook_secret")), name
    assert b"SECRET-PATH" not in bytes(hook.sealed) and "SECRET-PATH" not in str(list(AuditEvent.objects.values()))


def test_one_for_a_chat_has_no_secret_and_says_nothing_of_one(owner):
    page = made(owner, shape="slack", kinds=[])
    hook = Webhook.objects.get()
    assert page.status_code == 302 and page.url == path("webhook", hook) and hook.opened["secret"] == ""
    assert path("webhook_secret", hook) not in owner.get(page.url).content.decode()
    assert owner.post(path("webhook_secret", hook)).status_code == 302


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"url": "http://hooks.example.org/"}, "must begin with https"),
        ({"url": "https://127.0.0.1/"}, "not on the public Internet"),
        ({"url": "javascript:alert(1)"}, "from https:// on"),
        ({"url": ""}, "This field is required"),
        ({"name": ""}, "This field is required"),
        ({"shape": "xml"}, "Select a valid choice"),
        ({"kinds": ["case.closed", "note.written"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(owner, changes, says):
    page = made(owner, **changes)
    assert page.status_code == 422 and says in page.content.decode() and not Webhook.objects.exists()


def test_names_are_told_apart_and_there_is_an_end_to_them(owner, cast, monkeypatch):
    made(owner)
    assert "of this name already" in made(owner).content.decode()
    monkeypatch.setattr(webhooks, "MOST", 1)
    assert "has 1 webhooks" in made(owner, name="other").content.decode()
    assert Webhook.objects.count() == 1


def test_a_change_keeps_the_address_unless_another_is_typed(owner):
    made(owner)
    before = Webhook.objects.get()
    assert owner.post(path("webhook_edit", before), {"name": "Bot", "url": "", "kinds": []}).status_code == 302
    hook = Webhook.objects.get()
    assert (hook.name, hook.kinds, hook.opened) == ("Bot", [], before.opened)
    owner.post(path("webhook_edit", hook), {"name": "Bot", "url": "https://other.example.org/x", "shape": "slack"})
    hook = Webhook.objects.get()
    assert hook.opened == {"url": "https://other.example.org/x", "secret": before.opened["secret"]} and hook.shape == "json"
    refused = owner.post(path("webhook_edit", hook), {"name": "Bot", "url": "https://10.0.0.1/"})
    assert refused.status_code == 422 and Webhook.objects.get().opened == hook.opened


def test_a_new_secret_is_another_and_shown_once(owner):
    made(owner)
    hook = Webhook.objects.get()
    assert "whsec_" not in owner.get(path("webhook_secret", hook)).content.decode()
    page = owner.post(path("webhook_secret", hook))
    again = Webhook.objects.get()
    assert again.opened["secret"] in page.content.decode() and again.opened["secret"] != hook.opened["secret"]
    assert again.opened["url"] == hook.opened["url"]


def test_a_try_is_sent_and_its_outcome_shown(owner, cast, receiver):
    hook = a_webhook(cast, receiver)
    page = owner.post(path("webhook_try", hook), follow=True).content.decode()
    assert 'hx-trigger="load delay:2s"' in page and path("webhook_log", hook) in page and "on its way" in page
    outbox.drain(at=now(), channel=webhooks.CHANNEL)
    log = owner.get(path("webhook_log", hook)).content.decode()
    assert "accepted" in log and "204" in log and "hx-trigger" not in log and "<html" not in log
    assert [event.kind for event in AuditEvent.objects.filter(kind__startswith="webhook.").order_by("seq")] == [
        "webhook.made",
        "webhook.tested",
    ]


def test_tries_have_a_limit(owner, cast, receiver, settings):
    settings.LIMITS = {"webhook.test": "1/h"}
    hook = a_webhook(cast, receiver)
    assert owner.post(path("webhook_try", hook)).status_code == 302
    assert owner.post(path("webhook_try", hook)).status_code == 429
    assert Delivery.objects.filter(channel="webhook").count() == 1


def test_what_failed_says_why_and_is_sent_again(owner, cast, settings):
    with Receiver(answering(404), answering(200)) as receiver:
        settings.WEBHOOK_HOSTS = [receiver.address]
        hook = a_webhook(cast, receiver)
        assert cast.report
        outbox.drain(at=now(), channel=webhooks.CHANNEL)
        row = Delivery.objects.get(channel="webhook")
        page = owner.get(path("webhook", hook)).content.decode()
        assert "It answered HTTP 404." in page and "refused" in page and cast.case.ref in page and "nothing arrives" in page
        again = path("webhook_again", hook, delivery=row.uuid)
        assert again in page and owner.post(again).status_code == 302
        assert owner.post(again).status_code == 302, "it is on its way already"
        outbox.drain(at=now(), channel=webhooks.CHANNEL)
        assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1 and len(receiver.heard) == 2
    other = a_webhook(cast, receiver, name="other")
    assert owner.post(path("webhook_again", other, delivery=row.uuid)).status_code == 404


def test_one_that_is_off_is_tried_and_filled_by_nobody_until_it_is_on(owner, cast, receiver):
    hook = a_webhook(cast, receiver)
    webhooks.switch_off(hook, because="failing", at=now())
    page = owner.get(path("webhook", hook)).content.decode()
    assert path("webhook_on", hook) in page and path("webhook_try", hook) not in page
    owner.post(path("webhook_try", hook))
    assert not Delivery.objects.filter(channel="webhook").exists()
    owner.post(path("webhook_on", hook))
    assert Webhook.objects.get().off_at is None


def test_removed_it_takes_its_log_along(owner, cast, receiver):
    hook = a_webhook(cast, receiver)
    assert cast.report and Delivery.objects.filter(channel="webhook").exists()
    assert "Remove the webhook" in owner.get(path("webhook_remove", hook)).content.decode()
    assert owner.post(path("webhook_remove", hook)).url == path("webhooks")
    assert not Webhook.objects.exists() and not Delivery.objects.filter(channel="webhook").exists()
    assert owner.get(path("webhook", hook)).status_code == 404


def test_whatever_changes_something_asks_who_it_is(cast, receiver):
    hook, late = a_webhook(cast, receiver), cast.client("olivia")
    with_hook = ("webhook_edit", "webhook_remove", "webhook_secret", "webhook_try", "webhook_on")
    for address in (path("webhook_new"), *(path(name, hook) for name in with_hook)):
        page = late.post(address, {"name": "x", "url": URL, "shape": "json"})
        assert page.status_code == 403 and "accounts/confirm.html" in [one.name for one in page.templates], address
    assert Webhook.objects.get().name == "bot" and not Delivery.objects.filter(channel="webhook").exists()


def test_a_page_and_its_log_cost_the_same_however_much_was_sent(owner, cast, receiver, settings, django_assert_num_queries):
    settings.SESSION_CACHE_ALIAS = "default"  # as where Redis runs
    hook = a_webhook(cast, receiver)

    def fill(count):
        at = now() - timedelta(days=1)
        rows = [
            Delivery(cause_uuid=uuid4(), recipient_key=hook.key, channel="webhook", letter="case.closed", made_at=at, due_at=at)
            for _number in range(count)
        ]
        Delivery.objects.bulk_create(rows)

    def ask_all():
        for address, queries in {path("webhook", hook): 6, path("webhook_log", hook): 6, path("webhooks"): 5}.items():
            owner.get(address)
            with django_assert_num_queries(queries):
                owner.get(address)

    fill(2)
    ask_all()
    fill(100)
    for number in range(4):
        a_webhook(cast, receiver, name=f"more {number}")
    ask_all()
    found, page = set(), owner.get(path("webhook", hook))
    while True:
        uuids = {row.uuid for row in page.context["rows"]}
        assert not found & uuids
        found |= uuids
        if not page.context["after"]:
            break
        page = owner.get(path("webhook", hook), {"before": page.context["after"]})
    assert len(found) == 102
    assert owner.get(path("webhook", hook), {"before": "nonsense"}).status_code == 200
