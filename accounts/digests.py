"""Letters that wait to be told together: once a day for who wants it so, and after a quarter of an hour of many about one case.

What waits are deliveries with ``gather``. At their time they are bound to one delivery of the letter ``digest`` and settled,
all in one transaction, so that each is told once however often a process dies. What is no longer wanted is left out when
the digest itself leaves.
"""

from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Least
from django.urls import reverse

from accounts import notices, outbox, timing
from accounts.models import Delivery, How, NoticeChoice, User
from portal.lib import mail

MOST = 200  # things that one digest names
Outcome = Delivery.Outcome


def gather(*, at, limit=200) -> int:
    """Make a digest for everybody for whom something waits that is due; return how many."""
    due = _waiting().filter(due_at__lte=at).order_by().values_list("recipient", flat=True).distinct()
    return sum(_gather(person, at=at) for person in list(due[:limit]))


@transaction.atomic
def _gather(person_pk, *, at):
    cause = uuid4()
    outbox.send("digest", cause=cause, to=User.objects.filter(pk=person_pk), facts={}, at=at)
    digest = Delivery.objects.get(cause_uuid=cause)
    # With what is due in a moment, so that a burst becomes one letter. Whoever else gathers just now finds nothing left.
    soon = _waiting().filter(recipient=person_pk, due_at__lte=at + timing.BURST)
    if not soon.update(outcome=Outcome.GATHERED, settled_at=at, digest=digest):
        transaction.set_rollback(True)
        return False
    return True


@transaction.atomic
def choose(user, choices: dict, *, hour: int, quiet=(None, None), at) -> None:
    """Keep how somebody wants each kind, {kind: how}, the hour of the day's letter and the quiet hours; what waits already follows."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two windows, one counts, whole
    user.digest_hour, (user.quiet_from, user.quiet_until) = hour, quiet
    user.save(update_fields=["digest_hour", "quiet_from", "quiet_until"])
    for kind, how in choices.items():
        if how not in notices.WAYS[kind]:
            raise ValueError(f"letters of the kind {kind} cannot be had {how}")
        NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"how": how})
    follow(user, at=at)


def follow(user, *, at) -> None:
    """Let what waits leave when it would if it were queued now: after a change of choice, hour or time zone."""
    # What leaves within minutes is let be: it may wait only because it is one of many.
    waiting = _waiting().filter(recipient=user, due_at__gt=at + timing.BURST)
    for letter in set(waiting.order_by().values_list("letter", flat=True)):
        kind = outbox.kind_of(letter)
        how = notices.ways_of(kind, [user]).get(user.pk, How.AT_ONCE)
        later = timing.told_at(user, kind, how, due_at=at)
        if how == How.OFF:
            change = {"outcome": Outcome.DROPPED, "settled_at": at, "trouble": timing.TURNED_OFF}
        elif later:
            change = {"due_at": Least("due_at", Value(later))}  # never put off: it may be of something that is due
        else:
            change = {"gather": False, "due_at": at}
        waiting.filter(letter=letter).update(**change)


def told(delivery) -> dict | None:
    """Return what a digest tells, a line for each thing and place: what the subjects of the letters would have said."""
    rows = delivery.gathered.select_related("recipient").order_by("made_at", "pk")
    seen, person = {}, delivery.recipient
    for row in rows[:MOST]:
        facts = outbox.made_up(row)
        if facts is not None:
            said = mail.subject(row.letter, facts, language=person.language, zone=person.timezone)
            line = (said, settings.PUBLIC_URL + facts["path"])
            seen[line] = seen.get(line, 0) + 1
    if not seen:
        return None
    lines = [{"said": said, "link": link, "times": times} for (said, link), times in seen.items()]
    return {"lines": lines, "more": max(0, rows.count() - MOST), "link": settings.PUBLIC_URL + reverse("desk")}


def _waiting():
    return Delivery.objects.filter(outcome=Outcome.OPEN, gather=True)
