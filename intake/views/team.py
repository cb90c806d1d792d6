"""The team's side: the inbox, the case desk, recording what arrived elsewhere."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.kept_text import keeps_text
from intake import (
    access,
    conversation,
    deliveries,
    drafts,
    mentions,
    parts,
    promise,
    rates,
    reading,
    restriction,
    seen,
    submission,
    texts,
    triage,
)
from intake.forms import NoteForm, RecordForm, SeverityForm, TeamMessageForm, TitleForm
from intake.notifications import claim_token
from intake.paging import by_due, newest_first
from intake.views import files, upload_doors
from intake.views.case_page import draw_case
from intake.views.looking import is_a_look
from portal import access as projects
from portal.lib.permissions import Action
from portal.uploads import takes_files

PAGE = 50


@require_GET
def inbox(request):
    """Cases of all my projects, what is due next first."""
    wanted = {"project": request.GET.get("project", ""), "show": request.GET.get("show", "open"), "whose": request.GET.get("whose", "")}
    rows, after = access.inbox(request), request.GET.get("after", "")
    mine = list(projects.own_projects(request))
    if wanted["project"]:
        rows = rows.filter(project__in=[project for project in mine if project.slug == wanted["project"]])
    if wanted["whose"] in ("mine", "nobody"):
        rows = rows.filter(assignee=request.user if wanted["whose"] == "mine" else None)
    if wanted["show"] == "closed":
        page = newest_first(rows.exclude(closed_at=None), field="opened_at", after=after, size=PAGE)
    else:
        page = by_due(rows.filter(closed_at=None), after=after, size=PAGE)
    reading.titles(page.rows, access.keys_of_cases(page.rows))
    seen.count_new_in_cases(page.rows, user=request.user)
    restriction.count_readers(page.rows)
    at = now()
    promise.say_what_is_next(page.rows, now=at)
    context = {"page": page, "wanted": wanted, "projects": mine, "first": not after, "now": at}
    return render(request, "intake/inbox.html", context)


@require_GET
def case(request, ref):
    """One case: its clocks, its conversations, the team's notes, and what may come next."""
    found = access.case(request, ref, Action.READ_CASE)
    audit.opened(found.ref, by=request.user, at=now(), project=found.project.uuid)
    if is_a_look(request):
        seen.open_row(found, by=request.user, at=now())
    return draw_case(request, found)


@require_GET
def timeline(request, ref):
    """Everything that happened to a case."""
    found = access.case(request, ref, Action.READ_CASE)
    reading.titles([found], found.keys)
    happened = found.events.select_related("by__user", "report").order_by("-seq")
    before = reading.place(request.GET.get("before"))
    if before is not None:
        happened = happened.filter(seq__lt=before)
    rows = list(happened[: PAGE + 1])
    restriction.name_readers(rows)
    deliveries.count(rows)
    return render(
        request, "intake/timeline.html", {"case": found, "rows": rows[:PAGE], "more": rows[PAGE - 1].seq if len(rows) > PAGE else 0}
    )


@keeps_text
@takes_files(upload_doors.to_reporter)
@require_POST
def reply(request, ref, report_ref):
    """Write to the reporter of one report of the case."""
    report = access.report_of_case(request, ref, report_ref, Action.REPLY)
    found = report.case
    form = TeamMessageForm(request.POST, auto_id=f"{report.ref}_%s")
    refused = files.attach(request, report=report)
    if form.is_valid() and not refused:
        rates.count_message(request.user, report)
        try:
            message = conversation.team_reply(
                report,
                content=texts.message(form.cleaned_data["text"], people=_named(found, request.user, report)),
                client_id=form.cleaned_data["client_id"],
                parent=access.message(report, form.cleaned_data["parent"]),
                assessment=form.cleaned_data["assessment"],
                waits=form.waits,
                draft=drafts.of(request.user, report=report),
                by=request.user,
                at=now(),
            )
            return redirect(f"{report.case.get_absolute_url()}#m-{message.pk.hex}")
        except texts.TextRefused as standing:
            form.add_error("text", str(standing))
    return draw_case(request, found, status=413 if refused else 422, replies={report.pk: form})


