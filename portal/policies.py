"""Verbs of security policies: draft, publish, ask. A published version never changes (``portal.frozen``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts import audit
from portal import calendars, service_levels, versions
from portal.models import Component, Project, SecurityPolicy, ServiceLevel, SupportedVersion
from portal.policy_facts import OF_POLICY, ROWS

AHEAD = timedelta(days=2 * 366)  # how far ahead a version can be published: nobody means more, and it cannot be taken back
NO_DRAFT = _("This version is published, or was discarded. Begin a new draft to change the policy.")


class CannotPublish(ValidationError):
    """The draft is not ready; ``messages`` are sentences that say what it lacks."""


class DraftExists(ValidationError):
    """A project has one draft at a time."""


class NotADraft(ValidationError):
    """What is published, or was discarded, can no longer be changed."""


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
        service_levels.Level(
            row.milestone, row.severity, row.anchor, row.earliest, row.latest, row.unit, row.recurring, row.waits_for_reporter, row.pk
        )
        for row in policy.service_levels.all()
    )


def draft_of(project) -> SecurityPolicy | None:
    """Return the draft of a project's next policy version, or None."""
    return project.policies.filter(published_at=None).select_related("project").first()


def calendar_of(policy) -> calendars.Calendar:
    """Return the business days of a policy version; the public holidays are those that it was published with."""
    return calendars.Calendar.read(zone=_zone_of(policy), weekend=policy.weekend, holidays=policy.holidays)


def conditions_of(policy) -> list[str]:
    """Say what business days are, where a promise counts in them, and which clocks wait for the reporter: sentences."""
    levels = levels_of(policy)
    said = []
    if any(level.unit == ServiceLevel.Unit.BUSINESS_DAYS for level in levels):
        said = calendars.sentences(
            zone=_zone_of(policy),
            weekend=policy.weekend,
            place=policy.holiday_calendar,
            holidays=policy.holidays if policy.published else {},
        )
    return [sentence for sentence in (*said, service_levels.waiting(levels)) if sentence]


def next_number(project) -> int:
    """Return the number that the project's next policy version takes."""
    return (project.policies.aggregate(last=Max("number"))["last"] or 0) + 1


def held(draft) -> SecurityPolicy | None:
    """Return a draft as it is now, None if it is none any more. Until the transaction ends, nobody else changes it.

    Whatever changes a draft or its rows asks for this first: in one order, nobody waits in a circle.
    """
    # In the model's own order the project would be joined, and held as well.
    return SecurityPolicy.objects.select_for_update().filter(pk=draft.pk, published_at=None).order_by("pk").first()


@transaction.atomic
def new_draft(project, *, by, at) -> SecurityPolicy:
    """Begin a new version of a project's policy: a copy of its newest one, or an empty one."""
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)  # whoever imports a draft meanwhile waits
    newest = project.policies.order_by("-number").first()
    if newest is not None and not newest.published:
        raise DraftExists(
            _("This project has a draft already: version %(number)s. Publish it or change it."), params={"number": newest.number}
        )
    facts = {name: getattr(newest, name) for name in OF_POLICY} if newest else {"title": f"{project.name}: security policy"}
    try:
        with transaction.atomic():
            draft = SecurityPolicy.objects.create(project=project, number=next_number(project), **facts)
    except IntegrityError as refusal:
        raise DraftExists(_("Somebody began a draft of this project at the same moment. Load the page again.")) from refusal
    for relation in ROWS if newest else ():
        _copy(getattr(newest, relation), draft)
    audit.record("policy.drafted", by=by, at=at, project=project.uuid, number=draft.number)
    return draft


@transaction.atomic
def discard(draft, *, by, at):
    """Throw a draft away, with its rows and the text that it was read from. What is published stays."""
    if held(draft) is None:
        raise NotADraft(NO_DRAFT)
    SecurityPolicy.objects.filter(pk=draft.pk).delete()
    audit.record("policy.discarded", by=by, at=at, project=draft.project.uuid, number=draft.number)


