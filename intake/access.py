"""The doors of intake: fetch and decide in one call, and hand out only the keys that the person may use.

404 when you may not know that it exists, 403 with a sentence when you may see it but not do that.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import Http404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import told
from intake import news
from intake.models import (
    Attachment,
    Case,
    Deadline,
    Draft,
    ErasureRequest,
    Extension,
    GuestInvitation,
    Message,
    Note,
    Participant,
    Report,
    SeenMark,
)
from intake.models.case import open_to
from portal.keys import Keys
from portal.lib.permissions import Action, Standing, may

# What makes no sense once the content is gone. Writing is refused by the verbs, so that the text is not lost.
NEEDS_CONTENT = frozenset(
    {
        Action.TRIAGE,
        Action.SET_SEVERITY,
        Action.DRAFT_ADVISORY,
        Action.INVITE_GUEST,
        Action.TAKE_COPY,
        Action.ASK_ERASURE,
        Action.ANSWER_ERASURE,
        Action.PLACE_HOLD,
        Action.HAND_OVER,
    }
)


def report(request, ref, action: Action) -> Report:
    """The reporter's door: a report with the key of its conversation, and no other."""
    rows = Report.objects.visible_to(request.user).filter(ref=ref).select_related("policy__project", "case")
    rows = rows.annotate(unopened=told.unopened(request.user, OuterRef("ref")))
    found = news.count_reports(rows).annotate(first_seen_at=_first_seen(), erasure_asked_at=_erasure_asked()).first()
    if found is None:
        raise Http404
    if not may(Standing(found.viewer_role), action):
        raise PermissionDenied(action.refusal)
    _require_content(found.case, action)
    found.keys = Keys.to(shared=[found.uuid], not_before={found.uuid: found.viewer_sees_from})
    return found


def case(request, ref, action: Action) -> Case:
    """The team's door: a case with its reports (``case.opened_reports``), their keys and the team's own."""
    rows = Case.objects.visible_to(request.user).select_related("project", "joined_into", "assignee")
    rows = rows.defer("joined_into__sealed").filter(ref=ref)
    rows = rows.annotate(took_reports=Exists(Case.objects.filter(joined_into=OuterRef("pk"))))
    rows = rows.annotate(leads_on=Exists(Case.objects.filter(open_to(request.user), pk=OuterRef("joined_into"))))
    found = news.count_cases(rows).annotate(unopened=told.unopened(request.user, OuterRef("ref"))).first()
    if found is None:
        raise Http404
    _require_second_factor(request)
    if not may(Standing(found.viewer_role), action):
        raise PermissionDenied(action.refusal)
    _require_content(found, action)
    nobody = Participant.objects.filter(report=OuterRef("pk"), claimable=True)
    rows = found.reports.select_related("policy").annotate(unclaimed=Exists(nobody), erasure_asked_at=_erasure_asked())
    found.opened_reports = list(rows.order_by("received_at", "uuid"))
    found.keys = Keys.to(internal=[found.uuid], shared=[row.uuid for row in found.opened_reports])
    for row in found.opened_reports:
        row.case, row.keys, row.policy.project = found, found.keys, found.project
    found.unacknowledged = any(row.acknowledged_at is None for row in found.opened_reports)
    return found


def stamp_of_report(request, ref) -> news.Stamp:
    """The reporter's door as a page asks at it that stays open: one query says who may ask, and whether anything is new."""
    found = _stamped(news.stamp_reports(Report.objects.visible_to(request.user), request.user), ref)
    if not may(Standing(found.viewer_role), Action.READ_REPORT):
        raise PermissionDenied(Action.READ_REPORT.refusal)
    return news.of_row(found)


def stamp_of_case(request, ref) -> news.Stamp:
    """The same at the team's door."""
    found = _stamped(news.stamp_cases(Case.objects.visible_to(request.user), request.user), ref)
    _require_second_factor(request)
    if not may(Standing(found.viewer_role), Action.READ_CASE):
        raise PermissionDenied(Action.READ_CASE.refusal)
    return news.of_row(found)


def _stamped(rows, ref):
    found = rows.filter(ref=ref).only("uuid").first()
    if found is None:
        raise Http404
    return found


def report_of_case(request, ref, report_ref, action: Action) -> Report:
    """The team's door to one report of a case (``report.case``), with the standing of who came through it."""
    found = case(request, ref, action)
    row = _report_in(found, report_ref) or _report_in(case(request, _ref_by_now(found, report_ref), action), report_ref)
    if row is None:
        raise Http404
    row.viewer_role = found.viewer_role
    return row


