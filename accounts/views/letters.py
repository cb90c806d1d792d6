"""Which letters somebody gets, and when."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import digests, notices
from accounts.forms import LettersForm
from accounts.kept_text import keeps_text


@keeps_text
@never_cache
@require_http_methods(["GET", "POST"])
def letters(request):
    """Show and change how one wants each kind of letter."""
    user = request.user
    offers = notices.offers(user)
    form = LettersForm(request.POST or None, offers=offers, zone=user.timezone, initial={"hour": user.digest_hour})
    if form.is_valid():
        digests.choose(user, form.choices, hour=form.cleaned_data["hour"], at=now())
        messages.success(request, _("Saved."))
        return redirect("account_letters")
    page = {
        "form": form,
        "fixed": [offer for offer in offers if offer.kind not in form.kinds],
        "base": "base_team.html" if user.needs_second_factor else "base_desk.html",
    }
    return render(request, "accounts/letters.html", page, status=422 if form.errors else 200)
