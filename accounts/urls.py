"""Addresses under /account/."""

from django.urls import path

from accounts.views import account, second_factor

urlpatterns = [
    path("", account.account, name="account"),
    path("second-factor/", second_factor.challenge, name="second_factor_challenge"),
    path("second-factor/enrol/", second_factor.enrol, name="second_factor_enrol"),
    path("second-factor/enrol/<str:token>/", second_factor.enrol_link, name="second_factor_enrol_link"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes, name="second_factor_codes"),
]
