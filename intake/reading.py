"""What a page shows of sealed records: opened with the keys that the door gave, in the order of the conversation.

A record that cannot be opened shows as such; it never falls back to anything else and never breaks the page.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from intake import attachments, seen, thread_pages
from intake.models import Message, Note, Participant
from portal.lib import render
from portal.lib.crypto import DecryptError

log = logging.getLogger("parley.keys")
FIRST = UUID(int=0)


@dataclass
class Spoken:
    """A message or a note as shown; ``broken`` when it cannot be opened."""

    uuid: UUID
    name: str
    role: str
    at: object
    html: str = ""
    broken: bool = False
    by_team: bool = False
    mine: bool = False
    note: bool = False
    assessment: bool = False
    revision: int = 1
    edited_at: datetime | None = None
    retracted_at: datetime | None = None
    answers: str = ""
    answers_link: str = ""  # where what it answers stands, if that is another page
    new: bool = False  # to who looks, since their last visit
    files: list = ()
    first_new: bool = False
    seen_by: list = ()
    replies: list = field(default_factory=list)


@dataclass
class Thread:
    """A page of a conversation: roots in order of time, each with its replies; links to what lies around; up to when it reaches."""

    name: str
    earlier: str = ""
    later: str = ""
    newest: str = ""
    until: datetime | None = None
    new: int = 0
    roots: list = field(default_factory=list)

    @property
    def messages(self):
        """Return every message of the page as it stands there."""
        return [message for root in self.roots for message in (root, *root.replies)]


def opened(row) -> dict:
    """Return the content of a sealed row with the keys it carries; an empty one if it is broken, or older than a guest's part."""
    return {} if hidden(row) else _open(row.keys, row)


def hidden(row) -> bool:
    """Say whether a report was sent before its viewer joined, who is a guest without history."""
    since = getattr(row, "viewer_sees_from", None)
    return since is not None and row.said_at is not None and row.said_at < since


def titles(rows, keys) -> None:
    """Set ``title`` on each case or report."""
    for row in rows:
        if not row.sealed:
            row.title = _("(erased)")
        else:
            row.title = _("(sent before you joined)") if hidden(row) else _open(keys, row).get("title") or _("(cannot be opened)")


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
        made = render.once_more(content["text"], markup=markup)
        return render.with_mentions(made, {one["handle"] for one in content.get("mentions", ())})[0]


def answers(report, content: dict) -> list[dict]:
    """Return a report's answers with their HTML."""
    markup = content.get("markup", "markdown")
    return [
        {"label": answer["label"], "html": html_of(answer, renderer=report.renderer, markup=markup)}
        for answer in content.get("answers", ())
    ]


def threads(reports, keys, parts, *, viewer, places=(), wanted=None) -> dict[UUID, Thread]:
    """Return the conversation of each report, a page of each: one query for all besides ``parts.of``.

    A page opens where the address says (``places``, ``wanted``: the UUID of a message), else around what is new to the
    viewer, else at the end. Guests without history are shown nothing older than their part.
    """
    named = _named(reports, wanted)
    strands = {report.pk: _strand(report, places, named) for report in reports}
    thread_pages.load(Message.objects.all(), list(strands.values()), places=places)
    rows = [row for strand in strands.values() for row in strand.rows]
    _set_authors(rows, parts)
    shown, elsewhere, read = spoken(rows, keys, viewer=viewer), answered_elsewhere(rows), seen.below(parts, viewer=viewer)
    return {report.pk: _thread(report, strands[report.pk], shown, places, elsewhere, read) for report in reports}


def answering(thread: Thread, wanted: str):
    """Return the message of this thread that somebody wants to answer, or None."""
    for message in thread.messages:
        if str(message.uuid) == wanted:
            return message
    return None


def notes(case, parts, *, viewer, places=(), wanted=None) -> Thread:
    """Return a page of the team-only notes in order of time; the newest, unless the address says otherwise."""
    named = _uuid(wanted) and Note.objects.filter(case=case, pk=_uuid(wanted)).values_list("at", "uuid").first()
    window = thread_pages.around(named) if named else thread_pages.wanted(places, "notes") or thread_pages.newest()
    strand = thread_pages.Strand("notes", {"case": case}, window=window)
    thread_pages.load(Note.objects.all(), [strand], places=places)
    _set_authors(strand.rows, parts)
    thread = _around(strand, places)
    thread.roots = list(spoken(strand.rows, case.keys, viewer=viewer, note=True).values())
    return thread


