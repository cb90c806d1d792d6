"""Letters: made from ``emails/<letter>/{subject.txt,body.txt,body.html}`` and handed to Django's mail backend."""

import contextlib
import zoneinfo
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation


@dataclass(frozen=True)
class Letter:
    """A letter in words. ``html`` is empty for a letter that has plain text only."""

    subject: str
    text: str
    html: str = ""


def render(letter: str, context: dict, *, language: str, zone: str) -> Letter:
    """Make up a letter in the reader's language and time zone."""
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
        # A line break in a subject would begin a new header.
        subject = " ".join(_plain(f"emails/{letter}/subject.txt", context).split())
        text = _plain(f"emails/{letter}/body.txt", context).strip() + "\n"
        html = ""
        with contextlib.suppress(TemplateDoesNotExist):
            html = render_to_string(f"emails/{letter}/body.html", {**context, "subject": subject})
    return Letter(subject=subject, text=text, html=html)


def send(letter: Letter, *, to: str, message_id: str) -> None:
    """Hand a letter to the mail server. A second copy carries the same Message-ID, so that readers see one."""
    message = EmailMultiAlternatives(
        letter.subject, letter.text, to=[to], headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    message.send()


def _plain(name, context):
    # Plain text: with escaping on, a name such as O'Neill would arrive as O&#x27;Neill, and links would break.
    return get_template(name).template.render(Context(context, autoescape=False))
