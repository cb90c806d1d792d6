"""People, how they get in, the audit trail and the mail queue in Django's admin: what only the portal writes is only read here."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp_webauthn.models import WebAuthnCredential

from accounts import audit, audit_trail, letters_again, sessions
from accounts.admin_parts import FoundByPerson, LongList, ReadOnly, as_uuid, ask_first
from accounts.audit_words import Group as About
from accounts.audit_words import kinds_of
from accounts.models import AuditEvent, Delivery, FactorRecovery, Session, TotpDevice, User

# Whoever sets an address can reset its password; there are no rights for groups to hold; providers are set by settings.
admin.site.unregister([EmailAddress, Group, SocialApp, SocialToken, SocialAccount])


class PersonForm(forms.ModelForm):
    """Somebody must be left who can administer the portal."""

    def clean(self):
        cleaned = super().clean()
        stays = cleaned.get("is_staff", self.instance.is_staff) and cleaned.get("is_active", self.instance.is_active)
        others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=self.instance.pk)
        if not stays and User.objects.filter(pk=self.instance.pk, is_staff=True).exists() and not others.exists():
            raise ValidationError(_("This is the last administrator. Make somebody else one first."))
        return cleaned


@admin.register(User)
class UserAdmin(LongList, admin.ModelAdmin):
    """Passwords, addresses and second factors are their owner's: they are not set here. Accounts are closed, not deleted."""

    form = PersonForm
    list_display = ["email", "display_name", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email"]
    search_help_text = _("The whole address or a UUID; or a part of the name or address.")
    readonly_fields = ["email", "uuid", "date_joined", "last_login", "factors"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "timezone", "language"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff"]}),
        (_("Since"), {"fields": ["uuid", "date_joined", "last_login", "factors"]}),
    ]
    actions = ["close_account", "end_all_sessions"]

    @admin.display(description=_("second factors"))
    def factors(self, person):
        """How many, and of which kind: what they are is their person's."""
        apps = TotpDevice.objects.filter(user=person, confirmed=True).count()
        keys = WebAuthnCredential.objects.filter(user=person, confirmed=True).count()
        return _("%(apps)d authenticator apps, %(keys)d passkeys") % {"apps": apps, "keys": keys}

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if uuid := as_uuid(term):
            return queryset.filter(uuid=uuid), False
        # Among people one may look through all: there are fewer of them than of anything else.
        return queryset.filter(Q(email__icontains=term) | Q(display_name__icontains=term)) if term else queryset, False

    @admin.action(description=_("Close the account of the selected person"))
    def close_account(self, request, queryset):
        """Go to the page that says what closing does, and asks."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose one person: what closing does is shown for each."), messages.WARNING)
            return None
        return redirect("account_close_other", person=queryset.get().uuid)

    @admin.action(description=_("End all sessions of the selected people"))
    def end_all_sessions(self, request, queryset):
        """Sign these people out everywhere."""
        people = list(queryset)
        asked = ask_first(
            self,
            request,
            [(person.pk, person.email) for person in people],
            action="end_all_sessions",
            title=_("End all sessions"),
            sentence=_("They are signed out everywhere at once, and sign in again with what they have."),
            label=_("End all sessions"),
        )
        if asked is None:
            count = sum(sessions.sign_out_everywhere(person, by=request.user, at=now(), why="administrator") for person in people)
            _say(self, request, ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count) % {"count": count})
        return asked

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changed = {name: form.cleaned_data[name] for name in ("is_staff", "is_active") if name in form.changed_data}
        if changed:
            audit.record("person.rights_changed", by=request.user, at=now(), person=obj.uuid, **changed)
        if not all(changed.values()):
            sessions.sign_out_everywhere(obj, by=request.user, at=now(), why="rights")


class AboutFilter(admin.SimpleListFilter):
    """By group: a list of all kinds that occur would ask every event."""

    title = _("what it is about")
    parameter_name = "about"

    def lookups(self, request, model_admin):
        return About.choices

    def queryset(self, request, queryset):
        return queryset.filter(kind__in=kinds_of(self.value())) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(FoundByPerson, ReadOnly, admin.ModelAdmin):
    """The raw rows; in words, by person, project and day, and as a file they are on the portal's own page."""

    person = "actor"
    search_help_text = _("The whole e-mail address or the UUID of who acted.")
    list_display = ["seq", "at", "kind", "actor", "project_uuid"]
    list_filter = [AboutFilter]
    list_select_related = ["actor"]
    fields = ["seq", "at", "what", "kind", "actor", "actor_uuid", "project_uuid", "facts", "hash"]
    readonly_fields = ["what"]

    @admin.display(description=_("what"))
    def what(self, event):
        """The sentence of the portal's own page."""
        audit_trail.put_into_words([event])
        return event.what


@admin.register(Delivery)
class DeliveryAdmin(FoundByPerson, ReadOnly, admin.ModelAdmin):
    """Letters on their way: to whom, how often tried, what became of them. What they say is made up when they are sent."""

    person = "recipient"
    list_display = ["letter", "recipient", "outcome", "attempts", "due_at", "settled_at", "trouble"]
    list_filter = ["outcome", "channel"]
    list_select_related = ["recipient"]
    fields = [
        "letter", "channel", "recipient", "address", "about", "made_at", "due_at", "attempts", "claimed_until", "outcome", "settled_at",
        "opened_at", "trouble", "uuid",
    ]  # fmt: skip
    actions = ["try_again"]

    @admin.action(description=_("Try the selected letters again that did not arrive"))
    def try_again(self, request, queryset):
        """Put letters that did not arrive back into the queue."""
        failed = queryset.filter(outcome__in=Delivery.UNDELIVERED, recipient__isnull=False).select_related("recipient")
        rows = [(letter.pk, f"{letter.letter}: {letter.recipient}") for letter in failed]
        if not rows:
            sentence = _("None of these can be tried again: only letters to people with an account that did not arrive.")
            self.message_user(request, sentence, messages.WARNING)
            return None
        asked = ask_first(
            self,
            request,
            rows,
            action="try_again",
            title=_("Try letters again"),
            sentence=_("They go out within seconds if the mail server takes them; those that are no longer wanted are dropped."),
            label=_("Try again now"),
        )
        if asked is None:
            count = letters_again.try_again(queryset, by=request.user, at=now())
            _say(
                self, request, ngettext("%(count)d letter is tried again.", "%(count)d letters are tried again.", count) % {"count": count}
            )
        return asked


@admin.register(Session)
class SessionAdmin(FoundByPerson, ReadOnly, admin.ModelAdmin):
    """Who is signed in, and since when. The key of a session opens it, so it is on no page: rows go by their UUID."""

    list_display = ["user", "agent", "begun_at", "seen_at", "expire_date"]
    list_display_links = None
    fields = list_display
    list_select_related = ["user"]
    ordering = ["-expire_date"]
    actions = ["end_sessions"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user__isnull=False, expire_date__gt=now())

    def get_object(self, request, object_id, from_field=None):
        return None  # there is no page of one session: its address would hold the key

    def action_checkbox(self, session):
        checkbox = forms.CheckboxInput({"class": "action-select", "aria-label": _("Choose this session")}, lambda value: False)
        return checkbox.render(helpers.ACTION_CHECKBOX_NAME, str(session.uuid))

    def response_action(self, request, queryset):
        chosen = [uuid for text in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME) if (uuid := as_uuid(text))]
        keys = Session.objects.filter(uuid__in=chosen).values_list("session_key", flat=True)
        request.POST = request.POST.copy()
        request.POST.setlist(helpers.ACTION_CHECKBOX_NAME, list(keys))
        return super().response_action(request, queryset)

    @admin.action(description=_("End the selected sessions"))
    def end_sessions(self, request, queryset):
        """Sign out where these sessions are, and nowhere else."""
        chosen = list(queryset)
        asked = ask_first(
            self,
            request,
            [(session.uuid, f"{session.user.email} {session.agent}") for session in chosen],
            action="end_sessions",
            title=_("End sessions"),
            sentence=_("Whoever uses one of them is signed out at once, and signs in again."),
            label=_("End them"),
        )
        if asked is None:
            for session in chosen:
                sessions.sign_out(session, by=request.user, at=now())
            count = len(chosen)
            _say(self, request, ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count) % {"count": count})
        return asked


