"""A later date for a promise: the team asks, the reporter answers."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.kept_text import keeps_text
from intake import access, extensions, promise, rates, reading, texts
from intake.deadline_forms import AnswerForm, ExtensionForm
from portal.lib.permissions import Action


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, ref, report_ref):
    """Ask the reporter for a later date, and say why."""
    report = access.report_of_case(request, ref, report_ref, Action.ASK_EXTENSION)
    choices = [(row.uuid, promise.name_with_date(row)) for row in extensions.movable(report, at=now())]
    form = ExtensionForm(request.POST if request.method == "POST" else None, deadlines=choices)
    if form.is_valid():
        rates.count_message(request.user, report)
        given = form.cleaned_data
        try:
            extensions.ask(
                report,
                deadline=UUID(given["deadline"]),
                until=given["until"],
                content=texts.message(given["text"]),
                client_id=given["client_id"],
                by=request.user,
                at=now(),
            )
        except (extensions.NotPossible, texts.TextRefused) as refused:
            form.add_error("text" if isinstance(refused, texts.TextRefused) else None, str(refused))
        else:
            messages.success(request, _("The reporter was asked. Until they agree, the date stays as it is."))
            return redirect(report.case)
    reading.titles([report.case], report.case.keys)
    page = {"case": report.case, "report": report, "form": form, "possible": bool(choices)}
    return render(request, "intake/extension_ask.html", page, status=422 if form.errors else 200)


@require_POST
def answer(request, ref, uuid):
    """Agree to a later date, or decline it."""
    report = access.report(request, ref, Action.ANSWER_EXTENSION)
    form, question = AnswerForm(request.POST), access.extension(report, uuid)
    if form.is_valid():
        agrees = form.cleaned_data["agrees"]
        try:
            extensions.answer(question, agrees=agrees, by=request.user, at=now())
        except extensions.NotPossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("You agreed to the later date.") if agrees else _("You declined. The date stays as it was."))
    else:
        messages.error(request, _("Choose whether you agree or decline."))
    return redirect(report)
