"""How much somebody may attach where: asked while a body is read, before its view runs, which asks its own door again."""

from django.utils.timezone import now

from intake import access, attachments, drafts
from portal import access as projects
from portal.lib.permissions import Action
from portal.uploads import Room


def to_report(request, ref) -> Room:
    """A message of the reporter or of a guest."""
    found = access.report(request, ref, Action.REPLY)
    return _room(request, found.uuid, report=found)


def to_reporter(request, ref, report_ref) -> Room:
    """A message of the team to the reporter of one report of a case."""
    found = access.report_of_case(request, ref, report_ref, Action.REPLY)
    return _room(request, found.uuid, report=found)


def to_notes(request, ref) -> Room:
    """A note of the team."""
    found = access.case(request, ref, Action.WRITE_NOTE)
    return _room(request, found.uuid, case=found)


def to_project(request, slug) -> Room:
    """A new report."""
    return _room(request, None, project=projects.project(slug))


def _room(request, scope, **place):
    draft = drafts.of(request.user, **place)
    return attachments.room(request.user, at=now(), scope=scope or (draft and draft.pk), draft=draft)
