"""The record of an advisory: the one thing that is drafted, reviewed and published. Pure but for rendering.

``to_document()`` gives JSON values. As the document of a revision it is public, to the last key; page, feed and every
later format (CSAF, OSV, CVE) are functions of it. Dates are ISO 8601, moments UTC with ``Z``.
"""

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils.safestring import SafeString

from portal.lib import render

FORMAT = 1
# Not characters at all, and refused by XML: a feed with one of them is no feed.
NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Affected:
    """One affected product: the range as text, and in which versions it is fixed."""

    component: str = ""
    versions: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class Record:
    """What an advisory says. ``description`` and ``workaround`` are Markdown; their HTML is made by ``rendered()``."""

    title: str = ""
    summary: str = ""
    severity: str = ""
    description: str = ""
    affected: tuple[Affected, ...] = ()
    workaround: str = ""
    credits: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    cve_ids: tuple[str, ...] = ()
    reported_on: date | None = None
    # Filled in by publication.
    published_at: datetime | None = None
    change: str = ""  # what this revision changed, for everybody to read
    withdrawn: str = ""  # why it was withdrawn; empty while it stands
    description_html: str = ""
    workaround_html: str = ""
    renderer: int = 0

    def to_document(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        document = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in ("credits", "references", "cve_ids"):
            document[name] = list(document[name])
        document["affected"] = [vars(row).copy() for row in self.affected]
        document["reported_on"] = self.reported_on.isoformat() if self.reported_on else None
        document["published_at"] = utc_text(self.published_at) if self.published_at else None
        return {"format": FORMAT, **document}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Record":
        """Return the record of a document; keys that this release does not know are left out."""
        known = {one.name: document[one.name] for one in fields(cls) if one.name in document}
        for name in ("credits", "references", "cve_ids"):
            known[name] = tuple(known.get(name, ()))
        known["affected"] = tuple(Affected(**row) for row in known.get("affected", ()))
        if known.get("reported_on"):
            known["reported_on"] = date.fromisoformat(known["reported_on"])
        if known.get("published_at"):
            known["published_at"] = datetime.fromisoformat(known["published_at"])
        return cls(**known)

    def tidied(self) -> "Record":
        """Return the record with texts that every format can carry: no control characters, one-line texts on one line."""
        return replace(
            self,
            title=line(self.title),
            summary=line(self.summary),
            description=_text(self.description),
            workaround=_text(self.workaround),
            affected=tuple(Affected(line(row.component), line(row.versions), line(row.fixed)) for row in self.affected),
            credits=tuple(filter(None, map(line, self.credits))),
            references=tuple(filter(None, map(line, self.references))),
            cve_ids=tuple(filter(None, map(line, self.cve_ids))),
        )

    def texts(self) -> tuple[str, ...]:
        """Return everything that was typed, to be measured."""
        rows = tuple(part for row in self.affected for part in (row.component, row.versions, row.fixed))
        return (self.title, self.summary, self.description, self.workaround, *rows, *self.credits, *self.references, *self.cve_ids)

    def rendered(self) -> "Record":
        """Return the record with its HTML; raises render.Busy. It may take a second: never inside a transaction."""
        return replace(
            self,
            description_html=str(render.render(self.description)),
            workaround_html=str(render.render(self.workaround)),
            renderer=render.RENDERER,
        )

    @property
    def description_shown(self) -> SafeString:
        return self._shown(self.description, self.description_html)

    @property
    def workaround_shown(self) -> SafeString:
        return self._shown(self.workaround, self.workaround_html)

    def _shown(self, text, made):
        try:
            return render.as_stored(made, renderer=self.renderer)
        except render.Outdated:
            return render.once_more(text)


def utc_text(moment: datetime) -> str:
    """Return a moment as UTC text with ``Z``, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def line(text: str) -> str:
    """Return a text as one tidy line."""
    return " ".join(_text(text).split())


def _text(text):
    return NONCHARACTERS.sub("\ufffd", render.tidy(text))
