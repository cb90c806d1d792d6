"""Projects, policies and teams in the administration. Cases are not registered here, and never will be."""

import math
from dataclasses import fields

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.admin_parts import FoundByPerson, LongList, ReadOnly, ask_first
from portal import drafting, ladders, pauses, policies, retention, teams, tokens
from portal.models import ApiToken, Component, Invitation, Membership, Project, ProjectPause, Rung, SecurityPolicy
from portal.policy_facts import OF_POLICY, ROWS
from portal.policy_forms import RELATION_OF, CheckedRows
from portal.security_md.facts import Facts


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

    def save_model(self, request, obj, form, change):
        months, hours = obj.retention_months, obj.assign_after_hours
        # Changed by the verbs, which record it.
        obj.retention_months, obj.assign_after_hours = form.initial.get("retention_months"), form.initial.get("assign_after_hours")
        super().save_model(request, obj, form, change)
        retention.set_months(obj, months=months, by=request.user, at=now())
        ladders.assign_after(obj, hours=hours, by=request.user, at=now())

    def get_readonly_fields(self, request, obj=None):
        # References and links that went out carry these.
        return ["slug", "ref_prefix", "reminders"] if obj else []

    @admin.display(description=_("who is reminded when"))
    def reminders(self, project):
        """Its owners change it, on a page that says what follows."""
        return ", ".join(str(Rung(**step._asdict())) for step in ladders.of_project(project.pk))

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class RowForm(forms.ModelForm):
    """A row of a draft. What it may say is decided by ``portal.drafting``, as on the owners' page."""

    place = forms.IntegerField(label=_("place"), required=False, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = self.instance.position + 1 if self.instance.pk and hasattr(self.instance, "position") else None

    def clean(self):
        cleaned = super().clean()
        for problem in () if self.errors else drafting.row_problems(RELATION_OF[self._meta.model], [self.fact()]):
            self.add_error(problem.field or None, problem.sentence)
        return cleaned

    def validate_unique(self):
        """Ask nothing: the rows as typed are compared with each other, and written anew all together."""

    def fact(self):
        """Return the row as typed, with the line that it came from."""
        fact, _model = ROWS[RELATION_OF[self._meta.model]]
        values = {one.name: self.cleaned_data[one.name] for one in fields(fact) if one.name in self.cleaned_data}
        if "component" in values:
            values["component"] = values["component"].name if values["component"] else ""
        return fact(**{**values, "line": self.instance.source_line})


class RowFormSet(CheckedRows, forms.BaseInlineFormSet):
    """The rows of one kind, in the order of their places; those without one come last."""

    @property
    def relation(self):
        return RELATION_OF[self.model]

    def is_left_out(self, form):
        deleted = getattr(form, "cleaned_data", {}).get(DELETION_FIELD_NAME, False)
        return deleted or (form.instance.pk is None and not form.has_changed())

    def kept(self):
        return sorted(super().kept(), key=lambda form: form.cleaned_data.get("place") or math.inf)


class RowsOfDraft(admin.TabularInline):
    """Rows of a policy: to be changed while it is a draft."""

    extra = 0
    form = RowForm
    formset = RowFormSet

    def has_add_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_formset(self, request, obj=None, **kwargs):
        request.of_project = obj.project_id if obj else None
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "component":
            kwargs["queryset"] = Component.objects.filter(project=request.of_project)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _inline(relation):
    fact, model = ROWS[relation]
    names = [one.name for one in fields(fact) if one.name != "line"]
    ordered = ["place"] if any(column.name == "position" for column in model._meta.fields) else []
    return type(f"{model.__name__}Inline", (RowsOfDraft,), {"model": model, "fields": [*ordered, *names]})


class PolicyForm(forms.ModelForm):
    """The policy apart from its rows. Answers with sentences where the database would only refuse."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = drafting.stamp(self.instance)

    def clean(self):
        cleaned = super().clean()
        project = cleaned.get("project")
        if self.instance.pk is None and project and project.policies.filter(published_at=None).exists():
            raise ValidationError(_("This project has a draft already. Change that one, or publish it first."))
        if self.instance.pk and cleaned.get("seen") not in ("", self.fields["seen"].initial):
            raise ValidationError(
                _("Somebody saved this draft meanwhile. Load the page again to see it; until you do, yours is still below.")
            )
        for problem in () if self.errors else drafting.policy_problems(self.facts()):
            self.add_error(problem.field, problem.sentence)
        return cleaned

    def facts(self, **rows):
        """Return what was typed, with these rows."""
        return Facts(**{name: self.cleaned_data[name] for name in OF_POLICY}, **rows)


@admin.register(SecurityPolicy)
class SecurityPolicyAdmin(admin.ModelAdmin):
    """Drafts are saved by the verb of the owners' page; what is published is only read."""

    form = PolicyForm
    list_display = ["project", "number", "title", "effective_at", "published_at"]
    list_filter = ["project"]
    list_select_related = ["project"]
    readonly_fields = ["number", "published_at"]
    fieldsets = [
        (None, {"fields": ["seen", "project", "number", "title", "product", "introduction", "effective_at", "published_at"]}),
        (_("How to report"), {"fields": ["public_issues_forbidden", "languages", "ai"]}),
        (_("What reporters can rely on"), {"fields": ["safe_harbour", "credit", "bounty", "embargo", "disclosure_days"]}),
        (_("Business days"), {"fields": ["calendar_zone", "weekend", "holiday_calendar"]}),
    ]
    inlines = [_inline(relation) for relation in ROWS]
    actions = ["publish", "new_draft"]

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "project"] if obj else self.readonly_fields

    def get_fieldsets(self, request, obj=None):
        if _is_draft(obj):
            return self.fieldsets
        (title, first), *others = self.fieldsets
        return [(title, {"fields": [name for name in first["fields"] if name != "seen"]}), *others]

    def get_actions(self, request):
        # Deleting many at once would ask for no row whether it is published.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request, obj, form, change):
        if not change:
            draft = policies.new_draft(obj.project, by=request.user, at=now())
            obj.pk, obj.number, obj._state = draft.pk, draft.number, draft._state

    def save_related(self, request, form, formsets, change):
        rows = {formset.relation: tuple(one.fact() for one in formset.kept()) for formset in formsets}
        for formset in formsets:
            formset.save(commit=False)  # for the history of the administration, which lists what was changed
        # Asked again: between the check of the form and here, somebody may have saved.
        seen = form.cleaned_data.get("seen") or None if change else None
        drafting.save(form.instance, form.facts(**rows), seen=seen, by=request.user, at=now())

    def delete_model(self, request, obj):
        policies.discard(obj, by=request.user, at=now())

    @admin.action(description=_("Publish the selected drafts"), permissions=["add"])
    def publish(self, request, queryset):
        """Publish, one after the other; what the verb refuses is said for each."""
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
            self._tell(request, [f"{obj}: {sentence}" for sentence in refusal.messages])
        else:
            self.message_user(request, done % {"policy": obj}, messages.SUCCESS)

    def _tell(self, request, sentences):
        for sentence in sentences:
            self.message_user(request, sentence, messages.ERROR)


