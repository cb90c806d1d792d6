"""The clocks of reports: stores what ``deadlines`` computes, and keeps what is due next on each case.

Every function runs inside the transaction of the verb that calls it.
"""

from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from intake import deadlines
from intake.models import Case, Deadline
from portal import policies
from portal.models.policy import Milestone

# What a verdict against a report, or its closing, ends.
AFTER_VERDICT = (Milestone.STATUS_UPDATE, Milestone.REMEDIATION, Milestone.DISCLOSURE)


def promised_on_arrival(policy, *, received_at, at) -> list:
    """Return what a policy promises a report that has just arrived."""
    return deadlines.on_arrival(policies.levels_of(policy), received_at=received_at, now=at)


def start(report, promised):
    """Start the clocks of a report that has arrived; the earliest is on its case already."""
    _add(report, promised, counts={})


def team_wrote(report, *, at, assessment=False):
    """A message from the team meets acknowledgement and status update, and starts the next update's clock."""
    met = [Milestone.ACKNOWLEDGEMENT, Milestone.STATUS_UPDATE] + ([Milestone.ASSESSMENT] if assessment else [])
    recurring = set(report.deadlines.open().filter(milestone=Milestone.STATUS_UPDATE).values_list("milestone", flat=True))
    meet([report.pk], met, at=at)
    following = deadlines.on_team_message(policies.levels_of(report.policy), at=at)
    _add(report, [due for due in following if due.milestone in recurring])
    refresh(report.case_id)


def severity_set(report, *, severity, at):
    """Replace what the old severity promised by what the new one does."""
    Deadline.objects.open().filter(report=report).exclude(severity="").update(cancelled_at=at, next_reminder_at=None)
    if severity:
        levels = policies.levels_of(report.policy)
        _add(report, deadlines.on_severity(levels, severity=severity, received_at=report.received_at, now=at))
    refresh(report.case_id)


def take_up(report, *, severity="", at):
    """Start what a case that is taken on (again) promises: status updates, and with a severity its fix window."""
    running = set(report.deadlines.open().values_list("milestone", flat=True))
    if Milestone.STATUS_UPDATE not in running:
        _add(report, deadlines.on_team_message(policies.levels_of(report.policy), at=at))
    if severity and Milestone.REMEDIATION not in running:
        severity_set(report, severity=severity, at=at)


def meet(report_ids, milestones, *, at):
    """Mark open deadlines of these milestones as met."""
    Deadline.objects.open().filter(report_id__in=report_ids, milestone__in=milestones).update(met_at=at, next_reminder_at=None)


def cancel(report_ids, *, at, milestones=None):
    """End open deadlines (of these milestones, or all) that nobody has to meet any more."""
    rows = Deadline.objects.open().filter(report_id__in=report_ids)
    if milestones is not None:
        rows = rows.filter(milestone__in=milestones)
    rows.update(cancelled_at=at, next_reminder_at=None)


def end_updates(case, report_ids, *, at):
    """End the status updates of a case that is fixed and disclosed: there is nothing left to tell."""
    if case.remediated_at and case.disclosed_at:
        cancel(report_ids, milestones=[Milestone.STATUS_UPDATE], at=at)


def refresh(case_id):
    """Set the case's ``next_due_at`` and ``next_milestone`` to the earliest open deadline of its reports."""
    earliest = Deadline.objects.open().filter(report__case_id=OuterRef("pk")).order_by("due_at", "pk")
    Case.objects.filter(pk=case_id).update(
        next_due_at=Subquery(earliest.values("due_at")[:1]),
        next_milestone=Coalesce(Subquery(earliest.values("milestone")[:1]), Value("")),
    )


def _add(report, dues, *, counts=None):
    if counts is None:
        counts = dict(report.deadlines.values_list("milestone").annotate(Max("ordinal")))
    rows = [
        Deadline(
            report=report,
            milestone=due.milestone,
            ordinal=counts.get(due.milestone, 0) + 1,
            severity=due.severity,
            starts_at=due.starts_at,
            earliest_at=due.earliest_at,
            due_at=due.due_at,
            late=due.late,
            next_reminder_at=deadlines.near_at(starts_at=due.starts_at, due_at=due.due_at),
        )
        for due in dues
    ]
    Deadline.objects.bulk_create(rows)