def _report_in(case, report_ref):
    return next((row for row in case.opened_reports if row.ref == report_ref), None)


def _ref_by_now(case, report_ref):
    """Return in which case of the project a report is that was in this one: a page may be open since before it was joined."""
    gone = Report.objects.filter(ref=report_ref, case__project=case.project_id, events__case=case).values_list("case__ref", flat=True)
    found = gone.first()
    if found is None:
        raise Http404
    return found


def joinable(request, case, limit=10) -> list[Case]:
    """The newest open cases of the project to which a report of a case that a door has opened could be joined."""
    rows = _of_project(request, case).filter(closed_at=None).exclude(pk=case.pk).annotate(number_of_reports=Count("reports"))
    return list(rows.order_by("-opened_at", "-uuid")[:limit])


def joins_to(request, case, ref) -> Case | None:
    """The case of the same project that somebody typed, open or not; None for whatever else stands there."""
    return _of_project(request, case).filter(ref__iexact=ref).annotate(number_of_reports=Count("reports")).first()


def _of_project(request, case):
    return Case.objects.visible_to(request.user).filter(project=case.project_id).with_acknowledgement()


def joined_to(request, case) -> list[Case]:
    """The cases that were left empty when their last report was joined to a case that a door has opened; their titles stay shut."""
    return list(case.joined_cases.filter(open_to(request.user)).order_by("opened_at", "uuid").only("ref")) if case.took_reports else []


def guests(report) -> list[Participant]:
    """The guests of a report that a door has opened; ``removable`` by who opened it."""
    rows = report.participants.filter(role=Participant.Role.COLLABORATOR, left_at=None).order_by("joined_at", "pk")
    rows = list(rows.select_related("user").prefetch_related("guest_invitations__invited_by"))
    for row in rows:
        row.removable = _may_end(report, max(row.guest_invitations.all(), key=lambda one: one.used_at, default=None))
    return rows


def guest(report, uuid) -> Participant:
    """Somebody who is a guest of a report that a door has opened, or was, to be removed: by a reporter whom a reporter invited."""
    found = report.participants.filter(pk=uuid, role=Participant.Role.COLLABORATOR).select_related("user").first()
    if found is None:
        raise Http404
    latest = found.guest_invitations.select_related("invited_by").order_by("-used_at").first()
    if not _may_end(report, latest):
        raise PermissionDenied(_("You did not invite this guest. Ask the team to remove them."))
    return found


def guest_invitation(report, uuid) -> GuestInvitation:
    """An invitation to a report that a door has opened, to be taken back: by a reporter only one of a reporter's."""
    found = report.guest_invitations.filter(pk=uuid).select_related("invited_by").first()
    if found is None:
        raise Http404
    if not _may_end(report, found):
        raise PermissionDenied(_("The team made this invitation. Ask the team to take it back."))
    found.report = report
    return found


def _may_end(report, invitation):
    return report.viewer_role != Standing.REPORTER or bool(invitation and invitation.by_reporter)


def erasure_wish(case, uuid) -> ErasureRequest:
    """A wish of a reporter of a case that a door has opened, to be answered; the verbs refuse one that was."""
    found = ErasureRequest.objects.filter(pk=_uuid(uuid), report__case=case).first()
    if found is None:
        raise Http404
    found.report = next(report for report in case.opened_reports if report.pk == found.report_id)
    return found


def extension(report, uuid) -> Extension:
    """A question for a later date of a report that a door has opened; the verb refuses one that is over."""
    found = Extension.objects.filter(pk=uuid, deadline__report=report).select_related("deadline").first()
    if found is None:
        raise Http404
    found.deadline.report = report
    return found


def open_wishes(case) -> list[ErasureRequest]:
    """The unanswered wishes of the reporters of a case that a door has opened."""
    rows = ErasureRequest.objects.filter(report__case=case, answered_at=None)
    return list(rows.select_related("report", "by__user").order_by("at", "uuid"))


def latest_wish(report) -> ErasureRequest | None:
    """The newest wish, answered or not, of the reporter of a report that a door has opened."""
    return ErasureRequest.objects.filter(report=report).order_by("-at").first()


def file_of_report(report, uuid) -> Attachment:
    """A file of a conversation that a door has opened, with its preview; none from before a guest without history came."""
    found = _file((report.pk,), uuid)
    if report.viewer_sees_from and found.said_at < report.viewer_sees_from:
        raise Http404
    return found


def file_of_case(case, uuid) -> Attachment:
    """A file of the conversations or notes of a case that a door has opened."""
    return _file((case.pk, *(report.pk for report in case.opened_reports)), uuid)


