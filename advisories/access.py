"""The doors of advisories: the team's to the draft of a case, everybody's to what is published."""

from django.core.validators import slug_re
from django.http import Http404

from advisories.models import Advisory, AdvisoryDraft, AdvisoryRevision
from intake import access as intake_access
from portal import access as portal_access


def case(request, ref, action):
    """The team's door: a case with ``case.draft`` and ``case.published`` (each may be None), openable with its keys."""
    found = intake_access.case(request, ref, action)
    found.draft = AdvisoryDraft.objects.filter(case=found).select_related("updated_by").first()
    found.published = Advisory.objects.filter(case=found).first()
    if found.draft:
        found.draft.case = found
    if found.published:
        found.published.case, found.published.project = found, found.project
    return found


def draft(request, ref, action):
    """The team's door to a draft that has been begun."""
    found = case(request, ref, action)
    intake_access.refuse_erased(found)
    if found.draft is None:
        raise Http404
    return found.draft


def published(request, ref, action):
    """The team's door to what was published of a case."""
    found = case(request, ref, action).published
    if found is None:
        raise Http404
    return found


def advisory(ref) -> Advisory:
    """Everybody's door: a published advisory, or 404. There is no such row before publication."""
    found = Advisory.objects.named().filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def advisories(slug=""):
    """Everybody's list: the project (None for all) and what was published; an unknown project is 404."""
    if slug and not slug_re.match(slug):
        raise Http404
    project = portal_access.project(slug) if slug else None
    return project, Advisory.objects.of(project)


def revisions(advisory) -> list[AdvisoryRevision]:
    """All published states of an advisory, newest first."""
    return list(advisory.revisions.order_by("-number"))


def with_records(advisories) -> list[Advisory]:
    """Put the current record of each advisory beside it, with one query."""
    current = AdvisoryRevision.objects.current(advisories)
    for one in advisories:
        one.record = current[one.pk].record
    return list(advisories)
