"""Changing a draft: one verb and one set of rules, for the owners' page and for the administration alike.

What a draft says travels as ``Facts``. A rule that somebody broke is a ``Problem``, with the place to which a form puts it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from portal import calendars, policies
from portal.lib import render
from portal.models import Clause, Component, RequestedField, SecurityPolicy
from portal.policy_facts import OF_POLICY, ROWS, facts_of
from portal.policy_facts import fill as write
from portal.security_md.facts import Facts

# How many rows of each kind a policy can have: far more than people read, and few enough for one form.
MOST = {"supported_versions": 500, "service_levels": 25, "contacts": 100, "requested_fields": 100, "clauses": 500}
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 32_767  # what a small column holds, in every database
FETCHED = ("supported_versions__component", "service_levels", "contacts", "requested_fields", "clauses", "project__components")
NEEDED = gettext_lazy("This is needed: please fill it in.")


@dataclass(frozen=True)
class Problem:
    """A sentence, and what it is about: ``row`` of its relation, from 0 (None: the policy); ``field`` is "" for all of it."""

    sentence: str
    field: str = ""
    row: int | None = None
    relation: str = ""


class Refused(ValidationError):
    """A draft cannot say this; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        super().__init__([_placed(one) for one in self.problems])


class SavedMeanwhile(ValidationError):
    """Somebody else saved the draft since it was opened."""

    def __init__(self):
        super().__init__(
            _("Somebody saved this draft meanwhile, so yours was not saved. Nothing you typed is lost: compare, then save again.")
        )


def fetched(draft) -> SecurityPolicy:
    """Fetch all rows of a draft, in as many queries as there are kinds of rows."""
    prefetch_related_objects([draft], *FETCHED)
    return draft


def stamp(draft) -> str:
    """Return a digest of what a draft says: two people who edit the same state hold the same one."""
    said = facts_of(fetched(draft))
    return hashlib.sha256(repr((said, draft.effective_at)).encode()).hexdigest()[:24]


@transaction.atomic
def save(draft, said: Facts, *, seen: str | None = None, by, at) -> SecurityPolicy:
    """Make a draft say this, unless somebody saved it since ``seen`` was its stamp. Its date is that of ``draft``."""
    _still_as_seen(draft, seen)
    write(draft, checked(said))
    # Whoever asks the draft next must not meet the rows of before.
    draft._prefetched_objects_cache = {}
    audit.record("policy.changed", by=by, at=at, project=draft.project.uuid, number=draft.number)
    return draft


@transaction.atomic
def publish(draft, *, seen: str | None = None, effective_at=None, by, at) -> SecurityPolicy:
    """Publish a draft as it was seen, in force now or from a date ahead."""
    found = _still_as_seen(draft, seen)
    found.effective_at = effective_at
    return policies.publish(found, by=by, at=at)


def as_policy(draft, said: Facts) -> SecurityPolicy:
    """Return a policy that says this without being stored: what pages show of it is what they will show of the draft."""
    shown = SecurityPolicy(pk=draft.pk or 0, project=draft.project, number=draft.number, effective_at=draft.effective_at)
    for name in OF_POLICY:
        setattr(shown, name, getattr(said, name))
    components = {component.name: component for component in draft.project.components.all()}
    shown._prefetched_objects_cache = {}
    for relation, (_fact, model) in ROWS.items():
        rows = [_row(model, one, shown, components, place) for place, one in enumerate(getattr(said, relation))]
        if model is Clause:
            rows.sort(key=lambda row: row.kind)
        shown._prefetched_objects_cache[relation] = _result(model, rows)
    return shown


def checked(said: Facts) -> Facts:
    """Return what a draft may say of this, tidied; refuse the rest."""
    said = tidied(said)
    found = problems(said)
    if found:
        raise Refused(found)
    return said


def tidied(said: Facts) -> Facts:
    """Return the same without what no text needs; questions without a key get one."""
    rows = {relation: tuple(_tidy_row(model, one) for one in getattr(said, relation)) for relation, (_fact, model) in ROWS.items()}
    rows["requested_fields"] = with_keys(rows["requested_fields"])
    return replace(said, **{name: _tidy(SecurityPolicy, name, getattr(said, name)) for name in OF_POLICY}, **rows)


def with_keys(requested) -> tuple:
    """Give each question that has none a key of its own, made of its words; those that have one keep it."""
    taken, named = {one.key for one in requested if one.key}, []
    for place, one in enumerate(requested, 1):
        named.append(one if one.key else replace(one, key=_free(slugify(one.label)[:34].strip("-") or f"question-{place}", taken)))
        taken.add(named[-1].key)
    return tuple(named)


def problems(said: Facts) -> list[Problem]:
    """Say everything that is wrong with these facts."""
    return [*policy_problems(said), *(one for relation in ROWS for one in row_problems(relation, getattr(said, relation)))]


