"""The pages of the site: signing in there, OpenID Connect below /o/, and what GitHub answers where GitHub answers it."""

from django.contrib.auth.views import LoginView
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from oauth2_provider.models import AccessToken
from oauth2_provider.views import AuthorizationView, TokenView

from tests.openid.people import PEOPLE


def of_token(request):
    token = request.headers.get("Authorization", "").removeprefix("token ")
    return AccessToken.objects.select_related("user").get(token=token).user


def user(request):
    found = of_token(request)
    if found.username == "broken":
        return HttpResponse("[", content_type="application/json")
    return JsonResponse({"id": found.pk, "login": found.username, "name": found.username.title(), "email": None})


def emails(request):
    name = of_token(request).username
    told = PEOPLE[name]
    mailboxes = [{"email": told["email"], "primary": True, "verified": told["email_verified"]}] if told else []
    return JsonResponse([*mailboxes, {"email": f"{name}@users.noreply.github.com", "primary": False, "verified": True}], safe=False)


def hung_up(request):
    return HttpResponse("Out of order.", status=503)


urlpatterns = [
    path("login/", LoginView.as_view(template_name="login.html")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("login/oauth/authorize", AuthorizationView.as_view()),
    path("login/oauth/access_token", TokenView.as_view()),
    path("api/v3/user", user),
    path("api/v3/user/emails", emails),
    path("down/.well-known/openid-configuration", hung_up),
]
