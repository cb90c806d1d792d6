"""Django's admin behind the same sign-in as everything else: no password form of its own, a second factor always.

What is changed in it asks for the second factor anew, and is in the audit trail: both in one place, whatever is registered.
"""

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.base import ModelBase
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import audit
from accounts.step_up import proved_anew
from portal import admin_state

# Apps of libraries with one model each, and what that is called here.
OF_PEOPLE = {"django_otp_webauthn": _("Passkeys"), "socialaccount": _("Linked sign-ins")}


class Recorded:
    """Whatever is added, changed or deleted goes into the audit trail, in the transaction of the change.

    Names of fields only: what stands in them is seen where it lies. What a verb refuses is said on the page.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return self._or_refusal(request, super().changeform_view, request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        return self._or_refusal(request, super().delete_view, request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        return self._or_refusal(request, super().changelist_view, request, extra_context)

    def _or_refusal(self, request, view, *args):
        if request.method != "POST":
            return view(*args)
        try:
            with transaction.atomic():  # Django's actions on lists have none
                return view(*args)
        except ValidationError as refusal:
            for sentence in refusal.messages:
                self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def log_addition(self, request, obj, message):
        self._record("admin.added", request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._record("admin.changed", request, obj, fields=_fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._record("admin.deleted", request, obj)
        return super().log_deletions(request, queryset)

    def _record(self, kind, request, obj, **facts):
        project = obj if obj._meta.label == "portal.Project" else getattr(obj, "project", None)
        facts |= {"model": str(obj._meta.verbose_name), "row": str(getattr(obj, "uuid", obj.pk))}
        audit.record(kind, by=request.user, at=now(), project=project.uuid if project else None, **facts)


class ParleyAdminSite(AdminSite):
    site_header = _("Parley administration")
    site_title = _("Parley administration")
    index_title = _("Administration")
    site_url = "/"

    def has_permission(self, request):
        user = request.user
        return user.is_active and user.is_staff and user.is_verified()

    def register(self, model_or_iterable, admin_class=None, **options):
        """Register models, each with an admin that records what is done in it."""
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        for model in models:
            super().register(model, type(admin_class.__name__, (Recorded, admin_class), {"__module__": admin_class.__module__}), **options)

    def admin_view(self, view, cacheable=False):
        """Ask for the second factor anew before anything is changed, with the form kept; reading needs no more than a session."""
        careful = proved_anew(view)

        def asked(request, *args, **kwargs):
            return (careful if request.method == "POST" else view)(request, *args, **kwargs)

        return super().admin_view(asked, cacheable)

    def get_app_list(self, request, app_label=None):
        """List what libraries keep of people beside what we keep of them, under its own name."""
        listed = super().get_app_list(request, app_label)
        people = next((app for app in listed if app["app_label"] == "accounts"), None)
        if app_label or people is None:
            return listed
        for app in [app for app in listed if app["app_label"] in OF_PEOPLE]:
            people["models"] += [one | {"name": OF_PEOPLE[app["app_label"]]} for one in app["models"]]
            listed.remove(app)
        people["models"].sort(key=lambda one: str(one["name"]))
        return listed

    def index(self, request, extra_context=None):
        """Show what matters above what can be managed."""
        return super().index(request, {"states": admin_state.gather(at=now()), **(extra_context or {})})

    def password_change(self, request, extra_context=None):
        """Lead to the portal's own page, which records the change and tells its person."""
        return HttpResponseRedirect(reverse("account_change_password"))

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """Lead to the portal's own sign-in, which limits tries and asks for the second factor."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated:
            # Signed in, and still not allowed: no form would help.
            return HttpResponseRedirect(reverse("desk" if request.user.is_verified() else "second_factor_challenge"))
        return redirect_to_login(wanted, reverse("account_login"))


def _fields(message):
    """Return the names of the fields that a change of Django's admin lists, those of its rows among them."""
    parts = [next(iter(part.values())) for part in message] if isinstance(message, list) else []
    return sorted({name for part in parts for name in part.get("fields", [])} | {part["name"] for part in parts if "name" in part})
