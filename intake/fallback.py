"""Whom else a reporter may write to when nobody answers, and from when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.models import Contact
from portal.models.policy import Milestone


@dataclass(frozen=True)
class Fallback:
    """An address for reports without an answer, and the moment from which it may be used."""

    contact: Contact
    since: datetime
    open: bool


def fallbacks(report, deadlines, policy, *, now) -> list[Fallback]:
    """Return the fallback contacts of the policy in force now, for a report that nobody has answered; else none.

    Each opens after its own delay, or, where it has none, when the promised time has passed.
    """
    if report.acknowledged_at or report.case.closed_at:
        return []
    promised = min((row.due_at for row in deadlines if row.milestone == Milestone.ACKNOWLEDGEMENT), default=report.received_at)
    found = []
    for contact in policy.contacts.all():
        if contact.purpose == Contact.Purpose.FALLBACK:
            since = report.received_at + timedelta(hours=contact.delay_hours) if contact.delay_hours else promised
            found.append(Fallback(contact, since, since <= now))
    return found
