"""What everybody may read. One cheap query over published rows tells whether a page changed; its bytes are kept by that."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from advisories import access, feeds
from intake import paging
from portal.directory import etag
from portal.lib.public import public_page

A_PAGE = 25
KEPT_SECONDS = 60 * 60


@dataclass
class Shown:
    """What an address shows, as far as one query tells: enough to know whether it changed.

    The rows themselves make the ETag, not their newest moment: of two publications at once the earlier may commit last.
    """

    advisories: list
    project: object = None
    after: str = ""
    etag: str = field(default="", init=False)
    changed_at: datetime | None = field(default=None, init=False)

    def __post_init__(self):
        states = [(one.pk, one.latest, one.project.name, one.project.slug) for one in self.advisories]
        project = (self.project.name, self.project.slug) if self.project else None
        self.etag = etag(states, project, self.after, settings.PUBLIC_URL)
        self.changed_at = max((one.updated_at for one in self.advisories), default=None)


def conditional(find, content_type="text/html; charset=utf-8"):
    """Find what an address shows before it is made: whoever has it gets 304, everybody else the kept bytes."""

    def decorate(make):
        def shown(request, **names):
            if not hasattr(request, "shown"):
                request.shown = find(request, **names)
            return request.shown

        def tag(request, **names):
            return shown(request, **names).etag

        def changed_at(request, **names):
            return shown(request, **names).changed_at

        @condition(etag_func=tag, last_modified_func=changed_at)
        def answer(request, **names):
            place = f"advisories:{make.__name__}:{tag(request, **names)}"
            body = cache.get(place)
            if body is None:
                body = make(request.shown)
                cache.set(place, body, KEPT_SECONDS)
            return HttpResponse(body, content_type=content_type)

        return wraps(make)(public_page(require_safe(answer)))

    return decorate


def _page(request):
    project, rows = access.advisories(request.GET.get("project", ""))
    page = paging.newest_first(rows.named(), field="published_at", after=request.GET.get("after", ""), size=A_PAGE)
    return Shown(page.rows, project, page.after)


def _news(request, slug=""):
    project, rows = access.advisories(slug)
    return Shown(list(rows.recently_changed(feeds.ENTRIES)), project)


def _one(request, ref):
    found = access.advisory(ref)
    return Shown([found], found.project)


@conditional(_page)
def listing(shown):
    """List what was published, newest first; ``?project=`` narrows it."""
    rows = access.with_records(shown.advisories)
    return render_to_string("advisories/list.html", {"advisories": rows, "project": shown.project, "after": shown.after})


@conditional(_one)
def advisory(shown):
    """Show an advisory with its revisions."""
    found = shown.advisories[0]
    revisions = access.revisions(found)
    context = {"advisory": found, "project": found.project, "record": revisions[0].record, "revisions": revisions}
    return render_to_string("advisories/advisory.html", context)


@conditional(_news, content_type=feeds.CONTENT_TYPE)
def feed(shown):
    """The Atom feed of the portal, or of one project."""
    project = shown.project
    page = f"{reverse('advisories:list')}?project={project.slug}" if project else reverse("advisories:list")
    here = reverse("advisories:project_feed", args=[project.slug]) if project else reverse("advisories:feed")
    return feeds.atom(
        access.with_records(shown.advisories),
        title=_("Security advisories: %(project)s") % {"project": project.name} if project else _("Security advisories"),
        page=settings.PUBLIC_URL + page,
        feed=settings.PUBLIC_URL + here,
        public_url=settings.PUBLIC_URL,
        feed_id=project.uuid if project else None,
    )
