"""Who may open a case: restricting it to named people, changing who they are; and what owners know of restricted cases."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.step_up import proved_anew
from intake import access, promise, readers_access, restriction
from intake.forms import ReadersForm
from intake.paging import newest_first
from portal.lib.permissions import Action

REFUSED, PAGE = 422, 50


@require_http_methods(["GET", "POST"])
def of_case(request, ref):
    """Restrict a case, or name more people of one that is restricted."""
    case = access.case(request, ref, Action.RESTRICT_CASE)
    return _chosen(request, case) if request.method == "POST" else _drawn(request, case)


@proved_anew
def _chosen(request, case):
    restricts = "restrict" in request.POST  # what the page offered, whatever the case is by now
    form = ReadersForm(request.POST, case=case, by=request.user, required=not restricts)
    if not form.is_valid():
        return _drawn(request, case, form, status=REFUSED)
    chosen = form.cleaned_data["people"]
    if restricts:
        if _done(request, restriction.restrict, case, readers=chosen):
            messages.success(request, _("The case is restricted. Nobody but those named here can open it any more."))
    else:
        for person in chosen:
            if _done(request, restriction.admit, case, person):
                messages.success(request, _("%(name)s may open it now, and was told.") % {"name": person.shown_name})
    return redirect("case_readers", case.ref)


@require_POST
def dismiss(request, ref, uuid):
    """Name somebody no longer."""
    case = access.case(request, ref, Action.RESTRICT_CASE)
    return _dismissed(request, case, readers_access.reader(case, uuid).user)


@proved_anew
def _dismissed(request, case, person):
    own = person == request.user
    if _done(request, restriction.dismiss, case, person):
        said = _("You cannot open %(ref)s any more.") if own else _("%(name)s cannot open it any more.")
        messages.success(request, said % {"ref": case.ref, "name": person.shown_name})
        return redirect("inbox") if own else redirect("case_readers", case.ref)
    return redirect("case_readers", case.ref)


@require_POST
def lift(request, ref):
    """Open a case to the whole team again."""
    return _lifted(request, access.case(request, ref, Action.RESTRICT_CASE))


@proved_anew
def _lifted(request, case):
    if _done(request, restriction.lift, case):
        messages.success(request, _("The whole team may open this case again."))
    return redirect(case)


@require_GET
def of_project(request, slug):
    """The restricted cases of a project, for its owners: that there are any, and whom they name."""
    project, rows = readers_access.restricted_cases(request, slug)
    after, at = request.GET.get("after", ""), now()
    page = newest_first(rows, field="restricted_at", after=after, size=PAGE)
    promise.say_what_is_next(page.rows, now=at)
    return render(request, "intake/readers_of_project.html", {"project": project, "page": page, "first": not after})


@require_POST
def step_in(request, slug, ref):
    """Let an owner name themselves, which everybody who is named learns."""
    return _stepped_in(request, readers_access.restricted_case(request, slug, ref))


@proved_anew
def _stepped_in(request, case):
    if _done(request, restriction.step_in, case):
        messages.success(request, _("You may open %(ref)s now. Everybody whom it names was told.") % {"ref": case.ref})
        return redirect(case)
    return redirect("restricted_cases", case.project.slug)


def _done(request, verb, *what, **more):
    """Do it, or say why not."""
    try:
        verb(*what, **more, by=request.user, at=now())
    except restriction.NotPossible as refused:
        messages.error(request, str(refused))
        return False
    return True


def _drawn(request, case, form=None, *, status=200):
    form = form or ReadersForm(case=case, by=request.user, required=case.restricted_at is not None)
    page = {"case": case, "form": form, "readers": readers_access.readers(case)}
    return render(request, "intake/readers.html", page, status=status)
