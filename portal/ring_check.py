"""Does everything still open? Asks each sealed row of each model, those of floors above included, by Django's registry."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.apps import apps
from django.db import models

from portal import ring_rows
from portal.keys import Keys
from portal.lib import crypto, keyring
from portal.lib.crypto import DecryptError
from portal.models import Keyset

SAMPLE = 50
PAGE = 200
# What a row says of itself, or of what it hangs on, when its content was taken away on purpose.
GONE = ("erased_at", "shredded_at", "retracted_at")


@dataclass
class Found:
    """What became of the rows of one kind: how many opened, which were erased on purpose, which cannot be opened."""

    name: str
    opened: int = 0
    erased: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of sealed row. ``open_page`` opens rows and tells of each in a Found."""

    name: str
    rows: models.QuerySet
    open_page: Callable

    @cached_property
    def total(self) -> int:
        """How many rows there are."""
        return self.rows.count()


def kinds() -> list[Kind]:
    """Return every kind of sealed row: what the ring seals, and each model with a label."""
    own = [Kind(table.name, table.model.objects.all(), _ring_opens(table)) for table in ring_rows.TABLES]
    return own + [Kind(model._meta.label, _with_its_scope(model), _keys_open) for model in sealed_models()]


def sealed_models() -> list[type[models.Model]]:
    """Return the models whose rows the keys of a scope open."""
    return [model for model in apps.get_models() if getattr(model, "LABEL", "")]


def check(kind: Kind, *, everything: bool, tell: Callable[[int], None] = lambda done: None) -> Found:
    """Open all rows of a kind, or a sample; ``tell`` hears how many were tried."""
    found, tried = Found(kind.name), 0
    for page in _pages(kind) if everything else [_sample(kind)]:
        kind.open_page(page, found)
        tried += len(page)
        tell(tried)
    return found


def _pages(kind) -> Iterator[list]:
    rows, last = kind.rows.order_by("pk"), None
    while page := list((rows.filter(pk__gt=last) if last is not None else rows)[:PAGE]):
        yield page
        last = page[-1].pk


def _sample(kind):
    # UUIDs are drawn at random, so that those after a random one are a fair sample, and found by the index.
    rows = kind.rows.order_by("pk")
    if not isinstance(kind.rows.model._meta.pk, models.UUIDField):
        return list(kind.rows.order_by("?")[:SAMPLE])
    from_here = list(rows.filter(pk__gte=uuid.uuid4())[:SAMPLE])
    return from_here or list(rows[:SAMPLE])


def _ring_opens(table):
    def open_page(rows, found):
        ring = keyring.ring()
        for row in rows:
            name = f"{row.binding().label} {row.binding().row}"
            try:
                table.again(bytes(getattr(row, table.column)), ring=ring.wrap, binding=row.binding())
                found.opened += 1
            except DecryptError:
                found.broken.append(f"{name}: {_why(row, table.column, ring)}")

    return open_page


def _keys_open(rows, found):
    keys = Keys(frozenset((row.scope_uuid, str(row.purpose)) for row in rows))
    there = set(Keyset.objects.filter(scope_uuid__in={scope for scope, _purpose in keys.grants}).values_list("scope_uuid", "purpose"))
    for row in rows:
        try:
            keys.open(row)
            found.opened += 1
        except DecryptError as failure:
            if (not row.sealed or (row.scope_uuid, str(row.purpose)) not in there) and _gone_on_purpose(row):
                found.erased += 1
            else:
                found.broken.append(f"{row.LABEL} {row.pk}: {failure}")


def _why(row, column, ring):
    key_id = row.ring_key_id if isinstance(row, Keyset) else crypto.key_id_of(bytes(getattr(row, column)))
    return "it does not open" if key_id in ring.key_ids else f"it lies under ring key {key_id}, which does not open here"


def _with_its_scope(model):
    # A scope is often that of the row that this one hangs on.
    beside = [one.name for one in model._meta.concrete_fields if one.is_relation and not one.null and _is_sealed(one.related_model)]
    return model._default_manager.select_related(*beside) if beside else model._default_manager.all()


def _is_sealed(model):
    return bool(getattr(model, "LABEL", ""))


def _gone_on_purpose(row, *, depth=3) -> bool:
    """Say whether the row, or what it hangs on, was erased, shredded or retracted."""
    if any(getattr(row, name, None) for name in GONE):
        return True
    above = [getattr(row, one.name) for one in row._meta.concrete_fields if one.is_relation and _is_sealed(one.related_model)]
    return depth > 0 and any(_gone_on_purpose(one, depth=depth - 1) for one in above if one is not None)
