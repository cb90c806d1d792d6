"""What a page shows of the records that a search found: opened anew, by their ids, with keys of their own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from intake import reach, search
from intake.models import Attachment, Case, Message, Note, Participant, Report
from intake.search_words import Piece, Words, fold, snippet
from portal.lib.crypto import DecryptError


@dataclass(frozen=True)
class Result:
    """A record that was found: where it stands, who said it when, and what it says around the words."""

    ref: str
    project: str
    what: str
    who: str
    at: datetime
    path: str
    pieces: list[Piece]
    note: bool = False


def of(whose, hits, words: Words) -> list[Result]:
    """Return the results of a search in their order; what cannot be opened any more is left out."""
    rows = {}
    for kind in {hit.kind for hit in hits}:
        rows |= {(kind, row.pk): row for row in _FETCH[kind]().filter(pk__in=[hit.uuid for hit in hits if hit.kind == kind])}
    found = [rows[hit] for hit in hits if hit in rows]
    reports, cases = ([row.scope_uuid for row in found if row.purpose == of] for of in ("shared", "internal"))
    keys = reach.keys(whose, reports=reports, cases=cases)
    of_team, results = reach.for_team(whose, {_home(row)[0] for row in found}), []
    for row in found:
        try:
            results.append(_result(row, keys.open(row), words, of_team))
        except DecryptError:
            continue
    return results


def _result(row, content, words, of_team):
    home, report = _home(row)
    place = home if home in of_team or report is None else report
    said = row.message or row.note if isinstance(row, Attachment) else row  # a file stands where it was sent
    anchor = f"?at={said.pk}#m-{said.pk.hex}" if isinstance(said, Message | Note) else ""
    return Result(
        ref=place.ref,
        project=home.project.name,
        what=_WHAT[type(row)](),
        who=_who(row),
        at=_when(row),
        path=place.get_absolute_url() + anchor,
        pieces=snippet(_text(row, content, words), words),
        note=row.purpose == "internal",
    )


def _home(row):
    """Return the case in which a record stands, and its report where it has one."""
    if isinstance(row, Attachment):
        return _home(row.message or row.note or row.report)
    if isinstance(row, Case):
        return row, None
    if isinstance(row, Note):
        return row.case, None
    report = row if isinstance(row, Report) else row.report
    return report.case, report


def _who(row):
    if isinstance(row, Attachment):
        return _who(row.message or row.note or row.report)
    if isinstance(row, Message | Note):
        return row.author.shown_name
    return row.reporters[0].shown_name if isinstance(row, Report) and row.reporters else ""


def _when(row):
    return row.opened_at if isinstance(row, Case) else row.said_at


def _text(row, content, words):
    if isinstance(row, Report):
        texts = search.texts_of_report(content)
        # The field in which most of it stands: of a long report another may have nothing of it.
        return max(texts, key=lambda text: sum(word in fold(text) for word in words.all))
    return content.get("text") or content.get("title") or content.get("name") or ""


def _reporters(lookup):
    people = Participant.objects.filter(role=Participant.Role.REPORTER).select_related("user")
    return Prefetch(lookup, queryset=people, to_attr="reporters")


_FETCH = {
    "Case": lambda: Case.objects.select_related("project"),
    "Report": lambda: Report.objects.select_related("case__project").prefetch_related(_reporters("participants")),
    "Message": lambda: Message.objects.select_related("author__user", "report__case__project"),
    "Note": lambda: Note.objects.select_related("author__user", "case__project"),
    "Attachment": lambda: Attachment.objects.select_related(
        "message__author__user", "message__report__case__project", "note__author__user", "note__case__project", "report__case__project"
    ).prefetch_related(_reporters("report__participants")),
}
_WHAT = {
    Case: lambda: _("working title"),
    Report: lambda: _("report"),
    Message: lambda: _("message"),
    Note: lambda: _("team note"),
    Attachment: lambda: _("file"),
}
