"""Letters: made from ``emails/<letter>/{subject.txt,body.txt,body.html}`` and handed to Django's mail backend.

To somebody with an OpenPGP key they go as OpenPGP/MIME (RFC 3156), the real subject inside.
"""

import contextlib
import zoneinfo
from dataclasses import dataclass
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import SafeMIMEMultipart
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from portal.lib import openpgp


@dataclass(frozen=True)
class Letter:
    """A letter in words. ``html`` is empty for a letter that has plain text only; ``cover`` is the subject of an encrypted one."""

    subject: str
    text: str
    html: str = ""
    cover: str = ""


def render(letter: str, context: dict, *, language: str, zone: str) -> Letter:
    """Make up a letter in the reader's language and time zone. Its plain form ends with ``emails/_foot.txt``."""
    with _read_by(language, zone):
        subject = _subject(letter, context)
        text = "\n\n".join(filter(None, (_plain(name, context).strip() for name in (f"emails/{letter}/body.txt", "emails/_foot.txt"))))
        html = ""
        with contextlib.suppress(TemplateDoesNotExist):
            html = render_to_string(f"emails/{letter}/body.html", {**context, "subject": subject})
        return Letter(subject=subject, text=text + "\n", html=html, cover=gettext("Encrypted letter from Parley"))


def subject(letter: str, context: dict, *, language: str, zone: str) -> str:
    """Return the subject of a letter alone: what happened, and the reference."""
    with _read_by(language, zone):
        return _subject(letter, context)


def send(letter: Letter, *, to: str, message_id: str, key: str = "", sender: str = "", headers=None) -> None:
    """Hand a letter to the mail server, encrypted to a certificate (armored) if there is one; raise openpgp.KeyUnusable.

    A second copy carries the same Message-ID, so that readers see one. ``sender``: the envelope's, where it is another than From.
    """
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated", "From": settings.DEFAULT_FROM_EMAIL, **(headers or {})}
    envelope = {"from_email": sender or None, "to": [to], "headers": headers}
    message = EmailMultiAlternatives(letter.subject, letter.text, **envelope)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    if key:
        inner = message.message()
        message = _Encrypted(letter.cover, **envelope)
        message.ciphertext = openpgp.encrypted(_entity(inner), to=key)
    message.send()


class _Encrypted(EmailMultiAlternatives):
    """A letter whose body is an OpenPGP message: ``multipart/encrypted`` of RFC 3156, section 4."""

    ciphertext = b""

    def message(self):
        outer = SafeMIMEMultipart("encrypted", encoding=self.encoding, protocol="application/pgp-encrypted")
        for name, value in super().message().items():
            if not name.lower().startswith(("content-", "mime-")):
                outer[name] = value
        for subtype, content in (("pgp-encrypted", "Version: 1\n"), ("octet-stream", self.ciphertext.decode())):
            part = MIMEBase("application", subtype)
            part.set_payload(content)
            outer.attach(part)
        return outer


def _entity(message):
    """Return what is encrypted of a letter: its body and its subject, with the line ends that RFC 3156 asks for."""
    for name in list(message):
        if name.lower() not in ("content-type", "content-transfer-encoding", "mime-version", "subject"):
            del message[name]
    # How Thunderbird and others know that the subject in here is the real one.
    message.set_param("protected-headers", "v1")
    return message.as_bytes(linesep="\r\n")


@contextlib.contextmanager
def _read_by(language, zone):
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
        yield


def _subject(letter, context):
    # A line break in a subject would begin a new header.
    return " ".join(_plain(f"emails/{letter}/subject.txt", context).split())


def _plain(name, context):
    # Plain text: with escaping on, a name such as O'Neill would arrive as O&#x27;Neill, and links would break.
    return get_template(name).template.render(Context(context, autoescape=False))
