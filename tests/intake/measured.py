"""Cases with deadlines that were met, or not, at given times: rows without content, for what counts them."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.utils.timezone import now

from intake.models import Case, Deadline, Report
from portal.lib.render import RENDERER

NUMBERS = count(500)


def a_case(project, *, at=None, **facts) -> Case:
    """A case with a report that nobody has answered."""
    at, number = at or now(), next(NUMBERS)
    case = Case.objects.create(
        ref=f"{project.ref_prefix}-{at.year}-{number}", project=project, year=at.year, number=number, opened_at=at, sealed=b"", **facts
    )
    where = {"policy": project.policies.get(), "received_at": at, "recorded_at": at, "client_id": uuid4(), "renderer": RENDERER}
    Report.objects.create(ref=f"{project.ref_prefix}-R-{number}", case=case, sealed=b"", **where)
    return case


def a_deadline(case, *, milestone="acknowledgement", severity="", starts_at, hours=None, within=48, ordinal=1, **facts) -> Deadline:
    """A deadline that was met after so many hours, or not (None), of those within which it was promised."""
    report = case.reports.get()
    level = report.policy.service_levels.filter(milestone=milestone).first()
    met_at = starts_at + timedelta(hours=hours) if hours is not None else None
    times = {"starts_at": starts_at, "due_at": starts_at + timedelta(hours=within), "met_at": met_at, "counted_until": starts_at}
    promise = {"milestone": milestone, "severity": severity, "level": level, "ordinal": ordinal}
    return Deadline.objects.create(report=report, **promise, **times | facts)


def answered(project, hours, *, starts_at, **facts) -> list[Case]:
    """A case for each number of hours after which it was answered."""
    cases = [a_case(project, at=starts_at) for _hours in hours]
    for case, one in zip(cases, hours, strict=True):
        a_deadline(case, starts_at=starts_at, hours=one, **facts)
    return cases
