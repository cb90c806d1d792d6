"""How a letter leaves: made up as things are by now, encrypted for who gave a key, handed to the mail server.

A mail server that says no for good is believed at once; trouble on the way, and what is wrong with our own access to it, is tried again.
"""

import re
import smtplib
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts import bounces, outbox, unsubscribing
from accounts.models import Delivery
from portal.lib import mail, openpgp

STOPPED = UUID("7b3c9d52-0a9e-4f0e-9d57-3a2f4f8f2c61")  # names the letters that tell of a key that no longer works
# Of these it is not the letter's fault but that of how we sign in there: an administrator mends it, and all leave.
OURS_TO_MEND = {530, 534, 535, 538}
ENHANCED = re.compile(rb"\s*(5\.\d{1,3}\.\d{1,3})\b")


@outbox.channel(Delivery.Channel.MAIL, task="accounts.tasks.drain_outbox")
def leave(delivery, *, at):
    """Send the letter, or return why it is not wanted."""
    registered, person = outbox.registered(delivery.letter), delivery.recipient
    if person and not person.is_active:
        return "the account is closed"
    if person and not registered.to_unverified and not _verified(person):
        return "the address is not verified"
    context = outbox.made_up(delivery)
    if context is None:
        return "no longer wanted"
    key = None if registered.in_clear else getattr(person, "public_key", None)
    try:
        _send(delivery, context, key=key.armored if key else "")
    except openpgp.KeyUnusable:
        # Letters hold references and links only, so it is better that this one arrives.
        outbox.send(
            "openpgp_stopped",
            cause=uuid5(STOPPED, f"{key.pk} {key.fingerprint}"),
            to=[person],
            facts={"fingerprint": key.fingerprint},
            at=at,
        )
        _send(delivery, {**context, "key_stopped": True})
    return ""


def _send(delivery, context, *, key=""):
    person = delivery.recipient
    words = mail.render(
        delivery.letter,
        context,
        language=person.language if person else settings.LANGUAGE_CODE,
        zone=person.timezone if person else settings.TIME_ZONE,
    )
    to = {"to": person.email if person else delivery.address, "sender": bounces.sender_of(delivery)}
    try:
        mail.send(words, **to, message_id=f"<{delivery.uuid}@{_host()}>", key=key, headers=headers_of(delivery))
    except smtplib.SMTPRecipientsRefused as refused:
        # One recipient a letter, so one answer.
        _judge(refused, *next(iter(refused.recipients.values())), address=True)
    except smtplib.SMTPDataError as refused:
        _judge(refused, refused.smtp_code, refused.smtp_error)


def headers_of(delivery) -> dict:
    """Return what lets a reader's program put letters about one thing together, file them, and turn off what may be.

    Letters about a case or report name the same thread for one recipient. Its name is a MAC: who gets letters about a report cannot
    tell by it in which case that is, and two recipients cannot tell that their letters are about the same.
    """
    headers = {"List-Id": f"Parley <letters.{_host()}>"}
    if delivery.about:
        said = salted_hmac("accounts.mailing.thread", f"{delivery.about} {delivery.recipient_key}", algorithm="sha256").hexdigest()
        headers |= dict.fromkeys(("In-Reply-To", "References"), f"<{said[:32]}.thread@{_host()}>")
    if unsubscribing.may_turn_off(delivery):
        # RFC 8058: a mail program asks there by itself, without a session, when its person presses its button.
        link = settings.PUBLIC_URL + unsubscribing.path_of(delivery)
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _host():
    return urlsplit(settings.PUBLIC_URL).hostname


def _judge(refused, code, answer, *, address=False):
    """Raise what a mail server's answer means: refused for good, or trouble that may pass."""
    answer = answer if isinstance(answer, bytes) else str(answer).encode()
    enhanced = ENHANCED.match(answer)
    said = f"{type(refused).__name__} {code}" + (f" {enhanced[1].decode()}" if enhanced else "")
    if 500 <= code < 600 and code not in OURS_TO_MEND:
        raise outbox.Refused(said, address=address) from None
    raise outbox.Trouble(said) from None


def _verified(person):
    return EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists()
