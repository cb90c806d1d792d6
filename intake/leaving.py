"""What closing an account does to reports: they stay with the project, their author without a name. And handing one over."""

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.closing import closing, holding
from intake import clocks, erasure, events, notifications, restriction
from intake.models import Draft, GuestInvitation, Participant, Report
from intake.models.event import Kind


class NotPossible(Exception):
    """The report cannot be handed over; the message is a sentence for the person."""


def heirs(report):
    """Return the guests who may become the reporter: those who read everything, from the report on."""
    guests = report.participants.filter(role=Participant.Role.COLLABORATOR, left_at=None, sees_from=None, user__is_active=True)
    return guests.select_related("user").order_by("joined_at", "uuid")


@transaction.atomic
def hand_over(report, *, to, by, at) -> None:
    """Make a guest who reads everything the reporter; who was it becomes a guest. Both sides are told."""
    events.hold_report(report)
    role = Participant.Role
    giver = report.participants.filter(user=by, role=role.REPORTER, left_at=None).first()
    if giver is None or not heirs(report).filter(pk=to.pk).update(role=role.REPORTER):
        raise NotPossible(_("This guest cannot take the report over any more. Choose again."))
    Participant.objects.filter(pk=giver.pk).update(role=role.COLLABORATOR)
    event = events.record(report.case, Kind.REPORT_HANDED_OVER, by=giver, at=at, report=report, record=to.pk)
    notifications.tell_reporters(event, "report_handed_over", report=report, at=at, besides=by)
    notifications.tell_team(event, "report_handed_over", at=at, besides=by)


@receiver(holding)
def hold_cases(sender, user, **_kwargs):
    """Hold the cases of this person before anything else is held."""
    _hold_cases(user)


@receiver(closing)
def leave_reports(sender, farewell, **_kwargs):
    """Say what happens to reports, drafts and files of this person; then let it happen."""
    own = Report.objects.filter(participants__in=_places(farewell.user).filter(role=Participant.Role.REPORTER))
    _say_what_happens(farewell, own)
    if not farewell.closes or farewell.obstacles:
        return
    _hold_cases(farewell.user)  # again: a place or a draft may have come since
    erasure.destroy_drafts(Draft.objects.filter(user=farewell.user), at=farewell.at)
    _leave(farewell)
    addressed = Q()
    for address in farewell.addresses:
        addressed |= Q(email__iexact=address)
    GuestInvitation.objects.filter(addressed).delete()


def _places(user):
    return Participant.objects.filter(user=user, report__isnull=False, left_at=None)


def _hold_cases(user):
    """Hold every case that is touched, always in the same order, before anything of it is.

    Where a report was joined to another case meanwhile, all are let go and the right ones are held.
    """
    while True:
        with transaction.atomic():
            held = _touched(user)
            for case_id in sorted(held):
                events.hold(case_id)
            if _touched(user) <= held:
                return
            transaction.set_rollback(True)  # to the savepoint


def _touched(user):
    places, written = _places(user).exclude(role=Participant.Role.TEAM), Draft.objects.filter(user=user)
    touched = {*places.values_list("report__case", flat=True)}
    touched |= {*written.values_list("report__case", flat=True), *written.values_list("case", flat=True)}
    touched |= {*restriction.places_of(user).values_list("case", flat=True)}
    return touched - {None}


def _leave(farewell):
    """Take the person out of all their places. Open reports are told that nobody answers any more; clocks go on, those too that waited."""
    role, places = Participant.Role, _places(farewell.user).exclude(role=Participant.Role.TEAM)
    for place in places.select_related("report__case").order_by("report__case", "pk"):
        report = place.report
        if place.role == role.COLLABORATOR:
            events.record(report.case, Kind.GUEST_LEFT, by=place, at=farewell.at, report=report)
        elif report.case.closed_at is None:
            event = events.record(report.case, Kind.REPORTER_LEFT, by=place, at=farewell.at, report=report)
            if clocks.reporter_wrote(report, at=farewell.at):
                events.record(report.case, Kind.CLOCKS_RESUMED, by=place, at=farewell.at, report=report, reason="reporter_left")
            notifications.tell_team(event, "reporter_left", at=farewell.at, besides=farewell.user)
    restriction.forget(farewell.user, at=farewell.at)
    everywhere = Participant.objects.filter(user=farewell.user)
    everywhere.filter(left_at=None).update(left_at=farewell.at)
    everywhere.update(user=None)


def _say_what_happens(farewell, own):
    count = own.count()
    if count:
        stays = ngettext("%(count)d report stays with its project.", "%(count)d reports stay with their projects.", count)
        stays %= {"count": count}
        farewell.says(f"{stays} {_('The author is then shown as “reporter (account closed)”, and nobody answers the team any more.')}")
        farewell.says(_("If you want the content of a report erased, ask for it first, on the page of the report."))
    if farewell.own:
        for report in own.filter(participants__in=_all_heirs()).distinct().order_by("received_at"):
            path = reverse("report_hand_over", args=[report.ref])
            farewell.says(_("%(ref)s has a guest who could take it over.") % {"ref": report.ref}, path, _("Hand it over"))
    guest_in = _places(farewell.user).filter(role=Participant.Role.COLLABORATOR).count()
    if guest_in:
        said = ngettext("%(count)d report goes on without this guest.", "%(count)d reports go on without this guest.", guest_in)
        farewell.says(said % {"count": guest_in})
    if Draft.objects.filter(user=farewell.user).exists():
        farewell.says(_("What was begun and not sent is destroyed, with its files."))


def _all_heirs():
    return Participant.objects.filter(role=Participant.Role.COLLABORATOR, left_at=None, sees_from=None, user__is_active=True)
