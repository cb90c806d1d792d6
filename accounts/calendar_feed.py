"""The secret address of somebody's calendar: made, replaced, revoked. Shown once; the database has a digest of it.

It is 256 random bits, so that nobody guesses it and a plain SHA-256 is enough. What stands in the calendar says the floor
that has deadlines (``intake.calendar_feed``).
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts import audit
from accounts.models import CalendarFeed, User

FORM = re.compile(r"[A-Za-z0-9_-]{43}")
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make(user, *, at: datetime) -> str:
    """Make a calendar for this person, in place of any other; return what its address ends with, to be shown once."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    CalendarFeed.objects.filter(user=user).delete()
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=user, digest=digest_of(token), made_at=at)
    audit.record("calendar.made", by=user, at=at)
    return token


@transaction.atomic
def revoke(user, *, by, at: datetime) -> bool:
    """Make the address worthless from its next use on; say whether there was one."""
    gone, _rows = CalendarFeed.objects.filter(user=user).delete()
    if gone:
        audit.record("calendar.revoked", by=by, at=at, person=user.uuid)
    return bool(gone)


def of(user) -> CalendarFeed | None:
    """Return what is known of this person's calendar, or None."""
    return CalendarFeed.objects.filter(user=user).first()


def found(token: str) -> CalendarFeed | None:
    """Return the calendar at this address, with its person, or None when it is worth nothing (any more)."""
    if not FORM.fullmatch(token):
        return None
    return CalendarFeed.objects.select_related("user").filter(digest=digest_of(token), user__is_active=True).first()


def note_use(feed: CalendarFeed, *, at: datetime) -> None:
    """Keep when it was last asked for, to the minute."""
    if feed.last_used_at is None or at - feed.last_used_at >= NOTED_EVERY:
        older = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        CalendarFeed.objects.filter(older, pk=feed.pk).update(last_used_at=at)


def path_of(token: str) -> str:
    """Return the path of the calendar's address."""
    return reverse("calendar", args=[token])


def digest_of(token: str) -> str:
    """Return what the database keeps of an address."""
    return hashlib.sha256(token.encode()).hexdigest()
