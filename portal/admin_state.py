"""What an administrator should know at once: letters that did not leave, recoveries, the trail, the ring, the clock."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit_check
from accounts.models import Delivery, FactorRecovery
from portal import VERSION
from portal.lib import keyring

MANY = 100  # nobody needs to know how many more
WAITS_LONG = timedelta(minutes=15)
CLOCK_STOPPED = timedelta(minutes=20)


@dataclass(frozen=True)
class State:
    """One line: a name, a chip (its state and word), a sentence, and the page where something can be done about it."""

    name: str
    state: str
    word: str
    sentence: str = ""
    url: str = ""


def gather(*, at) -> list[State]:
    """Return all lines; few statements, each answered from an index."""
    check = audit_check.latest()
    return [_letters(at), _recoveries(), _trail(check), _ring(), _clock(check, at), _version()]


def _letters(at):
    name, url = _("Letters"), reverse("admin:accounts_delivery_changelist")
    failed = Delivery.objects.filter(outcome=Delivery.Outcome.FAILED).values("pk")[: MANY + 1].count()
    oldest = Delivery.objects.filter(outcome=Delivery.Outcome.OPEN).aggregate(due=Min("due_at"))["due"]
    if failed:
        many = f"{MANY}+" if failed > MANY else failed
        sentence = ngettext("%(many)s letter was given up.", "%(many)s letters were given up.", failed) % {"many": many}
        return State(name, "late", _("given up"), f"{sentence} {_('They can be tried again.')}", f"{url}?outcome__exact=failed")
    if oldest and at - oldest > WAITS_LONG:
        return State(
            name, "soon", _("waiting"), _("A letter has been due for a while: see what the mail server says."), f"{url}?outcome__exact="
        )
    return State(name, "met", _("in order"), _("None was given up, none waits long."), url)


def _recoveries():
    name, url = _("Recoveries of second factors"), reverse("recoveries")
    count = FactorRecovery.objects.filter(outcome=FactorRecovery.Outcome.OPEN).count()
    if not count:
        return State(name, "met", _("none open"), url=url)
    sentence = ngettext("%(count)d person lost a second factor.", "%(count)d people lost a second factor.", count) % {"count": count}
    return State(name, "open", _("open"), sentence, url)


def _trail(check):
    name, url = _("Audit trail"), reverse("audit")
    if check.broken_seq:
        sentence = _("Event %(number)d does not follow from those before it.") % {"number": check.broken_seq}
        return State(name, "late", _("broken"), sentence, url)
    if check.whole_at is None:
        return State(name, "open", _("not checked whole yet"), _("The chain is followed in the background."), url)
    return State(name, "met", _("holds together"), _("Checked from the first event to event %(number)d.") % {"number": check.head_seq}, url)


def _ring():
    name = _("Key ring")
    if keyring.where().kind == "none":
        return State(name, "ended", _("none here"), _("This process runs without keys, as set."))
    try:
        key = keyring.ring().active_key_id
    except keyring.RingUnusable:
        return State(name, "late", _("does not open"), _("Restore it from its backup. The log says more."))
    return State(name, "met", _("opens"), _("Key %(key)d is active.") % {"key": key})


def _clock(check, at):
    name = _("Background work")
    last = check.upto_at or check.begun_at
    if last is None:
        return State(name, "open", _("not seen yet"), _("Worker and clock run within five minutes of the start."))
    if at - last > CLOCK_STOPPED:
        return State(name, "late", _("stands still"), _("Start worker and clock: deadlines and letters wait for them."))
    return State(name, "met", _("runs"))


def _version():
    memory = "Redis" if settings.REDIS_URL else _("each process")
    facts = {"database": connection.display_name, "memory": memory}
    return State(_("Version"), "ended", VERSION, _("Database: %(database)s. Limits and caches: %(memory)s.") % facts)
