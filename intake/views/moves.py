"""The moves of a case: accept, reject, defer, mark as fixed, close, reopen; each on a page of its own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from accounts.kept_text import keeps_text
from intake import access, closure, reading, remediation, texts, triage
from intake.forms import MoveForm
from intake.stages import Move, moves_from

# What the form of each move asks for: a reason, a message, and whether the message is a must.
ASKS = {
    Move.ACCEPT: {"with_reason": False, "with_message": True, "message_required": False},
    Move.REJECT: {"with_reason": True, "with_message": True, "message_required": True},
    Move.DEFER: {"with_reason": False, "with_message": True, "message_required": True},
    Move.REMEDIATE: {"with_reason": False, "with_message": True, "message_required": False},
    Move.CLOSE: {"with_reason": False, "with_message": False, "message_required": False},
    Move.REOPEN: {"with_reason": False, "with_message": False, "message_required": False},
}


@keeps_text
@require_http_methods(["GET", "POST"])
def move(request, ref, name):
    """Ask for what a move needs, then make it."""
    try:
        wanted = Move(name)
    except ValueError:
        raise Http404 from None
    case = access.case(request, ref, triage.ACTION_OF[wanted])
    if request.method != "POST" and wanted not in moves_from(case.facts):
        messages.warning(request, str(triage.NotNow(case, wanted)))
        return redirect(case)
    form = MoveForm(request.POST if request.method == "POST" else None, reports=case.opened_reports, **ASKS[wanted])
    if request.method == "POST" and form.is_valid() and _made(case, wanted, form, by=request.user):
        return redirect(case)
    reading.titles([case], case.keys)
    context = {"case": case, "move": wanted, "form": form, "reports": case.opened_reports}
    return render(request, "intake/move.html", context, status=422 if request.method == "POST" else 200)


def _made(case, wanted, form, *, by):
    text = form.cleaned_data.get("text", "")
    try:
        facts = {"by": by, "at": now()}
        if wanted in (Move.CLOSE, Move.REOPEN):
            {Move.CLOSE: closure.close, Move.REOPEN: closure.reopen}[wanted](case, **facts)
            return True
        facts |= {"message": texts.message(text) if text.strip() else None, "client_id": form.cleaned_data["client_id"]}
        if wanted is Move.REJECT:
            triage.reject(case, reason=form.cleaned_data["reason"], **facts)
        else:
            {Move.ACCEPT: triage.accept, Move.DEFER: triage.defer, Move.REMEDIATE: remediation.remediate}[wanted](case, **facts)
        return True
    except (texts.TextRefused, triage.NotNow) as refused:
        form.add_error("text" if isinstance(refused, texts.TextRefused) else None, str(refused))
        return False
