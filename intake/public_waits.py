"""The public badge of a project that chose one: that reports to it wait longer than promised, and since when. Never which, or how many.

It appears when a step of the ladder that tells everybody is taken, and goes once no open deadline is past that step. Only reports
that came through the portal from somebody with a verified address count: nobody makes it appear by recording reports.
"""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from intake import ladder
from intake.models import Deadline, Participant
from intake.models.report import Channel
from portal import ladders
from portal.models import Audience, Project


def show(deadline, *, at) -> None:
    """Let everybody see that reports to a project wait, if they do not yet."""
    if _counted().filter(pk=deadline.pk).exists():
        waits = Project.objects.filter(pk=deadline.report.case.project_id, unread_since=None)
        waits.update(unread_since=at, changed_at=at)


def sweep(*, at) -> None:
    """Take the badge from projects none of whose reports waits beyond that step any more, or which chose none."""
    shown = list(Project.objects.exclude(unread_since=None).values_list("pk", flat=True))
    for project_id, rungs in ladders.of(shown).items() if shown else ():
        from_there = min((_offset(rung) for rung in rungs if rung.audience == Audience.BADGE), default=None)
        past = _counted().filter(report__case__project=project_id, climbed__gte=from_there) if from_there is not None else ()
        if from_there is None or not past.exists():
            Project.objects.filter(pk=project_id).update(unread_since=None, changed_at=at)


def _counted():
    verified = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    reporters = Participant.objects.filter(report=OuterRef("report"), role=Participant.Role.REPORTER, left_at=None, user__is_active=True)
    return Deadline.objects.open().filter(Exists(reporters.filter(Exists(verified))), report__channel=Channel.PORTAL)


def _offset(rung):
    return rung.hours * ladder.HOUR_MINUTES  # it stands at or after the deadline only
