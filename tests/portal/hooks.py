"""Webhooks of the tests, which lead to receivers on this machine."""

import json

from portal.models import Webhook
from tests import builders

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def a_webhook(cast, receiver, *, shape="json", kinds=(), name="bot", path="/hook/SECRET-PATH") -> Webhook:
    """A webhook of Mailat's that leads to a receiver; whoever asks for it has named the receiver in the settings."""
    url = f"http://{receiver.address}{path}"
    hook = builders.a_webhook(cast.mailat, by=cast.olivia, name=name, url=url, shape=shape, kinds=kinds)
    if shape == "json":
        hook.seal({"url": url, "secret": SECRET})
        hook.save(update_fields=["sealed"])
    return hook


def told(receiver) -> list[dict]:
    """What a receiver heard, read as JSON."""
    return [json.loads(one.body) for one in receiver.heard]