def _strand(report, places, named):
    window = thread_pages.around(named[1:]) if named and named[0] == report.pk else thread_pages.wanted(places, report.ref)
    if window is None and report.first_new_at:
        window = thread_pages.around((report.first_new_at, FIRST))
    since = getattr(report, "viewer_sees_from", None)
    return thread_pages.Strand(report.ref, {"report": report}, since=since, window=window or thread_pages.newest())


def _set_authors(rows, parts):
    known = {part.pk: part for part in parts}
    for row in rows:
        if row.author_id in known:
            row.author = known[row.author_id]


def _named(reports, wanted):
    """Return (report, time, UUID) of the message that an address names, or None."""
    uuid = _uuid(wanted)
    return uuid and Message.objects.filter(report__in=reports, pk=uuid).values_list("report_id", "at", "uuid").first()


def _uuid(text):
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def answered_elsewhere(rows) -> dict:
    """Return what these rows answer and what is not among them: {UUID: message}, without its content."""
    missing = {row.parent_id for row in rows} - {row.pk for row in rows} - {None}
    return Message.objects.select_related("author__user").defer("sealed").in_bulk(missing) if missing else {}


def _thread(report, strand, shown, places, elsewhere, read):
    thread, root_of = _around(strand, places), {}
    for row in strand.rows:
        message, parent = shown[row.pk], root_of.get(row.parent_id)
        message.seen_by = read.get(row.pk, ())
        message.new = not message.mine and not row.retracted_at and (report.read_until is None or row.at > report.read_until)
        if message.new and report.seen_by_viewer:
            message.first_new, thread.new = not thread.new, thread.new + 1
        if row.parent_id in shown:
            message.answers = shown[row.parent_id].name
        elif row.parent_id:
            say_whom_it_answers(message, elsewhere.get(row.parent_id), strand.since)
        if parent is None:
            thread.roots.append(message)
        else:
            parent.replies.append(message)
        root_of[row.pk] = parent or message
    return thread


def say_whom_it_answers(message, answered, since):
    """Name who wrote what a message answers, where that does not stand on the page, and link to it."""
    if answered and (since is None or answered.at >= since):
        message.answers, message.answers_link = answered.author.shown_name, f"?at={answered.pk}#m-{answered.pk.hex}"
    else:
        message.answers = _("a message from before you joined")


def _around(strand, places):
    last = strand.rows[-1].at if strand.rows else None
    newest = thread_pages.address(places, strand.name, "newest") if strand.later else ""
    return Thread(name=strand.name, earlier=strand.earlier, later=strand.later, newest=newest, until=last)


def spoken(rows, keys, *, viewer, note=False) -> dict[UUID, Spoken]:
    """Return messages or notes as they are shown, in their order; what they need besides is fetched for all at once."""
    # One that was retracted is not opened, for there is nothing in it.
    contents = {row.pk: {} if row.retracted_at else _open(keys, row) for row in rows}
    files = attachments.of([(row, contents[row.pk]) for row in rows], keys)
    roles = {role: str(role.label) for role in Participant.Role}
    return {row.pk: _spoken(row, contents[row.pk], viewer, roles, note=note, files=files.get(row.pk, ())) for row in rows}


def _spoken(row, content, viewer, roles, *, note, files):
    return Spoken(
        uuid=row.pk,
        name=row.author.shown_name,
        role=roles[row.author.role],
        by_team=row.author.role == Participant.Role.TEAM,
        at=row.at,
        html=html_of(content, renderer=row.renderer) if content else "",
        broken=not content and not row.retracted_at,
        mine=row.author.user_id == viewer.pk,
        note=note,
        files=files,
        assessment=getattr(row, "is_assessment", False),
        revision=row.revision,
        edited_at=row.edited_at,
        retracted_at=row.retracted_at,
    )


def _open(keys, row):
    if not row.sealed:
        return {}  # erased, or retracted: nothing is broken
    try:
        return keys.open(row)
    except DecryptError as failure:
        log.error("%s", failure)
        return {}
