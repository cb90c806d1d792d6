"""The portal, and one page more: it asks for a proof first, and says what it was sent."""

from django.http import JsonResponse
from django.urls import path

from accounts.step_up import proved_anew
from portal.urls import urlpatterns as of_the_portal


@proved_anew
def careful(request):
    return JsonResponse(dict(request.POST.lists()))


urlpatterns = [path("careful/", careful), *of_the_portal]
