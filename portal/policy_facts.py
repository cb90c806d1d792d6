"""A policy's rows as plain facts, and a draft filled from them: the seam between the database and ``security_md``."""

from dataclasses import asdict, fields

from portal.models import Clause, Component, Contact, RequestedField, SecurityPolicy, ServiceLevel, SupportedVersion
from portal.security_md import facts
from portal.security_md.facts import Facts

OF_POLICY = (
    "title", "product", "introduction", "public_issues_forbidden", "safe_harbour", "credit", "bounty", "embargo", "disclosure_days",
    "ai", "languages", "calendar_zone", "weekend", "holiday_calendar",
)  # fmt: skip
# The rows of a policy: relation → (fact, model). Facts are named like the columns that they fill.
ROWS = {
    "supported_versions": (facts.VersionRow, SupportedVersion),
    "service_levels": (facts.Promise, ServiceLevel),
    "contacts": (facts.Address, Contact),
    "requested_fields": (facts.Requested, RequestedField),
    "clauses": (facts.Clause, Clause),
}


def facts_of(policy) -> Facts:
    """Return what a whole policy says."""
    rows = {relation: tuple(_fact(fact, row) for row in _in_order(policy, relation)) for relation, (fact, _model) in ROWS.items()}
    return Facts(**{name: getattr(policy, name) for name in OF_POLICY}, **rows)


def _in_order(policy, relation):
    # Promises have no place; without an order a database may give them in any.
    rows = getattr(policy, relation).all()
    return sorted(rows, key=lambda row: row.pk or 0) if relation == "service_levels" else rows


def fill(draft: SecurityPolicy, found: Facts):
    """Write facts into a draft in place of its rows. The caller holds the transaction, and has checked that it is a draft."""
    for name in OF_POLICY:
        setattr(draft, name, getattr(found, name))
    draft.full_clean()
    draft.save()
    named = {row.component for row in found.supported_versions if row.component}
    components = {name: Component.objects.get_or_create(project=draft.project, name=name)[0] for name in sorted(named)}
    for relation, (_fact_of, model) in ROWS.items():
        getattr(draft, relation).all().delete()
        model.objects.bulk_create(_row(model, draft, position, one, components) for position, one in enumerate(getattr(found, relation)))


def _fact(fact, row):
    values = {field.name: getattr(row, field.name) for field in fields(fact) if field.name not in ("line", "component")}
    if fact is facts.VersionRow:
        values["component"] = row.component.name if row.component else ""
    return fact(**values, line=row.source_line)


def _row(model, draft, position, one, components):
    values = asdict(one)
    row = model(policy=draft, source_line=values.pop("line"))
    if model is SupportedVersion:
        row.component = components.get(values.pop("component"))
    if any(column.name == "position" for column in model._meta.fields):
        row.position = position
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["policy", "component"])
    return row
