"""Which letters somebody wants, and when: at once, together once a day, or not at all where nothing is lost by it.

No report goes unanswered: who owns a project is told of its reports, messages and deadlines in any case, at the latest
with the letter of the day. So an "off" of somebody who became an owner later counts as "once a day".
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import How, Kind, NoticeChoice, User
from portal.lib.permissions import Standing

AT_ONCE = (How.AT_ONCE,)
NEVER_OFF = (How.AT_ONCE, How.DIGEST)
ANY = (How.AT_ONCE, How.DIGEST, How.OFF)
OF_TEAMS = (Kind.NEW_REPORTS, Kind.TEAM_MESSAGES, Kind.DEADLINES)
WAYS = {
    Kind.ACCOUNT: AT_ONCE,
    Kind.INVITATIONS: AT_ONCE,
    Kind.RECORDS: AT_ONCE,
    Kind.MESSAGES: NEVER_OFF,
    Kind.NEWS: ANY,
    Kind.MENTIONS: NEVER_OFF,
    **dict.fromkeys(OF_TEAMS, ANY),
}
ABOUT = {
    Kind.ACCOUNT: _("Sign-in, address, second factors, teams and tokens. Always at once: you would notice a theft by them."),
    Kind.INVITATIONS: _("Always at once: their links run out."),
    Kind.RECORDS: _("That a report arrived, changed hands, or will be erased. Always at once: you may want to act in time."),
    Kind.MESSAGES: _("Somebody wrote in a report of yours. Not to be turned off: a question that you do not see stops the clocks."),
    Kind.NEWS: _("A report moved on, somebody joined it, its advisory is out. The page of the report says the same."),
    Kind.MENTIONS: _("Not to be turned off: nobody gets a second letter for the same message."),
    Kind.NEW_REPORTS: _("A report arrived."),
    Kind.TEAM_MESSAGES: _("A reporter or a guest wrote, joined or left."),
    Kind.DEADLINES: _("A promise is due soon, or was missed."),
}
FOR_OWNERS = _("Not to be turned off by an owner of a project, so that no report goes unanswered.")


@dataclass(frozen=True)
class Offer:
    """A kind as the page offers it to one person: what may be chosen (one way: nothing to choose), and what is chosen."""

    kind: Kind
    about: str | Promise
    ways: tuple
    chosen: How


def offers(user) -> list[Offer]:
    """Return the kinds that this person gets, with their choices. Kinds of teams are for who is on one."""
    chosen = dict(user.notice_choices.values_list("kind", "how"))
    roles = set(user.memberships.values_list("role", flat=True))
    found = []
    for kind, ways in WAYS.items():
        if kind in OF_TEAMS and not roles:
            continue
        owned = kind in OF_TEAMS and Standing.OWNER in roles
        ways = NEVER_OFF if owned else ways
        about = f"{ABOUT[kind]} {FOR_OWNERS}" if owned else ABOUT[kind]
        found.append(Offer(kind, about, ways, _allowed(How(chosen.get(kind, How.AT_ONCE)), ways)))
    return found


def ways_of(kind: Kind, people) -> dict:
    """Return {person's key: how} for those of these people who do not get letters of this kind at once."""
    if len(WAYS[kind]) == 1 or not people:
        return {}
    chosen = NoticeChoice.objects.filter(kind=kind, user__in=people).exclude(how=How.AT_ONCE)
    found = {pk: How(how) for pk, how in chosen.values_list("user", "how")}
    off = [pk for pk, how in found.items() if how == How.OFF]
    if off and kind in OF_TEAMS:
        owners = User.objects.filter(pk__in=off, memberships__role=Standing.OWNER)
        found |= dict.fromkeys(owners.values_list("pk", flat=True), How.DIGEST)
    return found


def next_digest(user, *, after) -> datetime:
    """Return the next time, later than a moment, at which it is the hour of this person's day for the letter of the day."""
    here = after.astimezone(ZoneInfo(user.timezone))
    at = here.replace(hour=user.digest_hour, minute=0, second=0, microsecond=0)
    return (at if at > here else at + timedelta(days=1)).astimezone(UTC)


def quiet_end(user, moment) -> datetime | None:
    """Return when this person's quiet hours end in which a moment lies; None where it lies in none."""
    begin, end = user.quiet_from, user.quiet_until
    if begin is None or end is None or begin == end:
        return None
    here = moment.astimezone(ZoneInfo(user.timezone))
    if not (begin <= here.hour < end if begin < end else here.hour >= begin or here.hour < end):
        return None
    over = here.replace(hour=end, minute=0, second=0, microsecond=0)
    return (over if here.hour < end else over + timedelta(days=1)).astimezone(UTC)


def _allowed(how, ways):
    return how if how in ways else ways[-1]
