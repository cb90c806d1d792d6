"""Verbs of security policies: draft, publish, ask. A published version never changes (``portal.frozen``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from portal import service_levels, versions
from portal.models import Component, SecurityPolicy, SupportedVersion
from portal.policy_facts import OF_POLICY, ROWS


class CannotPublish(ValidationError):
    """The draft is not ready; ``messages`` are sentences that say what it lacks."""


class DraftExists(ValidationError):
    """A project has one draft at a time."""


@dataclass(frozen=True)
class ComponentAnswer:
    """What the table says of a version of one component (None: the project as a whole)."""

    component: Any
    answer: versions.Answer


def in_force(project, at: datetime) -> SecurityPolicy | None:
    """Return the version of a project's policy in force at a moment, or None."""
    return SecurityPolicy.objects.in_force(project, at)


def levels_of(policy) -> tuple[service_levels.Level, ...]:
    """Return the promises of a policy version, in the order in which a report meets them."""
    return service_levels.in_order(
        service_levels.Level(row.milestone, row.severity, row.anchor, row.earliest, row.latest, row.unit, row.recurring)
        for row in policy.service_levels.all()
    )


def next_number(project) -> int:
    """Return the number that the project's next policy version takes."""
    return (project.policies.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def new_draft(project, *, by, at) -> SecurityPolicy:
    """Begin a new version of a project's policy: a copy of its newest one, or an empty one."""
    newest = project.policies.order_by("-number").first()
    if newest is not None and not newest.published:
        raise DraftExists(
            _("This project has a draft already: version %(number)s. Publish it or change it."), params={"number": newest.number}
        )
    facts = {name: getattr(newest, name) for name in OF_POLICY} if newest else {"title": f"{project.name}: security policy"}
    draft = SecurityPolicy.objects.create(project=project, number=next_number(project), **facts)
    for relation in ROWS if newest else ():
        _copy(getattr(newest, relation), draft)
    audit.record("policy.drafted", by=by, at=at, project=project.uuid, number=draft.number)
    return draft


@transaction.atomic
def publish(policy, *, by, at) -> SecurityPolicy:
    """Put a draft into force (at its own date if that lies ahead, else now) and freeze it."""
    lacking = missing(policy)
    if lacking:
        raise CannotPublish(lacking)
    effective_at = max(policy.effective_at or at, at)
    published = SecurityPolicy.objects.filter(pk=policy.pk, published_at=None).update(published_at=at, effective_at=effective_at)
    if not published:
        raise CannotPublish([_("This version is published already. Begin a new draft to change it.")])
    audit.record("policy.published", by=by, at=at, project=policy.project.uuid, number=policy.number)
    policy.published_at, policy.effective_at = at, effective_at
    return policy


def missing(policy) -> list[str]:
    """Say what a draft lacks before it can be published, one sentence each."""
    sentences = []
    if not policy.title.strip():
        sentences.append(_("Give the policy a title."))
    if not policy.supported_versions.exists():
        sentences.append(_("Say which versions are supported: the table has no row."))
    if not policy.service_levels.filter(milestone="acknowledgement", severity="").exists():
        sentences.append(_("Promise an answer: add a service level for the acknowledgement, for any severity."))
    if not policy.requested_fields.filter(required=True).exists():
        sentences.append(_("Say what a report must contain: no requested field is required."))
    return sentences


def version_answers(policy, text: str, *, at: datetime) -> Sequence[ComponentAnswer]:
    """Say of a version, as typed, what the policy's table says: one answer for each component that has rows."""
    default = _default_component(policy.project)
    rows: dict[Component | None, list] = {}
    for row in policy.supported_versions.all():
        rows.setdefault(row.component or default, []).append(row)
    return [
        ComponentAnswer(component, versions.answer(text, of_it, component.scheme if component else versions.SEMVER, on=at.date()))
        for component, of_it in rows.items()
    ]


def gaps(policy) -> Sequence[str]:
    """Name the versions between the rows of the table about which it says nothing."""
    default = _default_component(policy.project)
    rows = list(policy.supported_versions.all())
    components = {row.component or default for row in rows}
    if len(components) != 1:
        return ()
    component = components.pop()
    return versions.gaps(rows, component.scheme if component else versions.SEMVER)


def _default_component(project):
    # Over all(), so that fetched components are not asked for again.
    return min(project.components.all(), key=lambda one: one.pk, default=None)


def _copy(rows, policy):
    model, copies = rows.model, []
    for row in rows.all():
        row.pk, row._state.adding, row.policy, row.source_line = None, True, policy, None
        if isinstance(row, SupportedVersion):
            row.meaning = None
        copies.append(row)
    model.objects.bulk_create(copies)