@transaction.atomic
def publish(policy, *, by, at) -> SecurityPolicy:
    """Put a draft into force (at its own date if that lies ahead, else now) and freeze it."""
    draft = held(policy)
    if draft is None:
        raise CannotPublish([_("This version is published already. Begin a new draft to change it.")])
    effective_at = max(policy.effective_at or at, at)
    lacking = missing(draft)
    if effective_at > at + AHEAD:
        lacking.append(_("It would not be in force for years. Choose a date within the next two years."))
    if lacking:
        raise CannotPublish(lacking)
    holidays = _holidays_of(draft, since=effective_at)
    _keep_meanings(draft)
    SecurityPolicy.objects.filter(pk=draft.pk).update(published_at=at, effective_at=effective_at, holidays=holidays)
    audit.record("policy.published", by=by, at=at, project=policy.project.uuid, number=policy.number)
    policy.published_at, policy.effective_at, policy.holidays = at, effective_at, holidays
    return policy


def missing(policy) -> list[str]:
    """Say what a draft lacks before it can be published, one sentence each."""
    sentences = []
    if not policy.title.strip():
        sentences.append(_("Give the policy a title."))
    if not policy.supported_versions.all():
        sentences.append(_("Say which versions are supported: the table has no row."))
    if not any(row.milestone == "acknowledgement" and not row.severity for row in policy.service_levels.all()):
        sentences.append(_("Promise an answer: add a service level for the acknowledgement, for any severity."))
    if not any(row.required for row in policy.requested_fields.all()):
        sentences.append(_("Say what a report must contain: no requested field is required."))
    sentences += [found[1] for found in map(service_levels.trouble, levels_of(policy)) if found]
    try:
        calendars.check(policy.holiday_calendar)
    except ValidationError as unknown:
        sentences += unknown.messages
    return sentences


def version_answers(policy, text: str, *, at: datetime) -> Sequence[ComponentAnswer]:
    """Say of a version, as typed, what the policy's table says: one answer for each component that has rows."""
    return [ComponentAnswer(one.component, versions.answer(text, one.rows, on=at.date(), **one.reading)) for one in _tables(policy)]


def version_warnings(policy, *, at: datetime | None = None) -> Sequence[versions.VersionWarning]:
    """Say what an editor of the table should look at; ``at`` judges ends of support too."""
    on = at.date() if at else None
    return [warning for one in _tables(policy) for warning in versions.warnings(one.rows, on=on, **one.reading)]


def gaps(policy) -> Sequence[str]:
    """Name the versions between the rows of the table about which it says nothing, where the table is of one component."""
    tables = _tables(policy)
    return versions.gaps(tables[0].rows, **tables[0].reading) if len(tables) == 1 else ()


@dataclass(frozen=True)
class _Table:
    """The rows of one component (None: the project as a whole), and how they are read."""

    component: Component | None
    rows: list[SupportedVersion]

    @property
    def reading(self):
        if self.component is None:
            return {"scheme": versions.SEMVER}
        component = self.component
        return {
            "scheme": component.scheme,
            "latest": component.latest_release,
            "prereleases_in_line": component.prereleases_in_line,
        }


def _tables(policy):
    """Sort the rows by component, in their order; a row without one is of the project's first."""
    default = _default_component(policy.project)
    tables = {}
    for row in policy.supported_versions.all():
        component = row.component or default
        # By name: the rows of a preview, and their components, may not be stored.
        tables.setdefault(component and component.name, _Table(component, [])).rows.append(row)
    return list(tables.values())


def _keep_meanings(policy):
    """Keep what each row means now: a later grammar, or another scheme, does not change what a published policy answers."""
    prefetch_related_objects([policy], "supported_versions__component", "project__components")
    rows = [row for one in _tables(policy) for row in _with_meanings(one)]
    SupportedVersion.objects.bulk_update(rows, ["meaning"])


def _with_meanings(table):
    reading = {name: value for name, value in table.reading.items() if name != "latest"}
    for row in table.rows:
        row.meaning = str(versions.read(row.text, **reading) or "")
    return table.rows


def _zone_of(policy):
    return policy.calendar_zone or policy.project.timezone


def _holidays_of(policy, *, since):
    """Work out the public holidays of the years in which promises of this version are counted, so that none moves later."""
    first = since.astimezone(ZoneInfo(_zone_of(policy))).year
    try:
        return calendars.dates_of(policy.holiday_calendar, range(first, first + calendars.YEARS))
    except ValidationError as unknown:
        raise CannotPublish(unknown.messages) from unknown


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
