"""Pages of the portal itself and of its projects."""

from django.urls import path

from portal import api
from portal.views import desk, directory, drafts, files, health, history, imports, invitations, pauses, policy, retention, teams

urlpatterns = [
    path("", directory.projects, name="home"),
    path("p/<slug:slug>/", policy.policy, name="policy"),
    path("p/<slug:slug>/history/", history.history, name="policy_history"),
    path("p/<slug:slug>/history/<int:number>/", history.version, name="policy_version"),
    path("p/<slug:slug>/SECURITY.md", files.policy_markdown, name="policy_markdown"),
    path("p/<slug:slug>/policy.json", files.policy_as_json, name="policy_json"),
    path("p/<slug:slug>/.well-known/security.txt", files.project_security_txt, name="project_security_txt"),
    path("p/<slug:slug>/badge.svg", files.badge, name="badge"),
    path("p/<slug:slug>/team/", teams.team, name="team"),
    path("p/<slug:slug>/pauses/", pauses.planned, name="pauses"),
    path("p/<slug:slug>/retention/", retention.retained, name="retention"),
    path("p/<slug:slug>/pauses/<int:number>/", pauses.changed, name="pause"),
    path("p/<slug:slug>/pauses/<int:number>/cancel/", pauses.cancelled, name="pause_cancel"),
    path("p/<slug:slug>/draft/", drafts.draft, name="policy_draft"),
    path("p/<slug:slug>/draft/preview/", drafts.preview, name="policy_draft_preview"),
    path("p/<slug:slug>/draft/import/", imports.policy_import, name="policy_import"),
    path("p/<slug:slug>/draft/source/", imports.source, name="policy_source"),
    path("p/<slug:slug>/draft/publish/", drafts.publish, name="policy_publish"),
    path("p/<slug:slug>/draft/discard/", drafts.discard, name="policy_discard"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("desk/", desk.desk, name="desk"),
    path(".well-known/security.txt", files.security_txt, name="security_txt"),
    path("openpgp.asc", files.openpgp_key, name="openpgp_key"),
    path("schemas/policy-1.json", files.policy_schema, name="policy_schema"),
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/projects/", api.projects, name="api_projects"),
    path("api/v1/projects/<slug:slug>/policy/", api.policy, name="api_policy"),
    path("api/v1/projects/<slug:slug>/versions/<str:version>/", api.version, name="api_version"),
]
