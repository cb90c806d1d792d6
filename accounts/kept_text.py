"""Nothing that somebody wrote is lost: a form that was sent at a bad moment is shown again with its text.

A view that carries text says ``@keeps_text``. When its form arrives without a session, or with a token from before a
sign-in in another tab, the answer is that form again. A view that can draw its own form does so: ``@keeps_text(draw)``,
where ``draw(request, *args, status, why, **kwargs)`` returns the page.
"""

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

HIDDEN = ("csrfmiddlewaretoken", "next")


def keeps_text(view=None, *, draw=None):
    """Mark a view whose form must survive an expired session."""
    if view is None:
        return lambda found: keeps_text(found, draw=draw)
    view.keeps_text = True
    view.draws_text = draw
    return view


def show_again(request, view, args, kwargs, *, status, why):
    """Answer with what was sent, ready to be sent again."""
    if getattr(view, "draws_text", None):
        response = view.draws_text(request, *args, status=status, why=why, **kwargs)
    else:
        response = render(request, "accounts/signed_out_form.html", {"sent": sent(request), "why": why}, status=status)
    add_never_cache_headers(response)
    return response


def sent(request, *, but=HIDDEN) -> list[dict]:
    """Return the fields of a form as they arrived, for a page that sends them again; never a password."""
    return [
        {"name": name, "label": name.replace("_", " ").replace("-", " "), "value": value, "long": "\n" in value or len(value) > 60}
        for name in request.POST
        if name not in but and "password" not in name
        for value in request.POST.getlist(name)
    ]
