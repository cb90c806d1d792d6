"""Which letters somebody gets, and when."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import digests, notices, profile, unsubscribing
from accounts.forms import LettersForm
from accounts.kept_text import keeps_text


@never_cache
@require_POST
def arrive(request):
    """Believe somebody that letters reach them again."""
    profile.say_letters_arrive(request.user)
    messages.success(request, _("Good. The next letter that comes back is told here again."))
    return redirect("account")


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request, token):
    """Turn off the kind of a letter by the link in its head: a mail program posts there by itself, a person presses the button.

    No session and no token against forgery: whoever has the link may do this, and nothing else.
    """
    wish = unsubscribing.wish_of(token)
    if wish is None:
        return render(request, "accounts/unsubscribe_gone.html", status=404)
    done = request.method == "POST"
    if done:
        unsubscribing.turn_off(wish, at=now())
    return render(request, "accounts/unsubscribe.html", {"wish": wish, "done": done, "how": unsubscribing.how_now(wish)})


@keeps_text
@never_cache
@require_http_methods(["GET", "POST"])
def letters(request):
    """Show and change how one wants each kind of letter."""
    user = request.user
    offers = notices.offers(user)
    hours = {"hour": user.digest_hour, "quiet_from": user.quiet_from, "quiet_until": user.quiet_until}
    form = LettersForm(request.POST or None, offers=offers, zone=user.timezone, initial=hours)
    if form.is_valid():
        quiet = (form.cleaned_data["quiet_from"], form.cleaned_data["quiet_until"])
        digests.choose(user, form.choices, hour=form.cleaned_data["hour"], quiet=quiet, at=now())
        messages.success(request, _("Saved."))
        return redirect("account_letters")
    page = {
        "form": form,
        "fixed": [offer for offer in offers if offer.kind not in form.kinds],
        "base": "base_team.html" if user.needs_second_factor else "base_desk.html",
    }
    return render(request, "accounts/letters.html", page, status=422 if form.errors else 200)