def own_file(request, uuid) -> Attachment:
    """A file that this person attached and has not sent."""
    found = Attachment.objects.filter(pk=uuid, draft__user_id=request.user.pk, shredded_at=None).first()
    if found is None:
        raise Http404
    return found


def _file(scopes, uuid):
    found = Attachment.objects.filter(pk=uuid, scope__in=scopes, draft=None).select_related("message", "preview").first()
    if found is None:
        raise Http404
    return found


def message(report, uuid):
    """A message of a report that a door has opened; None stands for none."""
    if uuid is None:
        return None
    return _message((report,), uuid)


def message_of_case(case, uuid) -> Message:
    """A message of any report of a case that a door has opened."""
    return _message(case.opened_reports, uuid)


def message_by_now(request, ref, uuid, action: Action) -> Message:
    """The team's door to a message, also if its report was joined to another case since a page of this one was drawn."""
    found = case(request, ref, action)
    try:
        return message_of_case(found, uuid)
    except Http404:
        report_ref = Message.objects.filter(pk=uuid).values_list("report__ref", flat=True).first()
        return _message((report_of_case(request, ref, report_ref, action),), uuid)


def wanted_message(report, wanted: str) -> Message | None:
    """The message that an address names, such as one to quote; None for anything else that stands there."""
    try:
        return message(report, UUID(wanted))
    except (ValueError, Http404):
        return None


def note(case, uuid) -> Note:
    """A team-only note of a case that a door has opened."""
    found = case.notes.select_related("author__user").filter(pk=uuid).first()
    if found is None:
        raise Http404
    found.case, found.keys = case, case.keys
    return found


def own(request, row):
    """Nobody edits or retracts what somebody else wrote."""
    if row.author.user_id != request.user.pk:
        raise PermissionDenied(_("Only the person who wrote this can edit or retract it."))
    return row


def unsent_report(request, slug) -> Draft:
    """A report to a project that this person has begun and not sent."""
    found = Draft.objects.filter(user=request.user, project__slug=slug).first()
    if found is None:
        raise Http404
    return found


def inbox(request):
    """The team's list: cases of all projects of this person, with the acknowledgement annotated."""
    _require_second_factor(request)
    return Case.objects.visible_to(request.user).with_acknowledgement().select_related("project", "assignee")


def hidden_cases(request, projects):
    """Restricted cases of one's own projects that do not name one: what counts by the project must leave them out."""
    rows = Case.objects.filter(project__in=projects, restricted_at__isnull=False)
    return rows.exclude(pk__in=Case.objects.visible_to(request.user).filter(restricted_at__isnull=False).values("pk"))


def own_reports(request):
    """Reports in which this person takes part as reporter or guest."""
    rows = Report.objects.visible_to(request.user).select_related("policy__project", "case")
    return rows.annotate(**Deadline.objects.open().filter(report=OuterRef("pk")).next_of_all(), first_seen_at=_first_seen())


def keys_of_cases(cases) -> Keys:
    """The keys of the team-only titles of cases that came from ``inbox``."""
    return Keys.to(internal=[case.uuid for case in cases])


def keys_of_reports(reports) -> Keys:
    """The keys of reports that came from ``own_reports``."""
    return Keys.to(shared=[report.uuid for report in reports], not_before={report.uuid: report.viewer_sees_from for report in reports})


def _message(reports, uuid):
    for found in Message.objects.select_related("author__user").filter(report__in=reports, pk=uuid):
        report = next(one for one in reports if one.pk == found.report_id)
        since = getattr(report, "viewer_sees_from", None)  # the team sees all
        if since is None or found.at >= since:
            found.report, found.keys = report, report.keys
            return found
    raise Http404


def _erasure_asked():
    return Subquery(ErasureRequest.objects.filter(report=OuterRef("pk"), answered_at=None).values("at"))


def _first_seen():
    return Subquery(SeenMark.objects.filter(report=OuterRef("pk"), participant__role=Participant.Role.TEAM).order_by("at").values("at")[:1])


def refuse_erased(case):
    """Refuse what needs content that was erased."""
    if case.erased_at:
        raise PermissionDenied(
            _("The content was erased on %(date)s, so this is no longer possible. The stub and the timeline stay.")
            % {"date": date_format(localtime(case.erased_at))}
        )


def _uuid(text):
    """Return the UUID that a form sent, or raise 404."""
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None


def _require_content(case, action):
    if action in NEEDS_CONTENT:
        refuse_erased(case)


def _require_second_factor(request):
    if not request.user.is_verified():
        raise PermissionDenied(_("Sign in with your second factor to work on cases."))
