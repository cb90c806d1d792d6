"""Need to know: a case restricted to named people of its team. Nobody else of the team learns that it exists.

Who may open a case says the case (``visible_to``, ``standing_of``, ``team``); here is how people come to be named. A maintainer or
an owner who can sign in is always among them: the last one is not dismissed, and where the last one left, the owners are named.
"""

import logging

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from intake import conversation, events, notifications
from intake.models import Case, CaseReader, Participant
from intake.models.event import Kind
from portal import teams
from portal.lib.permissions import ALLOWED, Action
from portal.models import Membership

log = logging.getLogger("parley.restriction")
DECIDERS = tuple(map(str, ALLOWED[Action.RESTRICT_CASE]))


class NotPossible(Exception):
    """It cannot be done now; the message is a sentence for the person."""


# --- who --------------------------------------------------------------------------------------------------------------


def people_of(case):
    """Return the people of the team who may open a case and can sign in."""
    return case.team().filter(is_active=True)


def not_named(case):
    """Return the people of the team whom a case does not name; of one that is not restricted, all of them."""
    team = User.objects.filter(memberships__project=case.project_id, is_active=True).exclude(pk__in=case.readers.values("user"))
    return team.annotate(role=F("memberships__role")).order_by("memberships__pk")


def count_readers(cases) -> None:
    """Set on each restricted case how many people it names; one query, and none where no case is restricted."""
    restricted = [case for case in cases if case.restricted_at]
    named = list(CaseReader.objects.filter(case__in=restricted).values_list("case", flat=True)) if restricted else []
    for case in restricted:
        case.number_of_readers = named.count(case.pk)


def name_readers(rows) -> None:
    """Set on events the ``names`` of those who were named, dismissed or assigned by them; one query, and none where nobody was."""
    for row in rows:
        row.names = _places_in(row)
    wanted = {place for row in rows for place in row.names}
    known = {str(one.pk): one.shown_name for one in Participant.objects.filter(pk__in=wanted).select_related("user")} if wanted else {}
    for row in rows:
        row.names = [known[place] for place in row.names if place in known]


# --- what people do ---------------------------------------------------------------------------------------------------


@transaction.atomic
def restrict(case, *, readers, by, at) -> None:
    """Let only these people of the team open a case from now on, and who says so. They are told; nobody else is.

    Somebody else who looked after it does so until the next sweep (``assignment``), and opens nothing of it from now on.
    """
    events.hold(case.pk)
    if not Case.objects.filter(pk=case.pk, restricted_at=None).update(restricted_at=at):
        raise NotPossible(_("Somebody restricted this case meanwhile. Look at who may open it."))
    people = [by, *(one for one in readers if one.pk != by.pk)]
    named = [str(_name(case, one, by=by, at=at).pk) for one in people]
    _require_decider(case)
    event = events.record(case, Kind.RESTRICTED, by=_person(case, by, at=at), at=at, readers=named)
    notifications.tell_readers(event, people[1:], at=at)
    audit.record("case.restricted", by=by, at=at, **_in_trail(case), count=len(people))


@transaction.atomic
def admit(case, user, *, by, at) -> None:
    """Name somebody more of the team, who is told."""
    _hold_as_named(case, by)
    event = _admit(case, user, by=by, at=at)
    notifications.tell_readers(event, [user], at=at)
    audit.record("case.reader_named", by=by, at=at, **_in_trail(case), person=user.uuid)


@transaction.atomic
def dismiss(case, user, *, by, at) -> None:
    """Name somebody no longer: from their next request on they open nothing of the case."""
    _hold_as_named(case, by)
    if not case.readers.filter(user=user).delete()[0]:
        raise NotPossible(_("This person is not named any more."))
    _require_decider(case)
    _record_dismissal(case, user, by=by, at=at)
    audit.record("case.reader_dismissed", by=by, at=at, **_in_trail(case), person=user.uuid)


@transaction.atomic
def lift(case, *, by, at) -> None:
    """Open a case to the whole team again."""
    _hold_as_named(case, by)
    Case.objects.filter(pk=case.pk).update(restricted_at=None)
    case.readers.all().delete()
    events.record(case, Kind.RESTRICTION_LIFTED, by=_person(case, by, at=at), at=at)
    audit.record("case.restriction_lifted", by=by, at=at, **_in_trail(case))


@transaction.atomic
def step_in(case, *, by, at) -> None:
    """Let an owner whom a case does not name name themselves; all who are named are told."""
    _hold_restricted(case)
    told = list(people_of(case))
    event = _admit(case, by, by=by, at=at)
    notifications.tell_of_owner(event, by, to=told, at=at)
    audit.record("case.reader_named", by=by, at=at, **_in_trail(case), person=by.uuid)


