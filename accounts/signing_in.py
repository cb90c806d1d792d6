"""Sign-in sessions: how long they last, and what the audit trail keeps of them.

Django's signals are the one place that every way in passes: password, reset, console, test.
"""

from datetime import timedelta
from uuid import uuid4

import django_otp
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import Signal, receiver
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from accounts import agents, audit
from accounts.sessions import AGENT, BEGUN, SEEN, UUID

LONGEST = timedelta(hours=12)  # absolute, whatever is done meanwhile
STAFF_IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=10)
# Kept in the session: the age of its cookie counts from when it was last saved, not from the sign-in.
PROVED = "second_factor_at"
elevated = Signal()  # the person of a session proved a second factor in it


@receiver(user_logged_in)
def started(sender, request, user, **_):
    """Bound the new session and record the sign-in."""
    at = now()
    request.session[BEGUN] = request.session[SEEN] = at.isoformat()
    request.session[UUID] = str(uuid4())
    request.session[AGENT] = agents.in_words(request.META.get("HTTP_USER_AGENT", ""))
    verified = getattr(user, "otp_device", None) is not None
    if verified:
        request.session[PROVED] = at.isoformat()
    audit.record("signed_in", by=user, at=at, second_factor=verified)


@receiver(user_logged_out)
def ended(sender, request, user, **_):
    """Record a sign-out."""
    if user is not None:
        audit.record("signed_out", by=user, at=now())


def is_over(request, *, at, in_use=True) -> bool:
    """Say whether a session has had its time, or a staff one was left alone; else note, once a minute, that it is ``in_use``."""
    begun, seen = (parse_datetime(request.session.get(name, "")) for name in (BEGUN, SEEN))
    if begun is None or seen is None or at - begun > LONGEST:
        return True
    idle = at - seen
    if idle < SEEN_EVERY:
        return False
    if idle > STAFF_IDLE and request.user.needs_second_factor:
        return True
    if in_use:
        request.session[SEEN] = at.isoformat()
    return False


def elevate(request, *, device, at) -> None:
    """Note in the session that its person proved a second factor; the session gets a new id."""
    django_otp.login(request, device)  # does not change the id itself
    request.session.cycle_key()
    request.session[PROVED] = at.isoformat()
    elevated.send(sender=type(request.user), user=request.user, at=at)


def proved_lately(request, *, at) -> bool:
    """Say whether this session proved its second factor within the last minutes, as changes to factors ask for."""
    proved = parse_datetime(request.session.get(PROVED, ""))
    return request.user.is_verified() and proved is not None and at - proved < FRESH
