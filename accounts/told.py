"""What somebody was told, as the portal itself shows it: every letter about a case or a report, also those that they turned off.

The rows are the deliveries. One is read once its person opened, in the portal, what it tells of.
"""

from django.db.models import Exists, Q

from accounts import outbox, timing
from accounts.models import Delivery
from portal.lib.paging import Page, newest_first

SIZE = 25
MANY = 99  # nobody needs to know how many more are unread
_places = {}


def place(fact: str):
    """Register where references of a kind lead: ``finder(user, refs) -> {ref: path}`` of those that this person may open now.

    ``fact`` is the name under which letters carry the reference ("case", "report").
    """

    def register(finder):
        _places[fact] = finder
        return finder

    return register


def to(user):
    """Return what a person was told of cases and reports; not what was no longer theirs to know when it would have left."""
    rows = Delivery.objects.filter(recipient=user, channel=outbox.MAIL).exclude(about="")
    return rows.exclude(Q(outcome=Delivery.Outcome.DROPPED) & ~Q(trouble=timing.TURNED_OFF))


def page(user, *, after: str) -> Page:
    """Return a page, newest first: each row with ``says``, and with ``path`` and ``ref`` where its person may open it now."""
    found = newest_first(to(user), field="made_at", after=after, size=SIZE)
    paths = {}
    for fact, finder in _places.items():
        refs = {row.facts[fact] for row in found.rows if fact in row.facts}
        paths[fact] = finder(user, refs) if refs else {}
    for row in found.rows:
        row.says = says(row.letter)
        row.path = next((paths[fact].get(row.facts[fact]) for fact in _places if fact in row.facts), None)
        row.ref = row.about if row.path else ""
    return found


def says(letter: str):
    """Return the sentence of a letter; of one that has none, or is not known any more, what its kind is about."""
    registered = outbox.registered(letter)
    return registered.says if registered and registered.says else outbox.kind_of(letter).label


def unread(user) -> int:
    """Return how many somebody has not opened, up to one more than ``MANY``."""
    return to(user).filter(opened_at=None)[: MANY + 1].count()


def unopened(user, ref):
    """Return the condition that something about a reference (an expression) is unread, for the query of a door."""
    return Exists(Delivery.objects.filter(recipient=user, about=ref, opened_at=None).exclude(about=""))


def open_about(user, ref: str, *, at) -> None:
    """Note that somebody opened a case or a report, and so what they were told of it."""
    Delivery.objects.filter(recipient=user, about=ref, opened_at=None).exclude(about="").update(opened_at=at)


def open_all(user, *, at) -> None:
    """Note that somebody has read it all."""
    Delivery.objects.filter(recipient=user, opened_at=None).exclude(about="").update(opened_at=at)
