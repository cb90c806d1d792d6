"""The roof: every address of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portal.site_urls")),
    path("", include("intake.urls")),
    path("advisories/", include("advisories.urls")),
    path("account/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("admin/", admin.site.urls),
]
