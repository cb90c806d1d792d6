"""API tokens for a project: whose they are, making one, revoking one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from portal import access, tokens
from portal.forms import TokenForm
from portal.lib.permissions import Action, may

PAGE = 50


@require_safe
def listed(request, slug):
    """List one's own tokens for a project, and for owners those of the whole team."""
    project = access.team_project(request, slug, Action.MAKE_TOKEN)
    everybodys = may(project.standing_of(request.user), Action.REVOKE_TOKENS)
    rows = tokens.listed(project.api_tokens, at=now())
    page = Paginator(rows if everybodys else rows.filter(user=request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/tokens.html", {"project": project, "page": page, "everybodys": everybodys, "now": now()})


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, slug):
    """Make a token, and show it this once."""
    return _new(request, project=access.team_project(request, slug, Action.MAKE_TOKEN))


@proved_anew
def _new(request, project):
    form = TokenForm(request.POST if request.method == "POST" else None, standing=project.standing_of(request.user))
    if form.is_valid():
        try:
            token, secret = tokens.make(project, **form.facts, by=request.user, at=now())
        except tokens.Refused as refusal:
            form.add_error(None, refusal)
        else:
            # Not after a redirect: then it would have to lie somewhere in between.
            return render(request, "portal/token_made.html", {"project": project, "token": token, "secret": secret})
    return render(request, "portal/token_new.html", {"project": project, "form": form}, status=422 if form.errors else 200)


@require_POST
def revoke(request, slug, uuid):
    """Make a token worthless: one's own, or as an owner anybody's in the project."""
    token = access.token(request, slug, uuid)
    if tokens.revoke(token, by=request.user, at=now()):
        messages.success(request, _("The token “%(name)s” is revoked. It opens nothing any more.") % {"name": token.name})
    return redirect("account_security") if request.POST.get("from") == "account" else redirect("tokens", slug=slug)
