"""Drafts as pages show them: put into their forms, listed, discarded; and the end of those that were left lying."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.forms import BooleanField

from intake import attachments, drafts
from intake.models import Draft
from portal.keys import Keys

log = logging.getLogger("parley.drafts")
MOST = 50  # of a list
LONGEST_PAGE = 36  # characters of a page's name, which is a UUID


@dataclass
class Kept:
    """What a form knows of its draft: the page that draws it, the revision that it shows, since when, and what has no field any more."""

    page: str
    revision: int = 0
    at: datetime | None = None
    lost: list = field(default_factory=list)  # (label, text)


def fill(form, draft) -> None:
    """Put a draft into its form and say so (``form.kept``). A form that came back keeps what it came with."""
    if form.is_bound:
        known = form.data.get("draft_revision", "")
        form.kept = Kept(
            form.data.get("draft_page", "")[:LONGEST_PAGE] or str(uuid4()), int(known) if known.isdecimal() and len(known) < 10 else 0
        )
        return
    form.kept = Kept(str(uuid4()))
    content = drafts.content(draft) if draft else {"fields": {}}
    if not drafts.is_written(content["fields"]):
        return
    form.kept.revision, form.kept.at = draft.revision, draft.saved_at
    for name, value in content["fields"].items():
        if name in form.fields:
            # A tick that is not set leaves what the page would show: whether the team waits may have changed meanwhile.
            if value or not isinstance(form.fields[name], BooleanField):
                form.initial[name] = value
        elif value.strip() and name not in drafts.NOT_WRITTEN:
            form.kept.lost.append((content["labels"].get(name, name), value))


def may_replace(form, revision) -> None:
    """Let a form that is drawn again replace the draft of another window, now that its writer has been told of that."""
    form.data = form.data.copy()
    form.data["draft_revision"] = str(revision)


def of_form(form) -> dict:
    """Return what ``drafts.save`` is to keep of a form that was sent to be kept. A tick that is missing is not set."""
    return {
        "fields": {name: str(form.data.get(form.add_prefix(name), "")) for name in form.fields},
        "labels": {name: str(form[name].label) for name in form.fields},
        "page": form.kept.page,
        "known": form.kept.revision,
    }


def reports(user) -> list[Draft]:
    """Return somebody's reports that are not sent, the latest first, each with its ``title``."""
    rows = list(Draft.objects.filter(user=user, project__isnull=False).select_related("project").order_by("-saved_at", "uuid")[:MOST])
    keys = Keys.to(shared=[draft.pk for draft in rows])
    for draft in rows:
        draft.keys = keys
        draft.title = drafts.content(draft)["fields"].get("title", "").strip()
    return rows


@transaction.atomic
def discard(draft, *, at) -> None:
    """Throw a draft away, with the files that hang on it; nothing happens to one that was sent meanwhile."""
    found = drafts.LOCKED.filter(pk=draft.pk).first()
    if found is not None:
        attachments.shred(found.attachments.filter(shredded_at=None), at=at)
        drafts.forget(found)


def sweep(*, at, limit=200) -> int:
    """Discard what nobody has touched for long; return how many. What fails waits for the next sweep."""
    old, gone = Draft.objects.filter(saved_at__lt=at - timedelta(days=settings.DRAFT_DAYS)), 0
    for pk in list(old.order_by("saved_at").values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                draft = old.select_for_update().filter(pk=pk).first()  # somebody may have taken it up again
                if draft is not None:
                    discard(draft, at=at)
                    gone += 1
        except Exception:
            log.exception("The draft %s could not be discarded; the next sweep tries again.", pk)
    return gone
