"""Vacations of people on teams: cases and reminders go to others meanwhile. A day begins and ends in the person's own time zone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal.models import Absence

MOST = 50  # ahead of somebody, or running
LONGEST = timedelta(days=366)


class CannotBeAway(ValidationError):
    """An absence that cannot be; the message says what can."""


def today_of(user, *, at):
    """Return the day that it is where somebody lives."""
    return at.astimezone(ZoneInfo(user.timezone)).date()


def ahead(user, *, at):
    """Return the absences of somebody that run or are planned, the next one first."""
    return user.absences.filter(ends_on__gte=today_of(user, at=at))


@transaction.atomic
def add(user, *, starts_on, ends_on, at) -> Absence:
    """Say that somebody is away, both days included."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    if ends_on < starts_on:
        raise CannotBeAway({"ends_on": _("The last day comes before the first. Check both.")})
    if ends_on < today_of(user, at=at):
        raise CannotBeAway({"ends_on": _("This time is over. Give days from today on.")})
    if ends_on - starts_on > LONGEST:
        raise CannotBeAway({"ends_on": _("An absence lasts a year at most. Check the dates, or take no cases in turn.")})
    if ahead(user, at=at).count() >= MOST:
        raise CannotBeAway(_("At most %(most)d absences can be planned. Take one back first.") % {"most": MOST})
    return Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on)


def remove(absence) -> None:
    """Take an absence back, or end it."""
    absence.delete()


def until_of(people, *, at) -> dict:
    """Return {person's key: the last day} for those of these people who are away; one query for all."""
    today = {user.pk: today_of(user, at=at) for user in people}
    if not today:
        return {}
    # A day is at most one day apart between two time zones.
    found = Absence.objects.filter(user__in=today, starts_on__lte=max(today.values()), ends_on__gte=min(today.values()))
    return {row.user_id: row.ends_on for row in found.order_by("ends_on") if row.starts_on <= today[row.user_id] <= row.ends_on}
