"""Versions as people type them, several separated by commas: what a policy's table says of each."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from portal import policies, versions

MOST = 10  # more than this nobody types by hand
BETWEEN = re.compile(r"[,;\n]")


@dataclass(frozen=True)
class Checked:
    """A version as typed, and the answer for one component (None: the project as a whole)."""

    version: str
    component: Any
    answer: versions.Answer

    @property
    def covered(self) -> bool:
        """Say whether it gets security fixes."""
        return self.answer.kind in (versions.Kind.SUPPORTED, versions.Kind.SECURITY_ONLY)


def typed(text: str) -> list[str]:
    """Return the versions that somebody typed, each once, at most ``MOST``."""
    names = (" ".join(one.split()) for one in BETWEEN.split(text))
    return list(dict.fromkeys(filter(None, names)))[:MOST]


def check(policy, text: str, *, at: datetime) -> list[Checked]:
    """Ask a policy's table about each version that somebody typed."""
    asked = typed(text)
    if not asked:
        return []
    prefetch_related_objects([policy], "supported_versions__component", "project__components")
    found = []
    for version in asked:
        answers = policies.version_answers(policy, version, at=at)
        found += [Checked(version, one.component if len(answers) > 1 else None, one.answer) for one in answers]
    return found
