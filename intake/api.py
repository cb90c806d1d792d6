"""The API of this floor: the cases of a project as the inbox lists them, without a word that anybody wrote."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from intake.models import Case, Report
from intake.paging import by_due, newest_first
from portal.lib.permissions import Action

PAGE = 100
SHOWN = ("open", "closed")


class CaseSerializer(serializers.ModelSerializer):
    """Columns that are plain in the database; the sealed one is not even read."""

    stage = serializers.SerializerMethodField()
    severity = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField(source="first_received_at")
    next_deadline = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = ["ref", "stage", "severity", "received_at", "opened_at", "closed_at", "next_deadline"]

    def get_stage(self, case):
        return case.stage.value

    def get_severity(self, case):
        return case.severity or None

    def get_next_deadline(self, case):
        due = serializers.DateTimeField().to_representation
        return {"milestone": case.next_milestone, "due_at": due(case.next_due_at)} if case.next_due_at else None


@method_decorator(login_not_required, name="dispatch")  # the API asks itself, and answers in JSON
class Cases(APIView):
    """Open cases, what is due next first; with ``?show=closed`` closed ones, newest first. ``next`` leads on."""

    action = Action.LIST_CASES

    def get(self, request, slug):
        show, after = request.query_params.get("show", "open"), request.query_params.get("after", "")
        if show not in SHOWN:
            raise ValidationError({"show": _("Write open or closed.")})
        first = Report.objects.filter(case=OuterRef("pk")).order_by("received_at")
        rows = request.project.cases.visible_to(request.user).with_acknowledgement().defer("sealed")
        rows = rows.annotate(first_received_at=Subquery(first.values("received_at")[:1]))
        if show == "closed":
            page = newest_first(rows.exclude(closed_at=None), field="opened_at", after=after, size=PAGE)
        else:
            page = by_due(rows.filter(closed_at=None), after=after, size=PAGE)
        following = replace_query_param(request.build_absolute_uri(), "after", page.after) if page.after else None
        return Response({"next": following, "results": CaseSerializer(page.rows, many=True).data})
