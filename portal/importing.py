"""A draft made from a SECURITY.md: its facts, beside the text that they were read from. Never published by itself."""

import dataclasses

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import audit
from portal import drafting, policies, policy_facts
from portal.models import ImportedText, Project, SecurityPolicy
from portal.security_md import fitting, reading


class CannotImport(ValidationError):
    """The text makes no draft; ``messages`` are sentences that say why."""


def draft_from(project, text: str, *, name: str = "", by, at, replace: bool = False) -> SecurityPolicy:
    """Make a draft of a project's policy from a text; with ``replace``, in place of what its draft held."""
    found = drafting.checked(_read(project, text, at))
    imported = {
        "name": name[:200],
        "text": text,
        "lines": {field: line for field, line in found.lines.items() if field in policy_facts.OF_POLICY},
        "not_understood": [dataclasses.asdict(passage) for passage in found.not_understood],
        "warnings": list(found.warnings),
        "imported_at": at,
    }
    with transaction.atomic():
        draft = _open_draft(project, replace)
        policy_facts.fill(draft, found)
        draft.imported = ImportedText.objects.update_or_create(policy=draft, defaults=imported)[0]
        audit.record("policy.imported", by=by, at=at, project=project.uuid, number=draft.number)
    return draft


def _open_draft(project, replace):
    # Whoever imports at the same time waits here, and is refused afterwards.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    found = policies.draft_of(project)
    draft = found and policies.held(found)
    if draft is None:
        return SecurityPolicy(project=project, number=policies.next_number(project))
    if not replace:
        raise CannotImport(
            _("This project has a draft already: version %(number)s. Choose to replace it, or publish it or throw it away first.")
            % {"number": draft.number}
        )
    return draft


def _read(project, text, at):
    try:
        found = reading.read(text, on=localdate(at))
    except reading.Unreadable as refused:
        raise CannotImport(str(refused)) from refused
    found, warnings = fitting.stored(found, project.website)
    title = found.title or _("%(project)s: security policy") % {"project": project.name}
    return dataclasses.replace(found, title=title, warnings=(*warnings, *found.warnings))
