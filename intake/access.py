"""The doors of intake: fetch and decide in one call, and hand out only the keys that the person may use.

404 when you may not know that it exists, 403 with a sentence when you may see it but not do that.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from intake.models import Case, Deadline, Message, Participant, Report, SeenMark
from portal.keys import Keys
from portal.lib.permissions import Action, Standing, may


def report(request, ref, action: Action) -> Report:
    """The reporter's door: a report with the key of its conversation, and no other."""
    rows = Report.objects.visible_to(request.user).filter(ref=ref).select_related("policy__project", "case")
    found = rows.annotate(first_seen_at=_first_seen()).first()
    if found is None:
        raise Http404
    if not may(Standing(found.viewer_role), action):
        raise PermissionDenied(action.refusal)
    found.keys = Keys.to(shared=[found.uuid])
    return found


def case(request, ref, action: Action) -> Case:
    """The team's door: a case with its reports (``case.opened_reports``), their keys and the team's own."""
    found = Case.objects.visible_to(request.user).select_related("project").filter(ref=ref).first()
    if found is None:
        raise Http404
    _require_second_factor(request)
    if not may(Standing(found.viewer_role), action):
        raise PermissionDenied(action.refusal)
    seen = SeenMark.objects.filter(report=OuterRef("pk"), participant__user_id=request.user.pk)
    nobody = Participant.objects.filter(report=OuterRef("pk"), role=Participant.Role.REPORTER, user=None)
    rows = found.reports.select_related("policy__project").annotate(seen_by_viewer=Exists(seen), unclaimed=Exists(nobody))
    found.opened_reports = list(rows.order_by("received_at", "uuid"))
    found.keys = Keys.to(internal=[found.uuid], shared=[row.uuid for row in found.opened_reports])
    for row in found.opened_reports:
        row.case, row.keys = found, found.keys
    found.unacknowledged = any(row.acknowledged_at is None for row in found.opened_reports)
    return found


def message(report, uuid):
    """A message of a report that a door has opened, to be answered; None stands for none."""
    if uuid is None:
        return None
    found = Message.objects.filter(report=report, pk=uuid).first()
    if found is None:
        raise Http404
    return found


def inbox(request):
    """The team's list: cases of all projects of this person, with the acknowledgement annotated."""
    _require_second_factor(request)
    return Case.objects.visible_to(request.user).with_acknowledgement().select_related("project")


def own_reports(request):
    """Reports in which this person takes part as reporter or guest."""
    rows = Report.objects.visible_to(request.user).select_related("policy__project", "case")
    return rows.annotate(**Deadline.objects.open().filter(report=OuterRef("pk")).next_of_all(), first_seen_at=_first_seen())


def keys_of_cases(cases) -> Keys:
    """The keys of the team-only titles of cases that came from ``inbox``."""
    return Keys.to(internal=[case.uuid for case in cases])


def keys_of_reports(reports) -> Keys:
    """The keys of reports that came from ``own_reports``."""
    return Keys.to(shared=[report.uuid for report in reports])


def _first_seen():
    return Subquery(SeenMark.objects.filter(report=OuterRef("pk")).order_by("at").values("at")[:1])


def _require_second_factor(request):
    if not request.user.is_verified():
        raise PermissionDenied(_("Sign in with your second factor to work on cases."))
