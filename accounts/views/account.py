"""A person's own page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import two_factor
from accounts.forms import ProfileForm


@never_cache
@require_http_methods(["GET", "POST"])
def account(request):
    """Show and change what others see of you, and how you prove who you are."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    facts = {
        "form": form,
        "has_factor": two_factor.has_factor(request.user),
        "codes_left": two_factor.codes_left(request.user),
        "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html",
    }
    return render(request, "accounts/account.html", facts, status=422 if form.errors else 200)