class PauseForm(forms.ModelForm):
    """A planned pause. What the verb would refuse is said at the field."""

    class Meta:
        model = ProjectPause
        fields = ["project", "starts_at", "ends_at", "message", "critical_ok"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            try:
                with transaction.atomic():
                    self.done(by=None, at=now())
                    transaction.set_rollback(True)  # a rehearsal
            except pauses.CannotPause as refusal:
                self.add_error(None, refusal)
        return cleaned

    def done(self, *, by, at):
        """Do it, and return the pause."""
        wanted = {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "message", "critical_ok")}
        if self.instance.pk:
            return pauses.change(ProjectPause.objects.get(pk=self.instance.pk), **wanted, by=by, at=at)
        return pauses.plan(self.cleaned_data["project"], **wanted, by=by, at=at)


@admin.register(ProjectPause)
class ProjectPauseAdmin(admin.ModelAdmin):
    """Planned pauses, through the verbs of the team's page. One that is over stays as it was."""

    form = PauseForm
    list_display = ["project", "starts_at", "ends_at", "critical_ok"]
    list_filter = ["project"]
    list_select_related = ["project"]

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.ends_at > now()) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return (obj is None or obj.ends_at > now()) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return ["project"] if obj else []

    def get_actions(self, request):
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request, obj, form, change):
        obj.pk = form.done(by=request.user, at=now()).pk

    def delete_model(self, request, obj):
        pauses.cancel(obj, by=request.user, at=now())


@admin.register(Membership)
class MembershipAdmin(FoundByPerson, LongList, admin.ModelAdmin):
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


@admin.register(ApiToken)
class ApiTokenAdmin(FoundByPerson, ReadOnly, admin.ModelAdmin):
    """Tokens by what they are for: what opens is shown once, to their person, and kept nowhere."""

    list_display = ["name", "user", "project", "made_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["project"]
    list_select_related = ["user", "project"]
    fields = ["name", "user", "project", "scopes", "made_at", "expires_at", "last_used_at", "revoked_at", "uuid"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke the selected tokens"))
    def revoke(self, request, queryset):
        """Make tokens worthless from their next use on."""
        alive = list(queryset.filter(revoked_at=None).select_related("user", "project"))
        if not alive:
            self.message_user(request, _("None of these works any more."), messages.WARNING)
            return None
        asked = ask_first(
            self,
            request,
            [(token.pk, f"{token.name}: {token.user}, {token.project}") for token in alive],
            action="revoke",
            title=_("Revoke tokens"),
            sentence=_("Programs that use them are refused at once. Their people make new ones themselves."),
            label=_("Revoke them"),
        )
        if asked is None:
            for token in alive:
                tokens.revoke(token, by=request.user, at=now())
            self.message_user(request, _("Revoked."), messages.SUCCESS)
        return asked


def _is_draft(policy):
    return policy is None or not policy.published
