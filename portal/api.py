"""The public API, read-only: projects, their policies, and what a policy says of a version."""

from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from portal import access, directory, policies, policy_page
from portal.lib.public import public_page
from portal.models import Clause, Contact, Project, RequestedField, SecurityPolicy, ServiceLevel, SupportedVersion


class Pages(PageNumberPagination):
    page_size = directory.PAGE


class ProjectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["slug", "name", "summary", "website"]


class SupportedVersionSerializer(serializers.ModelSerializer):
    component = serializers.StringRelatedField()
    versions = serializers.CharField(source="text")

    class Meta:
        model = SupportedVersion
        fields = ["component", "versions", "status", "ends_on", "note"]


class ServiceLevelSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServiceLevel
        fields = ["milestone", "severity", "anchor", "earliest", "latest", "unit", "recurring"]


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ["purpose", "uri", "note", "delay_hours"]


class RequestedFieldSerializer(serializers.ModelSerializer):
    class Meta:
        model = RequestedField
        fields = ["key", "label", "help", "kind", "required"]


class ClauseSerializer(serializers.ModelSerializer):
    class Meta:
        model = Clause
        fields = ["kind", "text"]


class PolicySerializer(serializers.ModelSerializer):
    project = ProjectSerializer()
    supported_versions = SupportedVersionSerializer(many=True)
    service_levels = ServiceLevelSerializer(many=True)
    contacts = ContactSerializer(many=True)
    requested_fields = RequestedFieldSerializer(many=True)
    clauses = ClauseSerializer(many=True)

    class Meta:
        model = SecurityPolicy
        fields = [
            "project", "number", "title", "product", "introduction", "effective_at", "public_issues_forbidden",
            "safe_harbour", "credit", "bounty", "supported_versions", "service_levels", "contacts", "requested_fields", "clauses",
        ]  # fmt: skip


class AnswerSerializer(serializers.Serializer):
    component = serializers.StringRelatedField()
    answer = serializers.CharField(source="answer.kind")
    why = serializers.CharField(source="answer.why")
    row = SupportedVersionSerializer(source="answer.row", allow_null=True)


def _public(view):
    return public_page(api_view(["GET"])(authentication_classes([])(permission_classes([AllowAny])(view))))


@_public
def projects(request):
    """List the projects whose policy is in force."""
    pages = Pages()
    return pages.get_paginated_response(ProjectSerializer(pages.paginate_queryset(directory.listed(at=now()), request), many=True).data)


@_public
def policy(request, slug):
    """Show a project's policy in force, whole."""
    return Response(PolicySerializer(policy_page.whole(access.policy(slug))).data)


@_public
def version(request, slug, version):
    """Say what the policy's table says of a version, for each component."""
    found = access.policy(slug)
    answers = policies.version_answers(policy_page.whole(found), version, at=now())
    return Response({"project": slug, "policy": found.number, "version": version, "answers": AnswerSerializer(answers, many=True).data})
