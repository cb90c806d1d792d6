"""The reporter's side: send a report, follow it, answer, claim one that was recorded."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.kept_text import keeps_text
from intake import (
    access,
    attachments,
    conversation,
    copies,
    drafts,
    joining,
    mentions,
    news,
    parts,
    people,
    promise,
    rates,
    reading,
    seen,
    submission,
    texts,
    unsent,
)
from intake.fallback import fallbacks
from intake.forms import MessageForm, ReportForm
from intake.paging import newest_first
from intake.views import files, upload_doors
from intake.views.composing import begin
from intake.views.erasing import draw_erased_report
from intake.views.looking import is_a_look, place_of
from portal import access as projects
from portal import languages, pauses, policies, policy_page
from portal.lib import limits, proof_of_work
from portal.lib.permissions import Action, Standing
from portal.lib.public import public_page
from portal.uploads import takes_files

PAGE = 25


def draw_new(request, slug, *, status=200, why="", form=None, **more):
    """Draw the report form; also for somebody whose session ended while they wrote."""
    form = form or new_form(request, slug, request.POST)
    policy, pause, known = form.policy, form.pause, request.user.is_authenticated
    draft = drafts.of(request.user, project=policy.project) if known else None
    unsent.fill(form, draft)
    # A pause closes the form, but never takes away what somebody wrote.
    closed = pause is not None and not pause.critical_ok and not form.is_bound and not form.kept.at
    page = {
        "base": "base_desk.html" if known else "base_public.html",
        "live": known,  # pages of who is signed in have htmx
        "policy": policy,
        "project": policy.project,
        "guide": policy_page.guide(policy),
        "pause": pause,
        "form": None if closed else form,
        "checked": form.checked(at=policy.asked_at),
        "why": why,
        "asked": rates.asked_of(request.user, policy.project, at=policy.asked_at, form=request.POST) if known and not closed else None,
        "max_kib": texts.MAX_KIB,
        "picker": files.picker(request, reverse("report_new_attach", args=[slug]), draft=draft) if known else None,
    }
    return render(request, "intake/report_new.html", page | more, status=status)


@keeps_text(draw=draw_new)
@takes_files(upload_doors.to_project)
@require_http_methods(["GET", "POST"])
def new(request, slug):
    """Write and send a report."""
    form = new_form(request, slug, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return draw_new(request, slug, form=form)
    refused = files.attach(request, project=form.policy.project)
    if refused or not form.is_valid():
        return draw_new(request, slug, status=413 if refused else 422, form=form)
    try:
        rates.count_report(request.user, form.policy.project, client_id=form.cleaned_data["client_id"], form=request.POST, at=now())
    except (limits.TooMany, proof_of_work.NotDone) as met:
        return _later(request, slug, form, met)
    try:
        report = submission.submit(form.policy, content=form.content(), client_id=form.cleaned_data["client_id"], by=request.user, at=now())
    except (submission.NotPossible, texts.TextRefused) as refused:
        form.add_error(None, str(refused))
        return draw_new(request, slug, status=409, form=form)
    return redirect("receipt", ref=report.ref)


def _later(request, slug, form, met):
    """Keep a report that cannot be sent yet as a draft, and say from when on it can."""
    unsent.fill(form, None)
    with suppress(drafts.NotKept, texts.TextRefused):
        drafts.save(request.user, **unsent.of_form(form), at=now(), project=form.policy.project)
    wait = getattr(met, "wait", proof_of_work.WAIT)
    response = draw_new(request, slug, status=429, form=form, later=getattr(met, "sentence", ""))
    response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response


@public_page
@csrf_exempt
@require_POST
def version_check(request, slug):
    """Answer about the versions that stand in a report form, while somebody types.

    By POST, because the version of a report is kept sealed and addresses lie in logs; for everybody and without a token,
    because what the table says is public: a session that ended must not take the page away with what is written on it.
    """
    form = new_form(request, slug, request.POST)
    return render(request, "portal/_answer.html", {"checked": form.checked(at=form.policy.asked_at)})


@require_GET
def receipt(request, ref):
    """The receipt: the reference, the clocks, the commitment."""
    report = access.report(request, ref, Action.READ_RECEIPT)
    return render(request, "intake/receipt.html", _shown(request, report) | {"copy_script": copies.SCRIPT})


@require_GET
def mine(request):
    """The reports in which I take part."""
    page = newest_first(access.own_reports(request), field="received_at", after=request.GET.get("after", ""), size=PAGE)
    reading.titles(page.rows, access.keys_of_reports(page.rows))
    seen.count_new_in_reports(page.rows, user=request.user)
    at = now()
    promise.say_what_is_next(page.rows, now=at)
    context = {"page": page, "unsent": unsent.reports(request.user), "first": "after" not in request.GET, "now": at}
    return render(request, "intake/reports.html", context)


@require_GET
def report(request, ref):
    """One report: its clocks, what was sent, the conversation."""
    found = access.report(request, ref, Action.READ_REPORT)
    if is_a_look(request):
        seen.open_row(found, by=request.user, at=now())
    return draw_report(request, found, MessageForm(auto_id="reply_%s"))


@keeps_text
@takes_files(upload_doors.to_report)
@require_POST
def reply(request, ref):
    """Write to the team."""
    found = access.report(request, ref, Action.REPLY)
    form = MessageForm(request.POST, auto_id="reply_%s")
    refused = files.attach(request, report=found)
    if refused or not form.is_valid():
        return draw_report(request, found, form, status=413 if refused else 422)
    rates.count_message(request.user, found)
    try:
        message = conversation.reporter_reply(
            found,
            content=texts.message(form.cleaned_data["text"], people=mentions.known_to(_taking_part(request, found), viewer=request.user)),
            client_id=form.cleaned_data["client_id"],
            parent=access.message(found, form.cleaned_data["parent"]),
            draft=drafts.of(request.user, report=found),
            by=request.user,
            at=now(),
        )
    except texts.TextRefused as refused:
        form.add_error("text", str(refused))
        return draw_report(request, found, form, status=422)
    return redirect(f"{reverse('report', args=[ref])}#m-{message.pk.hex}")


@require_http_methods(["GET", "POST"])
def claim(request, token):
    """Take over a report that the team recorded for me; the link works once."""
    participant = submission.unclaimed(token)
    if participant is None:
        return render(request, "intake/claim_over.html", status=410)
    if request.method == "GET":
        return render(request, "intake/claim.html", {"report": participant.report, "project": participant.report.policy.project})
    try:
        found = submission.claim(participant, by=request.user, at=now())
    except submission.NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("desk")
    messages.success(request, _("The report is yours now. From here on you follow it like any other."))
    return redirect(found)


def new_form(request, slug, data):
    """Return the form of the policy in force, and of the pause in which its project is."""
    policy = policy_page.questions(projects.policy(slug))
    pause = pauses.running(policy.project, policy.asked_at) if policy.pause_id else None
    form = ReportForm(data, policy=policy, pause=pause)
    if data is None:
        form.suggest(credit=request.user.credited_as, version=request.GET.get("version", ""))
    return form


def draw_report(request, report, form, *, status=200):
    """Draw a report for its people, with a message that was refused in place of a fresh one."""
    if report.case.erased_at:
        return draw_erased_report(request, report, form if form.is_bound else None, status=status)
    taking_part = _taking_part(request, report)
    page = _shown(request, report) | {"people": people.of([report], taking_part, viewer=request.user)[report.pk]}
    page["stamp"], page["joined"] = news.of_page(report, taking_part, viewer=request.user), joining.of(report)
    page["thread"] = thread = reading.threads([report], report.keys, taking_part, viewer=request.user, **place_of(request))[report.pk]
    if is_a_look(request):
        seen.mark([report], by=request.user, at=page["now"], until={report.pk: thread.until})
    draft = drafts.of(request.user, report=report)
    page["answering"] = begin(request, form, report, thread, draft)
    page["named"] = mentions.known_to(taking_part, viewer=request.user)
    page["form"] = form
    page["picker"] = files.picker(request, reverse("report_attach", args=[report.ref]), draft=draft)
    return render(request, "intake/report.html", page, status=status)


def _taking_part(request, report):
    return parts.of([report], project=report.policy.project_id, viewer=request.user)


def _shown(request, report):
    content, at, project = reading.opened(report), now(), report.policy.project
    deadlines = promise.deadlines_of([report], at=at)[report.pk]
    current = policies.in_force(project, at) or report.policy  # contacts and languages are those of today
    return {
        "report": report,
        "project": project,
        "policy": report.policy,
        "fallbacks": fallbacks(report, deadlines, current, now=at),
        "languages": languages.names(current.languages),
        "content": content,
        "answers": reading.answers(report, content),
        "files": attachments.of([(report, content)], report.keys).get(report.pk, ()),
        "marks": promise.line(report, report.case, deadlines, now=at),
        "promised": promise.promised(report, deadlines, now=at),
        "answers_extension": report.viewer_role == Standing.REPORTER,
        "stage": promise.stage_for_reporter(report),
        "now": at,
    }
