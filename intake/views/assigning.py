"""Who looks after a case: assign it, take it, give it back."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake import access, assignment
from intake.deadline_forms import AssignForm
from portal.lib.permissions import Action


@require_POST
def assign(request, ref):
    """Give a case to somebody of the team, or to nobody."""
    found = access.case(request, ref, Action.ASSIGN)
    people = {str(user.uuid): user for user in assignment.people(found)}
    form = AssignForm(request.POST, people=[(uuid, user.shown_name) for uuid, user in people.items()])
    if not form.is_valid():
        messages.error(request, _("This person cannot open the case. Choose somebody else."))
        return redirect(found)
    to = people.get(form.cleaned_data["to"])
    try:
        if to is None:
            assignment.give_back(found, by=request.user, at=now())
        else:
            assignment.assign(found, to=to, by=request.user, at=now())
    except assignment.NotPossible as refused:
        messages.error(request, str(refused))
    return redirect(found)
