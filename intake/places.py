"""Where what somebody was told leads to: the pages of cases and reports, as far as this person may open them now."""

from accounts import told
from intake.models import Case, Report


@told.place("case")
def of_cases(user, refs):
    """The pages of cases, for their team."""
    return {row.ref: row.get_absolute_url() for row in Case.objects.visible_to(user).filter(ref__in=refs).only("ref")}


@told.place("report")
def of_reports(user, refs):
    """The pages of reports, for who takes part."""
    return {row.ref: row.get_absolute_url() for row in Report.objects.visible_to(user).filter(ref__in=refs).only("ref")}
