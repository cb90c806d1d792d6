"""Which part of a long conversation a page shows: paged by (time, UUID), each conversation of a page by a cursor of its own.

A strand is one report's messages, or the notes of a case, under the name that addresses use for it. A window stands around
a pivot in it: some rows before, and rows from it on. An address names windows as ``?from=NAME:KIND:CURSOR``.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from intake.paging import cursor, read_cursor

PAGE = 100  # rows of a page
READ = 20  # of these, how many that were read before stand above what is new
NEVER, ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Window:
    """Up to ``before`` rows before the pivot and up to ``after`` rows from it on, in order of time."""

    pivot: tuple = (ALWAYS, LAST)
    before: int = 0
    after: int = 0


@dataclass
class Strand:
    """One conversation: its rows, and the window of it that is shown. Set by ``load``: what is shown, and what lies around."""

    name: str
    scope: dict  # such as {"report": report}
    since: datetime | None = None  # a guest without history is shown nothing older
    window: Window = Window()
    rows: list = field(default_factory=list)
    earlier: str = ""
    later: str = ""

    @property
    def condition(self):
        """Return what the rows of this strand have in common."""
        return Q(**self.scope, at__gte=self.since) if self.since else Q(**self.scope)


def newest() -> Window:
    """The end of a conversation."""
    return Window(before=PAGE)


def around(row) -> Window:
    """The first unread row, or one that a link names, with some rows before it."""
    return Window(pivot=row, before=min(READ, PAGE // 2), after=PAGE - min(READ, PAGE // 2))


def wanted(places, name) -> Window | None:
    """Return the window of a strand that an address names ("" in it: the newest), or None; what was changed counts as none."""
    for place in places:
        of, _, rest = place.partition(":")
        kind, _, at = rest.partition(":")
        if of != name or kind not in KINDS:
            continue
        pivot = read_cursor(at)
        if kind == "newest":
            return newest()
        if all(pivot):
            return KINDS[kind](pivot)
    return None


def address(places, name, kind, row=None) -> str:
    """Return the query of a link to another window of one strand, which leaves the others as they are."""
    others = [place for place in places if not place.startswith(f"{name}:")]
    return "?" + urlencode([("from", place) for place in (*others, f"{name}:{kind}:{cursor(*row) if row else ''}")])


def load(rows, strands, *, places=()) -> None:
    """Fetch the rows of all strands with one query; set on each its rows and the links to what lies around."""
    if len(strands) == 1 and strands[0].window.pivot[0] is ALWAYS:
        _load_end(rows, strands[0], places)
        return
    rows = rows.order_by()
    condition = Q(pk__in=())
    for strand in strands:
        low = _edge(rows, strand, "-", strand.window.before)
        high = _edge(rows, strand, "", strand.window.after)
        condition |= strand.condition & Q(at__gte=low, at__lte=high)
    found = list(rows.filter(condition).order_by("at", "uuid")) if strands else []
    for strand in strands:
        mine = [row for row in found if all(getattr(row, f"{name}_id") == of.pk for name, of in strand.scope.items())]
        _cut(strand, mine, places)


def _load_end(rows, strand, places):
    """What is asked most, the end of one conversation, needs no edges."""
    newest = rows.filter(strand.condition).order_by("-at", "-uuid")[: strand.window.before + 1]
    _cut(strand, list(newest)[::-1], places)


def _edge(rows, strand, order, count):
    """Return when the furthest row lies that belongs to the window, or one beyond it, on one side of the pivot."""
    at, uuid = strand.window.pivot
    if at is ALWAYS and not order:
        return at  # nothing lies beyond the end
    # The first half alone lets the index begin at the pivot.
    side = Q(at__lte=at) & (Q(at__lt=at) | Q(uuid__lt=uuid)) if order else Q(at__gte=at) & (Q(at__gt=at) | Q(uuid__gte=uuid))
    beyond = rows.filter(strand.condition & side).order_by(f"{order}at", f"{order}uuid").values("at")[count : count + 1]
    return Coalesce(Subquery(beyond), NEVER if order else ALWAYS)


def _cut(strand, mine, places):
    before = [row for row in mine if (row.at, row.uuid) < strand.window.pivot]
    after = mine[len(before) :]
    first, last = len(before) - strand.window.before, strand.window.after
    strand.rows = before[max(first, 0) :] + after[:last]
    shown = strand.rows
    if shown and first > 0:
        strand.earlier = address(places, strand.name, "before", (shown[0].at, shown[0].uuid))
    if shown and len(after) > last:
        strand.later = address(places, strand.name, "after", (shown[-1].at, shown[-1].uuid))


def _behind(pivot):
    at, uuid = pivot
    return Window(pivot=(at, UUID(int=min(uuid.int + 1, 2**128 - 1))), after=PAGE)


KINDS = {
    "before": lambda pivot: replace(newest(), pivot=pivot),
    "after": _behind,
    "at": around,
    "newest": lambda _pivot: newest(),
}
