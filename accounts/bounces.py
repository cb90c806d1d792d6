"""Letters that come back: each leaves with a sender address of its own, and reports of failure that arrive there settle it.

The address (VERP) names the delivery and proves that it is ours by a short MAC, so that nobody can make letters of others
come back. Only delivery status notifications (RFC 3464) count; replies, vacation notes and everything else change nothing.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import getaddresses
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import outbox
from accounts.models import Delivery

LARGEST = 1024 * 1024  # letters are small, and so is what comes back of them
LONGEST_HEADER, MOST_HEADERS = 1000, 20  # of those that are taken apart: some forms of them cost the square of their length
ADDRESSED = ("Delivered-To", "X-Original-To", "To")
TAKEN_APART = (*ADDRESSED, "Content-Type")
MAC_DIGITS = 16
OURS = re.compile(r"(?P<name>[^@]+)\+(?P<uuid>[0-9a-f]{32})-(?P<mac>[0-9a-f]{16})@(?P<host>[^@]+)", re.IGNORECASE)
STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
Outcome = Delivery.Outcome


class NotABounce(Exception):
    """The mail says nothing that counts; the message says why, in a line for whoever runs the mail server."""


@dataclass(frozen=True)
class Notification:
    """What a mail server says of one letter: ``failed`` or only delayed, and its status code if it has one."""

    failed: bool
    status: str


class _Short(policy.Compat32):
    """Refuses a mail, while it is read, for a header that would be taken apart and is longer than any of a mail server."""

    def header_source_parse(self, sourcelines):
        name, value = super().header_source_parse(sourcelines)
        if len(value) > LONGEST_HEADER and name.title() in TAKEN_APART:
            raise NotABounce("A header of it is too long.")
        return name, value


def sender_of(delivery) -> str:
    """Return the envelope sender of a letter; empty where no address for bounces is set."""
    if not settings.BOUNCES:
        return ""
    name, _at, host = settings.BOUNCES.partition("@")
    return f"{name}+{delivery.uuid.hex}-{_mac(delivery.uuid.hex, settings.SECRET_KEY)}@{host}"


def take(raw: bytes, *, to: str = "", at) -> str:
    """Read one mail and settle the delivery that it tells of; return a line that says what was done, or raise NotABounce."""
    if not settings.BOUNCES:
        raise NotABounce("PARLEY_BOUNCES is not set, so no letter has an address to come back to.")
    if len(raw) > LARGEST:
        raise NotABounce(f"The mail is larger than {LARGEST} bytes.")
    try:
        addresses, said = _read(raw, to)
    except NotABounce:
        raise
    except Exception as error:
        # What arrives is anybody's, and the parser stumbles over some of it.
        raise NotABounce(f"The mail cannot be read ({type(error).__name__}).") from None
    delivery = _delivery(addresses)
    if said.failed:
        return _came_back(delivery, said, at)
    Delivery.objects.filter(pk=delivery.pk, outcome=Outcome.ACCEPTED).update(trouble=_trouble("delayed", said))
    return f"Letter {delivery.uuid} is delayed; it may still arrive."


def _came_back(delivery, said, at):
    if delivery.outcome not in (Outcome.ACCEPTED, Outcome.OPEN):
        return f"Letter {delivery.uuid} was settled before; nothing changed."
    outbox.note_bounce(delivery, at=at)
    settled = outbox.settle_undelivered(
        delivery, Outcome.BOUNCED, trouble=_trouble("failed", said), at=at, seen={"outcome": delivery.outcome, "channel": outbox.MAIL}
    )
    return f"Letter {delivery.uuid} came back." if settled else f"Letter {delivery.uuid} was settled before; nothing changed."


def _delivery(addresses):
    for address in addresses:
        found = OURS.fullmatch(address.strip())
        if found and f"{found['name']}@{found['host']}".lower() == settings.BOUNCES.lower() and _is_ours(found):
            delivery = Delivery.objects.filter(uuid=UUID(found["uuid"]), channel=outbox.MAIL).first()
            if delivery is None:
                raise NotABounce("The letter that it tells of is not known any more.")
            return delivery
    raise NotABounce("It came to no address of a letter of this portal.")


def _is_ours(found):
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(found["mac"].lower(), _mac(found["uuid"].lower(), key)) for key in keys)


def _mac(name, secret):
    return salted_hmac("accounts.bounces", name, secret=secret, algorithm="sha256").hexdigest()[:MAC_DIGITS]


def _read(raw, to):
    mail = message_from_bytes(raw, policy=_Short())
    written = [str(header) for name in ADDRESSED for header in mail.get_all(name, [])]
    addresses = [to] if to else [address for _name, address in getaddresses(written[:MOST_HEADERS])]
    if mail.get_content_type() != "multipart/report" or str(mail.get_param("report-type", "")).lower() != "delivery-status":
        raise NotABounce("It is no delivery status notification.")
    inside = mail.get_payload() if mail.is_multipart() else ()
    parts = [part for part in inside if part.get_content_type() == "message/delivery-status"]
    if len(parts) != 1 or not parts[0].is_multipart():
        raise NotABounce("Its delivery status cannot be read.")
    # The first block is about the mail, those behind it about one recipient each; our letters have one.
    blocks = parts[0].get_payload()[1:]
    told = [(str(block.get("Action", "")).strip().lower(), STATUS.match(str(block.get("Status", "")))) for block in blocks]
    for action in ("failed", "delayed"):
        for said, status in told:
            if said == action:
                return addresses, Notification(action == "failed", status[1] if status else "")
    raise NotABounce("It tells of no letter that failed or is delayed.")


def _trouble(what, said):
    return " ".join(filter(None, ("DSN", what, said.status)))
