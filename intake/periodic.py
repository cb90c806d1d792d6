"""The sweep: reminders before and after a deadline, each once, whatever crashes.

A row is claimed by moving its ``next_reminder_at`` on, in one transaction with the event and the letters.
"""

import logging

from django.db import transaction

from intake import events, notifications
from intake.models import Deadline
from intake.models.event import Kind

log = logging.getLogger("parley.clocks")


def sweep(*, at, limit=500) -> int:
    """Send what reminders are due; return how many. A row that fails is logged and left for the next sweep."""
    due = Deadline.objects.to_remind(at).order_by("next_reminder_at")[:limit]
    sent = 0
    for deadline in due.select_related("report__case__project"):
        try:
            sent += _remind(deadline, at=at)
        except Exception:
            log.exception("The reminder of deadline %s failed; the next sweep tries again.", deadline.uuid)
    return sent


@transaction.atomic
def _remind(deadline, *, at) -> int:
    events.hold(deadline.report.case_id)
    passed = deadline.due_at <= at
    claimed = (
        Deadline.objects.to_remind(at)
        .filter(pk=deadline.pk, next_reminder_at=deadline.next_reminder_at)
        .update(next_reminder_at=None if passed else deadline.due_at, reminders=deadline.reminders + 1)
    )
    if not claimed:
        return 0
    report, kind = deadline.report, Kind.DEADLINE_PASSED if passed else Kind.DEADLINE_NEAR
    event = events.record(report.case, kind, at=at, report=report, milestone=deadline.milestone, ordinal=deadline.ordinal)
    notifications.remind_team(event, deadline, at=at)
    return 1
