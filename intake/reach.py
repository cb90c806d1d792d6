"""The door of the search: what one person may search, and the keys to it, which are asked for apart from what the search finds.

So a search whose query forgot a filter opens nothing that its person may not read.
"""

from dataclasses import dataclass

from django.db.models import F, Q

from accounts.models import User
from intake.models import Case, Message, Note, Report
from intake.models.case import open_to
from portal.keys import Keys
from portal.models import Project


@dataclass(frozen=True)
class Reach:
    """What one person may search: as the team of these projects, and other reports in which they take part."""

    user: User
    projects: tuple[int, ...] = ()


def of(request) -> Reach:
    """How far this person's search reaches; into the team's records only with the second factor proved."""
    projects = Project.objects.of_team(request.user).values_list("pk", flat=True) if request.user.is_verified() else ()
    return Reach(request.user, tuple(projects))


def projects(reach) -> list[Project]:
    """The projects in which this person could find something, by name."""
    mine = Project.objects.filter(Q(pk__in=reach.projects) | Q(cases__reports__in=Report.objects.visible_to(reach.user).values("pk")))
    return list(mine.distinct().order_by("name", "pk"))


def team_cases(reach, project=None):
    """Cases of the teams of this person, of one project or of all, but for those whose content was erased."""
    return Case.objects.filter(_within(reach, project), erased_at=None)


def team_reports(reach, project=None):
    """Reports of the teams of this person."""
    return Report.objects.filter(_within(reach, project, "case__"), case__erased_at=None)


def team_messages(reach, project=None):
    """Messages of the teams of this person that were not retracted."""
    return Message.objects.filter(_within(reach, project, "report__case__"), report__case__erased_at=None, retracted_at=None)


def team_notes(reach, project=None):
    """Notes of the teams of this person that were not retracted."""
    return Note.objects.filter(_within(reach, project, "case__"), case__erased_at=None, retracted_at=None)


def own_reports(reach, project=None):
    """Other reports that this person sent, or reads as a guest from before they were sent."""
    rows = Report.objects.filter(_takes_part(reach, "", "received_at"), case__erased_at=None)
    return _elsewhere(rows, reach, "case__", project)


def own_messages(reach, project=None):
    """Messages of other reports in which this person takes part: of a guest without history, those since joining."""
    rows = Message.objects.filter(_takes_part(reach, "report__", "at"), report__case__erased_at=None, retracted_at=None)
    return _elsewhere(rows, reach, "report__case__", project)


def keys(reach, *, reports=(), cases=()) -> Keys:
    """The keys of those of these reports and cases (UUIDs) that are within reach: asked anew, whatever found them."""
    of_team = Case.objects.visible_to(reach.user) if reach.projects else Case.objects.none()
    internal = set(of_team.filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
    shared = set(Report.objects.filter(pk__in=reports, case__in=of_team.values("pk")).values_list("pk", flat=True)) if reports else set()
    rest = set(reports) - shared
    own = dict(Report.objects.visible_to(reach.user).filter(pk__in=rest).values_list("pk", "viewer_sees_from")) if rest else {}
    return Keys.to(shared=[*shared, *own], internal=internal, not_before=own)


def for_team(reach, cases) -> set[Case]:
    """Return those of these cases that this person may open as one of their team; asked of the database only where one is restricted."""
    mine = {case for case in cases if case.project_id in reach.projects}
    shut = [case.pk for case in mine if case.restricted_at]
    named = set(Case.objects.filter(open_to(reach.user), pk__in=shut).values_list("pk", flat=True)) if shut else set()
    return {case for case in mine if case.restricted_at is None or case.pk in named}


def _within(reach, project=None, of=""):
    """Return the condition that a case is one of a team of this person, and open to them; ``of`` leads to the case."""
    within = [one for one in reach.projects if project in (None, one)]
    return Q(**{f"{of}project__in": within}) & open_to(reach.user, of)


def _takes_part(reach, of_report, at):
    """Return the condition of taking part as reporter or guest, in one piece: it is about one row of the people."""
    people = f"{of_report}participants__"
    mine = Q(**{f"{people}user": reach.user.pk, f"{people}role__in": ("reporter", "collaborator"), f"{people}left_at": None})
    return mine & (Q(**{f"{people}sees_from": None}) | Q(**{f"{at}__gte": F(f"{people}sees_from")}))


def _elsewhere(rows, reach, of, project):
    rows = rows.exclude(_within(reach, of=of)) if reach.projects else rows
    return rows if project is None else rows.filter(**{f"{of}project": project})
