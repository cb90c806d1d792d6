"""Pages of the portal itself and of its projects."""

from django.urls import path

from portal import api
from portal.views import desk, directory, health, history, invitations, policy, teams

urlpatterns = [
    path("", directory.projects, name="home"),
    path("p/<slug:slug>/", policy.policy, name="policy"),
    path("p/<slug:slug>/history/", history.history, name="policy_history"),
    path("p/<slug:slug>/history/<int:number>/", history.version, name="policy_version"),
    path("p/<slug:slug>/team/", teams.team, name="team"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("desk/", desk.desk, name="desk"),
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/projects/", api.projects, name="api_projects"),
    path("api/v1/projects/<slug:slug>/policy/", api.policy, name="api_policy"),
    path("api/v1/projects/<slug:slug>/versions/<str:version>/", api.version, name="api_version"),
]
