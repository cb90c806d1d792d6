"""The clocks of reports: stores what ``deadlines`` computes, and keeps what is due next on each case.

Every function runs inside the transaction of the verb that calls it, which holds the case.
"""

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from intake import deadlines, ladder, stops
from intake.deadlines import BUSINESS_DAYS, Terms
from intake.models import Case, Deadline, Report
from intake.models.case import Verdict
from portal import ladders, policies
from portal.models.policy import Milestone

# What a verdict against a report, or its closing, ends.
AFTER_VERDICT = (Milestone.STATUS_UPDATE, Milestone.REMEDIATION, Milestone.DISCLOSURE)


def promised_on_arrival(policy, *, received_at, at) -> list:
    """Return what a policy promises a report that has just arrived."""
    return deadlines.on_arrival(_terms(policy, since=received_at, at=at), received_at=received_at, now=at)


def start(report, promised):
    """Start the clocks of a report that has arrived; the earliest is on its case already."""
    _add(report, promised, counts={})


def first_of(dues) -> tuple:
    """Return when the next of these deadlines is due, None where all stand still, and what it is for: as ``refresh`` sets it."""
    first = min(dues, key=lambda due: (due.paused_at is not None, due.paused_at or due.due_at, due.due_at))
    return None if first.paused_at else first.due_at, first.milestone


def team_wrote(report, *, at, first=False, assessment=False, waits=None) -> bool:
    """A message from the team meets acknowledgement and status update, and starts the next update's clock.

    ``first``: it is the answer that some clocks count from. ``waits``: the team waits for the reporter's answer, or waits
    no more; None leaves that as it was. Return whether it changed.
    """
    book = _Book(report)
    met = [Milestone.ACKNOWLEDGEMENT, Milestone.STATUS_UPDATE] + ([Milestone.ASSESSMENT] if assessment else [])
    updates = {severity for milestone, severity in book.running if milestone == Milestone.STATUS_UPDATE}
    meet([report.pk], met, at=at)
    book.forget(met)
    terms = book.terms(at=at)
    begun = [due for due in deadlines.again(terms, severities=updates, at=at) if due.milestone == Milestone.STATUS_UPDATE]
    if first:
        begun += book.wanted(deadlines.starting(terms, book.since("acknowledged"), severities=book.severities, now=at))
    _add(report, begun, counts=book.counts)
    changed = _wait(report, book.waiting, waits=waits, at=at)
    refresh(report.case_id)
    return changed


def reporter_wrote(report, *, at) -> bool:
    """A message from the reporter lets the clocks go on that waited for it; return whether any did."""
    if not Report.objects.filter(pk=report.pk, waiting_at__isnull=False).update(waiting_at=None):
        return False
    stops.answered(report, at=at)
    refresh(report.case_id)
    return True


def severity_set(report, *, severity, at):
    """Replace what the old severity promised by what the new one does."""
    Deadline.objects.open().filter(report=report).exclude(severity="").update(cancelled_at=at, next_reminder_at=None)
    book = _Book(report)
    terms = book.terms(since=report.received_at, at=at)
    begun = deadlines.starting(terms, book.since(), severities=[severity] if severity else [], now=at, recurring_from=at)
    _add(report, book.wanted(begun), counts=book.counts)
    _wait(report, book.waiting, at=at)
    refresh(report.case_id)


def take_up(report, *, at):
    """Start what a case that is taken on (again) promises: status updates, its fix window, what counts from acceptance."""
    book = _Book(report)
    terms = book.terms(since=report.received_at, at=at)
    begun = deadlines.starting(terms, book.since(), severities=book.severities, now=at, recurring_from=at)
    # What a reopened case promises are updates, whatever the verdict was.
    updates = [due for due in book.not_begun(begun) if due.milestone == Milestone.STATUS_UPDATE]
    others = [due for due in book.wanted(begun) if due.milestone in (Milestone.REMEDIATION, Milestone.DISCLOSURE)]
    _add(report, [*updates, *others], counts=book.counts)
    _wait(report, book.waiting, at=at)


def joined(report, *, at):
    """Let the clocks of a report follow the case that took it: meet and end what its facts do, and start what it promises."""
    case = Case.objects.defer("sealed").get(pk=report.case_id)
    Deadline.objects.open().filter(report=report).exclude(severity__in=("", case.severity)).update(cancelled_at=at, next_reminder_at=None)
    came = {Milestone.ASSESSMENT: case.verdict, Milestone.REMEDIATION: case.remediated_at, Milestone.DISCLOSURE: case.disclosed_at}
    meet([report.pk], [milestone for milestone, fact in came.items() if fact], at=at)
    if case.verdict in (Verdict.REJECTED, Verdict.DEFERRED):
        cancel([report.pk], milestones=AFTER_VERDICT, at=at)
        return
    book = _Book(report)
    begun = deadlines.starting(
        book.terms(since=report.received_at, at=at), book.since(), severities=book.severities, now=at, recurring_from=at
    )
    _add(report, book.wanted(begun), counts=book.counts)
    _wait(report, book.waiting, at=at)
    end_updates(case, [report.pk], at=at)


def fixed(report, *, at):
    """A fix is out: start what counts from it."""
    book = _Book(report)
    begun = deadlines.starting(book.terms(at=at), book.since("fixed"), severities=book.severities, now=at)
    _add(report, book.wanted(begun), counts=book.counts)
    _wait(report, book.waiting, at=at)


def meet(report_ids, milestones, *, at):
    """Mark open deadlines of these milestones as met."""
    Deadline.objects.open().filter(report_id__in=report_ids, milestone__in=milestones).update(met_at=at, next_reminder_at=None)


