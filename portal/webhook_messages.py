"""What webhooks say: which events there are, what is sent of one, and its signature. No queries.

The JSON is that of docs/webhooks.md, signed as Standard Webhooks says; to a chat goes what Slack takes.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from secrets import token_bytes

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery
from portal import service_levels
from portal.models import Webhook
from portal.models.policy import Severity
from portal.models.webhook import Shape

SECRET_PREFIX = "whsec_"
TEST = "webhook.test"
# What may be told, in the order of the page; the floor above says when (intake.telling).
EVENTS = {
    "report.received": _("A report arrived"),
    "report.acknowledged": _("The team acknowledged a report"),
    "team.wrote": _("The team wrote to a reporter"),
    "reporter.wrote": _("A reporter or guest wrote"),
    "case.severity_set": _("The severity was set"),
    "case.accepted": _("A case was accepted as a vulnerability"),
    "case.deferred": _("A case was deferred"),
    "case.rejected": _("A case was not accepted"),
    "case.remediated": _("A case was fixed"),
    "case.closed": _("A case was closed"),
    "case.reopened": _("A case was reopened"),
    "deadline.near": _("A deadline is near"),
    "deadline.passed": _("A deadline has passed"),
    "letter.failed": _("A letter did not arrive"),
    "advisory.published": _("An advisory was published"),
    "advisory.revised": _("An advisory was revised"),
    "advisory.withdrawn": _("An advisory was withdrawn"),
}
TRIED = _("A test: nothing happened")
# What ``portal.lib.outgoing`` and the sender say of a try, in words; anything else is somebody who does not answer in time.
TROUBLE = {
    "NotPublic": _("It leads to a server that is not on the public Internet."),
    "LookupError": _("There is no server of this name."),
    "ConnectionRefusedError": _("The server takes no connections there."),
    "SSLCertVerificationError": _("Its certificate is not valid for this name."),
    "SSLError": _("No encrypted connection came about."),
    "NoAnswer": _("It ended the connection without an answer."),
    "ConnectionResetError": _("It ended the connection without an answer."),
    "DecryptError": _("The address cannot be opened with the keys of this portal."),
    "the webhook is switched off": _("The webhook was switched off."),
    "the case is restricted": _("The case is restricted to some people of the team."),
}


def words_of(event: str) -> str:
    """Say what happened, in a sentence without its full stop."""
    return str(TRIED if event == TEST else EVENTS.get(event, event))


def status_of(delivery: Delivery) -> str:
    """Return the status of the last answer, or "" where there was none."""
    if delivery.outcome == Delivery.Outcome.ACCEPTED:
        return str(delivery.facts.get("status", ""))
    number = delivery.trouble.removeprefix("HTTP ")
    return number if number.isdecimal() else ""


def trouble_in_words(trouble: str) -> str:
    """Say why a try did not arrive: by the status of the answer, or by what went wrong before there was one."""
    if trouble.startswith("HTTP 3"):
        return gettext("It answered %(status)s: it leads elsewhere. Enter the address to which it leads.") % {"status": trouble}
    if trouble.startswith("HTTP "):
        return gettext("It answered %(status)s.") % {"status": trouble}
    return str(TROUBLE.get(trouble, _("Nobody answered in time."))) if trouble else ""


def body_of(delivery: Delivery, hook: Webhook) -> bytes:
    """Return what is sent: the same bytes for every try."""
    told = {"text": _in_slack(delivery, hook)} if hook.shape == Shape.SLACK else _in_json(delivery, hook)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(delivery: Delivery, body: bytes, *, secrets: list[str], at: datetime) -> dict[str, str]:
    """Return the headers, with the signatures of Standard Webhooks where there are secrets."""
    headers = {"Content-Type": "application/json", "User-Agent": "Parley-Webhook/1"}
    if not secrets:
        return headers
    moment = str(int(at.timestamp()))
    signed = f"{delivery.uuid}.{moment}.".encode() + body
    signatures = " ".join(f"v1,{base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()}" for secret in secrets)
    return headers | {"webhook-id": str(delivery.uuid), "webhook-timestamp": moment, "webhook-signature": signatures}


def secrets_of(opened: dict, *, at: datetime) -> list[str]:
    """Return the secrets to sign with: the one in use, and for a day the one of before, so that a program can go over."""
    until = opened.get("earlier_until")
    earlier = opened["earlier"] if until and at < datetime.fromisoformat(until) else ""
    return [secret for secret in (opened["secret"], earlier) if secret]


def new_secret() -> str:
    """Return a fresh secret of 256 bits, as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(token_bytes(32)).decode()


def _key(secret):
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX))


def _in_json(delivery, hook):
    said = {name: delivery.facts[name] for name in ("severity", "milestone", "advisory") if delivery.facts.get(name)}
    data = {"project": hook.project.slug, **_place(delivery), **said}
    return {"type": delivery.letter, "timestamp": delivery.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}


def _place(delivery):
    """Return the case and its page, for the team; of an advisory, which is public, its own page and nothing of the case."""
    if delivery.facts.get("advisory"):
        return {"url": settings.PUBLIC_URL + reverse("advisories:advisory", args=[delivery.facts["advisory"]])}
    if delivery.about:
        return {"case": delivery.about, "url": settings.PUBLIC_URL + reverse("case", args=[delivery.about])}
    return {}


def _in_slack(delivery, hook):
    facts = delivery.facts
    with override(settings.LANGUAGE_CODE):
        more = [facts.get("advisory") or delivery.about]
        if facts.get("severity"):
            more.append(str(Severity(facts["severity"]).label))
        if facts.get("milestone"):
            more.append(service_levels.milestone_name(facts["milestone"]))
        said = ", ".join(_escaped(one) for one in more if one)
        line = f"{_escaped(hook.project.name)}: {_escaped(words_of(delivery.letter))}"
        url = _place(delivery).get("url")
        return f"{line}: <{url}|{said}>" if url else line


def _escaped(text):
    """What Slack wants to have escaped: nothing can then name a person, a channel or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
