"""The case desk as it is drawn, after a look at it or when a form was refused."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from intake import access, attachments, drafts, mentions, news, parts, people, promise, readers_access, reading, seen, triage, unsent
from intake.deadline_forms import AssignForm
from intake.forms import NoteForm, SeverityForm, TeamMessageForm, TitleForm
from intake.views import files
from intake.views.composing import begin
from intake.views.erasing import draw_erased_case
from intake.views.looking import is_a_look, place_of
from portal.lib.permissions import Action, may


def draw_case(request, case, *, status=200, replies=None, **forms):
    """Draw the case desk, with forms that were refused in place of fresh ones."""
    if case.erased_at:
        return draw_erased_case(request, case, [*(replies or {}).values(), *forms.values()], status=status)
    reading.titles([case], case.keys)
    at, reports = now(), case.opened_reports
    deadlines = promise.deadlines_of(reports, at=at)
    taking_part = parts.of(reports, project=case.project_id, viewer=request.user, case=case)
    team, named = mentions.known_to_team(case, taking_part, viewer=request.user)
    where = place_of(request)
    threads = reading.threads(reports, case.keys, taking_part, viewer=request.user, **where)
    shown, kept = people.of(reports, taking_part, viewer=request.user), drafts.of_case(request.user, case)
    note_form = forms.pop("note_form", None) or NoteForm(auto_id="note_%s")
    unsent.fill(note_form, kept.get(case.pk))
    for report in reports:
        report.people = shown[report.pk]
        report.has_guests = any(person.guest for person in report.people)
        report.content = reading.opened(report)
        report.answers = reading.answers(report, report.content)
        report.picker = files.picker(request, reverse("case_attach", args=[case.ref, report.ref]), draft=kept.get(report.pk))
        report.marks = promise.line(report, case, deadlines[report.pk], now=at)
        report.can_be_later = promise.can_be_later(deadlines[report.pk])
        report.promised = promise.promised(report, deadlines[report.pk], now=at, for_team=True)
        report.thread = threads[report.pk]
        report.form = (replies or {}).get(report.pk) or TeamMessageForm(auto_id=f"{report.ref}_%s")
        report.answering = begin(request, report.form, report, report.thread, kept.get(report.pk))
        report.named = named[report.pk]
        report.form.ask_whether_it_waits(promise.can_wait(deadlines[report.pk]), waiting=report.waiting_at is not None)
    sent_with = attachments.of([(report, report.content) for report in reports], case.keys)
    for report in reports:
        report.files = sent_with.get(report.pk, ())
    context = {
        "case": case,
        "project": case.project,
        "joined_cases": access.joined_to(request, case),
        "reports": reports,
        "notes": reading.notes(case, taking_part, viewer=request.user, **where),
        "stamp": news.of_page(case, taking_part, viewer=request.user),
        "note_form": note_form,
        "note_picker": files.picker(request, reverse("note_attach", args=[case.ref]), draft=kept.get(case.pk)),
        "named": team,
        "assign_form": AssignForm(
            people=[(one.uuid, one.name) for one in team] + [(request.user.uuid, request.user.shown_name)],
            initial={"to": str(case.assignee.uuid) if case.assignee else ""},
        ),
        "severity_form": SeverityForm(initial={"severity": case.severity}),
        "title_form": TitleForm(initial={"title": case.title}),
        "moves": triage.possible(case, standing=case.viewer_role),
        "invites_guests": may(case.viewer_role, Action.INVITE_GUEST),
        "answers_erasure": may(case.viewer_role, Action.ANSWER_ERASURE),
        "places_hold": may(case.viewer_role, Action.PLACE_HOLD),
        "restricts": may(case.viewer_role, Action.RESTRICT_CASE),
        "case_readers": readers_access.readers(case) if case.restricted_at else (),
        "keeping": bool(case.closed_at or case.held_at or any(report.erasure_asked_at for report in reports)),
        "unclaimed": any(report.unclaimed for report in reports),
        "due": promise.words_of(case.next_due_at, at, milestone=case.next_milestone),
        "now": at,
    }
    if is_a_look(request):
        seen.mark(reports, by=request.user, at=at, until={report.pk: threads[report.pk].until for report in reports})
    return render(request, "intake/case.html", context | forms, status=status)
