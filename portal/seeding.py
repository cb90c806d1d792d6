"""Policies that come with the portal: read from files of data, written once, never touched afterwards."""

import json
from pathlib import Path

from django.db import transaction

from portal import policies
from portal.models import Clause, Component, Project, SecurityPolicy

FOLDER = Path(__file__).parent / "policies_data"


def load_all(*, at) -> list[Project]:
    """Create every project of the folder that is not there yet, its policy published; return those that are new."""
    loaded = [load(json.loads(path.read_text()), at=at) for path in sorted(FOLDER.glob("*.json"))]
    return [project for project in loaded if project is not None]


@transaction.atomic
def load(facts: dict, *, at) -> Project | None:
    """Create one project with its components and its policy, published; None if the project exists."""
    if Project.objects.filter(slug=facts["project"]["slug"]).exists():
        return None
    project = Project(**facts["project"])
    project.full_clean()
    project.save()
    Component.objects.bulk_create(Component(project=project, **component) for component in facts["components"])
    policy = SecurityPolicy(project=project, number=1, **facts["policy"])
    policy.full_clean()
    policy.save()
    for relation in ("supported_versions", "service_levels", "contacts", "requested_fields"):
        _write(getattr(policy, relation), facts[relation], policy)
    clauses = [(kind, position, text) for kind, texts in facts["clauses"].items() for position, text in enumerate(texts)]
    Clause.objects.bulk_create(Clause(policy=policy, kind=kind, position=position, text=text) for kind, position, text in clauses)
    policies.publish(policy, by=None, at=at)
    return project


def _write(rows, facts, policy):
    placed = any(field.name == "position" for field in rows.model._meta.fields)
    for position, row in enumerate(facts):
        written = rows.model(policy=policy, **({"position": position} if placed else {}), **row)
        written.full_clean()
        written.save()
