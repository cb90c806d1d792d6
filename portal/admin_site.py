"""Django's admin behind the same sign-in as everything else: no password form of its own, a second factor always."""

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class ParleyAdminSite(AdminSite):
    site_header = _("Parley administration")
    site_title = _("Parley administration")
    index_title = _("Projects, policies, teams and people")
    site_url = "/"

    def has_permission(self, request):
        user = request.user
        return user.is_active and user.is_staff and user.is_verified()

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
