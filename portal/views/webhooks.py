"""Webhooks of a project, for the owners who keep them: the list, making and changing one, and what became of what was sent."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.htmx import asked_by_the_page
from accounts.kept_text import keeps_text
from accounts.step_up import proved_anew
from portal import access, webhooks
from portal.forms import WebhookForm
from portal.lib.permissions import Action
from portal.models import Webhook
from portal.webhook_messages import SECRET_PREFIX, status_of, trouble_in_words, words_of


@require_safe
def listed(request, slug):
    """List the webhooks of a project."""
    project = access.team_project(request, slug, Action.MANAGE_WEBHOOKS)
    hooks = project.webhooks.all()
    return render(request, "portal/webhooks.html", {"project": project, "hooks": hooks, "most": webhooks.MOST})


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, slug):
    """Make a webhook, and show its secret this once."""
    return _new(request, project=access.team_project(request, slug, Action.MANAGE_WEBHOOKS))


@proved_anew
def _new(request, project):
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hook, secret = webhooks.make(project, **form.cleaned_data, by=request.user, at=now())
        except webhooks.Refused as refusal:
            form.add_error(None, refusal)
        else:
            return _secret_once(request, hook, secret) if secret else redirect("webhook", slug=project.slug, uuid=hook.uuid)
    return render(request, "portal/webhook_new.html", {"project": project, "form": form}, status=422 if form.errors else 200)


@require_safe
def one(request, slug, uuid):
    """Show a webhook, and what became of what was sent there."""
    return _draw(request, access.webhook(request, slug, uuid), "portal/webhook.html")


@asked_by_the_page
@require_safe
def log(request, slug, uuid):
    """The newest of what was sent, for a page that waits for the outcome of a try."""
    return _draw(request, access.webhook(request, slug, uuid), "portal/_webhook_log.html")


def _draw(request, hook, template):
    before = _uuid(request.GET.get("before"))
    rows, after = webhooks.page(hook, before=before)
    for row in rows:
        row.what, row.why, row.status = words_of(row.letter), trouble_in_words(row.trouble), status_of(row)
    page = {
        "project": hook.project,
        "hook": hook,
        "events": [words_of(event) for event in hook.kinds],
        "rows": rows,
        "after": after,
        "first": before is None,
        "waits": before is None and any(not row.outcome and not row.attempts for row in rows),
    }
    return render(request, template, page)


@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug, uuid):
    """Change the name, the events or the address of a webhook."""
    return _edit(request, hook=access.webhook(request, slug, uuid))


@proved_anew
def _edit(request, hook):
    form = WebhookForm(request.POST if request.method == "POST" else None, hook=hook)
    if form.is_valid():
        try:
            webhooks.change(hook, **form.cleaned_data, by=request.user, at=now())
        except webhooks.Refused as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return _back_to(hook)
    page = {"project": hook.project, "hook": hook, "form": form}
    return render(request, "portal/webhook_edit.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, slug, uuid):
    """Forget a webhook, once that was confirmed."""
    return _remove(request, hook=access.webhook(request, slug, uuid))


@proved_anew
def _remove(request, hook):
    if request.method != "POST":
        return render(request, "portal/webhook_remove.html", {"project": hook.project, "hook": hook})
    webhooks.remove(hook, by=request.user, at=now())
    messages.success(request, _("The webhook “%(name)s” is removed.") % {"name": hook.name})
    return redirect("webhooks", slug=hook.project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def secret(request, slug, uuid):
    """Replace the secret, once that was confirmed, and show the new one this once."""
    return _secret(request, hook=access.webhook(request, slug, uuid))


@proved_anew
def _secret(request, hook):
    if request.method != "POST":
        return render(request, "portal/webhook_secret.html", {"project": hook.project, "hook": hook})
    try:
        return _secret_once(request, hook, webhooks.replace_secret(hook, by=request.user, at=now()))
    except webhooks.Refused as refusal:
        messages.error(request, refusal.messages[0])
        return _back_to(hook)


@require_POST
def try_out(request, slug, uuid):
    """Send a try."""
    return _try_out(request, hook=access.webhook(request, slug, uuid))


@proved_anew
def _try_out(request, hook):
    if hook.off_at:
        messages.error(request, _("This webhook is switched off. Switch it on first."))
    else:
        webhooks.try_out(hook, by=request.user, at=now())
        messages.success(request, _("A test is on its way. What became of it is shown below in a moment."))
    return _back_to(hook)


@require_POST
def again(request, slug, uuid, delivery):
    """Send something once more."""
    hook = access.webhook(request, slug, uuid)
    return _again(request, hook=hook, delivery=access.webhook_delivery(hook, delivery))


@proved_anew
def _again(request, hook, delivery):
    if hook.off_at:
        messages.error(request, _("This webhook is switched off. Switch it on first."))
    elif webhooks.send_again(hook, delivery, by=request.user, at=now()):
        messages.success(request, _("It is sent again, under the same id."))
    else:
        messages.info(request, _("It is on its way already."))
    return _back_to(hook)


@require_POST
def switch_on(request, slug, uuid):
    """Send there again."""
    return _switch_on(request, hook=access.webhook(request, slug, uuid))


@proved_anew
def _switch_on(request, hook):
    if webhooks.switch_on(hook, by=request.user, at=now()):
        messages.success(request, _("The webhook is on again, from the next event on."))
    return _back_to(hook)


def _secret_once(request, hook: Webhook, shown: str):
    # Not after a redirect: then it would have to lie somewhere in between.
    page = {"project": hook.project, "hook": hook, "secret": shown, "prefix": SECRET_PREFIX}
    return render(request, "portal/webhook_secret_once.html", page)


def _back_to(hook):
    return redirect("webhook", slug=hook.project.slug, uuid=hook.uuid)


def _uuid(text):
    try:
        return UUID(text or "")
    except ValueError:
        return None
