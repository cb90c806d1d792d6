"""What the policy page shows, gathered from one version of a policy."""

from dataclasses import replace
from datetime import UTC

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from portal import directory, policies, service_levels
from portal.models import Clause, SecurityPolicy
from portal.models.policy import Stance

CONTENTS = ("supported_versions__component", "service_levels", "contacts", "requested_fields", "clauses")


def stamp(policy, *, extra="") -> str:
    """Return an ETag of a project's page; it changes with the version in force and with the project itself."""
    return directory.etag(policy.pk, policy.published_at, policy.project.changed_at, extra)


def whole(policy) -> SecurityPolicy:
    """Fetch all rows of a policy, in as many queries as there are kinds of rows."""
    prefetch_related_objects([policy], *CONTENTS, "project__components")
    return policy


def contents(policy) -> dict:
    """Return everything that the page shows of a whole policy."""
    levels = policies.levels_of(policy)
    clauses = {}
    for clause in policy.clauses.all():
        clauses.setdefault(clause.kind, []).append(clause.text)
    return {
        "policy": policy,
        "project": policy.project,
        "since": policy.effective_at.astimezone(UTC).date(),
        "headline": service_levels.headline(levels),
        "marks": service_levels.marks(levels),
        "promises": [(level, service_levels.sentence(level)) for level in levels if not level.severity],
        "fixes": [_by_severity(level) for level in levels if level.severity],
        "gaps": policies.gaps(policy),
        "clauses": clauses,
        "stances": _stances(policy, clauses),
        "more": _more(clauses),
    }


def _by_severity(level):
    return {"severity": service_levels.severity_name(level.severity), "promise": service_levels.sentence(replace(level, severity=""))}


def _stances(policy, clauses):
    said = (
        (gettext("Safe harbour"), policy.safe_harbour, Clause.Kind.SAFE_HARBOUR),
        (gettext("Credit"), policy.credit, Clause.Kind.CREDIT),
        (gettext("Bounty"), policy.bounty, Clause.Kind.BOUNTY),
    )
    return [
        {"name": name, "stance": Stance(stance).label, "unstated": stance == Stance.UNSTATED, "texts": clauses.get(kind, ())}
        for name, stance, kind in said
    ]


def _more(clauses):
    titles = (
        (Clause.Kind.READING, gettext("How we read it")),
        (Clause.Kind.SCOPE_IN, gettext("In scope")),
        (Clause.Kind.SCOPE_OUT, gettext("Out of scope")),
        (Clause.Kind.PRACTICE, gettext("Practices that the project recommends")),
        (Clause.Kind.CONSIDERATION, gettext("Security considerations")),
        (Clause.Kind.OTHER, gettext("And besides")),
    )
    folded = (Clause.Kind.PRACTICE, Clause.Kind.CONSIDERATION)
    return [{"title": title, "texts": clauses[kind], "open": kind not in folded} for kind, title in titles if kind in clauses]