@keeps_text
@takes_files(upload_doors.to_notes)
@require_POST
def note(request, ref):
    """Write a team-only note."""
    found = access.case(request, ref, Action.WRITE_NOTE)
    form = NoteForm(request.POST, auto_id="note_%s")
    refused = files.attach(request, case=found)
    if form.is_valid() and not refused:
        rates.count_message(request.user, found)
        try:
            written = conversation.note(
                found,
                content=texts.message(form.cleaned_data["text"], people=_named(found, request.user)),
                client_id=form.cleaned_data["client_id"],
                draft=drafts.of(request.user, case=found),
                by=request.user,
                at=now(),
            )
            return redirect(f"{reverse('case', args=[ref])}#m-{written.pk.hex}")
        except texts.TextRefused as standing:
            form.add_error("text", str(standing))
    return draw_case(request, found, status=413 if refused else 422, note_form=form)


@require_POST
def severity(request, ref):
    """Set the severity; the fix windows follow."""
    found = access.case(request, ref, Action.SET_SEVERITY)
    form = SeverityForm(request.POST)
    if not form.is_valid():
        return draw_case(request, found, status=422, severity_form=form)
    try:
        triage.set_severity(found, severity=form.cleaned_data["severity"], by=request.user, at=now())
    except triage.Closed as refused:
        messages.error(request, str(refused))
    return redirect(found)


@keeps_text
@require_POST
def title(request, ref):
    """Change the team's working title."""
    found = access.case(request, ref, Action.TRIAGE)
    form = TitleForm(request.POST)
    if not form.is_valid():
        return draw_case(request, found, status=422, title_form=form)
    try:
        triage.retitle(found, title=form.cleaned_data["title"], by=request.user, at=now())
    except texts.TextRefused as refused:
        form.add_error("title", str(refused))
        return draw_case(request, found, status=422, title_form=form)
    return redirect(found)


@keeps_text
@require_http_methods(["GET", "POST"])
def record(request, slug):
    """Record a report that arrived elsewhere."""
    project = projects.team_project(request, slug, Action.RECORD_REPORT)
    policy = projects.policy(slug)
    form = RecordForm(request.POST or None, policy=policy, initial={"received_at": now()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = _record(project, form, by=request.user)
                return redirect("recorded", ref=report.case.ref)
            except (submission.NotPossible, texts.TextRefused) as refused:
                form.add_error(None, str(refused))
    context = {"project": project, "policy": policy, "form": form, "max_kib": texts.MAX_KIB}
    return render(request, "intake/record.html", context, status=status)


@require_GET
def recorded(request, ref):
    """What to do after recording: the claim link for the reporter."""
    found = access.case(request, ref, Action.RECORD_REPORT)
    places = [report.participants.filter(claimable=True).first() for report in found.opened_reports]
    links = [settings.PUBLIC_URL + reverse("claim", args=[claim_token(place)]) for place in places if place]
    if not links:
        return redirect(found)
    reading.titles([found], found.keys)
    return render(request, "intake/recorded.html", {"case": found, "links": links, "days": submission.CLAIM_DAYS})


@require_POST
def preview(request):
    """Show how a text will look, through the same door as when it is sent. Nothing is kept."""
    try:
        html = texts.message(request.POST.get("text", ""))["html"]
        context = {"html": reading.fresh(html)}
    except texts.TextRefused as refused:
        context = {"trouble": str(refused)}
    return render(request, "intake/_preview.html", context)


def _record(project, form, *, by):
    data = form.cleaned_data
    return submission.record(
        project,
        content=form.content(),
        channel=data["channel"],
        received_at=data["received_at"],
        client_id=data["client_id"],
        address=data["address"],
        by=by,
        at=now(),
    )


def _named(case, viewer, report=None):
    taking_part = parts.of(case.opened_reports, project=case.project_id, viewer=viewer)
    team, of_report = mentions.known_to_team(case, taking_part, viewer=viewer)
    return of_report[report.pk] if report else team