class OfPerson(FoundByPerson, ReadOnly, admin.ModelAdmin):
    """Something of a person's, by name and date only. A lost second factor goes by the recovery, never by a page here."""

    list_select_related = ["user"]


@admin.register(TotpDevice)
class TotpDeviceAdmin(OfPerson):
    list_display = ["user", "name", "confirmed", "created_at", "last_used_at"]
    fields = list_display


@admin.register(WebAuthnCredential)
class PasskeyAdmin(OfPerson):
    list_display = ["user", "name", "confirmed", "created_at", "last_used_at"]
    fields = list_display


@admin.register(SocialAccount)
class LinkedSignInAdmin(OfPerson):
    list_display = ["user", "provider", "date_joined", "last_login"]
    fields = list_display


@admin.register(FactorRecovery)
class FactorRecoveryAdmin(OfPerson):
    """Recoveries of second factors: asked for, agreed to and stopped on the portal's own pages."""

    list_display = ["user", "asked_at", "agreed", "ready_at", "outcome", "settled_at"]
    list_filter = ["outcome"]
    fields = ["user", "asked_at", "expires_at", "agreed", "ready_at", "outcome", "settled_at", "stopped_by", "uuid"]
    readonly_fields = ["agreed"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(approved=Count("approvals"))

    @admin.display(description=_("agreed"))
    def agreed(self, recovery):
        """How many people agreed."""
        return recovery.approved


def _say(model_admin, request, sentence):
    model_admin.message_user(request, sentence, messages.SUCCESS)
