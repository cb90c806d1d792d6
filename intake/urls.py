"""Addresses of reports (their reporters) and of cases (the team)."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from intake.views import moves, reporter, team


class ReferenceConverter(StringConverter):
    """Any reference but one with a NUL byte, which PostgreSQL refuses to look for."""

    regex = r"[^/\x00]+"


register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("p/<slug:slug>/report/", reporter.new, name="report_new"),
    path("p/<slug:slug>/record/", team.record, name="record_report"),
    path("reports/", reporter.mine, name="reports"),
    path("reports/<reference:ref>/", reporter.report, name="report"),
    path("reports/<reference:ref>/receipt/", reporter.receipt, name="receipt"),
    path("reports/<reference:ref>/reply/", reporter.reply, name="report_reply"),
    path("claim/<str:token>/", reporter.claim, name="claim"),
    path("inbox/", team.inbox, name="inbox"),
    path("cases/<reference:ref>/", team.case, name="case"),
    path("cases/<reference:ref>/timeline/", team.timeline, name="case_timeline"),
    path("cases/<reference:ref>/recorded/", team.recorded, name="recorded"),
    path("cases/<reference:ref>/reports/<reference:report_ref>/reply/", team.reply, name="case_reply"),
    path("cases/<reference:ref>/note/", team.note, name="case_note"),
    path("cases/<reference:ref>/severity/", team.severity, name="case_severity"),
    path("cases/<reference:ref>/title/", team.title, name="case_title"),
    path("cases/<reference:ref>/move/<slug:name>/", moves.move, name="case_move"),
    path("preview/", team.preview, name="preview"),
]
