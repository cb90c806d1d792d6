"""The ladder of a project: who is reminded of its deadlines, and when. The arithmetic is ``intake.ladder``; clocks follow by themselves."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from portal.models import Audience, Project, Rung, When

MOST_STEPS = 24
MOST_HOURS = 24 * 60  # sixty days
# Whom only a promise that was not kept concerns.
ONCE_PASSED = frozenset({Audience.FALLBACK, Audience.ADMINISTRATORS, Audience.BADGE})


class Step(NamedTuple):
    """A rung apart from its row; the fields are named alike."""

    when: str
    hours: int
    audience: str


# What a project has that has chosen nothing. After it, as after every ladder, team and owners are told daily.
DEFAULT = (
    Step(When.HALFWAY, 0, Audience.ASSIGNEE),
    Step(When.BEFORE, 24, Audience.ASSIGNEE),
    Step(When.AT, 0, Audience.TEAM),
    Step(When.AFTER, 24, Audience.OWNERS),
    Step(When.AFTER, 48, Audience.FALLBACK),
    Step(When.AFTER, 72, Audience.ADMINISTRATORS),
)


class CannotClimb(ValidationError):
    """A ladder that cannot be; the message says what can."""


def of(project_ids) -> dict:
    """Return the ladder of each of these projects, by its id; one query for all."""
    found = {}
    for rung in Rung.objects.filter(project__in=project_ids).order_by("pk"):
        found.setdefault(rung.project_id, []).append(Step(rung.when, rung.hours, rung.audience))
    return {project_id: tuple(found.get(project_id, DEFAULT)) for project_id in project_ids}


def of_project(project_id) -> tuple[Step, ...]:
    """Return the ladder of a project."""
    return of([project_id])[project_id]


@transaction.atomic
def add(project, step: Step, *, by, at) -> None:
    """Add a step; a project that had the ladder that comes with the portal has its own from here on."""
    _hold(project)
    before = of_project(project.pk)
    if step in before:
        raise CannotClimb(_("This step is on the ladder already."))
    if len(before) >= MOST_STEPS:
        raise CannotClimb(_("A ladder has at most %(most)d steps. Take one off first.") % {"most": MOST_STEPS})
    _check(step)
    _write(project, (*before, step), by=by, at=at)


@transaction.atomic
def remove(project, step: Step, *, by, at) -> None:
    """Take a step off. The last one stays: without any, the project would have the ladder that comes with the portal again."""
    _hold(project)
    before = of_project(project.pk)
    if step not in before:
        raise CannotClimb(_("Somebody took this step off meanwhile. Look at the ladder again."))
    if len(before) == 1:
        raise CannotClimb(_("A ladder has at least one step. Add another one first, or go back to the usual ladder."))
    _write(project, [one for one in before if one != step], by=by, at=at)


@transaction.atomic
def reset(project, *, by, at) -> bool:
    """Go back to the ladder that comes with the portal; say whether there was another."""
    _hold(project)
    if not Rung.objects.filter(project=project).exists():
        return False
    _write(project, (), by=by, at=at)
    return True


@transaction.atomic
def assign_after(project, *, hours: int | None, by, at) -> bool:
    """Assign a case that nobody took after so many hours, or (None) never by the clock; say whether that is new."""
    if hours is not None and not 1 <= hours <= 24 * 30:
        raise CannotClimb({"hours": _("Give a number of hours from 1 to 720, or none.")})
    before = _hold(project).assign_after_hours
    project.assign_after_hours = hours
    if before == hours:
        return False
    Project.objects.filter(pk=project.pk).update(assign_after_hours=hours)
    audit.record("project.assignment_set", by=by, at=at, project=project.uuid, hours=hours, before=before)
    return True


def _check(step):
    counted = step.when in (When.BEFORE, When.AFTER)
    if counted and not 1 <= step.hours <= MOST_HOURS:
        raise CannotClimb({"hours": _("Give a number of hours from 1 to %(most)d.") % {"most": MOST_HOURS}})
    if not counted and step.hours:
        raise CannotClimb({"hours": _("Hours count before and after a deadline only. Leave them empty.")})
    if step.audience in ONCE_PASSED and step.when in (When.HALFWAY, When.BEFORE):
        raise CannotClimb({"audience": _("Who is outside the team is told only once a promise was not kept. Choose another moment.")})


def _write(project, steps, *, by, at):
    Rung.objects.filter(project=project).delete()
    Rung.objects.bulk_create(Rung(project=project, when=step.when, hours=step.hours, audience=step.audience) for step in steps)
    Project.objects.filter(pk=project.pk).update(ladder_changed_at=at)
    said = [" ".join(map(str, (step.when, step.hours, step.audience))) for step in steps]
    audit.record("project.ladder_changed", by=by, at=at, project=project.uuid, steps=said)


def _hold(project):
    return Project.objects.select_for_update(no_key=True).only("pk", "assign_after_hours").get(pk=project.pk)
