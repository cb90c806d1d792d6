"""The search. Words travel by POST only: addresses lie in logs and histories."""

from time import monotonic

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.kept_text import keeps_text
from intake import reach, search, search_results
from intake.search_form import SearchForm


@keeps_text
@require_http_methods(["GET", "POST"])
def results(request):
    """Search what I may read."""
    whose = reach.of(request)
    form = SearchForm(
        request.POST if request.method == "POST" else None, user=request.user, projects=reach.projects(whose), team=bool(whose.projects)
    )
    context = {"form": form, "base": "base_team.html" if request.user.needs_second_factor else "base_desk.html"}
    if request.method == "GET" or not form.is_valid():
        return render(request, "intake/search.html", context, status=200 if request.method == "GET" else 422)
    if not search.may_search(request.user):
        return render(request, "intake/search.html", context | {"too_many": True}, status=429)
    wanted = form.wanted()
    outcome = search.find(whose, wanted, tick=monotonic)
    context |= {
        "outcome": outcome,
        "results": search_results.of(whose, outcome.hits, wanted.words),
        "went_on": wanted.before,
        "go_on": form.from_there(outcome),
    }
    return render(request, "intake/search.html", context)