# --- who leaves -------------------------------------------------------------------------------------------------------


def places_of(user):
    """Return where somebody is named."""
    return CaseReader.objects.filter(user=user)


def forget(user, *, at) -> None:
    """Name somebody nowhere any more, who closes their account; their cases are held."""
    for place in places_of(user).select_related("case").order_by("case"):
        place.delete()
        _record_dismissal(place.case, user, by=user, at=at, reason="left")


def sweep(*, at, limit=100) -> None:
    """Name no longer who left the team since they were named; name the owners where nobody is left who decides."""
    for place in _left().select_related("case__project", "user")[:limit]:
        _safely(_take_out, place, at=at)
    for case in _without_decider().select_related("project")[:limit]:
        _safely(_fall_back, case, at=at)


def _safely(verb, row, *, at):
    try:
        verb(row, at=at)
    except Exception:
        log.exception("Who may open case %s could not be brought up to date; the next sweep tries again.", getattr(row, "case_id", row.pk))


def _left():
    # Who came back is another member: what they could read before, nobody has decided again.
    same = Membership.objects.filter(project=OuterRef("case__project"), user=OuterRef("user"), since__lte=OuterRef("named_at"))
    return CaseReader.objects.filter(~Exists(same)).order_by("pk")


def _without_decider():
    decides = Membership.objects.filter(project=OuterRef("case__project"), user=OuterRef("user"), user__is_active=True, role__in=DECIDERS)
    named = CaseReader.objects.filter(Exists(decides), case=OuterRef("pk"))
    return Case.objects.filter(~Exists(named), restricted_at__isnull=False).order_by("pk")


@transaction.atomic
def _take_out(place, *, at):
    events.hold(place.case_id)
    if CaseReader.objects.filter(pk=place.pk).delete()[0]:
        _record_dismissal(place.case, place.user, by=None, at=at, reason="left")


@transaction.atomic
def _fall_back(case, *, at):
    events.hold(case.pk)
    if not _without_decider().filter(pk=case.pk).exists():
        return
    owners = list(teams.owners(case.project).exclude(pk__in=case.readers.values("user")).order_by("pk"))
    for owner in owners:
        event = _admit(case, owner, by=None, at=at, reason="nobody_left")
        notifications.tell_readers(event, [owner], at=at)
    for owner in owners:
        audit.record("case.reader_named", by=None, at=at, **_in_trail(case), person=owner.uuid)


# --- parts ------------------------------------------------------------------------------------------------------------


def _places_in(event):
    if event.kind == Kind.ASSIGNED:
        return [str(event.record)]
    return event.facts.get("readers") or [one for one in (event.facts.get("reader"),) if one]


def _admit(case, user, *, by, at, **facts):
    place = _name(case, user, by=by, at=at)
    return events.record(case, Kind.READER_NAMED, by=by and _person(case, by, at=at), at=at, reader=str(place.pk), **facts)


def _name(case, user, *, by, at):
    """Name somebody of the team; return their place in the case, by which events know them."""
    if not user.is_active or not Membership.objects.filter(project=case.project_id, user=user).exists():
        raise NotPossible(_("%(name)s is not on the team any more. Choose again.") % {"name": user.shown_name})
    _row, new = CaseReader.objects.get_or_create(case_id=case.pk, user=user, defaults={"named_by": by, "named_at": at})
    if not new:
        raise NotPossible(_("%(name)s is named already.") % {"name": user.shown_name})
    return _person(case, user, at=at)


def _record_dismissal(case, user, *, by, at, **facts):
    person = by and _person(case, by, at=at)
    events.record(case, Kind.READER_DISMISSED, by=person, at=at, reader=str(_person(case, user, at=at).pk), **facts)


def _person(case, user, *, at):
    return conversation.participant_of_case(case, by=user, at=at)


def _in_trail(case):
    """Return by what the audit trail knows a case. Verbs record there last: see ``portal.teams``."""
    return {"project": case.project.uuid, "case": case.ref}


def _hold_as_named(case, by):
    """Hold a restricted case for somebody whom it still names: of two who dismiss each other, one stays."""
    _hold_restricted(case)
    if not case.readers.filter(user=by).exists():
        raise NotPossible(_("You are not named any more, so you cannot change who may open this case."))


def _hold_restricted(case):
    events.hold(case.pk)
    if not Case.objects.filter(pk=case.pk, restricted_at__isnull=False).exists():
        raise NotPossible(_("This case is open to the whole team by now. Look at it again."))


def _require_decider(case):
    if not case.team(*DECIDERS).filter(is_active=True).exists():
        raise NotPossible(_("A restricted case names at least one maintainer or owner of the project. Name another one first."))
