"""Addresses of advisories: the public ones, and the team's under ``case/``."""

from django.urls import path

from advisories.views import public, team

app_name = "advisories"
urlpatterns = [
    path("", public.listing, name="list"),
    path("feed.atom", public.feed, name="feed"),
    path("feed/<slug:slug>.atom", public.feed, name="project_feed"),
    path("case/<slug:ref>/", team.draft, name="draft"),
    path("case/<slug:ref>/begin/", team.begin, name="begin"),
    path("case/<slug:ref>/preview/", team.preview, name="preview"),
    path("case/<slug:ref>/publish/", team.publish, name="publish"),
    path("case/<slug:ref>/withdraw/", team.withdraw, name="withdraw"),
    path("<slug:ref>/", public.advisory, name="advisory"),
]
