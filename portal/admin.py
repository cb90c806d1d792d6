"""Projects, policies and teams in the administration. Cases are not registered here, and never will be."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal import policies, teams
from portal.models import (
    Clause,
    Component,
    Contact,
    Invitation,
    Membership,
    Project,
    RequestedField,
    SecurityPolicy,
    ServiceLevel,
    SupportedVersion,
)


class ComponentInline(admin.TabularInline):
    model = Component
    extra = 0


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "ref_prefix"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ComponentInline]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        # References and links that went out carry these.
        return ["slug", "ref_prefix"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class RowsOfDraft(admin.TabularInline):
    """Rows of a policy: to be changed while it is a draft."""

    extra = 0

    def has_add_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)


def _inline(row_model):
    return type(f"{row_model.__name__}Inline", (RowsOfDraft,), {"model": row_model})


class PolicyForm(forms.ModelForm):
    """Answers "a draft exists" with a sentence; the database would only refuse."""

    def clean(self):
        project = self.cleaned_data.get("project")
        if self.instance.pk is None and project and project.policies.filter(published_at=None).exists():
            raise ValidationError(_("This project has a draft already. Change that one, or publish it first."))
        return super().clean()


@admin.register(SecurityPolicy)
class SecurityPolicyAdmin(admin.ModelAdmin):
    form = PolicyForm
    list_display = ["project", "number", "title", "effective_at", "published_at"]
    list_filter = ["project"]
    list_select_related = ["project"]
    readonly_fields = ["number", "published_at"]
    inlines = [_inline(one) for one in (SupportedVersion, ServiceLevel, Contact, RequestedField, Clause)]
    actions = ["publish", "new_draft"]

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "project"] if obj else self.readonly_fields

    def get_actions(self, request):
        # Deleting many at once would ask for no row whether it is published.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request, obj, form, change):
        if not change:
            obj.number = policies.next_number(obj.project)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Publish the selected drafts"), permissions=["add"])
    def publish(self, request, queryset):
        for draft in queryset.select_related("project"):
            self._do(request, draft, lambda draft: policies.publish(draft, by=request.user, at=now()), _("%(policy)s: published."))

    @admin.action(description=_("Begin a new draft from the newest version"), permissions=["add"])
    def new_draft(self, request, queryset):
        for project in Project.objects.filter(policies__in=queryset).distinct():
            self._do(
                request, project, lambda one: policies.new_draft(one, by=request.user, at=now()), _("%(policy)s: the draft is in the list.")
            )

    def _do(self, request, obj, verb, done):
        try:
            verb(obj)
        except ValidationError as refusal:
            for sentence in refusal.messages:
                self.message_user(request, f"{obj}: {sentence}", messages.ERROR)
        else:
            self.message_user(request, done % {"policy": obj}, messages.SUCCESS)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who is on a team. Nobody is added here: people are invited, and see it."""

    list_display = ["user", "project", "role", "since"]
    list_filter = ["project", "role"]
    list_select_related = ["user", "project"]
    fields = ["user", "project", "role", "since"]
    readonly_fields = ["user", "project", "since"]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        teams.change_role(obj, role=obj.role, by=request.user, at=now())

    def delete_model(self, request, obj):
        teams.remove(obj, by=request.user, at=now())

    def delete_queryset(self, request, queryset):
        for membership in queryset.select_related("user", "project"):
            teams.remove(membership, by=request.user, at=now())


class InvitingForm(forms.ModelForm):
    """Invites by the verb; what the verb would refuse is said at the field."""

    class Meta:
        model = Invitation
        fields = ["project", "email", "role"]

    def clean(self):
        facts = super().clean()
        if facts.get("project") and facts.get("email") and teams.is_member(facts["project"], email=facts["email"]):
            self.add_error("email", _("Somebody with this address is on the team already."))
        return facts


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invitations to teams: sent and taken back here, never edited."""

    form = InvitingForm
    list_display = ["email", "project", "role", "expires_at", "used_at"]
    list_filter = ["project"]
    list_select_related = ["project"]

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        invited = teams.invite(obj.project, email=obj.email, role=obj.role, by=request.user, at=now())
        obj.pk = invited.pk

    def delete_model(self, request, obj):
        teams.withdraw(obj, by=request.user, at=now())

    def delete_queryset(self, request, queryset):
        for invitation in queryset.select_related("project"):
            teams.withdraw(invitation, by=request.user, at=now())


def _is_draft(policy):
    return policy is None or not policy.published
