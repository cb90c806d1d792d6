"""Who was told of what happened to a case, by which channel, and what became of it: the ledger that its team sees.

The rows are the deliveries that an event caused. Names only, as the other pages of the case have them: no addresses.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import timing
from accounts.models import Delivery
from intake.models import CaseEvent, Participant
from intake.models.event import Kind
from portal.models import Webhook

SIZE = 25
HOOK = "hook:"
Outcome = Delivery.Outcome
UNDELIVERED = frozenset(Delivery.UNDELIVERED)


@dataclass(frozen=True)
class Told:
    """Somebody who was told, or should have been: a name, what they are here, the channel, and what became of it (a chip)."""

    name: str
    role: str
    channel: str
    made_at: datetime
    state: str
    word: str
    more: str = ""
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Some events, each with its ``told``, and the number before which the next page begins (0 at the end)."""

    rows: list
    more: int


def page(case, *, before: int | None) -> Page:
    """Return the newest events of a case from its door of which somebody was told, or those before a number; a few statements."""
    told = Exists(Delivery.objects.filter(cause_uuid=OuterRef("uuid")))
    events = CaseEvent.objects.filter(Q(told) | Q(kind=Kind.GUEST_INVITED), case=case).select_related("report").order_by("-seq")
    if before is not None:
        events = events.filter(seq__lt=before)
    found = list(events[: SIZE + 1])
    shown = found[:SIZE]
    _tell(shown, case)
    return Page(shown, shown[-1].seq if len(found) > SIZE else 0)


def count(events) -> None:
    """Set on each event in how many ways somebody was ``told`` of it, in words, and how many of these did not arrive (``failed``)."""
    causes = _causes(events)
    rows = Delivery.objects.filter(cause_uuid__in=causes).exclude(outcome=Outcome.DROPPED).order_by().values("cause_uuid")
    rows = rows.annotate(told=Count("pk"), back=Count("pk", filter=Q(outcome__in=UNDELIVERED)))
    for event in events:
        event.told = event.failed = ""
    for row in rows:
        event = causes[row["cause_uuid"]]
        event.told = ngettext("told %(count)d", "told %(count)d", row["told"]) % {"count": row["told"]}
        if row["back"]:
            event.failed = ngettext("%(count)d did not arrive", "%(count)d did not arrive", row["back"]) % {"count": row["back"]}


def _tell(events, case):
    causes = _causes(events)
    rows = Delivery.objects.filter(cause_uuid__in=causes).select_related("recipient", "digest").order_by("made_at", "pk")
    rows, told = list(rows), defaultdict(list)
    roles = _roles(case, rows)
    hooks = _hooks(rows)
    for row in rows:
        told[causes[row.cause_uuid]].append(_told(row, roles, hooks))
    for event in events:
        event.told = told[event]


def _causes(events):
    """Return {cause of a delivery: event}. The letter of an invitation has the invitation as its cause."""
    invited = {UUID(event.facts["invitation"]): event for event in events if event.kind == Kind.GUEST_INVITED}
    return {event.uuid: event for event in events} | invited


def _roles(case, rows):
    people = {row.recipient_id for row in rows if row.recipient_id}
    places = Participant.objects.filter(report__case=case, user__in=people).exclude(role=Participant.Role.TEAM)
    return {user: str(Participant.Role(role).label) for user, role in places.values_list("user", "role")}


def _hooks(rows):
    keys = {row.recipient_key.removeprefix(HOOK) for row in rows if row.channel == Delivery.Channel.WEBHOOK}
    return {str(uuid): name for uuid, name in Webhook.objects.filter(uuid__in=keys).values_list("uuid", "name")} if keys else {}


def _told(row, roles, hooks):
    if row.channel == Delivery.Channel.WEBHOOK:
        name, role = hooks.get(row.recipient_key.removeprefix(HOOK), _("a webhook that was removed")), ""
    elif row.recipient is None:
        name, role = _("an address without an account"), ""
    else:
        name, role = row.recipient.shown_name, roles.get(row.recipient_id, "")
    state, word, more = _became(row)
    return Told(name, role, row.get_channel_display(), row.made_at, state, word, more, row.opened_at)


def _became(row):
    """Return what became of a delivery: the state of its chip, its word, and more of it in a few words."""
    if row.outcome == Outcome.OPEN:
        return _on_its_way(row)
    if row.outcome == Outcome.GATHERED:
        if row.digest is None or row.digest.outcome == Outcome.OPEN:
            return "open", _("on its way"), _("told together with others")
        state, word, more = _became(row.digest)
        return state, word, more or _("told together with others")
    if row.outcome == Outcome.DROPPED:
        if row.trouble == timing.TURNED_OFF:
            return "ended", _("turned off"), _("shown in the portal only")
        return "ended", _("not sent"), _("it was no longer wanted when it would have left")
    if row.outcome == Outcome.ACCEPTED:
        more = _("delayed behind it, as its mail server says") if row.trouble else _moment(row.settled_at)
        return "met", _("accepted"), more
    return "late", row.get_outcome_display(), _moment(row.settled_at)


def _on_its_way(row):
    if row.gather:
        return "open", _("waits"), _("to be told together with others, until %(moment)s") % {"moment": _moment(row.due_at)}
    if row.attempts and row.trouble:
        facts = {"count": row.attempts, "moment": _moment(row.due_at)}
        said = ngettext("tried %(count)d time, again at %(moment)s", "tried %(count)d times, again at %(moment)s", row.attempts)
        return "soon", _("not taken yet"), said % facts
    return "open", _("on its way"), ""


def _moment(moment):
    return date_format(localtime(moment), "j M H:i") if moment else ""
