"""Who looks after a case: people assign and take it, or, where nobody did anything in it for a while, the rotation assigns it in turn.

``assign_at`` is when it does: some hours (the project says how many) after the case was opened, reopened or given back. Whatever
somebody of the team does in the meantime, a message, a note, a verdict, makes it a case that is worked on, and the rotation leaves
it alone; so does an assignment. Whoever can no longer open a case looks after it no more: ``take_back`` sees to that within a minute,
and reminders go to the team meanwhile.
"""

import logging
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from intake import conversation, events, notifications
from intake.models import Case, CaseReader, Participant
from intake.models.event import Kind
from portal import absences
from portal.models import Membership

log = logging.getLogger("parley.clocks")

# What begins the time after which a case that nobody touches is assigned.
BEGINS = (Kind.REPORT_RECEIVED, Kind.REPORT_RECORDED, Kind.REPORT_JOINED, Kind.REOPENED, Kind.UNASSIGNED)
NOBODY = UUID("0d0e6a1c-5c1f-4b0e-9a3b-52f9d2b6a7c4")  # names the letters that say that nobody takes cases now
AGAIN = timedelta(hours=24)


class NotPossible(Exception):
    """It cannot be assigned so; the message is a sentence for the person."""


def planned(project, *, at):
    """Return when the rotation assigns a case that begins to wait for somebody now; None where the project has none."""
    return at + timedelta(hours=project.assign_after_hours) if project.assign_after_hours else None


def people(case):
    """Return the people to whom a case can be assigned: those of the team who may open it, in the order in which they came."""
    return case.team().filter(is_active=True).order_by("memberships__since", "pk")


@transaction.atomic
def assign(case, *, to, by, at) -> None:
    """Give a case to somebody of the team, who is told unless they took it themselves."""
    events.hold(case.pk)
    if not people(case).filter(pk=to.pk).exists():
        raise NotPossible(_("%(name)s cannot open this case. Choose somebody else.") % {"name": to.shown_name})
    changed = Case.objects.filter(pk=case.pk, closed_at=None).exclude(assignee=to).update(assignee=to, assigned_at=at, assign_at=None)
    if changed:
        Membership.objects.filter(project=case.project_id, user=to).update(last_assigned_at=at)
        _record(case, to, by=by, at=at)
    elif Case.objects.filter(pk=case.pk).exclude(closed_at=None).exists():
        raise NotPossible(_("%(ref)s is closed, so nobody need look after it. Reopen it first.") % {"ref": case.ref})


@transaction.atomic
def give_back(case, *, by, at) -> None:
    """Let a case be nobody's: the rotation assigns it after a while, unless somebody does something in it."""
    events.hold(case.pk)
    if _unassign(case, at=at):
        events.record(case, Kind.UNASSIGNED, by=conversation.participant_of_case(case, by=by, at=at), at=at)


def wait_again(case, *, at) -> None:
    """Let a case that was reopened and is nobody's wait for somebody anew."""
    Case.objects.filter(pk=case.pk, assignee=None).update(assign_at=planned(case.project, at=at))


def sweep(*, at, limit=100) -> int:
    """Assign the cases that nobody took; return how many that were."""
    return _each(_waiting(at)[:limit], _in_turn, at=at)


def take_back(*, at, limit=100) -> int:
    """Take cases from those who can no longer open them; return how many that were. It looks at all that are somebody's."""
    return _each(_lost()[:limit], _take_away, at=at)


def _each(cases, act, *, at):
    done = 0
    for case in cases.select_related("project").defer("sealed"):
        try:
            done += act(case, at=at)
        except Exception:
            log.exception("%s could not be assigned or taken back; the next sweep tries again.", case.ref)
    return done


def _lost():
    """Open cases of somebody who is not on the team any more, is not named any more, or has no account any more."""
    on_team = Membership.objects.filter(project=OuterRef("project"), user=OuterRef("assignee"), user__is_active=True)
    named = CaseReader.objects.filter(case=OuterRef("pk"), user=OuterRef("assignee"))
    shut = Q(restricted_at__isnull=False) & ~Exists(named)
    rows = Case.objects.filter(closed_at=None, assigned_at__isnull=False)
    return rows.filter(Q(assignee=None) | ~Exists(on_team) | shut).order_by("pk")


def _waiting(at):
    return Case.objects.filter(closed_at=None, assignee=None, assign_at__lte=at).order_by("assign_at", "pk")


@transaction.atomic
def _take_away(case, *, at):
    events.hold(case.pk)
    if not _lost().filter(pk=case.pk).exists() or not _unassign(case, at=at):
        return False
    events.record(case, Kind.UNASSIGNED, at=at, reason="not_on_team")
    return True


@transaction.atomic
def _in_turn(case, *, at):
    events.hold(case.pk)
    waits = Case.objects.filter(pk=case.pk, closed_at=None, assignee=None, assign_at=case.assign_at)
    if not waits.exists():
        return False
    if not _is_idle(case):
        waits.update(assign_at=None)
        return False
    next_one = _next_in_turn(case, at=at)
    if next_one is None:
        waits.update(assign_at=at + AGAIN)
        notifications.tell_nobody_takes(case, cause=uuid5(NOBODY, str(case.pk)), at=at)
        return False
    waits.update(assignee=next_one, assigned_at=at, assign_at=None)
    _record(case, next_one, by=None, at=at)
    return True


def _is_idle(case):
    """Say whether nobody of the team has done anything in a case since it began to wait for somebody."""
    since = case.events.filter(kind__in=BEGINS).order_by("-seq").values_list("seq", flat=True).first() or 0
    return not case.events.filter(seq__gt=since, by__role=Participant.Role.TEAM).exclude(kind=Kind.SEEN).exists()


def _next_in_turn(case, *, at):
    """Return whose turn it is, and count it as theirs: who waited longest for a case, then who has the fewest; None if nobody can."""
    while rows := _in_order(case, at=at):
        # As it was read: of two sweeps that choose the same person one chooses anew.
        first = Membership.objects.filter(pk=rows[0].pk, last_assigned_at=rows[0].last_assigned_at, takes_cases=True)
        if first.update(last_assigned_at=at):
            return rows[0].user
    return None


def _in_order(case, *, at):
    has = Count("user__assigned_cases", filter=Q(user__assigned_cases__closed_at=None))
    rows = Membership.objects.filter(project=case.project_id, takes_cases=True, user__in=people(case).values("pk"))
    rows = list(rows.select_related("user").annotate(has=has).order_by(F("last_assigned_at").asc(nulls_first=True), "has", "pk"))
    away = absences.until_of([row.user for row in rows], at=at)
    return [row for row in rows if row.user_id not in away]


def _unassign(case, *, at):
    taken = Case.objects.filter(pk=case.pk, closed_at=None, assigned_at__isnull=False)
    return taken.update(assignee=None, assigned_at=None, assign_at=planned(case.project, at=at))


def _record(case, to: User, *, by, at):
    person = by and conversation.participant_of_case(case, by=by, at=at)
    place = conversation.participant_of_case(case, by=to, at=at)
    event = events.record(case, Kind.ASSIGNED, by=person, at=at, record=place.pk)
    notifications.tell_assignee(event, to, at=at, besides=by)
