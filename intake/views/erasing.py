"""Erasing: the reporter asks, the team answers, plans or stops it, owners place holds; and the pages of what was erased."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from intake import access, erasure, holds, leaving, promise, seen, texts
from intake.forms import DeclineForm, HandOverForm, HoldForm
from intake.views.looking import is_a_look
from portal import shredding
from portal.lib.permissions import Action, may

REFUSED, CHANGED = 422, 409


@require_http_methods(["GET", "POST"])
def ask(request, ref):
    """Say what erasing does and by when, and ask the team for it."""
    report = access.report(request, ref, Action.ASK_ERASURE)
    refused = ""
    if request.method == "POST":
        try:
            erasure.ask(report, by=request.user, at=now())
        except erasure.NotPossible as standing:
            refused = str(standing)
        else:
            messages.success(request, _("The team has been asked. Their answer comes here."))
            return redirect(report)
    page = {"report": report, "project": report.policy.project, "asked": access.latest_wish(report), "refused": refused, **_horizon()}
    return render(request, "intake/erasure_ask.html", page, status=CHANGED if refused else 200)


@require_http_methods(["GET", "POST"])
def of_case(request, ref):
    """Show how it stands with the erasure of a case; grant a wish, plan or stop it."""
    return _decided(request, access.case(request, ref, Action.ANSWER_ERASURE))


@proved_anew
def _decided(request, case):
    wishes, refused = access.open_wishes(case), ""
    if request.method == "POST":
        try:
            return _done(request, case)
        except erasure.NotPossible as standing:
            refused = str(standing)
    page = {
        "case": case,
        "wishes": wishes,
        "in_the_way": erasure.in_the_way(case) if wishes else "",
        "behind": access.joined_to(request, case),
        "refused": refused,
        "decides": may(case.viewer_role, Action.PLACE_HOLD),
        "stoppable": case.erase_because in ("asked", "decided"),
        "days": erasure.WAIT.days,
        **_horizon(),
    }
    return render(request, "intake/erasure_case.html", page, status=CHANGED if refused else 200)


def _done(request, case):
    """Do what was pressed, and go back to the case."""
    facts = {"by": request.user, "at": now()}
    if "grant" in request.POST:
        erasure.grant(access.erasure_wish(case, request.POST["grant"]), **facts)
        messages.success(request, _("Granted. Everybody is told; until then you can stop it."))
    elif "stop" in request.POST:
        erasure.stop(case, **facts)
        messages.success(request, _("Stopped. Everybody is told."))
    elif "decide" in request.POST:
        if not may(case.viewer_role, Action.PLACE_HOLD):
            raise PermissionDenied(_("Without a wish of the reporter, an owner of the project decides."))
        erasure.decide(case, **facts)
        messages.success(request, _("Planned. Everybody is told; until then you can stop it."))
    return redirect(case)


@keeps_text
@require_http_methods(["GET", "POST"])
def decline(request, ref, uuid):
    """Decline a reporter's wish, with a message that says why."""
    case = access.case(request, ref, Action.ANSWER_ERASURE)
    wish = access.erasure_wish(case, uuid)
    if wish.answered_at and request.method == "GET":
        messages.warning(request, _("Somebody answered this wish already."))
        return redirect("case_erasure", case.ref)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            said = texts.message(form.cleaned_data["text"])
            erasure.decline(wish, message=said, client_id=form.cleaned_data["client_id"], by=request.user, at=now())
        except (erasure.NotPossible, texts.TextRefused) as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, _("Declined. The reporter has your message."))
            return redirect(case)
    return render(
        request, "intake/erasure_decline.html", {"case": case, "wish": wish, "form": form}, status=REFUSED if form.errors else 200
    )


@keeps_text
@require_http_methods(["GET", "POST"])
def hold(request, ref):
    """Place a legal hold, or lift it; why stands in a team note."""
    case = access.case(request, ref, Action.PLACE_HOLD)
    form = HoldForm(request.POST if request.method == "POST" else None, initial={"lifts": case.held_at is not None})
    if form.is_valid():
        try:
            said = {"note": texts.message(form.cleaned_data["text"]), "client_id": form.cleaned_data["client_id"]}
            (holds.lift if form.lifting else holds.place)(case, **said, by=request.user, at=now())
        except (erasure.NotPossible, texts.TextRefused) as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(
                request, _("The hold is lifted.") if form.lifting else _("The hold is placed: nothing of this case is erased.")
            )
            return redirect(case)
    return render(request, "intake/hold.html", {"case": case, "form": form}, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "POST"])
def hand_over(request, ref):
    """Make a guest the reporter, in one's own place."""
    return _handed_over(request, access.report(request, ref, Action.HAND_OVER))


@proved_anew
def _handed_over(request, report):
    form = HandOverForm(request.POST if request.method == "POST" else None, heirs=leaving.heirs(report))
    if form.is_valid():
        try:
            leaving.hand_over(report, to=form.cleaned_data["to"], by=request.user, at=now())
        except leaving.NotPossible as refused:
            form.add_error("to", str(refused))
        else:
            messages.success(request, _("Handed over. You are a guest of this report now."))
            return redirect(report)
    page = {"report": report, "project": report.policy.project, "form": form}
    return render(request, "intake/hand_over.html", page, status=REFUSED if form.errors else 200)


def draw_erased_report(request, report, form=None, *, status=200):
    """Draw what is left of an erased report, with the text of somebody who was writing."""
    at = now()
    deadlines = promise.deadlines_of([report], at=at)[report.pk]
    happened = report.events.select_related("by__user").order_by("report_seq")
    if report.viewer_sees_from:
        happened = happened.filter(at__gte=report.viewer_sees_from)
    if is_a_look(request):
        seen.mark([report], by=request.user, at=at, until={report.pk: report.case.erased_at})
    page = {
        "report": report,
        "case": report.case,
        "project": report.policy.project,
        "policy": report.policy,
        "marks": promise.line(report, report.case, deadlines, now=at),
        "stage": promise.stage_for_reporter(report),
        "happened": happened,
        "unsent": form,
        "last_copy_gone": shredding.last_copy_gone(report.case.erased_at),
    }
    return render(request, "intake/erased_report.html", page, status=status)


def draw_erased_case(request, case, forms=(), *, status=200):
    """Draw what is left of an erased case, with the text of somebody who was writing."""
    if is_a_look(request):
        seen.mark(case.opened_reports, by=request.user, at=now(), until={report.pk: case.erased_at for report in case.opened_reports})
    page = {
        "case": case,
        "project": case.project,
        "reports": case.opened_reports,
        "restricts": may(case.viewer_role, Action.RESTRICT_CASE),
        "unsent": next((form for form in forms if getattr(form, "is_bound", False)), None),
        "last_copy_gone": shredding.last_copy_gone(case.erased_at),
    }
    return render(request, "intake/erased_case.html", page, status=status)


def _horizon():
    at = now()
    return {"now": at, "backup_days": (shredding.last_copy_gone(at) - at).days}
