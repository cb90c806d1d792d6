"""Reading what is public: the list of projects, and when it last changed."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum
from django.utils.translation import get_language

from portal import pauses, policies, service_levels
from portal.lib.public import code_stamp
from portal.models import Project, ProjectPause, SecurityPolicy

PAGE = 50


@dataclass(frozen=True)
class Entry:
    """A project in the list, with its policy in a line; ``versions`` are the rows of those that get security fixes."""

    project: Project
    policy: SecurityPolicy
    promise: str
    versions: list
    pause: ProjectPause | None = None

    @property
    def says_of_versions(self) -> bool:
        """Say whether the policy says of any version whether it gets security fixes."""
        return any(row.status != "unclear" for row in self.policy.supported_versions.all())


def listed(*, at):
    """Return the projects whose policy is in force, by name, each with the id of the pause that runs."""
    return pauses.annotated(Project.objects.listed(at), at, project="pk").order_by("name", "pk")


def entries(projects, *, on: date) -> list[Entry]:
    """Fetch the policies of listed projects and say each in a line, as on a day, with the pause that runs."""
    projects = list(projects)
    wanted = SecurityPolicy.objects.prefetch_related("supported_versions", "service_levels")
    by_id = wanted.in_bulk([project.policy_id for project in projects])
    paused = ProjectPause.objects.in_bulk([project.pause_id for project in projects if project.pause_id])
    return [_entry(project, by_id[project.policy_id], paused.get(project.pause_id), on) for project in projects]


def stamp(*, at, extra="") -> str:
    """Return an ETag of the whole list, with one query: it changes when a project, a policy or what is paused does, and every day."""
    rows = pauses.annotated(SecurityPolicy.objects.published().filter(effective_at__lte=at), at)
    facts = rows.aggregate(
        count=Count("pk"),
        published=Max("published_at"),
        effective=Max("effective_at"),
        changed=Max("project__changed_at"),
        paused=Count("pause_id"),
        pauses=Sum("pause_id"),
    )
    return etag(*facts.values(), at.date(), extra)


def etag(*parts) -> str:
    """Return an ETag over these parts, the language of the page and the release of the code."""
    text = "\n".join(str(part) for part in (*parts, get_language(), code_stamp()))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _entry(project, policy, pause, on):
    rows = policy.supported_versions.all()
    supported = [row for row in rows if row.status in ("supported", "security_only") and not (row.ends_on and row.ends_on < on)]
    return Entry(project, policy, service_levels.headline(policies.levels_of(policy)), supported, pause)
