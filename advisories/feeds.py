"""Atom (RFC 4287): a pure function of published records. Ids stay for life, ``published`` too; ``updated`` moves with each revision."""

import uuid
from datetime import UTC, datetime

from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

ENTRIES = 50
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# Of a feed that never had an entry: it must not change by being looked at.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def atom(advisories, *, title: str, page: str, feed: str, public_url: str, feed_id: uuid.UUID | None = None) -> str:
    """Return the feed of these advisories (each with its ``record``), newest change first. ``page`` and ``feed`` are absolute."""
    feed_id = feed_id or uuid.uuid5(uuid.NAMESPACE_URL, feed)
    made = _Feed(title=title, link=page, description="", feed_url=feed, feed_guid=f"urn:uuid:{feed_id}")
    for advisory in advisories:
        record, link = advisory.record, public_url + advisory.get_absolute_url()
        words = {"title": f"{advisory.ref}: {record.title}"}
        made.add_item(
            title=_("Withdrawn: %(title)s") % words if record.withdrawn else words["title"],
            link=link,
            unique_id=f"urn:uuid:{advisory.uuid}",
            pubdate=_moment(advisory.published_at),
            updateddate=_moment(advisory.updated_at),
            author_name=advisory.project.name,
            categories=[word for word in (record.severity, *record.cve_ids) if word],
            description=None,
            summary=record.summary,
            content=render_to_string("advisories/feed_entry.html", {"advisory": advisory, "record": record, "link": link}),
        )
    return made.writeString("utf-8")


class _Feed(Atom1Feed):
    """Atom with a plain summary and the full content."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else _moment(NEVER)

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("summary", item["summary"])
        handler.addQuickElement("content", item["content"], {"type": "html"})


def _moment(at):
    # Without a zone Django writes "Z"; with UTC it would write "+00:00".
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
