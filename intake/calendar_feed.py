"""Somebody's open deadlines as iCalendar (RFC 5545), for a calendar that signs in nowhere.

What may stand there is asked anew each time: of the team, the cases that the person may open now; of reporters and guests,
their reports. The same deadlines give the same bytes, so that a calendar that knows them is told that nothing changed.
"""

from datetime import UTC, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vDuration

from accounts import two_factor
from intake.models import Case, Deadline, Report
from portal import service_levels

MOST = 1000  # the earliest; whoever owes more than that does not read a calendar
PRODUCT = "-//Parley//Deadlines//EN"
ASK_AGAIN = timedelta(hours=1)


def of(user) -> bytes:
    """Return the calendar of this person."""
    with override(user.language):
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("name", _("Parley: deadlines"))
        calendar.add("x-wr-calname", _("Parley: deadlines"))
        calendar["refresh-interval"] = vDuration(ASK_AGAIN, params={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
        for deadline, for_team in _deadlines(user):
            calendar.add_component(_event(deadline, for_team=for_team))
        return calendar.to_ical()


def _deadlines(user):
    """Return (deadline, whether it is shown as the team sees it) of all that is open and runs, the earliest first."""
    rows = Deadline.objects.open().filter(paused_at=None).select_related("level", "report__case", "report__policy__project")
    rows = rows.defer("report__sealed", "report__case__sealed").order_by("due_at", "pk")
    own = rows.filter(report__in=Report.objects.visible_to(user).values("pk"))
    found = {row.pk: (row, False) for row in own[:MOST]}
    if two_factor.has_factor(user):
        cases = Case.objects.visible_to(user).values("pk")
        found |= {row.pk: (row, True) for row in rows.filter(report__case__in=cases)[:MOST]}
    return sorted(found.values(), key=lambda one: (one[0].due_at, one[0].pk))[:MOST]


def _event(deadline, *, for_team):
    """Return one deadline as an event without length: an end that equals its beginning may not be written (RFC 5545, 3.8.2.2)."""
    shown, event = deadline.report.case if for_team else deadline.report, Event()
    changed = max(deadline.starts_at, deadline.counted_until).astimezone(UTC)
    milestone = service_levels.milestone_name(deadline.milestone).lower()
    event.add("uid", f"{deadline.uuid}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    # A deadline moves later only, so the time that it has counts its versions.
    event.add("sequence", max(0, int((deadline.due_at - deadline.starts_at).total_seconds() // 60)))
    event.add("dtstart", deadline.due_at.astimezone(UTC))
    event.add("summary", _("%(ref)s: %(milestone)s due") % {"ref": shown.ref, "milestone": milestone})
    event.add("description", _about(deadline))
    event.add("url", settings.PUBLIC_URL + shown.get_absolute_url())
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _about(deadline):
    project = deadline.report.policy.project.name
    said = _("%(project)s promises this %(window)s.") % {"project": project, "window": service_levels.window(deadline.level)}
    if deadline.earliest_at:
        earliest = f"{deadline.earliest_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        said = _("%(promise)s Not before %(earliest)s.") % {"promise": said, "earliest": earliest}
    return said
