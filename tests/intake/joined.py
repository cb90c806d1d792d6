"""What the tests of joining do: two reporters who found the same, and one case that takes the other's report."""

from datetime import timedelta

from django.utils.timezone import now

from intake import joining
from intake.models import Report
from portal.keys import Keys
from tests import builders

EARLIER, LATER = "canary-earlier-11", "canary-later-22"


def two(cast, *, at=None):
    """Rita's report, and one that Carol sent a moment later; both are read anew with their cases."""
    at = at or now()
    carol = builders.a_person("Carol-canary")
    first = builders.a_report(cast.mailat, by=cast.rita, at=at, title=EARLIER, answers={"description": EARLIER}, credit="Rita-canary")
    second = builders.a_report(
        cast.mailat, by=carol, at=at + timedelta(milliseconds=1), title=LATER, answers={"description": LATER}, credit="Carol-canary"
    )
    cast.carol = carol
    return anew(first), anew(second)


def anew(report):
    """A report read anew, with the key of its conversation."""
    found = Report.objects.select_related("case__project", "policy__project").get(pk=report.pk)
    found.keys = Keys.to(shared=[found.pk])
    return found


def join(report, into, *, by, at=None):
    """Join a report to the case of another, or to a case; return it read anew."""
    into = getattr(into, "case", into)
    joining.join(anew(report), into=into, by=by, at=at or now())
    return anew(report)
