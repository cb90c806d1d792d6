"""Search over what one person may read, newest first: records are decrypted in memory, and nothing is kept of them or of the words.

There is no index, because an index of sealed texts is a leak. So a search has a budget, of records and of seconds; when it is
spent, the search says how far back it came and can go on from there. Only ids leave this module.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from intake import reach
from intake.models import Attachment
from intake.search_words import Words
from portal.keys import Purpose
from portal.lib import limits
from portal.lib.crypto import Binding, DecryptError

log = logging.getLogger("parley.keys")
CHUNK = 1000  # records that are fetched with one query of each kind
MOST_HITS = 50
CONVERSATION, NOTES = "conversation", "notes"
WRITTEN = ("author_id", "revision")


@dataclass(frozen=True)
class Wanted:
    """What is looked for and where: ``project`` a primary key, ``kind`` CONVERSATION, NOTES or "", ``before`` (time, UUID)."""

    words: Words
    project: int | None = None
    kind: str = ""
    since: datetime | None = None
    before: tuple[datetime, UUID] | None = None


class Hit(NamedTuple):
    """A record that matches: its model's name, and its UUID."""

    kind: str
    uuid: UUID


@dataclass
class Outcome:
    """What was found. ``spent`` says why the search stopped ("records", "seconds", "hits"; "" at the end), ``reached`` where."""

    hits: list = field(default_factory=list)
    looked_at: int = 0
    spent: str = ""
    reached: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, eq=False)
class Source:
    """Records of one kind that somebody may read: ``at`` names when they were said, ``scope`` what their key hangs on.

    ``bound`` are the columns that their sealing is bound to besides: author and revision.
    """

    rows: QuerySet
    at: str
    scope: str
    texts: Callable[[dict], list]
    bound: tuple = ()
    purpose: str = Purpose.SHARED


class _Candidate(NamedTuple):
    at: datetime
    uuid: UUID
    scope: UUID
    source: Source


class _Sealed(NamedTuple):
    """A sealed row as ``Keys`` opens it. Not the model's own: to make twenty thousand of those takes longer than to open them."""

    candidate: _Candidate
    sealed: bytes
    author: UUID | None = None
    revision: int = 1

    @property
    def purpose(self):
        return self.candidate.source.purpose

    @property
    def said_at(self):
        return self.candidate.at

    def binding(self):
        _at, uuid, scope, source = self.candidate
        return Binding(scope, uuid, source.rows.model.LABEL, self.author, self.revision)


def may_search(user) -> bool:
    """Count one search of this person; say whether it is still among those that a minute allows."""
    try:
        limits.spend("search", str(user.uuid))
    except limits.TooMany:
        return False
    return True


def find(whose, wanted: Wanted, *, tick: Callable[[], float]) -> Outcome:
    """Return the newest records within reach that have all words. ``tick`` tells seconds, from whenever it likes."""
    until, outcome = tick() + settings.SEARCH_SECONDS, Outcome()
    candidates = _candidates(whose, wanted, settings.SEARCH_RECORDS)
    keys, known = reach.keys(whose), set()
    for begin in range(0, len(candidates), CHUNK):
        chunk = candidates[begin : begin + CHUNK]
        places = {(candidate.scope, candidate.source.purpose) for candidate in chunk} - known
        known |= places
        reports, cases = ([scope for scope, purpose in places if purpose == of] for of in (Purpose.SHARED, Purpose.INTERNAL))
        keys.join(reach.keys(whose, reports=reports, cases=cases))
        rows = _rows(chunk)
        for candidate in chunk:
            if outcome.looked_at == settings.SEARCH_RECORDS:
                return _stopped(outcome, "records")
            if outcome.looked_at and tick() >= until:
                return _stopped(outcome, "seconds")
            if len(outcome.hits) == MOST_HITS:
                return _stopped(outcome, "hits")
            outcome.looked_at += 1
            outcome.reached = (candidate.at, candidate.uuid)
            row = rows.get(candidate.uuid)  # gone since a moment ago, maybe
            if row is not None and _has(row, keys, wanted.words):
                outcome.hits.append(Hit(candidate.source.rows.model.__name__, candidate.uuid))
    return outcome


def texts_of_report(content) -> list:
    """Return what is searched of a report as it was sent."""
    answers = [answer["text"] for answer in content.get("answers", ())]
    return [content.get("title", ""), *answers, *(content.get(name) or "" for name in ("version", "credit", "reached"))]


def _stopped(outcome, why):
    outcome.spent = why
    return outcome


def _has(row, keys, words):
    try:
        content = keys.open_if(row, words.may_be_in)
    except DecryptError as failure:
        log.error("%s", failure)
        return False
    return content is not None and words.are_in("\n".join(row.candidate.source.texts(content)))


def _candidates(whose, wanted, most):
    """Return the ids of the newest records within reach, at most one more than may be looked at."""
    lists = [_newest(source, wanted, most + 1) for source in _sources(whose, wanted)]
    return list(islice(merge(*lists, key=attrgetter("at", "uuid"), reverse=True), most + 1))


def _newest(source, wanted, most):
    rows = source.rows.order_by(f"-{source.at}", "-pk")
    if wanted.since:
        rows = rows.filter(**{f"{source.at}__gte": wanted.since})
    if wanted.before:
        at, uuid = wanted.before
        rows = rows.filter(Q(**{f"{source.at}__lt": at}) | Q(**{source.at: at, "pk__lt": uuid}))
    return [_Candidate(*row, source) for row in rows.values_list(source.at, "pk", source.scope)[:most]]


def _rows(chunk):
    """Fetch what is sealed of some candidates, with what it is bound to and nothing else: one query of each source."""
    wanted = defaultdict(dict)
    for candidate in chunk:
        wanted[candidate.source][candidate.uuid] = candidate
    found = {}
    for source, of in wanted.items():
        rows = source.rows.model.objects.filter(pk__in=list(of)).values_list("pk", "sealed", *source.bound)
        found |= {uuid: _Sealed(of[uuid], *rest) for uuid, *rest in rows}
    return found


def _sources(whose, wanted):
    """Return all that is searched: the team's records, then those of other reports in which the person takes part."""
    reports, messages = reach.team_reports(whose, wanted.project), reach.team_messages(whose, wanted.project)
    own, said = reach.own_reports(whose, wanted.project), reach.own_messages(whose, wanted.project)
    notes = reach.team_notes(whose, wanted.project)
    if whose.projects and wanted.kind != CONVERSATION:
        yield Source(notes, "at", "case_id", _text, WRITTEN, Purpose.INTERNAL)
        yield _files(Q(note__in=notes.values("pk")), Purpose.INTERNAL)
    if wanted.kind == NOTES:
        return
    if whose.projects:
        if not wanted.kind:
            yield Source(reach.team_cases(whose, wanted.project), "opened_at", "pk", _title, purpose=Purpose.INTERNAL)
        yield from _conversations(reports, messages)
    yield from _conversations(own, said)


def _conversations(reports, messages):
    yield Source(reports, "received_at", "pk", texts_of_report)
    yield Source(messages, "at", "report_id", _text, WRITTEN)
    yield _files(Q(report__in=reports.values("pk")) | Q(message__in=messages.values("pk")), Purpose.SHARED)


def _files(of, purpose):
    sent = Attachment.objects.filter(of, shredded_at=None).annotate(sent_at=Coalesce("message__at", "note__at", "at"))
    return Source(sent, "sent_at", "scope", _name, purpose=purpose)


def _text(content):
    return [content.get("text", "")]


def _title(content):
    return [content.get("title", "")]


def _name(content):
    return [content.get("name", "")]
