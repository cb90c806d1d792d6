"""The pages of allauth that Parley uses, and no others: sign-up, sign-in (here or elsewhere), sign-out, address, password."""

from allauth.account import views
from django.urls import path, re_path

from accounts.step_up import proved_anew
from accounts.views import sign_out, sign_up, social
from portal.lib.limits import per_network, per_person

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", sign_out.sign_out, name="account_logout"),
    path("signup/", sign_up.sign_up, name="account_signup"),
    path("signup/with/", social.sign_up, name="socialaccount_signup"),
    path("login/with/<slug:provider>/", social.sign_in, name="social_sign_in"),
    path("login/with/<slug:provider>/callback/", social.callback, name="social_callback"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("email/", proved_anew(per_person("email.change")(views.email)), name="account_email"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", sign_up.confirm_address, name="account_confirm_email"),
    path("password/change/", per_person("password.change")(views.password_change), name="account_change_password"),
    path("password/set/", social.set_password, name="account_set_password"),
    path("password/reset/", per_network("reset.network")(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        per_network("reset.link")(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
