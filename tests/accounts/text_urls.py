"""A small site with two pages that carry text, and a public one."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.timezone import get_current_timezone_name

from accounts.kept_text import keeps_text


def page(request):
    return HttpResponse(f"{get_current_timezone_name()}")


@keeps_text
def write(request):
    return HttpResponse(f"kept: {request.POST['body']}")


def _draw(request, status, why, room):
    return HttpResponse(f"drawn for {room} because {why}: {request.POST['body']}", status=status)


@keeps_text(draw=_draw)
def write_drawn(request, room):
    return HttpResponse("kept")


def public(request):
    return HttpResponse(get_current_timezone_name())


def form(request):
    return render(request, "components/sign_out.html")


def open_to_all(request):
    return HttpResponse(get_current_timezone_name())


# login_not_required marks the function itself, so each of these needs one of its own.
public.public_page = True
advisories = ([path("", login_not_required(open_to_all), name="list")], "advisories")

urlpatterns = [
    path("", login_not_required(public), name="home"),
    path("desk/", page, name="desk"),
    path("reports/", page, name="reports"),
    path("inbox/", page, name="inbox"),
    path("form/", form),
    path("plain/", page, name="plain"),
    path("write/", write, name="write"),
    path("write/<str:room>/", write_drawn, name="write_drawn"),
    path("advisories/", include(advisories)),
    path("account/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
]
