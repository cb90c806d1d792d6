"""When each person gets a letter: what they chose for its kind, their quiet hours, and many letters about one case at once.

What nobody may turn off and what has one way only (the safety of the account, links that run out) leaves in quiet hours too.
"""

from datetime import datetime, timedelta

from django.db.models import Count

from accounts import notices
from accounts.models import Delivery, How, Kind

BURST, MANY = timedelta(minutes=15), 5  # more letters than that about one case: the next wait for each other
TURNED_OFF = "the person wants no letters of this kind"
DROPPED = Delivery.Outcome.DROPPED


def of_people(kind: Kind, people, *, about: str, at: datetime, due_at: datetime, not_after: datetime | None):
    """Yield (person, what the row of their letter says of when); nobody waits beyond ``not_after``."""
    people = list(people)
    chosen, busy = notices.ways_of(kind, people), _busy(kind, people, about, at)
    for user in people:
        how = chosen.get(user.pk, How.AT_ONCE)
        if how == How.OFF:
            yield user, {"due_at": due_at, "outcome": DROPPED, "settled_at": at, "trouble": TURNED_OFF}
        else:
            later = told_at(user, kind, how, due_at=max(at, due_at), busy=user.pk in busy)
            waits = later is not None and (not_after is None or later <= not_after)
            yield user, {"gather": True, "due_at": later} if waits else {"due_at": due_at}


def told_at(user, kind: Kind, how: How, *, due_at: datetime, busy: bool = False) -> datetime | None:
    """Return until when a letter that is due waits to be told with others; None if it leaves at once."""
    if len(notices.WAYS[kind]) == 1:
        return None
    moment = notices.next_digest(user, after=due_at) if how == How.DIGEST else due_at + BURST if busy else due_at
    moment = notices.quiet_end(user, moment) or moment
    return moment if moment > due_at else None


def _busy(kind, people, about, at):
    """Return those of these people who got many letters about this case or report just now."""
    if not about or not people or len(notices.WAYS[kind]) == 1:
        return set()
    lately = Delivery.objects.filter(recipient__in=people, made_at__gt=at - BURST, about=about).exclude(trouble=TURNED_OFF)
    return set(lately.values("recipient").annotate(many=Count("pk")).filter(many__gte=MANY).values_list("recipient", flat=True))
