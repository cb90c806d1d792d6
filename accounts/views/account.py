"""A person's own page: what others see of them, and the key to which their letters are encrypted."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import profile
from accounts.forms import KeyForm, ProfileForm
from accounts.kept_text import keeps_text
from accounts.models import PublicKey
from accounts.step_up import proved_anew


@keeps_text
@never_cache
@require_http_methods(["GET", "POST"])
def account(request):
    """Show and change what others see of you, and in which zone you read times."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        profile.change(form.instance, at=now())
        messages.success(request, _("Saved."))
        return redirect("account")
    return _page(request, "account", {"form": form}, status=422 if form.errors else 200)


@keeps_text
@never_cache
@require_http_methods(["GET", "POST"])
@proved_anew
def key(request):
    """Take a public OpenPGP key, in place of any other."""
    form = KeyForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        certificate = form.cleaned_data["certificate"]
        profile.give_key(request.user, certificate, at=now())
        messages.success(request, _("From now on your letters are encrypted to this key."))
        for doubt in profile.doubts(request.user, certificate):
            messages.warning(request, doubt)
        return redirect("account")
    return _page(request, "key", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
@proved_anew
def key_remove(request):
    """Let letters leave unencrypted again."""
    profile.remove_key(request.user, at=now())
    messages.success(request, _("Your key is removed. Letters to you are not encrypted any more."))
    return redirect("account")


def _page(request, name, facts, *, status):
    facts |= {
        "key": PublicKey.objects.filter(user=request.user).first(),
        "now": now(),
        "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html",
    }
    return render(request, f"accounts/{name}.html", facts, status=status)
