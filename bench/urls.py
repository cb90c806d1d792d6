"""The portal's addresses, and beside them the bare views that it is compared with."""

from django.urls import path

from bench import bare
from portal.urls import urlpatterns as portal_urls

urlpatterns = [
    path("bare/policy/", bare.policy),
    path("bare/kept/", bare.kept),
    path("bare/unchanged/", bare.unchanged),
    path("bare/inbox/", bare.inbox),
    path("bare/case/<str:ref>/", bare.case),
    *portal_urls,
]
