"""What a SECURITY.md says, as typed facts: what reading returns and what writing takes.

Every fact knows the line that it came from (numbers from 1; None for a fact that came from elsewhere). Values are those
of the columns of ``portal.models.policy``; None of these classes knows a model, so that reading and writing stay pure.
"""

from dataclasses import dataclass, field
from datetime import date

STATUSES = ("supported", "security_only", "ended", "unclear")


@dataclass(frozen=True)
class VersionRow:
    """A row of the version table, as written, with its status (one of STATUSES)."""

    text: str
    status: str
    ends_on: date | None = None
    note: str = ""
    component: str = ""  # as written; "" for the project as a whole
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Promise:
    """A service level: whole numbers of ``unit`` ("hours", "days", "business_days"); ``severity`` "" is any."""

    milestone: str
    latest: int
    unit: str
    severity: str = ""
    earliest: int | None = None
    anchor: str = "received"
    recurring: bool = False
    waits_for_reporter: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Address:
    """A contact; ``uri`` begins with mailto:, https: or tel:, ``purpose`` is report, fallback or non_security."""

    uri: str
    purpose: str = "report"
    note: str = ""
    delay_hours: int | None = None
    encryption: str = ""
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Requested:
    """A field that a report should have."""

    key: str
    label: str
    help: str = ""
    kind: str = "text"
    required: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Clause:
    """Anything else that is said, by kind (``portal.models.policy.Clause.Kind``), in the project's words."""

    kind: str
    text: str
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Passage:
    """A line of the text."""

    line: int
    text: str


@dataclass(frozen=True)
class Facts:
    """A whole policy. Stances are "yes", "no" or "unstated"; ``lines`` says where a field of the policy stood."""

    title: str = ""
    product: str = ""
    introduction: str = ""
    public_issues_forbidden: bool = False
    safe_harbour: str = "unstated"
    credit: str = "unstated"
    bounty: str = "unstated"
    embargo: str = "unstated"
    disclosure_days: int | None = None
    ai: str = "unstated"
    languages: str = ""
    calendar_zone: str = ""
    weekend: str = "6,7"
    holiday_calendar: str = ""
    supported_versions: tuple[VersionRow, ...] = ()
    service_levels: tuple[Promise, ...] = ()
    contacts: tuple[Address, ...] = ()
    requested_fields: tuple[Requested, ...] = ()
    clauses: tuple[Clause, ...] = ()
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    not_understood: tuple[Passage, ...] = field(default=(), compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Reading:
    """What one reader made of a document: its facts, the lines that it accounts for, and what a person should look at."""

    facts: tuple
    lines: frozenset[int] = frozenset()
    warnings: tuple[str, ...] = ()
