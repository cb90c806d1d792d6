"""A policy as JSON, for programs: one form for the file beside the policy page and for the API.

``schemas/policy-1.json`` describes it (JSON Schema 2020-12) and docs/policy-json.md tells of it. Within version 1 members
may be added; none changes its meaning or goes away.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.service_levels import in_order

SCHEMA = Path(__file__).parent / "schemas" / "policy-1.json"
LEVEL = ("milestone", "severity", "anchor", "earliest", "latest", "unit", "recurring", "waits_for_reporter")
OF_ROWS = {
    "contacts": ("purpose", "uri", "note", "delay_hours", "encryption"),
    "requested_fields": ("key", "label", "help", "kind", "required"),
    "clauses": ("kind", "text"),
}
STANCES = ("public_issues_forbidden", "safe_harbour", "credit", "bounty", "embargo", "disclosure_days", "ai")


def document(policy, pauses: Iterable = (), *, addresses: dict[str, str]) -> dict[str, Any]:
    """Return a whole policy; ``addresses`` has "schema", "self", "page", "report_form", "security_md" and "security_txt"."""
    return {
        "$schema": addresses["schema"],
        "links": {name: address for name, address in addresses.items() if name != "schema"},
        "project": _members(policy.project, ("slug", "name", "summary", "website")),
        "number": policy.number,
        "published_at": moment(policy.published_at),
        "effective_at": moment(policy.effective_at),
        **_members(policy, ("title", "product", "introduction", *STANCES)),
        "languages": [tag.strip() for tag in policy.languages.split(",") if tag.strip()],
        "calendar": {
            "zone": policy.calendar_zone or policy.project.timezone,
            "days_off": [int(day) for day in policy.weekend.split(",") if day],
            "holiday_calendar": policy.holiday_calendar,
            "holidays": policy.holidays,
        },
        "supported_versions": [version(row) for row in policy.supported_versions.all()],
        "service_levels": [_members(row, LEVEL) for row in in_order(policy.service_levels.all())],
        **{name: [_members(row, members) for row in getattr(policy, name).all()] for name, members in OF_ROWS.items()},
        "pauses": [_pause(one) for one in pauses],
    }


def version(row) -> dict[str, Any]:
    """Return a row of the version table; ``meaning`` is None where the portal could not read what was written."""
    return {
        "component": row.component.name if row.component else None,
        "versions": row.text,
        "meaning": row.meaning or None,
        "status": row.status,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "note": row.note,
    }


def moment(at: datetime | None) -> str | None:
    """Return a moment in UTC as RFC 3339 writes it."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _pause(one):
    return {"starts_at": moment(one.starts_at), "ends_at": moment(one.ends_at), "message": one.message, "critical_ok": one.critical_ok}


def _members(row, names):
    return {name: getattr(row, name) for name in names}
