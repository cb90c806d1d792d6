"""Webhooks: a project's own programs and chats are told of events, by a POST without a word of anybody.

What is sent names the kind of the event, the case and where its page is; never a title, a text or a person. The JSON is
signed as Standard Webhooks says (docs/webhooks.md); to a chat goes what Slack takes, whose address is its secret. Each
event is a Delivery, so it is tried again and again, and after some days of that the webhook is switched off.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit, outbox
from accounts.models import Delivery
from portal import teams
from portal.lib import limits, outgoing
from portal.models import Project, Webhook
from portal.models.webhook import Shape
from portal.webhook_messages import EVENTS, TEST, body_of, headers_of, new_secret, secrets_of

MOST = 10  # of a project
# The last of the outbox's tries comes some hours before three days are over; nobody may be left who would try.
GIVEN_UP_AFTER, LAST_TRY_AFTER = timedelta(days=3), timedelta(days=2, hours=12)
BOTH_SECRETS = timedelta(days=1)
GONE = 410
CHANNEL, OUTCOME = Delivery.Channel.WEBHOOK, Delivery.Outcome
DRAIN_SECONDS = 20  # at once, so that servers that hang keep a worker from its other work for no longer
PUT_OFF = timedelta(minutes=1)  # what else waits for one that just failed, so that it holds up nobody else's


class Refused(ValidationError):
    """The webhook cannot be kept like that; the message is a sentence for the person."""


# --- for owners ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(project, *, name, url, shape, kinds, by, at: datetime) -> tuple[Webhook, str]:
    """Make a webhook; return it, and its secret, which is shown once. One for a chat has none."""
    _hold(project)
    if project.webhooks.count() >= MOST:
        raise Refused(_("The project has %(most)d webhooks. Remove one that is no longer needed.") % {"most": MOST})
    hook = Webhook(project=project, name=_free_name(project, name), shape=shape, kinds=_known(kinds), made_by=by, made_at=at)
    secret = new_secret() if shape == Shape.JSON else ""
    hook.seal({"url": _checked(url), "secret": secret})
    hook.save()
    _record("made", hook, by=by, at=at, host=hook.host)
    return hook, secret


@transaction.atomic
def change(hook: Webhook, *, name, url, kinds, by, at: datetime) -> None:
    """Change the name, the events and, unless it is empty, the address."""
    hook = _held(hook)
    hook.name, hook.kinds = _free_name(hook.project, name, but=hook), _known(kinds)
    if url:
        hook.seal(hook.opened | {"url": _checked(url)})
    hook.save(update_fields=["name", "kinds", "sealed"])
    _record("changed", hook, by=by, at=at, host=hook.host)


@transaction.atomic
def replace_secret(hook: Webhook, *, by, at: datetime) -> str:
    """Sign with a new secret from the next try on, and for a day with the one of before as well; return it, to be shown once."""
    hook = _held(hook)
    if hook.shape != Shape.JSON:
        raise Refused(_("What goes to a chat is not signed: its address is its secret."))
    opened, secret = hook.opened, new_secret()
    until = (at + BOTH_SECRETS).isoformat()
    hook.seal({"url": opened["url"], "secret": secret, "earlier": opened["secret"], "earlier_until": until})
    hook.save(update_fields=["sealed"])
    _record("secret_replaced", hook, by=by, at=at)
    return secret


@transaction.atomic
def remove(hook: Webhook, *, by, at: datetime) -> None:
    """Forget a webhook, and what was and would be sent there."""
    hook = _held(hook)
    Delivery.objects.filter(recipient_key=hook.key, channel=CHANNEL).delete()
    _record("removed", hook, by=by, at=at, host=hook.host)
    hook.delete()


@transaction.atomic
def switch_on(hook: Webhook, *, by, at: datetime) -> bool:
    """Send there again, from the next event on; say whether it was off."""
    switched = Webhook.objects.filter(pk=hook.pk, off_at__isnull=False).update(off_at=None, failing_since=None)
    if switched:
        _record("switched_on", hook, by=by, at=at)
    return bool(switched)


def try_out(hook: Webhook, *, by, at: datetime) -> None:
    """Queue a try: an event that says of itself that nothing happened. Raise limits.TooMany."""
    limits.spend("webhook.test", str(hook.uuid))
    with transaction.atomic():
        outbox.post(CHANNEL, TEST, cause=uuid4(), to=[hook.key], facts={}, at=at)
        _record("tested", hook, by=by, at=at)


@transaction.atomic
def send_again(hook: Webhook, delivery: Delivery, *, by, at: datetime) -> bool:
    """Put what was settled back into the queue, under the same id; say whether it was settled."""
    rows = of(hook).filter(pk=delivery.pk).exclude(outcome=OUTCOME.OPEN)
    queued = rows.update(outcome=OUTCOME.OPEN, due_at=at, attempts=0, claimed_until=None, settled_at=None, trouble="")
    if queued:
        _record("sent_again", hook, by=by, at=at, delivery=delivery.uuid)
    return bool(queued)


def of(hook: Webhook):
    """Return what was and will be sent to a webhook."""
    return Delivery.objects.filter(recipient_key=hook.key, channel=CHANNEL)


def page(hook: Webhook, *, before: UUID | None = None, size: int = 25) -> tuple[list[Delivery], UUID | None]:
    """Return the newest deliveries, or those before one of them, and the one before which the next page begins."""
    rows = of(hook).order_by("-made_at", "-pk")
    last = of(hook).filter(uuid=before).values_list("made_at", "pk").first() if before else None
    if last:
        rows = rows.filter(Q(made_at__lt=last[0]) | Q(made_at=last[0], pk__lt=last[1]))
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].uuid if len(found) > size else None


# --- events ---------------------------------------------------------------------------------------------------------------


def tell(event: str, hooks, *, cause: UUID, about: str, facts: dict, at: datetime) -> None:
    """Queue an event for those of some webhooks that want it. ``facts`` are states and references that the team may know."""
    to = [hook.key for hook in hooks if not hook.kinds or event in hook.kinds]
    if to:
        outbox.post(CHANNEL, event, cause=cause, to=to, about=about, facts=facts, at=at)


@outbox.channel(CHANNEL, task="portal.tasks.post_webhooks")
def leave(delivery: Delivery, *, at: datetime) -> str:
    """Send a delivery; return why it is not wanted any more, or ""."""
    hook = Webhook.objects.select_related("project").filter(uuid=delivery.recipient_key.removeprefix("hook:")).first()
    if hook is None or hook.off_at:
        return "the webhook is switched off"
    if delivery.about and not hook.project.cases.filter(ref=delivery.about, restricted_at=None).exists():
        return "the case is restricted"
    opened = hook.opened
    body = body_of(delivery, hook)
    try:
        target = outgoing.read(opened["url"])
        status = outgoing.post(target, body, headers_of(delivery, body, secrets=secrets_of(opened, at=at), at=at))
    except outgoing.Refused:
        _failed(hook, delivery, at=at)
        raise outbox.Refused("NotPublic") from None
    except outgoing.Unreachable as trouble:
        _failed(hook, delivery, at=at)
        raise outbox.Trouble(str(trouble)) from None
    _judge(hook, delivery, status, at=at)
    Webhook.objects.filter(pk=hook.pk, failing_since__isnull=False).update(failing_since=None)
    Delivery.objects.filter(pk=delivery.pk).update(facts=delivery.facts | {"status": status})
    return ""


def _judge(hook, delivery, status, *, at):
    """Return if the other side took it; otherwise raise what the outbox makes of it."""
    if 200 <= status < 300:
        return
    if status == GONE:
        switch_off(hook, because="gone", at=at)
        raise outbox.Refused(f"HTTP {status}")
    _failed(hook, delivery, at=at)
    raise (outbox.Trouble if status == 429 or status >= 500 else outbox.Refused)(f"HTTP {status}")


def _failed(hook, delivery, *, at):
    """Note that nothing arrives, let what else waits for it wait on, and switch it off after some days of that."""
    of(hook).filter(outcome=OUTCOME.OPEN, claimed_until=None, due_at__lt=at + PUT_OFF).update(due_at=at + PUT_OFF)
    if hook.failing_since is None:
        Webhook.objects.filter(pk=hook.pk, failing_since=None).update(failing_since=at)
    elif at - hook.failing_since >= (LAST_TRY_AFTER if delivery.attempts >= outbox.TRIES else GIVEN_UP_AFTER):
        switch_off(hook, because="failing", at=at)


@transaction.atomic
def switch_off(hook: Webhook, *, because: str, at: datetime) -> None:
    """Send nothing there any more, and tell the owners; once."""
    if not Webhook.objects.filter(pk=hook.pk, off_at=None).update(off_at=at):
        return
    facts = {"webhook": str(hook.uuid), "because": because}
    outbox.send("webhook_off", cause=uuid4(), to=teams.owners(hook.project), facts=facts, at=at)
    _record("switched_off", hook, by=None, at=at, because=because)


# --- keeping -----------------------------------------------------------------------------------------------------------------


def _hold(project):
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)


def _held(hook):
    """Return a webhook as it is now, of a project whose others nobody changes until this transaction ends."""
    _hold(hook.project)
    found = Webhook.objects.select_related("project").filter(pk=hook.pk).first()
    if found is None:
        raise Refused(_("This webhook was removed meanwhile."))
    return found


def _free_name(project, name, *, but=None):
    if project.webhooks.filter(name=name).exclude(pk=but.pk if but else None).exists():
        raise Refused(_("The project has a webhook of this name already. Give this one another, so that you know them apart."))
    return name


def _known(kinds):
    return [event for event in EVENTS if event in set(kinds)]


def _checked(url):
    try:
        outgoing.read(url)
    except outgoing.Refused as refusal:
        raise Refused(refusal.sentence) from None
    return url


def _record(what, hook, *, by, at, **facts):
    audit.record(f"webhook.{what}", by=by, at=at, project=hook.project.uuid, webhook=hook.uuid, **facts)
