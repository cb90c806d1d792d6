"""Facts for a terminal: as a JSON object for programs, or as lines of words that say where each fact stood."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from portal.security_md.facts import Facts, Promise

# The stages of the import format; a business day counts as 24 hours in it.
STAGES = {
    "acknowledgement": "acknowledgement",
    "assessment": "initial_assessment",
    "status_update": "status_update",
    "remediation": "fix",
    "disclosure": "disclosure",
}
HOURS = {"hours": 1, "days": 24, "business_days": 24}
SUPPORTED = {"supported": True, "security_only": True, "ended": False, "unclear": None}
SAID = {"yes": True, "no": False, "unstated": None}


def as_json(facts: Facts, file: str) -> dict[str, Any]:
    """Return facts as a JSON object: short answers first, then everything that was read."""
    reports = [one for one in facts.contacts if one.purpose != "non_security"]
    key = next((one.encryption for one in facts.contacts if one.encryption), "")
    return {
        "file": file,
        "supported_versions": [
            {"version_text": row.text, "supported": SUPPORTED[row.status], "line": row.line} for row in facts.supported_versions
        ],
        "response_times": [*map(_time, facts.service_levels), *_window(facts)],
        "contacts": list(dict.fromkeys(one.uri.removeprefix("mailto:") for one in reports)),
        "pgp": key or "openpgp" in facts.lines,
        "safe_harbor": facts.safe_harbour == "yes",
        "credit": facts.credit == "yes",
        "bounty": SAID[facts.bounty],
        "public_issues_forbidden": facts.public_issues_forbidden,
        "requested_fields": [field.label for field in facts.requested_fields],
        "not_understood": [passage.text for passage in facts.not_understood],
        "warnings": list(facts.warnings),
        "facts": _whole(facts),
    }


def _time(level: Promise):
    hours = HOURS[level.unit]
    return {
        "stage": STAGES[level.milestone],
        "severity": level.severity or None,
        "min_hours": None if level.earliest is None else level.earliest * hours,
        "max_hours": level.latest * hours,
        "business_days": level.unit == "business_days",
        "repeat": level.recurring,
        "line": level.line,
    }


def _window(facts):
    """How long reporters are asked to wait is a time for disclosure too."""
    if facts.disclosure_days:
        asked = Promise("disclosure", facts.disclosure_days, "days", line=facts.lines.get("disclosure_days"))
        yield _time(asked)


def _whole(facts):
    whole = asdict(facts)
    for row in whole["supported_versions"]:
        row["ends_on"] = row["ends_on"] and row["ends_on"].isoformat()
    return whole


def in_words(facts: Facts, file: str) -> Iterator[str]:
    """Yield lines that say what was read and from which line, then what was not understood."""
    yield f"{file}: {facts.title or 'no title'}"
    for name in (
        "product",
        "introduction",
        "public_issues_forbidden",
        "safe_harbour",
        "credit",
        "bounty",
        "embargo",
        "disclosure_days",
        "ai",
        "languages",
    ):
        if name in facts.lines:
            yield _line(facts.lines[name], f"{name.replace('_', ' ')}: {getattr(facts, name)}")
    for row in facts.supported_versions:
        yield _line(
            row.line,
            " ".join(
                filter(None, [f"version {row.text}:", row.status.replace("_", " "), row.ends_on and f"until {row.ends_on}", row.component])
            ),
        )
    for level in facts.service_levels:
        yield _line(level.line, _promised(level))
    for one in facts.contacts:
        yield _line(one.line, f"contact ({one.purpose.replace('_', ' ')}): {one.uri}" + (f" ({one.note})" if one.note else ""))
    for field in facts.requested_fields:
        yield _line(field.line, f"report: {field.label}" + (" (required)" if field.required else ""))
    for clause in facts.clauses:
        yield _line(clause.line, f"{clause.kind.replace('_', ' ')}: {clause.text}")
    yield from (f"  warning: {warning}" for warning in facts.warnings)
    yield from (f"  not understood, line {passage.line}: {passage.text}" for passage in facts.not_understood)


def _promised(level):
    window = f"{level.earliest}-{level.latest}" if level.earliest is not None else f"{level.latest}"
    rhythm = "every" if level.recurring else "within"
    return f"{level.milestone.replace('_', ' ')} {level.severity}".strip() + f": {rhythm} {window} {level.unit.replace('_', ' ')}"


def _line(number, text):
    return f"  {number or '':>5}  {text}"
