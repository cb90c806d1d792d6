"""The versions of a policy that are or were in force, as everybody may read them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import prefetch_related_objects

from portal.models import SecurityPolicy
from portal.policy_difference import Group, difference
from portal.policy_facts import ROWS, facts_of

PAGE = 20
FOLDED = 20  # a version that changed more than this many things shows them when asked


@dataclass(frozen=True)
class Period:
    """A version with the time in which it was in force: ``until`` is None while it is, ``since`` for one that never was."""

    policy: SecurityPolicy
    since: datetime
    until: datetime | None
    groups: tuple[Group, ...] = ()

    @property
    def never(self):
        return self.until is not None and self.until <= self.since

    @property
    def changes(self):
        return sum(len(group.changes) for group in self.groups)

    @property
    def long(self):
        return self.changes > FOLDED

    @property
    def first(self):
        return self.policy.number == 1


def periods(versions) -> list[Period]:
    """Lay out versions (newest first, as published) in time: each ends where a later one begins."""
    laid, until = [], None
    for policy in versions:
        laid.append(Period(policy, policy.effective_at, until))
        until = policy.effective_at if until is None else min(until, policy.effective_at)
    return laid


def with_changes(laid: list[Period]) -> list[Period]:
    """Say of each version what it changed from the next one in the list; one query for each kind of row."""
    prefetch_related_objects([one.policy for one in laid], *ROWS, "supported_versions__component")
    said = [facts_of(one.policy) for one in laid]
    changes = [difference(old, new) for new, old in zip(said, said[1:], strict=False)]
    return [replace(one, groups=groups) for one, groups in zip(laid, [*changes, ()], strict=True)]