def cancel(report_ids, *, at, milestones=None):
    """End open deadlines (of these milestones, or all) that nobody has to meet; with the last that waits, the waiting ends."""
    rows = Deadline.objects.open().filter(report_id__in=report_ids)
    if milestones is not None:
        rows = rows.filter(milestone__in=milestones)
    rows.update(cancelled_at=at, next_reminder_at=None)
    waiting = Exists(Deadline.objects.open().filter(report=OuterRef("pk"), waiting_at__isnull=False))
    Report.objects.filter(~waiting, pk__in=report_ids, waiting_at__isnull=False).update(waiting_at=None)


def end_updates(case, report_ids, *, at):
    """End the status updates of a case that is fixed and disclosed: there is nothing left to tell."""
    if case.remediated_at and case.disclosed_at:
        cancel(report_ids, milestones=[Milestone.STATUS_UPDATE], at=at)


def refresh(case_id):
    """Set the case's ``next_due_at`` and ``next_milestone`` to the earliest open deadline of its reports.

    Where all of them stand still, there is a next milestone and no date.
    """
    found = Deadline.objects.open().filter(report__case_id=OuterRef("pk")).next_of_all()
    Case.objects.filter(pk=case_id).update(**found | {"next_milestone": Coalesce(found["next_milestone"], Value(""))})


class _Book:
    """The facts that a report's clocks follow, and the clocks, read anew: others may have changed them before the case was held."""

    def __init__(self, report):
        self._policy = report.policy
        self._report = Report.objects.select_related("case").defer("sealed", "case__sealed").get(pk=report.pk)
        rows = report.deadlines.values_list("milestone", "severity", "ordinal", "met_at", "cancelled_at", "level__recurring")
        self.running, self.counts, self.met = set(), {}, set()
        for milestone, severity, ordinal, met_at, cancelled_at, recurring in rows:
            self.counts[milestone] = max(ordinal, self.counts.get(milestone, 0))
            if met_at and not recurring:
                self.met.add(milestone)
            elif not met_at and not cancelled_at:
                self.running.add((milestone, severity))

    @property
    def waiting(self):
        return self._report.waiting_at is not None

    @property
    def severities(self):
        return {"", self._report.case.severity}

    def forget(self, milestones):
        """Take note of clocks that have just been met; an update is followed by the next one."""
        self.running = {(milestone, severity) for milestone, severity in self.running if milestone not in milestones}
        self.met |= set(milestones) - {Milestone.STATUS_UPDATE}

    def terms(self, *, at, since=None):
        return _terms(self._policy, severity=self._report.case.severity, since=since or at, at=at)

    def since(self, *anchors):
        """Return when each anchor (of these, or of all) came, for those that have."""
        report, case = self._report, self._report.case
        came = {
            "received": report.received_at,
            "last_update": report.received_at,
            "acknowledged": report.acknowledged_at,
            "accepted": case.verdict_at if case.verdict == Verdict.ACCEPTED else None,
            "fixed": case.remediated_at,
        }
        return {anchor: moment for anchor, moment in came.items() if moment and (not anchors or anchor in anchors)}

    def not_begun(self, dues):
        """Leave out what runs and what was met."""
        return [due for due in dues if (due.milestone, due.severity) not in self.running and due.milestone not in self.met]

    def wanted(self, dues):
        """Leave out also what a verdict against the report, its closing or its end has ended."""
        over = self._over()
        return [due for due in self.not_begun(dues) if due.milestone not in over]

    def _over(self):
        report, case = self._report, self._report.case
        over = {
            Milestone.ACKNOWLEDGEMENT: report.acknowledged_at,
            Milestone.ASSESSMENT: case.verdict,
            Milestone.STATUS_UPDATE: case.remediated_at and case.disclosed_at,
            Milestone.REMEDIATION: case.remediated_at,
            Milestone.DISCLOSURE: case.disclosed_at,
        }
        against = case.closed_at or case.verdict in (Verdict.REJECTED, Verdict.DEFERRED)
        return {milestone for milestone, fact in over.items() if fact} | (set(AFTER_VERDICT) if against else set())


def _terms(policy, *, since, at, severity=""):
    levels = policies.levels_of(policy)
    in_business_days = any(level.unit == BUSINESS_DAYS for level in levels)
    return Terms(
        levels=levels,
        calendar=policies.calendar_of(policy) if in_business_days else None,
        # What starts now is stopped by the next sweep; what started before may have to count pauses that are over.
        pauses=stops.pauses_of(policy.project_id, severity=severity, since=since, at=at) if since < at else (),
    )


def _wait(report, waiting, *, at, waits=None) -> bool:
    """Stop or resume the clocks that wait for the reporter; return whether the team's waiting began or ended."""
    if waits is False and waiting:
        return reporter_wrote(report, at=at)
    if not (waiting or waits) or not stops.wait(report, at=at):
        return False
    return bool(Report.objects.filter(pk=report.pk, waiting_at=None).update(waiting_at=at))


def _add(report, dues, *, counts):
    if not dues:
        return
    levels = {level.pk: level for level in policies.levels_of(report.policy)}
    rungs, rows = ladders.of_project(report.policy.project_id), []
    for due in dues:
        counts[due.milestone] = counts.get(due.milestone, 0) + 1
        steps = ladder.steps(rungs, ladder.whole(levels[due.level_id]))
        reminder = None if due.paused_at else ladder.next_at(steps, None, due_at=due.due_at)
        rows.append(Deadline(report=report, ordinal=counts[due.milestone], next_reminder_at=reminder, **vars(due)))
    Deadline.objects.bulk_create(rows)
