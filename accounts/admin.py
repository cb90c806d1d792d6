"""People, the audit trail and the mail queue in Django's admin. The trail and the queue can be read, not changed."""

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AuditEvent, Delivery, User

# Whoever sets an address can reset its password; and there are no rights for groups to hold.
admin.site.unregister([EmailAddress, Group])


class ReadOnly:
    """Rows that only the portal itself writes."""

    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Passwords, addresses and second factors are their owner's: they are not set here. Accounts are closed, not deleted."""

    list_display = ["email", "display_name", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    readonly_fields = ["email", "uuid", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "timezone", "language"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff"]}),
        (_("Since"), {"fields": ["uuid", "date_joined", "last_login"]}),
    ]

    actions = ["close_account"]

    @admin.action(description=_("Close the account of the selected person"))
    def close_account(self, request, queryset):
        """Go to the page that says what closing does, and asks."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose one person: what closing does is shown for each."), messages.WARNING)
            return None
        return redirect("account_close_other", person=queryset.get().uuid)

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changed = {name: form.cleaned_data[name] for name in ("is_staff", "is_active") if name in form.changed_data}
        if changed:
            audit.record("person.rights_changed", by=request.user, at=now(), person=obj.uuid, **changed)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["seq", "at", "kind", "actor", "project_uuid"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    date_hierarchy = "at"
    fields = ["seq", "at", "kind", "actor", "actor_uuid", "project_uuid", "facts", "hash"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["letter", "recipient", "outcome", "attempts", "due_at", "settled_at", "trouble"]
    list_filter = ["outcome", "letter"]
    list_select_related = ["recipient"]
    ordering = ["-made_at"]
    fields = [
        "letter", "recipient", "address", "made_at", "due_at", "attempts", "claimed_until", "outcome", "settled_at", "trouble", "uuid",
    ]  # fmt: skip
