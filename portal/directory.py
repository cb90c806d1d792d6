"""Reading what is public: the list of projects, and when it last changed."""

import hashlib
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils.translation import get_language

from portal import policies, service_levels
from portal.lib.public import code_stamp
from portal.models import Project, SecurityPolicy

PAGE = 50


@dataclass(frozen=True)
class Entry:
    """A project in the list, with its policy in a line."""

    project: Project
    policy: SecurityPolicy
    promise: str
    versions: list


def listed(*, at):
    """Return the projects whose policy is in force, by name."""
    return Project.objects.listed(at).order_by("name", "pk")


def entries(projects) -> list[Entry]:
    """Fetch the policies of listed projects and say each in a line."""
    projects = list(projects)
    wanted = SecurityPolicy.objects.prefetch_related("supported_versions", "service_levels")
    by_id = wanted.in_bulk([project.policy_id for project in projects])
    return [_entry(project, by_id[project.policy_id]) for project in projects]


def stamp(*, at, extra="") -> str:
    """Return an ETag of the whole list, with one query: it changes when any project or policy does."""
    facts = (
        SecurityPolicy.objects.published()
        .filter(effective_at__lte=at)
        .aggregate(count=Count("pk"), published=Max("published_at"), effective=Max("effective_at"), changed=Max("project__changed_at"))
    )
    return etag(*facts.values(), extra)


def etag(*parts) -> str:
    """Return an ETag over these parts, the language of the page and the release of the code."""
    text = "\n".join(str(part) for part in (*parts, get_language(), code_stamp()))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _entry(project, policy):
    supported = [row for row in policy.supported_versions.all() if row.status != "ended"]
    return Entry(project, policy, service_levels.headline(policies.levels_of(policy)), supported)
