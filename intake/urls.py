"""Addresses of reports (their reporters) and of cases (the team)."""

from django.urls import path

from intake.views import moves, reporter, team

# References are slugs: whatever else stands there (a NUL byte, which PostgreSQL refuses to look for) is not found.
urlpatterns = [
    path("p/<slug:slug>/report/", reporter.new, name="report_new"),
    path("p/<slug:slug>/versions/", reporter.version_check, name="version_check"),
    path("p/<slug:slug>/record/", team.record, name="record_report"),
    path("reports/", reporter.mine, name="reports"),
    path("reports/<slug:ref>/", reporter.report, name="report"),
    path("reports/<slug:ref>/receipt/", reporter.receipt, name="receipt"),
    path("reports/<slug:ref>/reply/", reporter.reply, name="report_reply"),
    path("claim/<str:token>/", reporter.claim, name="claim"),
    path("inbox/", team.inbox, name="inbox"),
    path("cases/<slug:ref>/", team.case, name="case"),
    path("cases/<slug:ref>/timeline/", team.timeline, name="case_timeline"),
    path("cases/<slug:ref>/recorded/", team.recorded, name="recorded"),
    path("cases/<slug:ref>/reports/<slug:report_ref>/reply/", team.reply, name="case_reply"),
    path("cases/<slug:ref>/note/", team.note, name="case_note"),
    path("cases/<slug:ref>/severity/", team.severity, name="case_severity"),
    path("cases/<slug:ref>/title/", team.title, name="case_title"),
    path("cases/<slug:ref>/move/<slug:name>/", moves.move, name="case_move"),
    path("preview/", team.preview, name="preview"),
]