def policy_problems(said: Facts) -> list[Problem]:
    """Say what is wrong with the policy itself, apart from its rows."""
    policy = SecurityPolicy(**{name: getattr(said, name) for name in OF_POLICY})
    found = [Problem(sentence, field) for field, sentence in _of_columns(policy, OF_POLICY)]
    try:
        calendars.check(said.holiday_calendar)
    except ValidationError as refusal:
        found += [
            Problem(sentence, "holiday_calendar") for sentence in refusal.messages if "holiday_calendar" not in {one.field for one in found}
        ]
    return found


def row_problems(relation: str, rows: Sequence) -> list[Problem]:
    """Say what is wrong with the rows of one kind: each alone, and one beside the other."""
    if len(rows) > MOST[relation]:
        return [Problem(_("These are too many rows: a policy has at most %(most)d of them.") % {"most": MOST[relation]}, relation=relation)]
    model = ROWS[relation][1]
    found = [
        Problem(sentence, field, place, relation)
        for place, one in enumerate(rows)
        for field, sentence in _of_columns(_row(model, one, None, {}, place), _columns(one))
    ]
    rules = {"service_levels": _of_levels, "requested_fields": _of_questions}
    return found + [Problem(sentence, field, place, relation) for place, field, sentence in rules.get(relation, _no_rules)(rows)]


def _no_rules(rows):
    return ()


def _of_levels(rows) -> Iterator[tuple[int, str, str]]:
    seen = {}
    for place, one in enumerate(rows):
        first = seen.setdefault((one.milestone, one.severity), place)
        if first != place:
            said = _("Row %(row)d promises this already, for the same severity. Keep one of the two.") % {"row": first + 1}
            yield place, "severity", said
        if not one.latest:
            yield place, "latest", _("Promise a time of 1 or more.")
        elif one.earliest is not None and one.earliest > one.latest:
            yield place, "earliest", _("This lies after the latest time. Swap the two, or leave this one empty.")


def _of_questions(rows) -> Iterator[tuple[int, str, str]]:
    seen = {}
    for place, one in enumerate(rows):
        first = seen.setdefault(one.key, place) if one.key else place
        if first != place:
            yield place, "key", _("Row %(row)d has this key already. Give each question a key of its own.") % {"row": first + 1}


def _of_columns(row, names) -> Iterator[tuple[str, str]]:
    # Whether a row is the only one of its kind is asked of all rows together; whether a component exists, on writing.
    wanted = {name for name in names if name not in ("component", "line")}
    # A key that is missing is made on writing.
    unkeyed = {"key"} if isinstance(row, RequestedField) and not row.key else set()
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - wanted | unkeyed)
    except ValidationError as refusal:
        for name, errors in refusal.error_dict.items():
            for error in errors:
                yield name, str(NEEDED) if error.code in ("blank", "null") else " ".join(error.messages)
    for name in wanted:
        column, value = row._meta.get_field(name), getattr(row, name)
        if isinstance(column, models.TextField) and len(value) > LONGEST_TEXT:
            yield name, _("This is too long: at most %(most)d characters.") % {"most": LONGEST_TEXT}
        if isinstance(column, models.PositiveSmallIntegerField) and (value or 0) > LARGEST_NUMBER:
            yield name, _("This is too much: at most %(most)d.") % {"most": LARGEST_NUMBER}


def _still_as_seen(draft, seen):
    """Hold the draft until the transaction ends; it must still be one, and say what it said."""
    found = policies.held(draft)
    if found is None:
        raise policies.NotADraft(policies.NO_DRAFT)
    found.project = draft.project
    if seen is not None and seen != stamp(found):
        raise SavedMeanwhile
    return found


def _columns(fact):
    return [field.name for field in fields(fact)]


def _row(model, fact, policy, components, place):
    values = {name: getattr(fact, name) for name in _columns(fact) if name not in ("line", "component")}
    row = model(**values, source_line=fact.line)
    if policy is not None:
        row.policy = policy
    if hasattr(fact, "component") and fact.component:
        row.component = components.get(fact.component) or Component(name=fact.component)
    if hasattr(model, "position"):
        row.position = place
    return row


def _result(model, rows):
    # As prefetching does it: pages ask rows.all(), and get these.
    found = model.objects.none()
    found._result_cache, found._prefetch_done = rows, True
    return found


def _tidy_row(model, fact):
    return replace(fact, **{name: _tidy(model, name, getattr(fact, name)) for name in _columns(fact) if name not in ("line", "component")})


def _tidy(model, name, value):
    if not isinstance(value, str):
        return value
    text = render.tidy(value)
    return text.strip() if isinstance(model._meta.get_field(name), models.TextField) else " ".join(text.split())


def _free(key, taken):
    number, found = 2, key
    while found in taken:
        number, found = number + 1, f"{key}-{number}"
    return found


def _placed(problem):
    if problem.row is None:
        return problem.sentence
    names = {
        "supported_versions": _("Supported versions"),
        "service_levels": _("Promises"),
        "contacts": _("Contacts"),
        "requested_fields": _("Requested fields"),
        "clauses": _("Clauses"),
    }
    return _("%(part)s, row %(row)d: %(problem)s") % {"part": names[problem.relation], "row": problem.row + 1, "problem": problem.sentence}
