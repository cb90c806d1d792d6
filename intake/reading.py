"""What a page shows of sealed records: opened with the keys that the door gave, in the order of the conversation.

A record that cannot be opened shows as such; it never falls back to anything else and never breaks the page.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from intake.models import Message, Note, Participant
from portal.lib import render
from portal.lib.crypto import DecryptError

log = logging.getLogger("parley.keys")
PAGE = 100


@dataclass
class Spoken:
    """A message or a note as shown; ``broken`` when it cannot be opened."""

    uuid: UUID
    name: str
    role: str
    at: object
    html: str = ""
    broken: bool = False
    mine: bool = False
    note: bool = False
    assessment: bool = False
    answers: str = ""
    replies: list = field(default_factory=list)


@dataclass
class Thread:
    """Roots in order of time, each with its replies; ``earlier`` is the cursor of what came before."""

    roots: list
    earlier: str = ""


def opened(row) -> dict:
    """Return the content of a sealed row with the keys it carries, or an empty one that says that it is broken."""
    return _open(row.keys, row)


def titles(rows, keys) -> None:
    """Set ``title`` on each case or report."""
    for row in rows:
        row.title = _open(keys, row).get("title") or _("(cannot be opened)")


def moment(text):
    """Return the moment of an "earlier messages" link, or None."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def place(text):
    """Return the number of an "earlier" link of the timeline, or None."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def fresh(html: str):
    """Return HTML that was rendered just now, as safe as when it is stored."""
    return render.as_stored(html, renderer=render.RENDERER)


def html_of(content: dict, *, renderer: int, markup: str = "markdown"):
    """Return the stored HTML, rendered again from the text when an older renderer made it."""
    try:
        return render.as_stored(content["html"], renderer=renderer)
    except render.Outdated:
        return render.once_more(content["text"], markup=markup)


def answers(report, content: dict) -> list[dict]:
    """Return a report's answers with their HTML."""
    markup = content.get("markup", "markdown")
    return [
        {"label": answer["label"], "html": html_of(answer, renderer=report.renderer, markup=markup)}
        for answer in content.get("answers", ())
    ]


def threads(reports, keys, *, viewer, before=None) -> dict[UUID, Thread]:
    """Return the conversation of each report; one query for all. Of a long one the newest ``PAGE`` messages."""
    rows = Message.objects.filter(report__in=reports).select_related("author__user").order_by("-at", "-uuid")
    if before:
        rows = rows.filter(at__lt=before)
    limit = PAGE * len(reports)
    found = list(rows[: limit + 1])
    earlier = found[limit - 1].at.isoformat() if len(found) > limit else ""
    return {
        report.pk: Thread(_nested([row for row in reversed(found[:limit]) if row.report_id == report.pk], keys, viewer), earlier)
        for report in reports
    }


def answering(thread: Thread, wanted: str):
    """Return the message of this thread that somebody wants to answer, or None."""
    for root in thread.roots:
        for message in (root, *root.replies):
            if str(message.uuid) == wanted:
                return message
    return None


def notes(case, *, viewer) -> list[Spoken]:
    """Return the newest ``PAGE`` team-only notes in order of time."""
    rows = list(Note.objects.filter(case=case).select_related("author__user").order_by("-at", "-uuid")[:PAGE])
    return [_spoken(row, case.keys, viewer, note=True) for row in reversed(rows)]


def _nested(rows, keys, viewer):
    """Replies stand under the first message of their thread, however deep they answer."""
    shown = {row.pk: _spoken(row, keys, viewer) for row in rows}
    roots, root_of = [], {}
    for row in rows:
        parent = root_of.get(row.parent_id)
        if parent is None:
            roots.append(shown[row.pk])
            root_of[row.pk] = shown[row.pk]
        else:
            shown[row.pk].answers = shown[row.parent_id].name
            parent.replies.append(shown[row.pk])
            root_of[row.pk] = parent
    return roots


def _spoken(row, keys, viewer, *, note=False):
    content = _open(keys, row)
    return Spoken(
        uuid=row.pk,
        name=row.author.shown_name,
        role=str(Participant.Role(row.author.role).label),  # get_role_display translates every role to find one
        at=row.at,
        html=html_of(content, renderer=row.renderer) if content else "",
        broken=not content,
        mine=row.author.user_id == viewer.pk,
        note=note,
        assessment=getattr(row, "is_assessment", False),
    )


def _open(keys, row):
    try:
        return keys.open(row)
    except DecryptError as failure:
        log.error("%s", failure)
        return {}
