"""The API of this floor: projects, their policies and versions for everybody; and what a token is, for whoever shows one."""

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import access, directory, policies, policy_files, policy_json, policy_page, tokens
from portal.api_access import IsToken
from portal.lib.public import public_page
from portal.models import ApiToken, Project


class Pages(PageNumberPagination):
    page_size = directory.PAGE


class ProjectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["slug", "name", "summary", "website"]


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
    return Response(policy_files.json_of(access.policy(slug)))


@_public
def version(request, slug, version):
    """Say what the policy's table says of a version, for each component."""
    found = access.policy(slug)
    answers = policies.version_answers(policy_page.whole(found), version, at=now())
    return Response({"project": slug, "policy": found.number, "version": version, "answers": [_answer(one) for one in answers]})


class TokenSerializer(serializers.ModelSerializer):
    project = serializers.SlugRelatedField("slug", read_only=True)
    role = serializers.CharField(source="standing", read_only=True)
    may = serializers.SerializerMethodField()

    class Meta:
        model = ApiToken
        fields = ["uuid", "name", "project", "role", "may", "made_at", "expires_at"]

    def get_may(self, token):
        return [scope for scope in token.scopes if tokens.holds(token, scope)]


@method_decorator(login_not_required, name="dispatch")  # the API asks itself, and answers in JSON
class Token(APIView):
    """What the token that asks is, and may do now."""

    permission_classes = [IsToken]

    def get(self, request):
        return Response(TokenSerializer(request.auth).data)


def _answer(one):
    said = one.answer
    row = policy_json.version(said.row) if said.row else None
    return {"component": one.component and one.component.name, "answer": said.kind, "why": said.why, "row": row}
